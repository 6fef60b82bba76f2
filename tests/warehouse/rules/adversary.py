"""Further worked examples, computed by hand from the decrees and the rulings: one November list with many neighbours of the known cases.

Each case says what one person's lines must be: (code, amount, arrears, payable, recovery, hold). The standard amount is 500,000 to June
2026 and 540,000 from July, known since October; histories are opening files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from province import Person, Province

MONTH = "2026-11"
OLD, NEW, ALL = "2026-01..2026-06", "2026-07..2026-10", "2026-01..2026-10"
CASH = {"payment_channel": "cash", "bank_bin": None, "account_number": None, "account_name": None}
NOTHING = {"bank_bin": None, "account_number": None, "account_name": None}
Line = tuple[str, int, int, int, int, str | None]


@dataclass
class Case:
    name: str
    person: Person
    lines: list[Line]


def paid(code: str, amount: int, arrears: int = 0, recovery: int = 0) -> Line:
    return (code, amount, arrears, amount + arrears, recovery, None)


def held(code: str, hold: str, amount: int = 0, arrears: int = 0, recovery: int = 0) -> Line:
    return (code, amount, arrears, 0, recovery, hold)


class World:
    """A list being written, with what each person's lines must be."""

    def __init__(self, folder: Path) -> None:
        self.p = Province(folder)
        self.cases: list[Case] = []

    def case(
        self,
        name: str,
        birth: str,
        lines: list[Line],
        *rows: tuple[Any, ...],
        past: Sequence[tuple[Any, ...]] = (),
        sex: str = "male",
        **person: Any,
    ) -> Person:
        """`rows`: (code, declared, {columns}); `past`: (code, amount, months…[, {paid: False}])."""
        who = self.p.person(birth, sex, **person)
        for code, amount, *months in past:
            more = months.pop() if isinstance(months[-1], dict) else {}
            self.p.paid(who, code, amount, *months, **more)
        for code, amount, *more in rows:
            self.p.listed(MONTH, who, code, amount, **(more[0] if more else {}))
        self.cases.append(Case(name, who, lines))
        return who

    def carer(
        self,
        name: str,
        code: str,
        declared: int,
        line: list[Line],
        birth: str,
        past: int = 0,
        past_code: str = "",
        *,
        dead_on: date | None = None,
        months: str = NEW,
    ) -> None:
        subject = self.p.person(birth, "male", dead_on=dead_on)
        who = self.p.person("3/3/1975", "female")
        if past:
            self.p.paid(who, past_code or code, past, months, subject=subject.id_number)
        self.p.listed(MONTH, who, code, declared, subject_id_number=subject.id_number)
        self.cases.append(Case(name, who, line))


def as_line(row: dict[str, Any]) -> Line:
    return (row["entitlement_code"], row["amount_vnd"], row["arrears_vnd"], row["payable_vnd"], row["recovery_vnd"], row["hold_code"])


def differences(cases: list[Case], lines_of: Callable[[Person], list[dict[str, Any]]]) -> list[str]:
    """Every case whose lines are not the expected ones, in any order."""

    def key(line: Line) -> tuple[str, ...]:
        return tuple(map(str, line))

    found = []
    for case in cases:
        rows = lines_of(case.person)
        said = sorted(map(as_line, rows), key=key)
        if said != sorted(case.lines, key=key):
            found.append(
                f"{case.name}\n   expected {sorted(case.lines, key=key)}\n   said     {said}\n   "
                + "\n   ".join(row["why_vi"] for row in rows)
            )
    return found
