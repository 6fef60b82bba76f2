"""People who moved, died, or are listed with a wrong level: what the register and the calendar know and the list does not."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date
from random import Random

from ansinh.core.period import Period
from ansinh.local.province import typos
from ansinh.local.province.groups import code_in, is_ncc, monthly_amount, programme_of_family
from ansinh.local.province.layouts import Layout
from ansinh.local.province.model import Birth, Commune, Entry, Hazard, Person


def untouched(entry: Entry) -> bool:
    """No hazard yet, a single ordinary row of somebody in the register with a whole number."""
    typed = entry.typed
    marked = typed.hazard or typed.look or typed.problem
    return (
        not marked and entry.list_name == "main" and entry.person.shows == "cccd" and entry.person.status == "song" and entry.person.in_feed
    )


def move(rng: Random, entry: Entry, old: Commune, new: Commune, layout: Layout, *, still_listed: bool) -> Hazard:
    """The person now lives in `new` and is listed there; the old commune may have kept the row."""
    person = entry.person
    arrived = Entry(replace(entry.line, commune=new.code, moved_from=f"{old.type_vi} {old.name}"))
    arrived.typed.hamlet = rng.choice(new.hamlets)
    arrived.typed.hazard = entry.typed.hazard = "moved_listed_twice" if still_listed else "moved"
    person.commune, person.hamlet = new.code, arrived.typed.hamlet
    if not still_listed:
        old.entries.remove(entry)
    else:
        entry.typed.hamlet = rng.choice(old.hamlets)
    new.entries.insert(rng.randrange(len(new.entries) + 1), arrived)
    rows = (entry, arrived) if still_listed else (arrived,)
    return Hazard(arrived.typed.hazard, (person.key,), rows, f"{old.code}>{new.code}|{'said' if layout.has('moved_from') else 'silent'}")


def die(rng: Random, person: Person, month: Period, last_day: int) -> None:
    """The register learns of a death in `month`, on or before `last_day`."""
    person.status = "chet"
    person.died_on = date(month.year, month.month, rng.randint(1, min(last_day, monthrange(month.year, month.month)[1])))


def mistype_for_register(rng: Random, entry: Entry, kind: str) -> bool:
    """Make list and register disagree in one field; False where the person does not lend himself to it."""
    person, typed = entry.person, entry.typed
    if kind == "mismatch_name":
        typed.full_name = typos.letter_typo(rng, person.full_name)
    elif kind == "mismatch_birth":
        other = typos.wrong_day(rng, person.birth) or Birth(person.birth.year + rng.choice((-3, -2, -1, 1, 2)))
        if rng.random() < 0.5:
            person.feed_birth = Birth(person.birth.year + rng.choice((-4, -3, -2, 2, 3)), other.month, other.day)
        else:
            typed.birth = other
    elif kind == "mismatch_sex":
        typed.sex = "female" if person.sex == "male" else "male"
    else:
        person.in_feed = False
    typed.hazard = kind
    return True


def list_wrong_level(entry: Entry, period: Period) -> bool:
    """The list still says the level of three months ago where age has changed it since; False where it has not."""
    line = entry.line
    if is_ncc(line) or programme_of_family(line.family) == "CHAM_SOC" or line.code:
        return False
    before, now = code_in(line, period.plus(-3)), code_in(line, period)
    if before is None or before == now or line.since > period.plus(-3):
        return False
    entry.typed.code = before
    entry.typed.look = "level of an earlier age"
    return True


def list_old_rate(entry: Entry, period: Period) -> bool:
    """The list still says the standard amount of the last list; False where it is the same."""
    code = code_in(entry.line, period)
    if code is None or entry.line.family == "MAI_TANG":
        return False
    old = monthly_amount(entry.line, code, period.plus(-1), period.plus(-1))
    if old == monthly_amount(entry.line, code, period, period):
        return False
    entry.typed.amount_vnd = old
    entry.typed.look = "amount by the old rate"
    return True
