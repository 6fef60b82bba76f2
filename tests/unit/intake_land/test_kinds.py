"""What a workbook is to the earlier ones of its commune: words first, then overlap."""

from __future__ import annotations

from datetime import datetime

import pytest
from ansinh.core.period import Period
from ansinh.intake.kinds import Overlap, decide_kind, decide_period, is_late
from hypothesis import given
from hypothesis import strategies as st

ANY_SIZE = st.integers(0, 3000)


@st.composite
def overlaps(draw, live=ANY_SIZE):
    rows, live_rows = draw(st.integers(0, 3000)), draw(live)
    matched = draw(st.integers(0, rows))
    return Overlap(rows, matched, live_rows, draw(st.integers(0, live_rows)))


def _kind(words=None, *, ours=False, has_list=True, rows=100, matched=0, live=100, withdrawn=0):
    return decide_kind(words, is_our_answer=ours, has_list=has_list, overlap=Overlap(rows, matched, live, withdrawn))


@pytest.mark.parametrize(
    ("case", "kind", "question"),
    [
        ({"live": 0, "has_list": False}, "first", None),
        ({"words": "supplement", "live": 0, "has_list": False}, "supplement", None),
        ({"words": "supplement", "matched": 100}, "supplement", None),
        ({"words": "correction"}, "correction", None),
        ({"ours": True, "words": "supplement"}, "correction", None),
        ({"matched": 50}, "full_resend", None),
        ({"matched": 49}, None, "KIND_UNCLEAR"),
        ({"matched": 6}, None, "KIND_UNCLEAR"),
        ({"matched": 5}, "supplement", None),
        ({"matched": 5, "has_list": False}, "first", None),
        ({"matched": 90, "withdrawn": 10}, "full_resend", None),
        ({"matched": 90, "withdrawn": 11}, "full_resend", "MANY_WITHDRAWN"),
        ({"rows": 0}, "supplement", None),
    ],
)
def test_the_borders_of_the_ruling_hold_exactly(case, kind, question):
    decision = _kind(**case)
    assert (decision.kind, decision.question) == (kind, question)


@given(st.sampled_from([None, "correction", "supplement"]), st.booleans(), overlaps())
def test_our_own_copy_is_always_a_correction(words, has_list, overlap):
    assert decide_kind(words, is_our_answer=True, has_list=has_list, overlap=overlap).kind == "correction"


@given(st.sampled_from(["correction", "supplement"]), st.booleans(), overlaps())
def test_words_win_over_every_overlap_and_never_ask(words, has_list, overlap):
    decision = decide_kind(words, is_our_answer=False, has_list=has_list, overlap=overlap)
    assert (decision.kind, decision.question) == (words, None)


@given(st.booleans(), overlaps(live=st.integers(1, 3000)))
def test_without_words_a_list_replaces_others_only_from_half_its_rows_on(has_list, overlap):
    decision = decide_kind(None, is_our_answer=False, has_list=has_list, overlap=overlap)
    share = overlap.matched / overlap.rows if overlap.rows else 0.0
    assert (decision.kind == "full_resend") == (share >= 0.5)
    assert (decision.kind in ("supplement", "first")) == (share <= 0.05)
    assert (decision.question == "KIND_UNCLEAR") == (0.05 < share < 0.5)


@given(st.booleans(), overlaps(live=st.integers(1, 3000)))
def test_more_than_a_tenth_withdrawn_is_always_asked_before_it_takes_effect(has_list, overlap):
    decision = decide_kind(None, is_our_answer=False, has_list=has_list, overlap=overlap)
    if decision.kind == "full_resend":
        assert (decision.question is not None) == (overlap.withdrawn / overlap.live_rows > 0.1)


@given(st.booleans(), overlaps(live=st.just(0)))
def test_with_nothing_in_force_a_list_without_words_is_the_first(has_list, overlap):
    assert decide_kind(None, is_our_answer=False, has_list=has_list, overlap=overlap).kind == "first"


@given(st.tuples(st.integers(2020, 2030), st.integers(1, 12)), st.tuples(st.integers(2020, 2030), st.integers(1, 12)))
def test_a_month_is_past_this_or_future_and_no_month_is_this(found, run):
    verdict = decide_period(Period(*found), Period(*run))
    assert verdict == ("this" if found == run else "past" if found < run else "future")
    assert decide_period(None, Period(*run)) == "this"


@pytest.mark.parametrize(
    ("received", "late"),
    [
        ("2026-10-24T23:59:59+07:00", False),
        ("2026-10-25T00:00:00+07:00", True),
        ("2026-10-24T16:59:59+00:00", False),
        ("2026-10-24T17:00:00+00:00", True),
        ("2026-11-03T08:00:00+07:00", True),
    ],
)
def test_late_begins_on_the_25th_of_the_month_before_in_vietnam(received, late):
    assert is_late(datetime.fromisoformat(received), Period(2026, 11)) is late


def test_january_lists_are_due_in_december():
    assert is_late(datetime.fromisoformat("2026-12-25T00:00:00+07:00"), Period(2027, 1))
