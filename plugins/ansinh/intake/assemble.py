"""From the columns of one table to its rows: the sender's cells beside the reading."""

from __future__ import annotations

import re
from typing import Any

from ansinh.identity.id_number import IdReading
from ansinh.identity.names import name_key
from ansinh.intake.body import hamlet_of_heading
from ansinh.intake.columns import letter
from ansinh.intake.dates import Birth, read_month
from ansinh.intake.groups import by_words, codes
from ansinh.intake.model import Reading, SheetRow
from ansinh.intake.money import Money, read_money
from ansinh.intake.paying import Paying, date_column, id_column, read_paying
from ansinh.intake.people import age_in_months, read_all_births, read_ids, read_names, read_sexes
from ansinh.intake.table import Table, to_text

_HAMLET_PART = re.compile(
    r"(?:^|[,;\-–]\s*)((?:thôn|ấp|khu phố|kp|tổ dân phố|tdp|tổ|bản|buôn|bon|khóm|xóm|sóc|phum|làng|thon|ap|khu pho|to)\.?\s*[^,;\-–]+)",
    re.IGNORECASE,
)
_SMALLER = re.compile(r"(?:tổ|to)\b(?! dân phố)", re.IGNORECASE)  # `Tổ 5, Ấp 8`: the hamlet is Ấp 8
_MIDDLE = re.compile(r" (Thị|Văn) ")


def _cells(rows: list[list[Any]]) -> list[dict[str, str]]:
    """The sender's cells as text, by column letter, without the empty ones. Column by column, because most are all text."""
    width = max((len(row) for row in rows), default=0)
    if any(len(row) != width for row in rows):
        rows = [row + [""] * (width - len(row)) for row in rows]
    columns: list[Any] = []
    for column in zip(*rows, strict=True):
        if set(map(type, column)) == {str}:
            columns.append(column)
        else:
            kinds = {(value, value.__class__) for value in column}  # True and 1 are equal but read differently
            memo = {pair: to_text(pair[0]) for pair in kinds}
            columns.append([memo[value, value.__class__] for value in column])
    letters = [letter(position) for position in range(width)]
    return [{name: text for name, text in zip(letters, texts, strict=True) if text} for texts in zip(*columns, strict=True)]


def read_rows(table: Table, headings: list[str], group_words: str, in_thousands: bool, given_name: int | None) -> list[SheetRow]:
    """Every row of the table, read and judged. Problems of the sheet itself stay on `table.notes`."""
    names = read_names(table, given_name)
    sexes = read_sexes(table)
    births = read_all_births(table)
    ids = read_ids(table, sexes, births)
    _doubt_sexes(table, names, sexes)
    ages = [age_in_months(birth, table) for birth in births]
    hamlets = _hamlets(table, headings)
    fallback = {heading: _group_of(heading, group_words) for heading in dict.fromkeys(headings)}
    money = read_money(table, ages, [fallback[heading] for heading in headings], in_thousands)
    paying = read_paying(table, names, ages)
    extras = _extras(table, money)
    rows = []
    for index, cells in enumerate(_cells(table.rows)):
        problems = table.problems.get(index, [])
        reading = _reading(index, names, sexes, births, ids, money, paying, hamlets, extras)
        for found in problems:
            if found.severity == "block" and found.blocks_row:
                reading.is_blocked = True
                break
        rows.append(SheetRow(table.sheet, table.numbers[index], cells, reading, problems))
    return rows


def _group_of(heading: str, group_words: str) -> str:
    """The group a heading between the rows names, else the one the title names."""
    if not heading or hamlet_of_heading(heading) or (group_words and not by_words(heading)):
        return group_words
    return heading if by_words(heading) else ""


def _reading(
    index: int,
    names: list[str | None],
    sexes: list[str | None],
    births: list[Birth],
    ids: list[IdReading],
    money: Money,
    paying: Paying,
    hamlets: tuple[list[str | None], list[str | None]],
    extras: dict[str, list[Any]],
) -> Reading:
    birth, number, group = births[index], ids[index], money.groups[index]
    subject = extras["subject_id_number"][index]
    person = number.number or f"{name_key(names[index] or '')}|{birth.day or birth.year or ''}"
    return Reading(
        False,
        f"{person}|{group.programme or ''}|{group.code or ''}|{subject or ''}|1",
        names[index],
        number.number,
        number.id_type,
        number.old_cmnd,
        birth.day,
        birth.year,
        birth.month,
        birth.precision,
        sexes[index],  # type: ignore[arg-type]
        group.programme,
        group.code,
        group.is_unsure,
        money.coefficients[index],
        money.amounts[index],
        money.arrears[index],
        paying.bins[index],
        paying.accounts[index],
        paying.account_names[index],
        paying.channels[index],
        paying.inferred[index],
        paying.payee_names[index],
        paying.payee_ids[index],
        paying.relations[index],
        paying.mandates[index],
        paying.phones[index],
        hamlets[0][index],
        hamlets[1][index],
        extras["decided_on"][index],
        extras["entitled_from"][index],
        extras["certified_on"][index],
        money.children[index],
        subject,
        extras["moved_from"][index],
        extras["note"][index],
    )


def _doubt_sexes(table: Table, names: list[str | None], sexes: list[str | None]) -> None:
    for index, (name, sex) in enumerate(zip(names, sexes, strict=True)):
        if sex is not None and name is not None and (" Thị " in name if sex == "male" else " Văn " in name):
            found = _MIDDLE.search(name)
            table.add(index, "full_name", "NAME_SEX_DOUBT", middle=found[1] if found else "")


def _hamlets(table: Table, headings: list[str]) -> tuple[list[str | None], list[str | None]]:
    """(hamlet, address) of each row: the hamlet column, the hamlet part of the address, else the heading above."""
    hamlets, addresses = table.texts("hamlet"), table.texts("address")
    memo: dict[str, str | None] = {}
    for text in dict.fromkeys(addresses):
        parts = [part.strip() for part in _HAMLET_PART.findall(text)] if text else []
        memo[text] = next((part for part in parts if not _SMALLER.match(part)), parts[0] if parts else None)
    by_heading = {heading: hamlet_of_heading(heading) for heading in dict.fromkeys(headings)}
    merged = [hamlet or memo[address] or by_heading[heading] for hamlet, address, heading in zip(hamlets, addresses, headings, strict=True)]
    return merged, [address or None for address in addresses]


def _extras(table: Table, money: Money) -> dict[str, list[Any]]:
    none: list[Any] = [None] * len(table.rows)
    extras: dict[str, list[Any]] = {
        "decided_on": date_column(table, "decided_on") if table.has("decided_on") else none,
        "certified_on": date_column(table, "certified_on") if table.has("certified_on") else none,
        "entitled_from": [read_month(value, table.is_1904) if value != "" else None for value in table.values("entitled_from")],
        "subject_id_number": id_column(table, "subject_id_number", "SUBJECT_ID_ODD"),
        "moved_from": [text or None for text in table.texts("moved_from")],
        "note": [text or None for text in table.texts("note")],
    }
    if not table.has("decided_on") and table.has("decision_number"):  # `12/QĐ-UBND ngày 05/10/2026`
        position = table.columns["decision_number"]
        table.columns["decided_on"] = position
        before = {index: list(found) for index, found in table.problems.items()}
        extras["decided_on"] = date_column(table, "decided_on")
        table.problems = before
        del table.columns["decided_on"]
    for index, group in enumerate(money.groups):
        own = codes().get(group.code or "")
        if own is not None and own.family in ("20.2c", "20.2d", "20.1") and extras["subject_id_number"][index] is None:
            table.add(index, "subject_id_number", "SUBJECT_MISSING", code=own.code)
    return extras
