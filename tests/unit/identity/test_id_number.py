"""What an identity number proves, and what it does not."""

from __future__ import annotations

import pytest
from ansinh.identity.id_number import contradictions, facts, read_id
from hypothesis import given
from hypothesis import strategies as st

WOMAN_1987 = "074187841222"


def test_a_number_tells_its_sex_its_year_and_a_province() -> None:
    own = facts(WOMAN_1987)
    assert (own.prefix_known, own.sex, own.birth_year) == (True, "female", 1987)
    assert facts("079216345678").birth_year == 2016


def test_facts_of_anything_but_twelve_digits_is_an_error() -> None:
    for wrong in ("07418784122", "07418784122A", "０７４１８７８４１２２２"):
        with pytest.raises(ValueError, match="12 digits"):
            facts(wrong)


@pytest.mark.parametrize(
    ("value", "number"),
    [(74187841222.0, WOMAN_1987), ("74187841222", WOMAN_1987), (1138471878, "001138471878"), ("74187841222.0", WOMAN_1987)],
)
def test_lost_zeros_come_back_where_prefix_sex_and_year_agree(value: str | float, number: str) -> None:
    year = facts(number).birth_year
    reading = read_id(value, "female", year)
    assert (reading.number, reading.codes) == (number, ("ID_PADDED",))


@pytest.mark.parametrize(("sex", "year"), [("male", 1987), ("female", 1988), ("female", None), (None, None)])
def test_lost_zeros_stay_lost_when_anything_disagrees_or_the_year_is_unknown(sex: str | None, year: int | None) -> None:
    reading = read_id(74187841222.0, sex, year)
    assert (reading.number, reading.codes) == (None, ("ID_LOST_ZEROS",))


def test_padding_needs_no_sex_when_the_row_gives_none() -> None:
    assert read_id(74187841222.0, None, 1987).number == WOMAN_1987


@pytest.mark.parametrize(
    "text",
    [
        "280123456/074187841222",
        "074187841222 280123456",
        "280123456-074187841222",
        "CMND cũ 280123456, CCCD 074187841222",
        "280123456\n074187841222",
        "074187841222 (280123456)",
    ],
)
def test_of_two_numbers_in_a_cell_the_long_one_wins_and_the_short_one_is_kept(text: str) -> None:
    reading = read_id(text, "female", 1987)
    assert (reading.number, reading.old_cmnd, reading.codes) == (WOMAN_1987, "280123456", ("ID_TWO_NUMBERS",))


@pytest.mark.parametrize(
    "text",
    ["074 187 841 222", "074.187.841.222", "074-187-841-222", "'074187841222", "CCCD: 074187841222", "Số 074187841222", " 074187841222 "],
)
def test_spaces_dots_and_labels_around_one_number_do_not_matter(text: str) -> None:
    assert read_id(text, "female", 1987).number == WOMAN_1987


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "ID_MISSING"), ("-", "ID_MISSING"), ("không có", "ID_WORDS"), ("đang làm CCCD", "ID_WORDS"), ("07418", "ID_TOO_SHORT"), ("28012345", "ID_TOO_SHORT"),
        ("0741878412223", "ID_TOO_LONG"), ("7.4188E+10", "ID_LOST_DIGITS"), ("7,4188E+10", "ID_LOST_DIGITS"), (1.2345678901234568e18, "ID_LOST_DIGITS"),
        (74187000000.0, "ID_LOST_DIGITS"), (12345.5, "ID_LOST_DIGITS"), ("07418784122A", "ID_LETTERS"), ("B1234567", "ID_LETTERS"), ("000000000000", "ID_PLACEHOLDER"),
        ("123456789", "ID_PLACEHOLDER"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_a_problem_and_never_data(value: str | float, code: str) -> None:
    reading = read_id(value, "female", 1987)
    assert reading.number is None
    assert reading.codes == (code,)


def test_the_letter_o_is_a_zero_only_where_the_rest_proves_it() -> None:
    assert read_id("O74187841222", "female", 1987).number == WOMAN_1987
    assert read_id("O74187841222", "male", 1987).number is None


def test_nine_digits_are_an_old_card() -> None:
    reading = read_id("280123456")
    assert (reading.number, reading.id_type) == ("280123456", "cmnd")


@given(st.integers(0, 999_999), st.sampled_from(["001", "074", "079", "096"]), st.integers(1930, 2025), st.booleans())
def test_every_true_number_survives_excel_and_contradicts_nobody_but_others(tail: int, prefix: str, year: int, is_woman: bool) -> None:
    century = 2 * (year // 100 - 19) + is_woman
    number = f"{prefix}{century}{year % 100:02d}{tail:06d}"
    sex = "female" if is_woman else "male"
    other = "male" if is_woman else "female"
    assert contradictions(number, sex, year) == ()
    assert contradictions(number, other, year) == ("ID_SEX_DIFFERS",)
    assert contradictions(number, sex, year - 1) == ("ID_YEAR_DIFFERS",)
    if tail:
        assert read_id(float(number), sex, year).number == number
        assert read_id(number, sex, year).codes == ()


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read_id(text, "male", 1960)
    assert reading.number is None or (len(reading.number) in (9, 12) and reading.number.isdigit())
