"""A payout month, always an argument and never the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ansinh.core.errors import UsageError
from ansinh.text import say

_SHAPE = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One month, ordered by time. `str(period)` is `2026-11`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-11`. Raises UsageError for anything else."""
        found = _SHAPE.match(text.strip())
        if not found:
            raise UsageError(say("errors.period.malformed", text=text), say("errors.period.malformed_fix"))
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Period:
        """The month a day lies in."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> Period:
        """The month so many months later (earlier if negative)."""
        index = self.year * 12 + (self.month - 1) + months
        return Period(index // 12, index % 12 + 1)

    def minus(self, other: Period) -> int:
        """How many months lie between the two."""
        return (self.year - other.year) * 12 + self.month - other.month

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
