"""Different people who look like one: twins, father and son, namesakes of one year next door, spouses, one typed number for two."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from ansinh.local.province.groups import fits, is_ncc
from ansinh.local.province.lines import LineMaker
from ansinh.local.province.model import Birth, Commune, Entry, Hazard, Line, Payee, Person
from ansinh.local.province.names import full_name, middle_and_given
from ansinh.local.province.people import PLACEHOLDER_PHONE, Register

NEW_PEOPLE_PER_TRAP = {"twins": 1, "father_and_son": 1, "namesakes_same_year": 1, "spouses_one_account": 2}


class LookalikeMaker:
    """Plants traps in one commune; every new person also gets a true line."""

    def __init__(self, rng: Random, register: Register, commune: Commune) -> None:
        self.rng, self.register, self.commune = rng, register, commune
        self.maker = LineMaker(rng, register, commune)
        self.new_lines: list[Line] = []

    def plant(self, kind: str) -> Hazard | None:
        """One trap of the kind, or None where nobody suits."""
        if kind == "spouses_one_account":
            return self._spouses()
        entry = self._somebody(kind)
        if entry is None:
            return None
        person = entry.person
        if kind == "namesakes_same_year":
            other = self._namesake(person, entry.line.family)
        else:
            other = self._twin(person) if kind == "twins" else self._parent(person)
        other.hamlet = person.hamlet
        other.shows = "cccd"
        line = self.maker.line(other, entry.line.family)
        if kind == "twins":
            line.channel, line.account, line.payee, line.children_count = entry.line.channel, entry.line.account, entry.line.payee, None
            other.phone = person.phone
        else:
            line = self.maker.pay_to(line)
        return self._list(kind, entry, line)

    def _somebody(self, kind: str) -> Entry | None:
        for _ in range(200):
            entry = self.rng.choice(self.commune.entries)
            line, person = entry.line, entry.person
            usable = not entry.typed.hazard and entry.list_name == "main" and not is_ncc(line) and line.subject is None
            if not usable or not person.birth.is_full or person.shows != "cccd":
                continue
            age = self.register.period.year - person.birth.year
            fits = {"twins": age <= 60, "father_and_son": line.family == "5.6_n" and 17 <= age <= 55, "namesakes_same_year": age >= 16}[
                kind
            ]
            if fits and line.family not in ("MAI_TANG", "5.4"):
                return entry
        return None

    def _twin(self, person: Person) -> Person:
        words = person.full_name.split(" ")
        name = person.full_name
        while name == person.full_name:
            name = " ".join([*words[:-1], middle_and_given(self.rng, person.sex)[-1]])
        return self.register.with_birth(self.rng, self.commune, person.birth, person.sex, name)

    def _parent(self, person: Person) -> Person:
        month = person.birth.month_known().plus(-self.rng.randint(20 * 12, 38 * 12))
        return self.register.with_birth(
            self.rng, self.commune, Birth(month.year, month.month, self.rng.randint(2, 28)), person.sex, person.full_name
        )

    def _namesake(self, person: Person, family: str) -> Person:
        """The same name, sex and year, another month; of an age the same group takes."""
        months = [m for m in range(1, 13) if m != person.birth.month]
        births = [Birth(person.birth.year, m, self.rng.randint(2, 28)) for m in self.rng.sample(months, len(months))]
        fitting = [b for b in births if fits(family, b, self.register.period.plus(-2))]
        return self.register.with_birth(self.rng, self.commune, (fitting or [person.birth])[0], person.sex, person.full_name)

    def _spouses(self) -> Hazard:
        husband = self.register.person(self.rng, self.commune, (75, 92), sex="male")
        wife = self.register.with_birth(
            self.rng, self.commune, self.register.birth(self.rng, (75, 90)), "female", full_name(self.rng, "female")
        )
        wife.hamlet, wife.phone = husband.hamlet, husband.phone
        husband.shows = wife.shows = "cccd"
        first, second = self.maker.line(husband, "HTXH"), self.maker.line(wife, "HTXH")
        first.channel = second.channel = "bank"
        first.account = second.account = self.maker.account_of(husband)
        second.payee = Payee(husband.full_name, husband.cccd, "Chồng")
        self.new_lines.append(first)
        entry = Entry(first)
        entry.typed.hazard = "spouses_one_account"
        self.commune.entries.append(entry)
        return self._list("spouses_one_account", entry, second)

    def _list(self, kind: str, first: Entry, line: Line) -> Hazard:
        second = Entry(line)
        first.typed.hazard = second.typed.hazard = kind
        self.new_lines.append(line)
        self.commune.entries.insert(self.commune.entries.index(first) + 1, second)
        return Hazard(kind, (first.person.key, line.person.key), (first, second))


def one_id_for_two(rng: Random, commune: Commune) -> Hazard | None:
    """A number copied down to the next row: both people of one sex and year, so only the register can tell whose it is."""
    by_year: dict[tuple[str, int], list[Entry]] = {}
    for entry in commune.entries:
        if not entry.typed.hazard and entry.list_name == "main" and entry.person.shows == "cccd" and entry.line.subject is None:
            by_year.setdefault((entry.person.sex, entry.person.birth.year), []).append(entry)
    pairs = [(a, b) for group in by_year.values() for a, b in pairwise(group) if a.person is not b.person]
    if not pairs:
        return None
    owner, other = rng.choice(pairs)
    other.typed.id_number = owner.person.cccd
    owner.typed.hazard = other.typed.hazard = "one_id_for_two"
    return Hazard("one_id_for_two", (owner.person.key, other.person.key), (owner, other))


def placeholder_phone(rng: Random, commune: Commune, share: float) -> Hazard:
    """A clerk who types the same number wherever there is none."""
    chosen = [e for e in commune.entries if e.list_name == "main" and rng.random() < share]
    for entry in chosen:
        entry.typed.phone = PLACEHOLDER_PHONE
    return Hazard("placeholder_phone", (), tuple(chosen))
