"""Read a columnar bank file back and judge it: widths, row numbers, ids, amounts and control sums."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from ansinh.payment.files.check import MOST_FINDINGS, Expected, FileFinding
from ansinh.payment.profile import BankProfile, TableLayout


def check_columns(path: Path, profile: BankProfile, expected: Expected | None = None) -> list[FileFinding]:
    """Everything wrong with a csv, fixed or xlsx file of this profile (at most 200 findings)."""
    layout = profile.table
    if layout is None:
        return [FileFinding("NO_LAYOUT", "file")]
    findings: list[FileFinding] = []
    if path.stat().st_size > profile.limits.max_bytes:
        findings.append(FileFinding("FILE_TOO_LARGE", "file"))
    try:
        rows = list(_rows(path, profile, layout, findings))
    except (UnicodeDecodeError, ValueError, OSError):
        return [*findings, FileFinding("NOT_READABLE", "file")]
    total, seen = 0, set[str]()
    for number, row in enumerate(rows, start=1):
        for code, what in _row_faults(profile, row, number, seen):
            findings.append(FileFinding(code, str(number), what))
        seen.add(row.get("end_to_end_id", ""))
        total += int(row["amount_vnd"]) if row.get("amount_vnd", "").isdecimal() else 0
        if len(findings) >= MOST_FINDINGS:
            return findings
    if len(rows) > profile.limits.max_rows:
        findings.append(FileFinding("TOO_MANY_ROWS", "file"))
    if expected and (len(rows), total) != (expected.rows, expected.total_vnd):
        findings.append(FileFinding("NOT_AS_SEALED", "file"))
    return findings


def _row_faults(profile: BankProfile, row: dict[str, str], number: int, seen: set[str]) -> Iterator[tuple[str, str]]:
    amount = row.get("amount_vnd", "")
    if not amount.isdecimal():
        yield "BAD_VALUE", "amount_vnd"
    elif int(amount) == 0:
        yield "ZERO_AMOUNT", "amount_vnd"
    elif int(amount) > profile.limits.max_item_vnd:
        yield "BIG_ITEM", "amount_vnd"
    if row.get("end_to_end_id", "") in seen:
        yield "DUPLICATE_ID", "end_to_end_id"
    if "row_number" in row and row["row_number"].lstrip("0") != str(number):
        yield "WRONG_ORDER", "row_number"
    if not row.get("account_number", "").strip():
        yield "BAD_ACCOUNT", "account_number"


def _rows(path: Path, profile: BankProfile, layout: TableLayout, findings: list[FileFinding]) -> Iterator[dict[str, str]]:
    fields = [column.field for column in layout.columns]
    if profile.format == "xlsx":
        from python_calamine import CalamineWorkbook

        body = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        for cells in body[int(layout.heading) :]:
            yield {name: str(int(cell)) if isinstance(cell, float) else str(cell) for name, cell in zip(fields, cells, strict=True)}
        return
    with path.open(encoding=layout.encoding, newline="") as file:
        lines = file.read().split(layout.line_end)
    if lines.pop() != "":
        findings.append(FileFinding("NO_LINE_END", "file"))
    first = int(bool(layout.first_line)) + int(layout.heading)
    body_lines = lines[first : len(lines) - int(bool(layout.last_line))]
    if profile.format == "csv":
        for cells_text in csv.reader(body_lines, delimiter=layout.delimiter):
            yield dict(zip(fields, cells_text, strict=True))
        return
    width = sum(column.width for column in layout.columns)
    for number, line in enumerate(body_lines, start=1):
        if len(line) != width:
            findings.append(FileFinding("WRONG_WIDTH", str(number)))
            continue
        row, at = {}, 0
        for column in layout.columns:
            cell = line[at : at + column.width]
            row[column.field] = (cell.lstrip(column.pad) or column.pad) if column.align == "right" else cell.rstrip(column.pad)
            at += column.width
        yield row
