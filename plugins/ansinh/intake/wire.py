"""A WorkbookReading as bytes between the reading child and its parent: `marshal` of plain tuples, about ten times faster than pickle."""

from __future__ import annotations

import marshal
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from ansinh.core.period import Period
from ansinh.intake.model import Problem, Reading, SheetRow, WorkbookReading
from ansinh.intake.parcel import Parcel

_FIELDS = tuple(Reading.__dataclass_fields__)
_all_fields = attrgetter(*_FIELDS)
_DATES = tuple(_FIELDS.index(name) for name in ("birth_date", "mandate_until", "decided_on", "certified_on"))
_COEFFICIENT = _FIELDS.index("coefficient")
_HEAD = (
    "file_name", "sha256", "size_bytes", "encoding", "layout", "kind_words", "is_our_answer", "status", "reject_code", "declared_total_vnd", "read_total_vnd",
)  # fmt: skip


def _pack_problem(problem: Problem) -> tuple[Any, ...]:
    return (problem.sheet, problem.row_number, problem.column_name, problem.cell, problem.code, problem.severity, problem.params)


def _pack_row(row: SheetRow) -> tuple[Any, ...]:
    values = list(_all_fields(row.reading))
    for position in _DATES:
        if values[position] is not None:
            values[position] = values[position].toordinal()
    if values[_COEFFICIENT] is not None:
        values[_COEFFICIENT] = str(values[_COEFFICIENT])
    return (row.sheet, row.row_number, row.cells, values, [_pack_problem(problem) for problem in row.problems])


def pack(workbook: WorkbookReading) -> bytes:
    """The whole reading as bytes."""
    return marshal.dumps(_pack_workbook(workbook))


def unpack(data: bytes) -> WorkbookReading:
    """The reading again. Only for bytes of our own child: `marshal` trusts its input."""
    return _unpack_workbook(*marshal.loads(data))  # noqa: S302 (our own child wrote it)


def pack_parcel(parcel: Parcel) -> bytes:
    """The same for a parcel: its COPY text goes through as it is."""
    problems = [_pack_problem(problem) for problem in parcel.row_problems]
    return marshal.dumps((_pack_workbook(parcel.reading), parcel.row_count, parcel.rows, parcel.readings, problems, parcel.row_ids))


def unpack_parcel(data: bytes) -> Parcel:
    """The parcel again; only for bytes of our own child."""
    workbook, count, rows, readings, problems, row_ids = marshal.loads(data)  # noqa: S302 (our own child wrote it)
    return Parcel(_unpack_workbook(*workbook), count, rows, readings, [Problem(*values) for values in problems], row_ids)


def _pack_workbook(workbook: WorkbookReading) -> tuple[Any, ...]:
    head = [getattr(workbook, name) for name in _HEAD]
    period = str(workbook.period) if workbook.period else None
    return (head, period, [_pack_row(row) for row in workbook.rows], [_pack_problem(p) for p in workbook.problems])


def _unpack_workbook(head: list[Any], period: str | None, rows: list[Any], problems: list[Any]) -> WorkbookReading:
    workbook = WorkbookReading(**dict(zip(_HEAD, head, strict=True)))
    workbook.period = Period.parse(period) if period else None
    workbook.problems = [Problem(*values) for values in problems]
    workbook.rows = [_unpack_row(*row) for row in rows]
    return workbook


def _unpack_row(sheet: str, number: int, cells: dict[str, str], values: list[Any], problems: list[tuple[Any, ...]]) -> SheetRow:
    for position in _DATES:
        if values[position] is not None:
            values[position] = date.fromordinal(values[position])
    if values[_COEFFICIENT] is not None:
        values[_COEFFICIENT] = Decimal(values[_COEFFICIENT])
    return SheetRow(sheet, number, cells, Reading(*values), [Problem(*p) for p in problems])
