"""A reading packed for the warehouse: its rows are COPY text already, so whoever lands it only passes bytes on.

Packed by the reading child (or in this process, for a reading made here); the ids of the rows follow from what the file is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from operator import attrgetter
from typing import Any, overload

from ansinh.intake import copy_text
from ansinh.intake.ids import row_id_maker, workbook_id
from ansinh.intake.match import Line, birth_text
from ansinh.intake.model import Problem, Reading, SheetColumns, SheetRow, WorkbookReading

READING_COLUMNS = tuple(item.name for item in fields(Reading))
COLUMNS_OF_ROWS = ("row_id", "workbook_id", "sheet", "row_number", "cells")
COLUMNS_OF_READINGS = ("row_id", "workbook_id", "commune_code", "period", "sheet", "row_number", *READING_COLUMNS)
_content = attrgetter(*READING_COLUMNS)
_AT = {name: position for position, name in enumerate(COLUMNS_OF_READINGS)}


@dataclass(slots=True)
class Parcel:
    """One workbook on its way to `raw`. `reading` has no rows any more; `row_problems` are theirs, in row order.

    `rows` and `readings` are COPY text of `COLUMNS_OF_ROWS` and `COLUMNS_OF_READINGS`. `row_ids` finds the row of a
    problem: (sheet, row number) → row_id, only for rows that have one.
    """

    reading: WorkbookReading
    row_count: int = 0
    rows: bytes = b""
    readings: bytes = b""
    row_problems: list[Problem] = field(default_factory=list)
    row_ids: dict[tuple[str, int], str] = field(default_factory=dict)


def parcel_of(reading: WorkbookReading, sha256: str, commune_code: str, period: str, file_name: str) -> Parcel:
    """Pack a reading that is to land as this commune's file in this period. Texts no database holds are mended."""
    bare = replace(reading, rows=[], columns=[])
    if not reading.rows:
        return Parcel(bare)
    make = row_id_maker(sha256, commune_code)
    by_id = {make(row.sheet, row.row_number): row for row in reading.rows}
    workbook = workbook_id(commune_code, sha256, file_name)
    rows, readings = [], []
    for part, columns in _parts(by_id, reading.columns):
        sheet, numbers = part[0][1].sheet, [str(row.row_number) for _, row in part]
        ids, place = [key for key, _ in part], copy_text.field(sheet)
        rows.append(copy_text.lines((ids, workbook, place, numbers, copy_text.json_objects(columns.cells)), len(part)))
        columns.contents[0] = [row.reading.is_blocked for _, row in part]
        contents = map(copy_text.column, columns.contents)
        readings.append(copy_text.lines((ids, workbook, commune_code, period, place, numbers, *contents), len(part)))
    problems = [problem for row in by_id.values() for problem in row.problems]
    places = {(problem.sheet, problem.row_number) for problem in (*reading.problems, *problems) if problem.row_number is not None}
    row_ids = {at: key for key, row in by_id.items() if (at := (row.sheet, row.row_number)) in places} if places else {}
    return Parcel(bare, len(by_id), b"".join(rows), b"".join(readings), problems, row_ids)


def _parts(rows: dict[str, SheetRow], columns: list[SheetColumns]) -> Iterator[tuple[list[tuple[str, SheetRow]], SheetColumns]]:
    """The rows sheet by sheet with their columns: those the reader kept, or made from the rows where it did not."""
    kept = iter(columns)
    for _, group in groupby(rows.items(), key=lambda item: item[1].sheet):
        part = list(group)
        yield part, next(kept, None) or _columns_of([row for _, row in part])


def _columns_of(rows: list[SheetRow]) -> SheetColumns:
    letters = dict.fromkeys(name for row in rows for name in row.cells)
    cells: list[tuple[str, Sequence[str]]] = [(name, [row.cells.get(name, "") for row in rows]) for name in letters]
    return SheetColumns(cells, [*zip(*[_content(row.reading) for row in rows], strict=True)])


class Lines(Sequence[Line]):
    """The rows of a parcel as needed to find them again; taken out of the bytes only when somebody asks."""

    def __init__(self, parcel: Parcel, origin: str) -> None:
        self._parcel, self._origin = parcel, origin
        self._found: list[Line] | None = None

    def __len__(self) -> int:
        return self._parcel.row_count

    @overload
    def __getitem__(self, position: int) -> Line: ...
    @overload
    def __getitem__(self, position: slice) -> list[Line]: ...
    def __getitem__(self, position: int | slice) -> Line | list[Line]:
        return self._lines()[position]

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines())

    def _lines(self) -> list[Line]:
        if self._found is None:
            self._found = [_line(copy_text.fields_of(text), self._origin) for text in self._parcel.readings.decode().split("\n")[:-1]]
        return self._found


def _line(values: list[Any], origin: str) -> Line:
    month, year = values[_AT["birth_month"]], values[_AT["birth_year"]]
    return Line(
        values[0],
        values[_AT["row_key"]],
        values[_AT["is_blocked"]] == "t",
        values[_AT["id_number"]],
        values[_AT["full_name"]],
        birth_text(values[_AT["birth_date"]], int(month) if month else None, int(year) if year else None),
        values[_AT["programme_code"]],
        values[_AT["entitlement_code"]],
        values[_AT["sheet"]],
        int(values[_AT["row_number"]]),
        origin,
    )
