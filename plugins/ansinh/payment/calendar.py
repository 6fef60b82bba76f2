"""Bank business days in Vietnam: public holidays of package `holidays`, corrected by the seed `holidays_override`.

The package knows Tết, Hùng Kings and substitute days off; it does not know that a Saturday swapped for a day off is worked.
Such days, and the dates a decision fixes late, are rows of the override table.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ansinh.core.clock import VIETNAM
from ansinh.core.errors import UsageError
from ansinh.core.settings import load_settings
from ansinh.rules import reference
from ansinh.text import say


@lru_cache(maxsize=8)
def _public_holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("VN", years=year))


def _override(day: date) -> bool | None:
    try:
        rows = reference.load("holidays_override")
    except UsageError:
        return None  # a province without the table: the package's calendar stands
    found = [row["is_business_day"].strip().lower() in ("true", "t", "1", "yes") for row in rows if row["day"] == day.isoformat()]
    return found[-1] if found else None


def is_business_day(day: date) -> bool:
    """Whether banks work that day (the override table wins over weekend and holiday)."""
    fixed = _override(day)
    return fixed if fixed is not None else day.weekday() < 5 and day not in _public_holidays(day.year)


def next_business_day(day: date) -> date:
    """The first business day after `day`."""
    following = day + timedelta(days=1)
    while not is_business_day(following):
        following += timedelta(days=1)
    return following


def cut_off(execution_date: date) -> datetime:
    """The last moment (Vietnam time) the bank takes a file to be executed that day: setting `bank.cut_off`. Raises UsageError."""
    written = load_settings().bank.cut_off
    try:
        return datetime.combine(execution_date, time.fromisoformat(written), VIETNAM)
    except ValueError as error:
        raise UsageError(say("errors.payment.cut_off", written=written), say("errors.payment.cut_off_fix")) from error


def is_too_late(execution_date: date, now: datetime) -> bool:
    """Whether a file for that execution date can no longer reach the bank in time: it must be sealed again."""
    return now >= cut_off(execution_date)
