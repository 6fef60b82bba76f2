"""Leads the province one month on: who joins, leaves, dies, moves, changes account or name, and which bad rows are repaired."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from ansinh.local.province import hazards, moves
from ansinh.local.province.families import CommuneMaker
from ansinh.local.province.groups import code_in
from ansinh.local.province.model import Account, Commune, Entry, Hazard, Typed
from ansinh.local.province.names import bank_name, full_name
from ansinh.local.province.province import Province, add_lines

_JOIN, _DIE, _MOVE, _NEW_ACCOUNT, _NEW_NAME = 0.010, 0.005, 0.003, 0.005, 0.001
_KEPT_HAZARDS = (
    "duplicate_",
    "twins",
    "father_and_son",
    "namesakes_same_year",
    "spouses_one_account",
    "placeholder_phone",
    "one_id_for_two",
)


def evolve(province: Province) -> None:
    """Change the province in place from one month to the next."""
    province.period = province.period.plus(1)
    province.register.period = province.period
    province.changed.clear()
    rng = province.rng("month")
    before = [e for c in province.communes for e in c.entries]
    _settle_last_month(province)
    province.hazards = [h for h in province.hazards if h.kind.startswith(_KEPT_HAZARDS)]
    people = len({e.person.key for e in before})
    _deaths(province, rng, round(people * _DIE))
    _moves(province, rng, round(people * _MOVE))
    _accounts(province, rng, round(people * _NEW_ACCOUNT))
    _names(province, rng, max(1, round(people * _NEW_NAME)))
    for commune in province.communes:
        joiner_rng = province.rng(f"joiners|{commune.code}")
        joined = CommuneMaker(joiner_rng, province.register, commune).beneficiaries(max(1, round(len(commune.entries) * _JOIN)), new=True)
        for entry in add_lines(province, commune, joined):
            entry.typed.hazard = "joined"
            province.hazards.append(Hazard("joined", (entry.person.key,), (entry,)))


def _settle_last_month(province: Province) -> None:
    """Clerks repair what was answered: bad rows come right, moved rows leave the old list, the dead and the aged-out leave."""
    moved_on = {id(h.entries[0]) for h in province.hazards if h.kind == "moved_listed_twice"}
    for commune in province.communes:
        kept = []
        for entry in commune.entries:
            gone = id(entry) in moved_on or entry.line.family == "MAI_TANG" or entry.person.status != "song"
            if gone or code_in(entry.line, province.period) is None:
                continue
            kept.append(_repaired(entry))
        commune.entries = kept
    province.lines = [line for line in province.lines if line.family != "MAI_TANG"]


def _repaired(entry: Entry) -> Entry:
    """The row as it is typed next month: problems and one-month looks are gone, lasting habits stay."""
    typed, line = entry.typed, entry.line
    entry.list_name = "main" if entry.list_name == "supplement" else entry.list_name
    if typed.problem or typed.hazard in ("old_rate", "spaced_id", "two_numbers", "joined", "mismatch_sex"):
        entry.typed = Typed()
    typed = entry.typed
    typed.amount_vnd, typed.code, typed.look = None, None, ""
    if typed.hazard.startswith("moved"):
        line.moved_from, typed.hazard = None, ""
    return entry


def _deaths(province: Province, rng: Random, wanted: int) -> None:
    """Half of the dead left the list in time, the others are still on it."""
    month = province.period.plus(-1)
    for commune, entry in hazards.pick(province, rng, wanted):
        if wanted == 0:
            return
        wanted -= 1
        person = entry.person
        moves.die(rng, person, month, 18)
        province.changed[person.key] = None
        rows = tuple(e for e in commune.entries if e.person is person)
        if rng.random() < 0.5:
            commune.entries = [e for e in commune.entries if e.person is not person]
            rows = ()
        for row in rows:
            row.typed.hazard = "deceased"
        province.hazards.append(Hazard("deceased" if rows else "left_after_death", (person.key,), rows))


def _moves(province: Province, rng: Random, wanted: int) -> None:
    if len(province.communes) < 2:
        return
    for commune, entry in hazards.pick(province, rng, wanted):
        if wanted == 0:
            return
        if entry.line.subject or entry.line.payee or sum(e.person is entry.person for e in commune.entries) > 1:
            continue
        wanted -= 1
        target = rng.choice([c for c in province.communes if c is not commune])
        hazard = moves.move(rng, entry, commune, target, province.layouts[target.code], still_listed=rng.random() < 0.5)
        province.changed[entry.person.key] = None
        province.hazards.append(hazard)


def _accounts(province: Province, rng: Random, wanted: int) -> None:
    """New accounts: first for those whose account the bank had closed, then for others; some open one for the first time."""
    closed = {a.number for a in province.closed_accounts}
    first = [e for c in province.communes for e in c.entries if e.line.account and e.line.account.number in closed and not e.line.payee]
    others = [e for _, e in hazards.pick(province, rng, wanted) if not e.line.payee]
    for entry in list(dict.fromkeys([*first[::2], *others]))[:wanted]:
        account = province.register.numbers.account(rng, entry.person.full_name)
        _use_account(province, entry, account=account)


def _use_account(province: Province, entry: Entry, *, account: Account) -> None:
    for commune in province.communes:
        for row in _rows_of(commune, entry):
            row.line = replace(row.line, account=account, channel="bank")
    entry.person.social_account = entry.line.account
    province.changed[entry.person.key] = None
    province.hazards.append(Hazard("changed_account", (entry.person.key,), (entry,)))


def _rows_of(commune: Commune, entry: Entry) -> list[Entry]:
    return [e for e in commune.entries if e.person is entry.person and (e is entry or e.line.account)]


def _names(province: Province, rng: Random, wanted: int) -> None:
    """A name changed by decision: register and list both carry the new one, the number stays."""
    for _, entry in hazards.pick(province, rng, wanted):
        if wanted == 0:
            return
        wanted -= 1
        person = entry.person
        person.full_name = full_name(rng, person.sex, person.full_name.split(" ")[0])
        if entry.line.account and not entry.line.payee:
            entry.line.account = replace(entry.line.account, name=bank_name(person.full_name))
        province.changed[person.key] = None
        entry.typed.hazard = "changed_name"
        province.hazards.append(Hazard("changed_name", (person.key,), (entry,)))
