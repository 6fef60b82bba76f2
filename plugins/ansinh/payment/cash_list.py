"""A pay point's list as it comes back: our workbook with its marks, or a plain table of ids and marks (xlsx, csv).

Read by its column titles, wherever they stand. Two ways of ticking are understood: ticks and crosses line by line (an empty
cell then says nothing yet), or only ticks for those who came (an empty cell then means not collected). A list without any
tick says nothing and is refused: nobody is called absent by a form that was never filled in.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile, ZipFile

from ansinh.core.errors import BlockedByData
from ansinh.identity.names import fold
from ansinh.payment.answers import whole_dong
from ansinh.text import say

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, HEADING_WITHIN = 50_000, 40, 200, 30
MOST_BYTES, MOST_UNPACKED = 20_000_000, 200_000_000
Says = Literal["collected", "uncollected", "unclear", ""]

_TITLES = {
    "end_to_end_id": ("ma lenh chi", "end_to_end_id", "ma chi"),
    "mark": ("da nhan (x)", "da nhan", "nhan tien", "collected", "ky nhan"),
    "amount_vnd": ("so tien (d)", "so tien", "amount_vnd", "amount"),
    "day": ("ngay nhan", "collected_on", "ngay chi"),
}
_YES = frozenset({"x", "v", "✓", "✔", "☑", "1", "co", "roi", "yes", "y", "true", "da nhan", "da ky", "da chi", "nhan roi", "collected"})
_NO = frozenset({"0", "k", "ko", "khong", "khong nhan", "chua", "chua nhan", "vang", "no", "n", "false", "tra lai", "uncollected"})


class NotAList(BlockedByData):
    """The file is not a returned cash list we can read; the others go on."""


@dataclass(frozen=True, slots=True)
class CashWord:
    """One line: the pay point's word on one payment. `line` is what Excel shows, counted through the sheets.

    `is_inferred`: nothing stands there; in a list that only ticks those who came it means that this one did not.
    """

    line: int
    end_to_end_id: str
    says: Says
    amount_vnd: int | None
    collected_on: date | None
    is_inferred: bool = False


def read(path: Path) -> list[CashWord]:
    """Every line of a returned list. Raises NotAList (NOT_A_LIST, NO_HEADING, NO_MARKS)."""
    try:
        words = list(_words(_xlsx(path) if _is_zip(path) else _csv(path)))
    except (UnicodeError, csv.Error, OSError, BadZipFile, KeyError, ValueError, IndexError) as error:
        raise NotAList(say("cash.not_a_list"), say("cash.not_a_list_fix"), code="NOT_A_LIST") from error
    if not words:
        raise NotAList(say("cash.no_heading"), say("cash.not_a_list_fix"), code="NO_HEADING")
    if not any(word.says for word in words):
        raise NotAList(say("cash.no_marks"), say("cash.no_marks_fix"), code="NO_MARKS")
    if any(word.says == "uncollected" for word in words):
        return words
    return [replace(word, says="uncollected", is_inferred=True) if word.says == "" else word for word in words]


def _is_zip(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(2) == b"PK"


def _words(lines: Iterator[list[Any] | None]) -> Iterator[CashWord]:
    """`None` between two sheets: the next heading is looked for anew."""
    places: dict[str, int] = {}
    number = searched = 0
    for cells in lines:
        if cells is None:
            places, searched = {}, 0
            continue
        number += 1
        found = _heading(cells)
        if found:
            places = found
        elif not places:
            searched += 1
            if searched > HEADING_WITHIN:
                continue
        else:
            key = _text(_at(cells, places, "end_to_end_id"))
            if key and " " not in key:  # sums and signatures stand there too
                yield _word(number, key, cells, places)


def _word(number: int, key: str, cells: list[Any], places: dict[str, int]) -> CashWord:
    day = _day(_at(cells, places, "day"))
    says = _mark(_at(cells, places, "mark"))
    if isinstance(day, str):
        says, day = ("unclear", None) if says else (says, None)
    return CashWord(number, key, says, _amount(_at(cells, places, "amount_vnd")), day)


def _heading(cells: list[Any]) -> dict[str, int]:
    """Column of each field when this line is the heading; the first title of a field's list that stands there wins."""
    titles = {fold(_text(cell)): at for at, cell in reversed(list(enumerate(cells))) if _text(cell)}
    found = {name: next((titles[title] for title in known if title in titles), -1) for name, known in _TITLES.items()}
    return {name: at for name, at in found.items() if at >= 0} if found["end_to_end_id"] >= 0 and found["mark"] >= 0 else {}


def _at(cells: list[Any], places: dict[str, int], name: str) -> Any:
    at = places.get(name)
    return cells[at] if at is not None and at < len(cells) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _mark(value: Any) -> Says:
    word = fold(_text(value)).strip(" .!")
    if not word:
        return ""
    return "collected" if word in _YES else "uncollected" if word in _NO else "unclear"


def _amount(value: Any) -> int | None:
    """`1.620.000`, `1,620,000` and 1620000 alike; None when it is no whole amount."""
    if isinstance(value, (int, float)):
        return whole_dong(str(value))
    return whole_dong(_text(value).replace(" ", "").replace(".", "").replace(",", "")) if _text(value) else None


def _day(value: Any) -> date | str | None:
    """The day; None for an empty cell; the text itself where it is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    said = _text(value)
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(said, shape).date()  # noqa: DTZ007 - a day has no time of its own
        except ValueError:
            continue
    return said or None


def _xlsx(path: Path) -> Iterator[list[Any] | None]:
    """Bounded on purpose: a sheet may claim a million rows of sixteen thousand columns in a few bytes."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise ValueError("unpacks to more than a list can hold")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as error:
        raise ValueError("not a workbook") from error
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            yield None
            for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True):
                yield list(row)
    finally:
        book.close()


def _csv(path: Path) -> Iterator[list[Any] | None]:
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    yield None
    yield from csv.reader(text.splitlines(), delimiter=delimiter)
