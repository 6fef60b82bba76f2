"""Builds a whole province for its first month: communes, people, lines, and everything that makes lists hard."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.local.province import hazards
from ansinh.local.province.families import CommuneMaker
from ansinh.local.province.layouts import LAYOUTS, Layout
from ansinh.local.province.model import Account, Commune, Entry, Hazard, Line
from ansinh.local.province.people import Register
from ansinh.rules import reference
from ansinh.text import say

PROVINCE = "79"
FIRST_COMMUNES = ("25858", "25864", "25867", "25882")  # the old district of Phú Giáo


@dataclass(slots=True)
class Province:
    """Everything known about the synthetic province in one month."""

    seed: int
    period: Period
    register: Register
    communes: list[Commune]
    layouts: dict[str, Layout]
    lines: list[Line] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    closed_accounts: list[Account] = field(default_factory=list)
    changed: dict[str, None] = field(default_factory=dict)  # keys of people the register learned something about
    late_commune: str = ""

    def rng(self, purpose: str) -> Random:
        """An own stream for each purpose, so that one part's draws never move another's."""
        return Random(f"{self.seed}|{self.period}|{purpose}")


def commune_list(count: int, period: Period) -> list[Commune]:
    """Phú Giáo's four communes first, then others of the province by code. Raises UsageError when there are not so many."""
    day = period.first_day.isoformat()
    rows = {
        r["commune_code"]: r
        for r in reference.load("communes")
        if r["code_system"] == "gso_2025"
        and r["province_code"] == PROVINCE
        and r["valid_from"] <= day
        and (not r["valid_to"] or day <= r["valid_to"])
    }
    codes = [*FIRST_COMMUNES, *(c for c in sorted(rows, key=lambda c: (abs(int(c) - 25870), c)) if c not in FIRST_COMMUNES)]
    if not 1 <= count <= len(codes):
        raise UsageError(say("errors.province.communes", most=len(codes)), say("errors.province.communes_fix"))
    return [Commune(c, rows[c]["name_vi"], rows[c]["type_vi"], []) for c in codes[:count]]


def build(communes: int, people: int, seed: int, period: Period) -> Province:
    """The province in its first month. Raises UsageError when there are fewer than ten people a commune."""
    listed = commune_list(communes, period)
    if people < 10 * communes:
        raise UsageError(say("errors.province.people"), say("errors.province.people_fix"))
    province = Province(seed, period, Register(period), listed, {c.code: LAYOUTS[i % len(LAYOUTS)] for i, c in enumerate(listed)})
    reserved = hazards.new_people(people)
    for commune, count in zip(listed, _sizes(province.rng("sizes"), people - reserved, communes), strict=True):
        _populate(province, commune, count)
    hazards.plant(province, people)
    _add_residents(province, people)
    return province


def _add_residents(province: Province, people: int) -> None:
    """People of the register who are on no list: one for every twenty beneficiaries."""
    rng = province.rng("residents")
    for _ in range(people // 20):
        province.register.person(rng, rng.choice(province.communes), (20, 90))


def _sizes(rng: Random, people: int, communes: int) -> list[int]:
    """Unequal communes that add up."""
    weights = [rng.uniform(0.6, 1.4) for _ in range(communes)]
    sizes = [int(people * w / sum(weights)) for w in weights]
    sizes[0] += people - sum(sizes)
    return sizes


def _populate(province: Province, commune: Commune, count: int) -> None:
    rng = province.rng(f"people|{commune.code}")
    kind = "Khu phố" if commune.type_vi == "Phường" else "Ấp"
    commune.hamlets = [f"{kind} {n}" for n in range(1, rng.randint(6, 12))]
    lines = CommuneMaker(rng, province.register, commune).beneficiaries(count)
    add_lines(province, commune, lines)


def add_lines(province: Province, commune: Commune, lines: list[Line]) -> list[Entry]:
    """Put true lines on the commune's lists, as far as its layout can say what they are."""
    layout = province.layouts[commune.code]
    entries = []
    for line in lines:
        if line.code and not layout.has("code"):
            continue  # words alone could not tell this care support from the others
        if not layout.has("children") and line.children_count:
            line.children_count = 1
        province.lines.append(line)
        entries.append(Entry(line, list_name="ncc" if line.family.startswith("NCC_") else "main"))
    commune.entries += entries
    return entries
