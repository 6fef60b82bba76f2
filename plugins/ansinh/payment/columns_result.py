"""A bank's own result list (csv, fixed text, xlsx), read by the `results` part of its profile into the common records."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ansinh.identity.names import fold
from ansinh.payment.answers import KNOWN, SETTLED, Answer, Booking, Status, Unreadable, whole_dong
from ansinh.payment.channel import ResultLayout
from ansinh.payment.pacs004 import RETURNED
from ansinh.text import say

Row = Callable[[str], str]
MOST_ROWS, MOST_COLUMNS = 200_000, 60


def read(path: Path, layout: ResultLayout, message_id: str) -> Answer:
    """The statuses of the list, and the debits and returns too where the profile says that the list is the statement.

    `message_id` names the answer (the list carries none of its own). Raises Unreadable (also while the records are read).
    """
    return Answer("columns", message_id, _records(path, layout))


def _records(path: Path, layout: ResultLayout) -> Iterator[Status | Booking]:
    columns, statuses = layout.columns, {fold(word): code for word, code in layout.statuses.items()}
    reasons = {fold(word): code for word, code in layout.reasons.items()}
    for row in _rows(path, layout):
        end_to_end_id = row(columns.end_to_end_id)
        if not end_to_end_id:
            continue  # totals and signatures
        word = fold(row(columns.status))
        code = statuses.get(word) or word.upper()
        if code not in KNOWN and code != RETURNED:
            raise Unreadable(say("returns.unknown_status"), say("returns.unknown_status_fix"), code="UNKNOWN_STATUS")
        said = row(columns.reason)
        reason = reasons.get(fold(said)) or (said.upper() if len(said) == 4 and said.isalnum() else "NARR" if said else None)
        yield Status(code, end_to_end_id, reason, amount_vnd=_amount(row, layout))
        if layout.books_money and (code in SETTLED or code == RETURNED):
            yield _booking(row, layout, end_to_end_id, reason, returned=code == RETURNED)


def _booking(row: Row, layout: ResultLayout, end_to_end_id: str, reason: str | None, *, returned: bool) -> Booking:
    columns = layout.columns
    return Booking(
        "credit" if returned else "debit",
        row(columns.reference) or end_to_end_id,
        end_to_end_id,
        _amount(row, layout),
        row(columns.account_number) or None,
        row(columns.account_name) or None,
        reason if returned else None,
        _day(row(columns.booked_on), layout.date_format),
    )


def _amount(row: Row, layout: ResultLayout) -> int | None:
    """`1.250.000`, `1,250,000` and `1250000` alike: there is nothing smaller than a đồng, so a separator of three digits is grouping."""
    text = row(layout.columns.amount_vnd).replace(" ", "")
    for separator in ".,":
        head, *groups = text.split(separator)
        if groups and 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups):
            text = head + "".join(groups)
    return whole_dong(text)


def _day(text: str, form: str) -> date | None:
    for shape in (form, "%Y-%m-%d"):
        try:
            return datetime.strptime(text[:10], shape).date()  # noqa: DTZ007 - a banking day has no time of its own
        except ValueError:
            continue
    return None


def _rows(path: Path, layout: ResultLayout) -> Iterator[Row]:
    try:
        if layout.format == "fixed":
            yield from _fixed(path, layout)
        else:
            yield from _titled(_xlsx(path) if layout.format == "xlsx" else _csv(path, layout), layout)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise Unreadable(say("returns.not_a_list"), say("returns.unreadable_fix"), code="NOT_A_LIST") from error


def _titled(lines: Iterator[list[str]], layout: ResultLayout) -> Iterator[Row]:
    """Rows below the heading: the first of the first 30 lines that holds the id's and the status's titles."""
    needed = {fold(layout.columns.end_to_end_id), fold(layout.columns.status)}
    for number, line in enumerate(lines):
        titles = [fold(cell) for cell in line]
        if needed <= set(titles):
            places = {title: at for at, title in reversed(list(enumerate(titles))) if title}
            break
        if number > 30:
            places = {}
            break
    else:
        places = {}
    if not places:
        raise Unreadable(say("returns.no_heading"), say("returns.unreadable_fix"), code="NO_HEADING")
    for line in lines:
        yield _by_title(line, places)


def _by_title(line: list[str], places: dict[str, int]) -> Row:
    def cell(title: str) -> str:
        at = places.get(fold(title)) if title else None
        return line[at].strip() if at is not None and at < len(line) else ""

    return cell


def _csv(path: Path, layout: ResultLayout) -> Iterator[list[str]]:
    with path.open(encoding=layout.encoding, newline="") as source:
        yield from csv.reader(source, delimiter=layout.delimiter)


def _xlsx(path: Path) -> Iterator[list[str]]:
    """Bounded on purpose: a sheet may claim a million rows of sixteen thousand columns in a few bytes."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
            yield [_cell(value) for value in row]
        book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError) as error:
        raise Unreadable(say("returns.not_a_list"), say("returns.unreadable_fix"), code="NOT_A_LIST") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value).strip()


def _fixed(path: Path, layout: ResultLayout) -> Iterator[Row]:
    with path.open(encoding=layout.encoding, newline=None) as source:
        for text in source:
            yield _by_place(text.rstrip("\r\n"))


def _by_place(text: str) -> Row:
    def cell(place: str) -> str:
        first, _, last = place.partition("-")
        return text[int(first) - 1 : int(last or first)].strip() if place else ""

    return cell
