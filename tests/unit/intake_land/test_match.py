"""Finding a row again in a later workbook of the commune."""

from __future__ import annotations

from dataclasses import replace

from ansinh.intake.match import Line, effective, replaced_lines, same_lines
from hypothesis import given
from hypothesis import strategies as st

OLD = Line("old", "079080000001|BTXH|5.6_n", False, "079080000001", "Lê Thị Lan", "1980-03-12", "BTXH", "5.6_n", "DS", 7, "ds.xlsx")
NEW = replace(OLD, row_id="new", origin="ds2.xlsx")
MANY = st.lists(
    st.builds(
        Line,
        row_id=st.uuids().map(str),
        row_key=st.sampled_from(["a", "b", "c", ""]),
        is_blocked=st.booleans(),
        id_number=st.sampled_from([None, "1", "2", "3"]),
        name=st.sampled_from([None, "an", "binh"]),
        birth=st.sampled_from([None, "1950", "1951"]),
        programme_code=st.sampled_from([None, "BTXH", "NCC"]),
        entitlement_code=st.sampled_from([None, "5.6_n", "NCC_TB"]),
        sheet=st.just("DS"),
        row_number=st.integers(1, 5),
        origin=st.just("ds.xlsx"),
    ),
    max_size=12,
)


def test_the_same_row_key_is_the_same_line():
    assert same_lines([NEW], [OLD]) == {"new": "old"}


def test_a_line_whose_number_was_unreadable_is_found_by_name_birth_and_group():
    before = replace(OLD, row_key="le thi lan|1980|5.6_n", id_number=None, is_blocked=True)
    assert same_lines([NEW], [before]) == {"new": "old"}


def test_namesakes_with_different_numbers_are_not_the_same_line():
    other = replace(NEW, row_key="x", id_number="079080000999")
    assert same_lines([other], [OLD]) == {}


def test_a_correction_may_change_the_number_itself():
    other = replace(NEW, row_key="x", id_number="079080000999")
    assert replaced_lines([other], [OLD]) == {"new": "old"}


def test_a_correction_may_change_the_group_within_a_programme():
    other = replace(NEW, row_key="x", entitlement_code="5.6_dbn", name="Lê Lan")
    assert replaced_lines([other], [OLD]) == {"new": "old"}
    assert replaced_lines([replace(other, programme_code="NCC")], [OLD]) == {}


def test_two_namesakes_are_not_paired_by_name_alone():
    before = [replace(OLD, row_id=f"old{n}", row_key=f"k{n}", id_number=None) for n in range(2)]
    assert replaced_lines([replace(NEW, row_key="x", id_number=None)], before) == {}


def test_in_our_own_copy_the_place_counts_when_something_else_agrees():
    mended = replace(NEW, row_key="x", id_number="2", name="Lê Thị Lành", programme_code=None)
    assert replaced_lines([mended], [OLD]) == {}
    assert replaced_lines([mended], [OLD], answer_to="ds.xlsx") == {"new": "old"}
    assert replaced_lines([mended], [OLD], answer_to="another.xlsx") == {}
    assert replaced_lines([replace(mended, birth="1999")], [OLD], answer_to="ds.xlsx") == {}


def test_a_row_that_cannot_be_read_puts_nobody_out_of_force():
    blocked = replace(NEW, is_blocked=True)
    pairs = replaced_lines([blocked], [OLD])
    assert effective(pairs, [blocked], [OLD]) == {}
    assert effective(pairs, [blocked], [replace(OLD, is_blocked=True)]) == {"new": "old"}


@given(MANY, MANY, st.sampled_from([None, "ds.xlsx"]))
def test_a_row_replaces_at_most_one_row_and_is_replaced_by_at_most_one(new, known, answer_to):
    pairs = replaced_lines(new, known, answer_to)
    assert len(set(pairs.values())) == len(pairs)
    assert pairs.keys() <= {line.row_id for line in new}
    assert set(pairs.values()) <= {line.row_id for line in known}
    assert same_lines(new, known).items() <= pairs.items()


@given(MANY)
def test_a_list_sent_again_finds_every_row_that_has_a_key(known):
    again = [replace(line, row_id=f"again-{line.row_id}") for line in known]
    pairs = same_lines(again, known)
    assert {line.row_id for line in known if line.row_key} <= set(pairs.values())
