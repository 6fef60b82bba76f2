"""A period is a month and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from hypothesis import given
from hypothesis import strategies as st

periods = st.builds(Period, st.integers(1900, 2199), st.integers(1, 12))


@given(periods)
def test_a_period_written_down_reads_back_as_itself(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods, st.integers(-600, 600))
def test_going_some_months_on_and_back_returns(period: Period, months: int) -> None:
    assert period.plus(months).minus(period) == months
    assert period.plus(months).plus(-months) == period


@given(periods, periods)
def test_periods_sort_as_their_text_sorts(one: Period, other: Period) -> None:
    assert (one < other) == (str(one) < str(other))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-11", "2026/11", "2026-11-01", "", "tháng 11"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="2026-11"):
        Period.parse(text)


def test_a_day_lies_in_its_month() -> None:
    assert Period.of(date(2026, 11, 30)) == Period(2026, 11)
    assert Period(2026, 11).first_day == date(2026, 11, 1)
