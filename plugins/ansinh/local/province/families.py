"""Builds the beneficiaries of a commune: single people, children with parents or guardians, carers with those they care for."""

from __future__ import annotations

from random import Random

from ansinh.local.province.groups import GROUPS, Group
from ansinh.local.province.lines import LineMaker
from ansinh.local.province.model import Commune, Line, Person
from ansinh.local.province.people import Register

_GUARDIANS = (("Ông", "male"), ("Bà", "female"), ("Bác", "male"), ("Cô", "female"), ("Dì", "female"))


class CommuneMaker:
    """Draws lines until the commune has so many beneficiaries."""

    def __init__(self, rng: Random, register: Register, commune: Commune) -> None:
        self.rng, self.register, self.commune = rng, register, commune
        self.maker = LineMaker(rng, register, commune)
        self._shares = [g.share for g in GROUPS]

    def beneficiaries(self, count: int, *, new: bool = False) -> list[Line]:
        """Lines of about `count` people (a carer may be one more)."""
        lines: list[Line] = []
        people: set[str] = set()
        while len(people) < count:
            made = self.household(self.rng.choices(GROUPS, self._shares)[0], new=new)
            lines += made
            people |= {line.person.key for line in made}
        return lines

    def household(self, group: Group, *, new: bool = False) -> list[Line]:
        """The lines of one beneficiary of the group, and of the carer where there is one."""
        person = self.register.person(self.rng, self.commune, group.ages, group.women)
        line = self.maker.line(person, group.family, new=new)
        if group.ages[1] <= 16:
            return self._child(line)
        if group.family == "5.4":
            line.children_count = self.rng.choices((1, 2, 3), (70, 26, 4))[0]
        if group.family == "5.6_dbn" and self.rng.random() < 0.35:
            return self._cared_for(line, "20.2c" if self.rng.random() < 0.92 else "20.2d")
        if group.family == "5.5d":
            return self._cared_for(line, "20.1")
        return [self.maker.pay_to(line), *self._second_line(line)]

    def _child(self, line: Line) -> list[Line]:
        """A child's money goes to a parent, or to a guardian where there are none; one in thirty-three has an own account."""
        child = line.person
        if line.family == "5.1":
            relation, sex = self.rng.choice(_GUARDIANS)
            guardian = self._adult(child, (45, 75), sex, same_surname=relation in ("Ông", "Bác", "Cô"))
            made = [self.maker.pay_to(line, guardian, relation)]
            if self.rng.random() < 0.3:
                made.append(self._carer_line(guardian, line, "20.1"))
            return made
        relation, sex = ("Mẹ", "female") if self.rng.random() < 0.7 else ("Cha", "male")
        low = self.register.period.year - child.birth.year + 19
        parent = self._adult(child, (low, low + 18), sex, same_surname=sex == "male")
        if self.rng.random() < 0.03:
            line.channel, line.account = "bank", self.maker.account_of(child)
            return [line]
        made = [self.maker.pay_to(line, parent, relation)]
        if line.family == "5.6_dbn" and self.rng.random() < 0.4:
            made.append(self._carer_line(parent, line, "20.2c"))
        return made

    def _adult(self, near: Person, ages: tuple[int, int], sex: str, *, same_surname: bool) -> Person:
        surname = near.full_name.split(" ")[0] if same_surname else None
        adult = self.register.person(self.rng, self.commune, ages, sex=sex, family_name=surname)
        adult.hamlet = near.hamlet
        adult.shows = "cccd"
        return adult

    def _cared_for(self, line: Line, family: str) -> list[Line]:
        """An adult who needs care, and the carer; mostly the money of both goes to the carer's account."""
        person = line.person
        sex = "female" if self.rng.random() < 0.7 else "male"
        carer = self._adult(person, (24, 72), sex, same_surname=self.rng.random() < 0.4)
        relation = self.rng.choice(("Vợ", "Con", "Em") if sex == "female" and person.sex == "male" else ("Con", "Em", "Cháu"))
        paid = self.maker.pay_to(line, carer, relation) if self.rng.random() < 0.6 else self.maker.pay_to(line)
        return [paid, self._carer_line(carer, line, family)]

    def _carer_line(self, carer: Person, cared_for: Line, family: str) -> Line:
        line = self.maker.line(carer, family, subject=cared_for.person)
        line.since = max(line.since, cared_for.since)
        line.decided_on = max(line.decided_on, cared_for.decided_on)
        if cared_for.account and cared_for.payee and cared_for.payee.id_number == carer.cccd:
            line.channel, line.account = "bank", cared_for.account
            return line
        return self.maker.pay_to(line)

    def _second_line(self, first: Line) -> list[Line]:
        """Some people are in two groups: lawful together (5.4 with 5.6, two NCC), excluded (HTXH with 5.6), or for review (NCC with HTXH)."""
        person, chance = first.person, self.rng.random()
        age = self.register.period.year - person.birth.year
        second = None
        if first.family == "5.4" and chance < 0.06:
            second = self.maker.line(person, "5.6_n")
        elif first.family == "5.6_n" and age >= 76 and chance < 0.02:
            second = self.maker.line(person, "HTXH")
            second.in_history = False
        elif first.family in ("NCC_TB", "NCC_HDKC") and chance < 0.08:
            second = self.maker.line(person, "NCC_CDHH")
        elif first.family == "NCC_TUAT" and age >= 76 and chance < 0.03:
            second = self.maker.line(person, "HTXH")
        elif first.family in ("5.6_n", "5.6_dbn") and person.sex == "female" and 18 <= age <= 42 and chance < 0.06:
            second = self._nursing(first)
        if second is None:
            return []
        second.channel, second.account, second.payee = first.channel, first.account, first.payee
        return [second]

    def _nursing(self, first: Line) -> Line:
        """A disabled mother of a child under 36 months: care support beside her own allowance."""
        infant = self.register.person(self.rng, self.commune, (0, 2))
        infant.hamlet = first.person.hamlet
        line = self.maker.line(first.person, "20.2a", subject=infant, code="20.2b")
        line.since = max(line.since, infant.birth.month_known())
        line.decided_on = max(line.decided_on, self.maker.day(line.since))
        return line
