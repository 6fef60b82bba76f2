"""When a bank works, and when a file comes too late."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from ansinh.core.clock import VIETNAM
from ansinh.payment import calendar
from ansinh.rules import reference


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 10, 23), date(2026, 10, 26)),  # Friday → Monday
        (date(2026, 2, 13), date(2026, 2, 23)),  # over Tết Bính Ngọ
        (date(2026, 4, 29), date(2026, 5, 4)),  # 30 April and 1 May, then a weekend
        (date(2026, 4, 24), date(2026, 4, 28)),  # Hùng Kings on a Sunday: Monday off
    ],
)
def test_the_next_business_day_skips_weekends_and_holidays(day: date, following: date) -> None:
    assert calendar.next_business_day(day) == following


def test_the_override_table_wins_over_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"day": "2026-10-24", "is_business_day": "true", "reason": ""}, {"day": "2026-10-26", "is_business_day": "false", "reason": ""}]
    monkeypatch.setattr(reference, "load", lambda name: rows if name == "holidays_override" else [])
    assert calendar.next_business_day(date(2026, 10, 23)) == date(2026, 10, 24)
    assert calendar.next_business_day(date(2026, 10, 24)) == date(2026, 10, 27)


def test_the_cut_off_is_vietnam_time_whatever_the_clock_s_zone() -> None:
    day = date(2026, 10, 26)
    assert not calendar.is_too_late(day, datetime(2026, 10, 26, 14, 59, 59, tzinfo=VIETNAM))
    assert calendar.is_too_late(day, datetime(2026, 10, 26, 15, 0, tzinfo=VIETNAM))
    assert calendar.is_too_late(day, datetime.fromisoformat("2026-10-26T08:00:00+00:00"))


def test_the_shipped_table_knows_the_saturday_worked_for_a_day_off() -> None:
    assert calendar.next_business_day(date(2026, 8, 21)) == date(2026, 8, 22)
    assert not calendar.is_business_day(date(2026, 8, 29))
