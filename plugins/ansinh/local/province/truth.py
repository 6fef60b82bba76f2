"""truth.json, opening.csv and bank_behaviours.json: what is known about a generated month."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson

from ansinh.local.province import arrears
from ansinh.local.province.model import Entry
from ansinh.local.province.output import Workbooks
from ansinh.local.province.province import Province
from ansinh.local.province.verdicts import RegisterView

OPENING_COLUMNS = ("period", "commune_code", "id_number", "entitlement_code", "subject_id_number", "amount_vnd", "paid")


def truth(province: Province, workbooks: Workbooks, generator: dict[str, Any]) -> dict[str, Any]:
    """The whole truth: files and rows as a perfect reader sees them, who is who, what was planted."""
    places: dict[int, dict[str, Any]] = {}
    persons: dict[str, list[dict[str, Any]]] = defaultdict(list)
    verdicts: list[dict[str, Any]] = []
    by_number: dict[str, set[str]] = defaultdict(set)
    register = RegisterView(province.register.people)
    for entry, commune, file_name, sheet, number, row in workbooks.rows:
        place = {"commune_code": commune, "file_name": file_name, "sheet": sheet, "row_number": number}
        places[id(entry)] = place
        persons[entry.person.key].append(place)
        status = register.verdict(row)
        verdicts.append({**place, "identity_status": status})
        if row["id_number"]:
            by_number[row["id_number"]].add(status)
    return {
        "period": str(province.period),
        "generator": generator,
        "files": workbooks.files,
        "identity_status": {number: min(found) for number, found in by_number.items() if len(found) == 1},
        "identity_status_rows": verdicts,
        "persons": persons,
        "deaths": _deaths(province),
        **_planted(province, places),
    }


def _deaths(province: Province) -> list[dict[str, Any]]:
    listed = {line.person.key for line in province.lines}
    return [
        {"person": p.key, "id_number": p.cccd, "died_on": p.died_on.isoformat()}
        for p in province.register.people
        if p.died_on and p.key in listed and p.in_feed
    ]


def _planted(province: Province, places: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Duplicates (pairs of rows that are one person), moves, and every other hazard."""

    def rows(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
        return [places[id(e)] for e in entries if id(e) in places]

    duplicates, moved, others = [], [], []
    for hazard in province.hazards:
        shown = {"kind": hazard.kind, "persons": list(hazard.people), "rows": rows(hazard.entries)}
        if hazard.kind.startswith("duplicate_"):
            duplicates.append({**shown, "kind": hazard.kind.removeprefix("duplicate_"), "where": hazard.detail})
        elif hazard.kind.startswith("moved"):
            way, _, said = hazard.detail.partition("|")
            moved.append({**shown, "from": way.split(">")[0], "to": way.split(">")[1], "said": said == "said"})
        else:
            others.append(shown)
    return {"duplicates": duplicates, "moves": moved, "hazards": others}


def write_opening(province: Province, path: Path) -> int:
    """Every month of the year due before the period, by the rates of then; returns rows written.

    One line a (month, person, code, subject): two shares of one code stand as their sum.
    """
    first = arrears.first_month(province.period)
    paid: dict[tuple[str, str, str, str, str], list[Any]] = {}
    for line in province.lines:
        for month, code in arrears.months_before(line, province.period, first):
            amount = arrears.paid_for(line, month, code, province.period)
            if amount is None:
                continue
            key = (str(month), line.commune, line.person.cccd, code, line.subject.cccd if line.subject else "")
            known = paid.setdefault(key, [0, True])
            known[0] += amount
            known[1] &= month not in line.uncollected
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(OPENING_COLUMNS)
        writer.writerows((*key, amount, "true" if was_paid else "false") for key, (amount, was_paid) in sorted(paid.items()))
    return len(paid)


def write_behaviours(province: Province, path: Path) -> None:
    """Accounts the stand-in bank must refuse or send back, as `ansinh.local.bank.seed_accounts` takes them: mostly closed ones."""
    accounts = [{"bin": a.bin, "account_number": a.number, **_behaviour(int(a.number[-2:]))} for a in province.closed_accounts]
    path.write_bytes(orjson.dumps(accounts, option=orjson.OPT_INDENT_2))


def _behaviour(chance: int) -> dict[str, Any]:
    if chance < 70:
        return {"behaviour": "closed-account"}
    if chance < 80:
        return {"behaviour": "wrong-account"}
    if chance < 86:
        return {"behaviour": "blocked-account"}
    return {"behaviour": "return-later", "days": 3, "reason": "AC04"}


def write_truth(found: dict[str, Any], path: Path) -> None:
    path.write_bytes(orjson.dumps(found))
