"""Draws entitlement lines: since when, decided when, by which channel, to whose account."""

from __future__ import annotations

from datetime import date
from random import Random

from ansinh.core.period import Period
from ansinh.local.province.groups import NCC_MULTIPLES, first_age, is_ncc, start_rule
from ansinh.local.province.model import Account, Commune, Line, Payee, Person
from ansinh.local.province.people import Register

_PROGRAMME_STARTS = {"HTXH": Period(2025, 7)}  # social pensions began then (NĐ 176/2025/NĐ-CP)
_OLDEST = Period(2019, 1)
LAST_DECISION_DAY = 20  # decisions later in the month reach the list after the next one


class LineMaker:
    """Makes the lines of one commune for the lists of one period."""

    def __init__(self, rng: Random, register: Register, commune: Commune) -> None:
        self.rng, self.register, self.commune, self.period = rng, register, commune, register.period
        self._accounts: dict[str, Account] = {}

    def account_of(self, person: Person) -> Account:
        """The person's own account; the same one whenever asked."""
        if person.key not in self._accounts:
            self._accounts[person.key] = self.register.numbers.account(self.rng, person.full_name)
            if self.rng.random() < 0.4:
                person.social_account = self._accounts[person.key]
        return self._accounts[person.key]

    def line(self, person: Person, family: str, *, subject: Person | None = None, code: str | None = None, new: bool = False) -> Line:
        """A line with its dates; channel and account are set by `pay_to`."""
        aged = subject if subject and family.startswith("20") else person
        earliest = max(aged.birth.month_known().plus(first_age(family)), _PROGRAMME_STARTS.get(family, _OLDEST), _OLDEST)
        latest = self.period.plus(-1)
        since = latest if new else self._since(min(earliest, latest), latest)
        decided = since
        certified_on = None
        if start_rule(family) == "certificate":
            certified_on = self.day(since)
            decided = min(since.plus(self.rng.choice((0, 0, 1, 1, 2))), latest)
        decided_on = max(self.day(decided), certified_on) if certified_on else self.day(decided)
        multiple = self.rng.choice(NCC_MULTIPLES[family]) if family in NCC_MULTIPLES else None
        return Line(
            person,
            family,
            self.commune.code,
            since,
            decided_on,
            "cash",
            subject=subject,
            certified_on=certified_on,
            multiple=multiple,
            code=code,
        )

    def _since(self, earliest: Period, latest: Period) -> Period:
        """Mostly years ago, one in nine within the last ten months, one in fifty decided for this very list."""
        kind = self.rng.random()
        first_of_year = self.period.plus(-10)
        if kind < 0.87 and earliest < first_of_year:
            low, high = earliest, first_of_year.plus(-1)
        elif kind < 0.98:
            low, high = max(earliest, first_of_year), max(earliest, latest.plus(-1))
        else:
            low = high = latest
        return low.plus(self.rng.randint(0, max(0, high.minus(low))))

    def day(self, month: Period) -> date:
        return date(month.year, month.month, self.rng.randint(2, LAST_DECISION_DAY))

    def pay_to(self, line: Line, payee: Person | None = None, relation: str = "") -> Line:
        """Choose channel and account: the beneficiary's, or the payee's where somebody else takes the money."""
        age = self.period.year - line.person.birth.year
        chance = self.rng.random()
        if payee is not None:
            self._through(line, payee, relation)
        elif age >= 80:
            line.channel = "bank" if chance < 0.45 else "home" if chance < 0.58 else "cash"
        else:
            line.channel = "bank" if chance < (0.7 if age >= 60 else 0.85) else "cash"
        if line.channel == "bank" and line.account is None:
            self._own_or_family(line)
        elif line.channel != "bank" and self.rng.random() < 0.08:
            line.person.social_account = self.account_of(line.person)  # an account nobody told the commune of
        return line

    def _through(self, line: Line, payee: Person, relation: str) -> None:
        mandate = None
        if relation not in ("Cha", "Mẹ") and self.rng.random() < 0.7:
            mandate = date(self.period.year + 1, self.rng.randint(1, 12), 28)
        line.payee = Payee(payee.full_name, payee.cccd, relation, mandate)
        line.channel = "bank" if self.rng.random() < 0.85 else "cash"
        if line.channel == "bank":
            line.account = self.account_of(payee)

    def _own_or_family(self, line: Line) -> None:
        """Nine in ten use their own account; some old people their spouse's or child's."""
        chance = self.rng.random()
        age = self.period.year - line.person.birth.year
        if age >= 60 and chance < 0.07 and not is_ncc(line):
            relation, ages = ("Con", (25, 58)) if chance < 0.04 else ("Vợ" if line.person.sex == "male" else "Chồng", (58, 85))
            sex = {"Vợ": "female", "Chồng": "male"}.get(relation)
            relative = self.register.person(self.rng, self.commune, ages, sex=sex)
            relative.hamlet = line.person.hamlet
            line.payee = Payee(relative.full_name, relative.cccd, relation, date(self.period.year + 1, self.rng.randint(1, 12), 28))
            line.account = self.account_of(relative)
        else:
            line.account = self.account_of(line.person)
