"""What each month was due and what was paid for it: the opening history, and the arrears clerks write beside the amount."""

from __future__ import annotations

from collections.abc import Iterator

from ansinh.core.period import Period
from ansinh.local.province.groups import code_in, monthly_amount
from ansinh.local.province.model import Line

_YEAR_START = 1


def months_before(line: Line, period: Period, first: Period) -> Iterator[tuple[Period, str]]:
    """(month, code) of every month due from `first` to the month before `period`."""
    month = max(line.since, first)
    while month < period:
        code = code_in(line, month)
        if code is not None:
            yield month, code
        month = month.plus(1)


def paid_for(line: Line, month: Period, code: str, period: Period) -> int | None:
    """Đồng paid for a month by all lists before `period`, truy lĩnh included; None when the line was in none of them."""
    if not line.in_history or line.listed_from >= period:
        return None
    return monthly_amount(line, code, month, period.plus(-1))


def arrears(line: Line, period: Period, first: Period) -> int:
    """Truy lĩnh of all months before `period`: what each month is worth by the rates known now, less what was paid."""
    if line.family == "MAI_TANG" or not line.in_history:
        return 0
    total = 0
    for month, code in months_before(line, period, first):
        total += monthly_amount(line, code, month, period) - (paid_for(line, month, code, period) or 0)
    return total


def first_month(period: Period) -> Period:
    """January of the year of the list: where the opening history begins."""
    return Period(period.year, _YEAR_START)
