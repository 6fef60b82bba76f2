"""People listed twice: inside a commune and in two communes, each typed another way the second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from ansinh.local.province import typos
from ansinh.local.province.cells import shown_id
from ansinh.local.province.groups import is_ncc
from ansinh.local.province.model import Birth, Commune, Entry, Hazard, Person

# kind → how the second row is typed; None where the person does not lend himself to it
Variant = Callable[[Random, Person], "dict[str, object] | None"]


def _dropped_tones(_: Random, p: Person) -> dict[str, object] | None:
    bare = typos.without_tones(p.full_name)
    return {"full_name": bare} if bare != p.full_name else None


def _missing_middle(_: Random, p: Person) -> dict[str, object] | None:
    short = typos.without_middle(p.full_name)
    return {"full_name": short} if short else None


def _swapped(_: Random, p: Person) -> dict[str, object] | None:
    birth = typos.swapped(p.birth)
    return {"birth": birth} if birth else None


def _typo_no_id(rng: Random, p: Person) -> dict[str, object] | None:
    return {"full_name": typos.letter_typo(rng, p.full_name), "no_id": True} if p.birth.is_full else None


def _year_only(_: Random, p: Person) -> dict[str, object] | None:
    return {"birth": Birth(p.birth.year), "no_id": True} if p.birth.is_full else None


VARIANTS: dict[str, tuple[int, Variant]] = {
    "exact": (10, lambda _, p: {}),
    "typo_name": (18, lambda rng, p: {"full_name": typos.letter_typo(rng, p.full_name)}),
    "dropped_tones": (14, _dropped_tones),
    "cmnd_for_cccd": (14, lambda _, p: {"id_number": p.cmnd} if p.cmnd else None),
    "day_month_swap": (10, _swapped),
    "missing_middle": (10, _missing_middle),
    "no_id": (8, lambda _, p: {"no_id": True} if p.birth.is_full else None),
    "id_one_digit": (8, lambda rng, p: {"id_number": typos.wrong_digit(rng, p.cccd)}),
    "typo_and_no_id": (4, _typo_no_id),
    "year_only_no_id": (4, _year_only),
}


class DuplicateMaker:
    """Plants second rows of people already listed."""

    def __init__(self, rng: Random, communes: list[Commune]) -> None:
        self.rng, self.communes = rng, communes

    def plant(self, count: int, *, across: bool) -> list[Hazard]:
        """`count` second rows, in the same commune or (`across`) in another one."""
        kinds, shares = list(VARIANTS), [share for share, _ in VARIANTS.values()]
        planted: list[Hazard] = []
        for _ in range(count * 20):
            if len(planted) == count or (across and len(self.communes) < 2):
                break
            commune = self.rng.choice(self.communes)
            entry = self.rng.choice(commune.entries)
            if not _may_be_doubled(entry):
                continue
            kind = self.rng.choices(kinds, shares)[0]
            typed = VARIANTS[kind][1](self.rng, entry.person)
            if typed is not None:
                planted.append(self._second(entry, commune, kind, typed, across=across))
        return planted

    def _second(self, entry: Entry, commune: Commune, kind: str, typed: dict[str, object], *, across: bool) -> Hazard:
        target = commune
        second = entry.copy(**typed, hazard=kind)
        if across:
            target = self.rng.choice([c for c in self.communes if c is not commune])
            second.line = replace(entry.line, commune=target.code)
            second.typed.hamlet = self.rng.choice(target.hamlets)
        if self.rng.random() < 0.4:  # the second clerk knew no account
            second.line = replace(second.line, account=None, channel="cash", payee=None)
        if self.rng.random() < 0.5:
            second.typed.phone = ""
        entry.typed.hazard = entry.typed.hazard or "first_of_two"
        target.entries.insert(self.rng.randrange(len(target.entries) + 1), second)
        where = "across" if across else "within"
        return Hazard(f"duplicate_{kind}", (entry.person.key,), (entry, second), where)


def _may_be_doubled(entry: Entry) -> bool:
    line = entry.line
    plain_row = not entry.typed.hazard and not entry.typed.look and not entry.typed.problem and entry.list_name == "main"
    return plain_row and not is_ncc(line) and line.subject is None and line.family != "MAI_TANG" and shown_id(entry) == entry.person.cccd
