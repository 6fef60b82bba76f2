"""Where the header stands and which column holds what: one to three rows anywhere in the first thirty."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ansinh.intake import whose_name
from ansinh.intake.vocabulary import KEY_FIELDS, WEIGHTS, field_of, header_key

SEARCH_ROWS = 30
_MAX_HEADER_ROWS = 3
_SURE = 12.0
_DATA_LIKE = re.compile(r"\d{5,}|^\d{1,2} \d{1,2} \d{2,4}$|^\d{4}$")
#: A line above the table, not a heading over columns of it.
_A_TITLE = re.compile(r"^(danh sach|ds|bang|bieu|bao cao|phu luc|ubnd|uy ban|phong)\b|\b(thang|ky) \d")
_ENOUGH_KEYS, _ENOUGH_FIELDS = 3, 5
_NEUTRAL = {"dong", "vnd", "d", "neu co", "", "x"}
#: Cells merged from the top header row to the bottom one: from so many on they prove how deep the header is.
_PROVING_MERGES = 2
#: Words that are a heading only below a parent.
_CHILD_LABELS = {
    "nam", "nu", "so", "ngay", "thang", "ten", "ma", "moi", "cu", "loai", "chuyen khoan", "ck", "tien mat", "tm", "tai nha", "truc tiep",
    "qua tai khoan", "qua tk", "atm",
}  # fmt: skip


@dataclass(slots=True)
class Header:
    """Rows `first..last` (0-based positions in the grid) and, per column position, its label and field.

    `name_may_be`: no heading names the people, these columns are full of names.
    """

    first: int
    last: int
    labels: list[str]
    fields: list[str | None]
    score: float
    name_may_be: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The folded labels, joined: the same layout gives the same key."""
        return "|".join(self.labels).rstrip("|")


def find_header(rows: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Header | None:
    """The best header of a sheet, or None when no row names people and something about them."""
    top: list[list[str]] = []
    best: Header | None = None
    for row in range(min(SEARCH_ROWS, len(rows))):
        if row >= len(top):
            top.append(_keys(rows[row]))
        if not any(field_of(cell) in ("full_name", "surname") for cell in top[row] if cell):
            continue
        top += [_keys(cells) for cells in rows[len(top) : row + _MAX_HEADER_ROWS]]
        for first in range(max(0, row - 2), row + 1):
            for last in range(row, min(len(top), first + _MAX_HEADER_ROWS)):
                found = _judge(top, first, last, merged)
                if found and (best is None or found.score > best.score):
                    best = found
        if best and best.score >= _SURE:
            break
    return best or _without_a_name(rows, merged)


def _without_a_name(rows: list[list[Any]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> Header | None:
    """A header that names everything but the people: the column below that is full of people's names is theirs, or a question."""
    top = [_keys(cells) for cells in rows[: SEARCH_ROWS + _MAX_HEADER_ROWS]]
    found = []
    for first in range(min(SEARCH_ROWS, len(top))):
        known = [name for name in map(field_of, filter(None, top[first])) if name]
        keys = sum(1 for name in known if name in KEY_FIELDS)
        if keys < _ENOUGH_KEYS and (keys < _ENOUGH_KEYS - 1 or len(known) < _ENOUGH_FIELDS):
            continue
        for last in range(first, min(len(top), first + _MAX_HEADER_ROWS)):
            header = _judge(top, first, last, merged, needs_name=False)
            if header is None:
                continue
            header.name_may_be = whose_name.columns_of_names(rows[last + 1 :], len(header.labels))
            if header.name_may_be:
                found.append(header)
    return max(found, key=lambda header: header.score, default=None)


def _keys(cells: list[Any]) -> list[str]:
    return [header_key(cell) if isinstance(cell, str) else _number_key(cell) for cell in cells]


def _number_key(cell: object) -> str:
    return "" if cell == "" or cell is None else f"99999{cell}"


def _judge(
    top: list[list[str]], first: int, last: int, merged: list[tuple[tuple[int, int], tuple[int, int]]], needs_name: bool = True
) -> Header | None:
    block = top[first : last + 1]
    if any(_DATA_LIKE.search(cell) for row in block for cell in row):
        return None
    if any(sum(1 for cell in row if cell) < 2 for row in block) and not _lone_parents(block):
        return None
    filled = [_fill_right(block, index, first, merged) for index in range(len(block) - 1)] + [block[-1]]
    width = max(len(row) for row in block)
    labels, fields = [], []
    for column in range(width):
        parts = [row[column] if column < len(row) else "" for row in filled]
        parts = [part for index, part in enumerate(parts) if part and part not in parts[:index]]
        child, parent = (parts[-1], " ".join(parts[:-1])) if parts else ("", "")
        labels.append(f"{parent} {child}".strip())
        fields.append(field_of(child, parent) if child else None)
    _fix_year_or_male(fields, labels)
    proven = sum(1 for start, end in merged if start[0] == first < end[0] == last) >= _PROVING_MERGES
    if not _children_are_words(block, fields, 0.3 if proven else 0.75):
        return None
    known = {field for field in fields if field}
    if (needs_name and not known & {"full_name", "surname"}) or not known & KEY_FIELDS or len(known) < 3:
        return None
    score = sum(WEIGHTS.get(field, 1) for field in known) + (2 if proven else 0) - 0.25 * (last - first) - 0.5 * _unnamed(labels, fields)
    return Header(first, last, labels, fields, score)


def _unnamed(labels: list[str], fields: list[str | None]) -> int:
    return sum(1 for label, field in zip(labels, fields, strict=True) if label and field is None)


def _lone_parents(block: list[list[str]]) -> bool:
    """A row with a single cell is part of a header only as the parent of columns below it, never a title or a data row."""
    for index, row in enumerate(block):
        cells = [cell for cell in row if cell]
        if len(cells) >= 2:
            continue
        if (
            index == len(block) - 1
            or not cells
            or len(cells[0]) > 40
            or _A_TITLE.search(cells[0])
            or field_of(cells[0]) in (None, "full_name", "group_words", "other")
        ):
            return False
    return True


def _fill_right(block: list[list[str]], index: int, first: int, merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[str]:
    """A merged parent stands over all its columns; without merge information, over empty cells with words below."""
    row = list(block[index])
    width = max(len(other) for other in block)
    row += [""] * (width - len(row))
    spans = {(start[1], end[1]) for start, end in merged if start[0] <= first + index <= end[0] and end[1] > start[1]}
    if spans:
        for start, end in spans:
            if start < width:
                for column in range(start + 1, min(end + 1, width)):
                    row[column] = row[column] or row[start]
        return row
    below = [any(column < len(other) and other[column] for other in block[index + 1 :]) for column in range(width)]
    for column in range(1, width):
        if not row[column] and below[column] and below[column - 1]:
            row[column] = row[column - 1]
    return row


def _fix_year_or_male(fields: list[str | None], labels: list[str]) -> None:
    """Folded, `Nam` (male) and `Năm` (year) are one word: beside day and month it is the year, alone with `Nữ` the sex."""
    if "sex_female" in fields and "sex_male" not in fields and labels.count("nam") == 1:
        fields[labels.index("nam")] = "sex_male"
    if "birth_female" not in fields and "birth_male" in fields:
        fields[fields.index("birth_male")] = "birth_year"


def _children_are_words(block: list[list[str]], fields: list[str | None], enough: float) -> bool:
    """Every row below the first must itself be header words, so that the first person is not swallowed."""
    for row in block[1:]:
        cells = [(column, cell) for column, cell in enumerate(row) if cell]
        good = sum(
            1
            for column, cell in cells
            if cell in _NEUTRAL or (fields[column] is not None and not any(c.isdigit() for c in cell) and _is_label(cell))
        )
        if not cells or good < enough * len(cells):
            return False
    return True


def _is_label(cell: str) -> bool:
    return cell in _CHILD_LABELS or field_of(cell) is not None
