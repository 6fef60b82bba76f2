"""Draws single people: birth, sex, name, identity papers, phone."""

from __future__ import annotations

from calendar import monthrange
from random import Random

from ansinh.core.period import Period
from ansinh.local.province.model import Birth, Commune, Person
from ansinh.local.province.names import full_name
from ansinh.local.province.numbers import Numbers

PLACEHOLDER_PHONE = "0900000000"


class Register:
    """Makes people and remembers all of them: the register the feed is written from."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.people: list[Person] = []
        self.numbers = Numbers()
        self._next = 0

    def birth(self, rng: Random, ages: tuple[int, int], *, may_be_year_only: bool = True) -> Birth:
        """A birth such that the person's age in the period lies within `ages` (years, end exclusive).

        A quarter of people born before 1960 and a tenth of those born before 1975 have only a year in the register.
        Nobody is born on 1 January: that day is a placeholder wherever it appears.
        """
        months = rng.randrange(ages[0] * 12 + 2, ages[1] * 12)  # two months in: old enough when the list was made
        month = self.period.plus(-months)
        share = 0.25 if month.year < 1960 else 0.1 if month.year < 1975 else 0.0
        if may_be_year_only and rng.random() < share and self._year_fits(month.year, ages):
            return Birth(month.year)
        first = 2 if month.month == 1 else 1
        return Birth(month.year, month.month, rng.randint(first, monthrange(month.year, month.month)[1]))

    def _year_fits(self, year: int, ages: tuple[int, int]) -> bool:
        months = self.period.minus(Period(year, 1))
        return ages[0] * 12 <= months < ages[1] * 12

    def person(
        self,
        rng: Random,
        commune: Commune,
        ages: tuple[int, int],
        women: float = 0.5,
        *,
        family_name: str | None = None,
        sex: str | None = None,
    ) -> Person:
        """A new person of the commune, in the register."""
        own_sex = sex or ("female" if rng.random() < women else "male")
        return self.with_birth(rng, commune, self.birth(rng, ages), own_sex, full_name(rng, own_sex, family_name))

    def with_birth(self, rng: Random, commune: Commune, birth: Birth, sex: str, name: str) -> Person:
        """A new person of whom birth, sex and name are given."""
        self._next += 1
        age = self.period.year - birth.year
        person = Person(
            key=f"P{self._next:06d}",
            full_name=name,
            sex=sex,
            birth=birth,
            cccd=self.numbers.cccd(rng, sex, birth.year),
            commune=commune.code,
            hamlet=rng.choice(commune.hamlets),
            cmnd=self.numbers.cmnd(rng) if age >= 30 and rng.random() < 0.7 else None,
            phone=self.numbers.phone(rng) if rng.random() < (0.55 if age >= 80 else 0.85) else None,
        )
        person.shows = _shown_paper(rng, age, has_cmnd=person.cmnd is not None)
        self.people.append(person)
        return person


def _shown_paper(rng: Random, age: int, *, has_cmnd: bool) -> str:
    """Which number the commune holds: some old people only an old CMND or none, some infants none yet."""
    chance = rng.random()
    if age >= 85 and chance < 0.05:
        return "none"
    if age < 3 and chance < 0.25:
        return "none"
    if age >= 60 and has_cmnd and 0.05 <= chance < 0.12:
        return "cmnd"
    return "cccd"
