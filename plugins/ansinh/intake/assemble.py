"""From the columns of one table to its rows: the sender's cells beside the reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from ansinh.identity.id_number import IdReading
from ansinh.identity.names import name_key
from ansinh.intake.body import hamlet_of_heading
from ansinh.intake.dates import Birth, read_month
from ansinh.intake.groups import by_words, codes
from ansinh.intake.model import Reading, SheetColumns, SheetRow
from ansinh.intake.money import Money, read_money
from ansinh.intake.paying import Paying, date_column, id_column, read_paying
from ansinh.intake.people import ages_in_months, read_all_births, read_ids, read_names, read_sexes
from ansinh.intake.settled import letter
from ansinh.intake.table import Table, to_text

_HAMLET_PART = re.compile(
    r"(?:^|[,;\-–]\s*)((?:thôn|ấp|khu phố|kp|tổ dân phố|tdp|tổ|bản|buôn|bon|khóm|xóm|sóc|phum|làng|thon|ap|khu pho|to)\.?\s*[^,;\-–]+)",
    re.IGNORECASE,
)
_SMALLER = re.compile(r"(?:tổ|to)\b(?! dân phố)", re.IGNORECASE)  # `Tổ 5, Ấp 8`: the hamlet is Ấp 8
_MIDDLE = re.compile(r" (Thị|Văn) ")


def _cells(rows: list[list[Any]]) -> list[tuple[str, Sequence[str]]]:
    """The sender's cells as text, by column letter. Column by column, because most are all text."""
    widths = set(map(len, rows))
    if len(widths) > 1:
        width = max(widths)
        rows = [row + [""] * (width - len(row)) for row in rows]
    columns: list[tuple[str, Sequence[str]]] = []
    for position, column in enumerate(zip(*rows, strict=True)):
        if set(map(type, column)) == {str}:
            columns.append((letter(position), column))
        else:
            kinds = {(value, value.__class__) for value in column}  # True and 1 are equal but read differently
            memo = {pair: to_text(pair[0]) for pair in kinds}
            columns.append((letter(position), [memo[value, value.__class__] for value in column]))
    return columns


def _by_row(cells: list[tuple[str, Sequence[str]]]) -> list[dict[str, str]]:
    """The same by row, without the empty ones."""
    letters = [name for name, _ in cells]
    return [
        {name: text for name, text in zip(letters, texts, strict=True) if text}
        for texts in zip(*(column for _, column in cells), strict=True)
    ]


def read_rows(
    table: Table, headings: list[str], group_words: str, in_thousands: bool, given_name: int | None, *, by_column: bool = False
) -> tuple[list[SheetRow], SheetColumns]:
    """Every row of the table, read and judged. Problems of the sheet itself stay on `table.notes`.

    With `by_column` the rows come without their cells: those are in the columns.
    """
    names = read_names(table, given_name)
    sexes = read_sexes(table)
    births = read_all_births(table)
    ids = read_ids(table, sexes, births)
    _doubt_sexes(table, names, sexes)
    ages = ages_in_months(births, table)
    hamlets = _hamlets(table, headings)
    fallback = {heading: _group_of(heading, group_words) for heading in dict.fromkeys(headings)}
    money = read_money(table, ages, [fallback[heading] for heading in headings], in_thousands)
    paying = read_paying(table, names, ages)
    contents = _contents(names, sexes, births, ids, money, paying, hamlets, _extras(table, money))
    cells = _cells(table.rows)
    columns = SheetColumns(cells, contents)
    by_row: Iterable[dict[str, str]] = repeat({}) if by_column else _by_row(cells)
    if not table.rows:
        return [], columns
    readings = [Reading(*values) for values in zip(*contents, strict=True)]
    for index, problems in table.problems.items():
        readings[index].is_blocked = any(found.severity == "block" and found.blocks_row for found in problems)
    problems_of = table.problems.get
    rows = [
        SheetRow(table.sheet, number, own, reading, problems_of(index) or [])
        for index, (number, own, reading) in enumerate(zip(table.numbers, by_row, readings, strict=False))
    ]
    return rows, columns


def _group_of(heading: str, group_words: str) -> str:
    """The group a heading between the rows names, else the one the title names."""
    if not heading or hamlet_of_heading(heading) or (group_words and not by_words(heading)):
        return group_words
    return heading if by_words(heading) else ""


def _contents(
    names: list[str | None],
    sexes: list[str | None],
    births: list[Birth],
    ids: list[IdReading],
    money: Money,
    paying: Paying,
    hamlets: tuple[list[str | None], list[str | None]],
    extras: dict[str, list[Any]],
) -> list[Sequence[Any]]:
    """The columns of `Reading`, in its order."""
    none: list[Any] = [None] * len(names)
    days, years, months, precisions, *_ = zip(*births, strict=True) if births else [none] * 6
    numbers, id_types, cmnds, _ = zip(*ids, strict=True) if ids else [none] * 4
    programmes = [group.programme for group in money.groups]
    codes_found = [group.code for group in money.groups]
    subjects = extras["subject_id_number"]
    keys = [
        f"{number or f'{name_key(name or str())}|{day or year or str()}'}|{programme or ''}|{code or ''}|{subject or ''}|1"
        for number, name, day, year, programme, code, subject in zip(
            numbers, names, days, years, programmes, codes_found, subjects, strict=True
        )
    ]
    return [
        [False] * len(names), keys, names, numbers, id_types, cmnds, days, years, months, precisions, sexes, programmes, codes_found,
        [group.is_unsure for group in money.groups], money.coefficients, money.amounts, money.arrears, paying.bins, paying.accounts,
        paying.account_names, paying.channels, paying.inferred, paying.payee_names, paying.payee_ids, paying.relations, paying.mandates,
        paying.phones, *hamlets, extras["decided_on"], extras["entitled_from"], extras["certified_on"], money.children, subjects,
        extras["moved_from"], extras["note"],
    ]  # fmt: skip


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
