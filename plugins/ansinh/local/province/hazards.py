"""Decides how many hazards of each kind a province of a size gets, and plants them. Shares are invented, kinds are those of practice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from ansinh.local.province import lookalikes, moves, supplement
from ansinh.local.province.duplicates import DuplicateMaker
from ansinh.local.province.families import CommuneMaker
from ansinh.local.province.groups import is_ncc
from ansinh.local.province.model import Commune, Entry, Hazard, Payee

if TYPE_CHECKING:
    from ansinh.local.province.province import Province

SUPPLEMENT_ROWS = 13
_PER_THOUSAND = {
    "twins": 2.0,
    "father_and_son": 1.5,
    "namesakes_same_year": 3.0,
    "spouses_one_account": 2.0,
    "one_id_for_two": 0.7,
    "within": 10.0,
    "across": 12.0,
    "moved": 1.0,
    "moved_listed_twice": 1.5,
    "mismatch_name": 8.0,
    "mismatch_birth": 10.0,
    "mismatch_sex": 2.0,
    "not_found": 8.0,
    "deceased": 6.0,
    "missing": 0.7,
    "old_rate": 5.0,
    "wrong_level": 3.0,
    "funeral": 0.7,
    "dead_payee": 0.5,
    "shared_account": 0.4,
    "spaced_id": 4.0,
    "two_numbers": 1.5,
    "uncollected": 3.0,
    "closed_account": 10.0,
}


def count(kind: str, people: int) -> int:
    """How many of a kind in a province of so many people; at least one, so that small provinces show all."""
    return max(1, round(_PER_THOUSAND[kind] * people / 1000))


def new_people(people: int) -> int:
    """People the traps bring themselves."""
    return sum(n * count(kind, people) for kind, n in lookalikes.NEW_PEOPLE_PER_TRAP.items())


def plant(province: Province, people: int) -> None:
    """All hazards of the first month, in an order in which none spoils another."""
    _supplements(province)
    _lookalikes(province, people)
    _moves(province, people)
    doubles = DuplicateMaker(province.rng("duplicates"), province.communes)
    province.hazards += doubles.plant(count("within", people), across=False)
    province.hazards += doubles.plant(count("across", people), across=True)
    _register(province, people)
    _clerks(province, people)
    _receivers(province, people)


def pick(province: Province, rng: Random, how_many: int) -> Iterator[tuple[Commune, Entry]]:
    """Untouched rows of the main lists, anywhere in the province; the caller marks them and may stop."""
    for _ in range(how_many * 30):
        commune = rng.choice(province.communes)
        entry = rng.choice(commune.entries)
        if moves.untouched(entry):
            yield commune, entry


def _supplements(province: Province) -> None:
    """A quarter of the communes send a second list; every other row in it is bad."""
    for index, commune in enumerate(province.communes):
        if index % 4 == 0:
            rng = province.rng(f"supplement|{commune.code}")
            drawn = CommuneMaker(rng, province.register, commune).beneficiaries(2 * SUPPLEMENT_ROWS, new=True)
            lines = [line for line in drawn if line.subject is None and not is_ncc(line) and line.person.shows == "cccd"]
            entries = [Entry(line, list_name="supplement") for line in lines[:SUPPLEMENT_ROWS]]
            province.lines += [e.line for e in entries]
            supplement.spoil(rng, entries, province.register.numbers)
            commune.entries += entries


def _lookalikes(province: Province, people: int) -> None:
    rng = province.rng("lookalikes")
    for kind in lookalikes.NEW_PEOPLE_PER_TRAP:
        for _ in range(count(kind, people)):
            maker = lookalikes.LookalikeMaker(rng, province.register, rng.choice(province.communes))
            hazard = maker.plant(kind)
            province.lines += maker.new_lines
            province.hazards += [hazard] if hazard else []
    for _ in range(count("one_id_for_two", people)):
        found = lookalikes.one_id_for_two(rng, rng.choice(province.communes))
        province.hazards += [found] if found else []
    province.hazards.append(lookalikes.placeholder_phone(rng, province.communes[-1], 0.2))


def _moves(province: Province, people: int) -> None:
    if len(province.communes) < 2:
        return
    rng = province.rng("moves")
    for kind in ("moved", "moved_listed_twice"):
        wanted = count(kind, people)
        for commune, entry in pick(province, rng, wanted):
            if wanted == 0:
                break
            if entry.line.subject or entry.line.payee or sum(e.person is entry.person for e in commune.entries) > 1:
                continue
            target = rng.choice([c for c in province.communes if c is not commune])
            layout = province.layouts[target.code]
            province.hazards.append(moves.move(rng, entry, commune, target, layout, still_listed=kind == "moved_listed_twice"))
            wanted -= 1


def _register(province: Province, people: int) -> None:
    """Where list and register disagree, and who died or went missing."""
    rng = province.rng("register")
    died_in = province.period.plus(-1)
    for kind in ("mismatch_name", "mismatch_birth", "mismatch_sex", "not_found", "deceased", "missing"):
        wanted = count(kind, people)
        for _, entry in pick(province, rng, wanted):
            if wanted == 0:
                break
            wanted -= 1
            entry.typed.hazard = kind
            if kind == "deceased":
                moves.die(rng, entry.person, died_in.plus(-rng.choice((0, 0, 1))), 20)
                province.changed[entry.person.key] = None
            elif kind == "missing":
                entry.person.status = rng.choice(("mat_tich", "huy"))
            else:
                moves.mistype_for_register(rng, entry, kind)
            province.hazards.append(Hazard(kind, (entry.person.key,), (entry,)))


def _clerks(province: Province, people: int) -> None:
    """Old rates, last month's levels, numbers with spaces, two numbers in one cell, uncollected cash."""
    rng = province.rng("clerks")
    planted = {"old_rate": 0, "spaced_id": 0, "two_numbers": 0, "uncollected": 0}
    for kind in planted:
        for _, entry in pick(province, rng, count(kind, people)):
            if planted[kind] == count(kind, people):
                break
            planted[kind] += _clerk(rng, province, entry, kind)
    levels = 0
    for entry in [e for c in province.communes for e in c.entries]:
        if levels < count("wrong_level", people) and moves.untouched(entry) and rng.random() < 0.5:
            levels += moves.list_wrong_level(entry, province.period)


def _clerk(rng: Random, province: Province, entry: Entry, kind: str) -> bool:
    number, line = entry.person.cccd, entry.line
    if kind == "old_rate":
        return moves.list_old_rate(entry, province.period)
    if kind == "uncollected":
        if line.channel != "cash" or line.since > province.period.plus(-6):
            return False
        line.uncollected = tuple(province.period.plus(-n) for n in range(1, rng.choice((1, 2, 3, 3)) + 1))
    elif kind == "spaced_id":
        entry.typed.id_text = rng.choice(
            (f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}", f"{number[:4]}.{number[4:8]}.{number[8:]}", f"{number} ")
        )
    elif entry.person.cmnd is None:
        return False
    else:
        entry.typed.id_text, entry.typed.look = f"{entry.person.cmnd}/{number}", "two numbers in one cell"
    entry.typed.hazard = kind
    return True


def _receivers(province: Province, people: int) -> None:
    """Dead payees, one account for many, funeral support, accounts the bank has closed."""
    rng = province.rng("receivers")
    by_number = {p.cccd: p for p in province.register.people}
    beneficiaries = {line.person.key for line in province.lines}
    with_payee = [e for c in province.communes for e in c.entries if e.line.payee and moves.untouched(e)]
    for entry in rng.sample(with_payee, min(len(with_payee), count("dead_payee", people))):
        payee = by_number[str(entry.line.payee.id_number)] if entry.line.payee else entry.person
        if payee.key not in beneficiaries:
            moves.die(rng, payee, province.period.plus(-2), 28)
            entry.typed.hazard = "dead_payee"
            province.hazards.append(Hazard("dead_payee", (entry.person.key,), (entry,)))
    for _ in range(count("shared_account", people)):
        _share_account(province, rng)
    for _ in range(count("funeral", people)):
        _funeral(province, rng)
    accounts = {e.line.account.number: e.line.account for c in province.communes for e in c.entries if e.line.account}
    chosen = rng.sample(sorted(accounts), min(len(accounts), count("closed_account", len(accounts))))
    province.closed_accounts = [accounts[number] for number in chosen]


def _share_account(province: Province, rng: Random) -> None:
    """A neighbour who takes the money of six old people."""
    commune = rng.choice(province.communes)
    old = [
        e for e in commune.entries if e.line.channel == "cash" and moves.untouched(e) and e.person.birth.year < province.period.year - 65
    ]
    owner = next((e for e in commune.entries if e.line.account and not e.line.payee and moves.untouched(e)), None)
    if owner is None or len(old) < 6:
        return
    chosen = rng.sample(old, 6)
    for entry in chosen:
        entry.line.account, entry.line.channel = owner.line.account, "bank"
        entry.line.payee = Payee(owner.person.full_name, owner.person.cccd, "Hàng xóm")
        entry.typed.hazard = "shared_account"
    province.hazards.append(Hazard("shared_account", tuple(e.person.key for e in (owner, *chosen)), (owner, *chosen)))


def _funeral(province: Province, rng: Random) -> None:
    """Somebody died last month; the family asks for funeral support (once)."""
    commune = rng.choice(province.communes)
    household = CommuneMaker(rng, province.register, commune)
    person = province.register.person(rng, commune, (62, 95))
    moves.die(rng, person, province.period.plus(-1), 15)
    child = province.register.person(rng, commune, (30, 55))
    line = household.maker.pay_to(household.maker.line(person, "MAI_TANG", code="11", new=True), child, "Con")
    line.in_history = False
    line.person.shows = "cccd"
    province.lines.append(line)
    entry = Entry(line)
    entry.typed.hazard = "funeral"
    commune.entries.append(entry)
    province.hazards.append(Hazard("funeral", (person.key,), (entry,)))
