"""Months paid before An Sinh ran: `period,commune_code,id_number,entitlement_code,subject_id_number,amount_vnd,paid`.

A month with a line was an entitled month (`paid` false: owed, the money was not taken); a month without one was not.
Two lines of one person, code and month are two payments of that month (the second is truy lĩnh) and add up.
The whole file is loaded in one transaction or nothing is; loading it again changes nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ansinh.core.db import connect, copy_rows
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.rules.reference import load as load_seed
from ansinh.text import say

COLUMNS = ("period", "commune_code", "id_number", "entitlement_code", "subject_id_number", "amount_vnd", "paid")
_SHAPES = {
    "period": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
    "commune_code": re.compile(r"\d{5}"),
    "id_number": re.compile(r"\d{12}|\d{9}"),
    "subject_id_number": re.compile(r"(\d{12}|\d{9})?"),
    "amount_vnd": re.compile(r"\d{1,12}"),
    "paid": re.compile(r"true|false|1|0", re.IGNORECASE),
}
_SHOWN = 10

Key = tuple[str, str, str, str, str]


@dataclass(slots=True)
class _Month:
    """What the file says of one person, code, subject and month."""

    line: int
    is_paid: bool
    amounts: dict[int, int]  # đồng → the line that said so
    total_vnd: int = 0


def load(path: Path | str) -> int:
    """Put the file into `ops.opening_history`; returns how many person-months it holds.

    Raises UsageError when the file is missing or not such a file, BlockedByData (code OPENING_WRONG) naming the
    wrong lines and columns (never their contents).
    """
    source = Path(path)
    months = _read(source)
    rows = [
        (period, commune, id_number, code, subject, month.total_vnd, month.is_paid)
        for (period, commune, id_number, code, subject), month in months.items()
    ]
    order = ("period", "commune_code", "id_number", "entitlement_code", "subject_id_number", "amount_vnd", "paid")
    with connect() as connection:
        connection.execute("create temporary table opening_now (like ops.opening_history including defaults) on commit drop")
        copy_rows(connection, "opening_now", order, rows)
        connection.execute(
            f"insert into ops.opening_history ({', '.join(order)}) select {', '.join(order)} from opening_now"
            " on conflict (period, id_number, entitlement_code, subject_id_number, commune_code)"
            " do update set amount_vnd = excluded.amount_vnd, paid = excluded.paid"
        )
    return len(rows)


def _read(source: Path) -> dict[Key, _Month]:
    months: dict[Key, _Month] = {}
    wrong: list[str] = []
    for line, cells in _lines(source):
        reason = _judge(cells) or _add(months, line, cells)
        if reason:
            wrong.append(say("opening.line", line=line, reason=reason))
    if wrong:
        more = [say("opening.and_more", count=len(wrong) - _SHOWN)] if len(wrong) > _SHOWN else []
        lines = "; ".join([*wrong[:_SHOWN], *more])
        raise BlockedByData(
            say("opening.wrong", name=source.name, count=len(wrong), lines=lines + "."), say("opening.wrong_fix"), code="OPENING_WRONG"
        )
    return months


def _lines(source: Path) -> Iterator[tuple[int, dict[str, str] | None]]:
    """(line number, cells by column name); None for a line of another width. Empty lines are passed over."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(say("opening.not_found", name=source.name), say("opening.not_found_fix")) from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise UsageError(say("opening.not_text", name=source.name), say("opening.not_text_fix")) from error
    delimiter = ";" if text.partition("\n")[0].count(";") >= len(COLUMNS) - 1 else ","
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise UsageError(say("opening.columns_missing", name=source.name, columns=", ".join(missing)), say("opening.columns_fix"))
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield reader.line_num, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None


def _judge(cells: dict[str, str] | None) -> str | None:
    """The sentence about the first wrong column, or None."""
    if cells is None:
        return say("opening.width")
    for column, shape in _SHAPES.items():
        if not shape.fullmatch(cells[column]):
            return say(f"opening.{column}")
    return None if cells["entitlement_code"] in _codes() else say("opening.entitlement_code")


@lru_cache(maxsize=1)  # asked for every line of a file of many thousands
def _codes() -> frozenset[str]:
    return frozenset(row["entitlement_code"] for row in load_seed("entitlement_codes"))


def _add(months: dict[Key, _Month], line: int, cells: dict[str, str] | None) -> str | None:
    assert cells is not None  # noqa: S101 - judged before
    key = (cells["period"], cells["commune_code"], cells["id_number"], cells["entitlement_code"], cells["subject_id_number"])
    amount, is_paid = int(cells["amount_vnd"]), cells["paid"].lower() in ("true", "1")
    month = months.setdefault(key, _Month(line, is_paid, {}))
    if month.is_paid != is_paid:
        return say("opening.both", first=month.line)
    if amount in month.amounts and not key[3].startswith("NCC_"):  # two equal tuất shares are lawful, two equal BTXH lines a slip
        return say("opening.repeated", first=month.amounts[amount])
    month.amounts[amount] = line
    month.total_vnd += amount
    return None
