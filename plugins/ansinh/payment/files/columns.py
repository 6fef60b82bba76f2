"""Columnar bank files (csv, fixed text, xlsx) as a profile describes them; the same head and sums as pain.001."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ansinh.core.errors import AnsinhError, UsageError
from ansinh.payment.files.pain001 import FileHead, Written
from ansinh.payment.files.transfer import Transfer
from ansinh.payment.profile import BankProfile, TableColumn, TableLayout
from ansinh.text import say

Values = Callable[[int, Transfer], list[Any]]


def write_columns(path: Path, profile: BankProfile, head: FileHead, transfers: Iterable[Transfer]) -> Written:
    """Write one columnar file. Raises AnsinhError CONTROL_SUM or TOO_WIDE (a value longer than its fixed column)."""
    layout = profile.table
    if layout is None:
        raise UsageError(say("payment.profile_wrong", name=profile.name))
    counted = _Counted(transfers)
    values = _values(layout)
    if profile.format == "xlsx":
        _write_xlsx(path, layout, head, counted, values)
    else:
        line = _csv_line(layout) if profile.format == "csv" else _fixed_line(layout)
        with path.open("w", encoding=layout.encoding, newline="") as file:
            if layout.first_line:
                file.write(_figures(layout.first_line, head) + layout.line_end)
            if layout.heading:
                file.write(line([column.title or column.field for column in layout.columns]))
            for number, transfer in enumerate(counted, start=1):
                file.write(line(values(number, transfer)))
            if layout.last_line:
                file.write(_figures(layout.last_line, head) + layout.line_end)
    if (counted.rows, counted.total_vnd) != (head.rows, head.total_vnd):
        raise AnsinhError(say("payment.control_sum", message=head.message_id), code="CONTROL_SUM")
    content = path.read_bytes()
    return Written(hashlib.sha256(content).hexdigest(), len(content))


class _Counted:
    """An iterable that knows afterwards how many transfers and đồng went through it."""

    def __init__(self, transfers: Iterable[Transfer]) -> None:
        self.transfers, self.rows, self.total_vnd = transfers, 0, 0

    def __iter__(self) -> Any:
        for transfer in self.transfers:
            self.rows += 1
            self.total_vnd += transfer.amount_vnd
            yield transfer


def _values(layout: TableLayout) -> Values:
    def row(number: int, transfer: Transfer) -> list[Any]:
        known = {**transfer._asdict(), "row_number": number, "currency": "VND", "blank": ""}
        return [column.text or known.get(column.field, "") for column in layout.columns]

    return row


def _figures(pattern: str, head: FileHead) -> str:
    """A first or last line filled with the head's own figures."""
    return pattern.format(
        message_id=head.message_id,
        execution_date=head.execution_date,
        created_at=head.created_at,
        rows=head.rows,
        total_vnd=head.total_vnd,
        debtor_name=head.debtor_name,
        debtor_account=head.debtor_account,
        debtor_bank_code=head.debtor_bank_code,
    )


def _csv_line(layout: TableLayout) -> Callable[[list[Any]], str]:
    def line(values: list[Any]) -> str:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=layout.delimiter, lineterminator=layout.line_end).writerow([_harmless(value) for value in values])
        return buffer.getvalue()

    return line


def _harmless(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _fixed_line(layout: TableLayout) -> Callable[[list[Any]], str]:
    def cell(column: TableColumn, value: Any) -> str:
        text = str(value)
        if len(text) > column.width:
            raise AnsinhError(say("payment.too_wide", column=column.field, width=column.width), code="TOO_WIDE")
        return text.rjust(column.width, column.pad) if column.align == "right" else text.ljust(column.width, column.pad)

    def line(values: list[Any]) -> str:
        return "".join(cell(column, value) for column, value in zip(layout.columns, values, strict=True)) + layout.line_end

    return line


def _write_xlsx(path: Path, layout: TableLayout, head: FileHead, transfers: Iterable[Transfer], values: Values) -> None:
    import xlsxwriter

    # constant_memory keeps one row at a time; the fixed creation time keeps the bytes the same for the same seal
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": head.created_at.replace(tzinfo=None), "title": head.message_id})
        sheet = book.add_worksheet("Chi tra")
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
        for index, column in enumerate(layout.columns):
            sheet.set_column(index, index, column.width or 16, money if column.field == "amount_vnd" else text)
        start = 0
        if layout.heading:
            sheet.write_row(0, 0, [column.title or column.field for column in layout.columns], book.add_format({"bold": True}))
            start = 1
        for number, transfer in enumerate(transfers, start=1):
            for index, value in enumerate(values(number, transfer)):
                if isinstance(value, int):
                    sheet.write_number(start + number - 1, index, value)
                else:
                    sheet.write_string(start + number - 1, index, value)
