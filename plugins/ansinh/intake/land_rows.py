"""COPY what was read of one workbook into `raw` and `ops`, one statement a table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import orjson
import psycopg

from ansinh.core.db import copy_rows
from ansinh.intake.catalogue import catalogue
from ansinh.intake.model import Problem, Reading, SheetRow

Connection = psycopg.Connection[tuple[Any, ...]]

READING_COLUMNS = tuple(field.name for field in fields(Reading))
_content = attrgetter(*READING_COLUMNS)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def workbook_id(commune_code: str, sha256: str, file_name: str) -> str:
    """The same bytes under the same name in the same commune are one workbook, whenever they are seen."""
    return "W" + hashlib.sha256(f"{commune_code}|{sha256}|{file_name}".encode(errors="replace")).hexdigest()[:24]


def row_id(sha256: str, commune_code: str, sheet: str, row_number: int) -> str:
    """Derived from where the row stands, so reading the same bytes again gives the same ids."""
    return "R" + hashlib.sha256(f"{sha256}|{commune_code}|{sheet}|{row_number}".encode(errors="replace")).hexdigest()[:24]


def copy_rows_of(connection: Connection, workbook: str, commune_code: str, period: str, rows: dict[str, SheetRow]) -> None:
    """The sender's cells and our reading of them; `rows` is by row_id. Raises for text no database holds (see `storable`)."""
    copy_rows(
        connection,
        "raw.commune__rows",
        ("row_id", "workbook_id", "sheet", "row_number", "cells"),
        ((key, workbook, row.sheet, row.row_number, orjson.dumps(row.cells).decode()) for key, row in rows.items()),
    )
    copy_rows(
        connection,
        "raw.commune__readings",
        ("row_id", "workbook_id", "commune_code", "period", "sheet", "row_number", *READING_COLUMNS),
        ((key, workbook, commune_code, period, row.sheet, row.row_number, *_content(row.reading)) for key, row in rows.items()),
    )


def copy_problems(connection: Connection, workbook: str, problems: Iterable[Problem], row_ids: dict[tuple[str, int], str]) -> None:
    """Problems of the workbook and its rows; `row_ids` finds the landed row of a place, if it was landed."""
    columns = ("workbook_id", "row_id", "sheet", "row_number", "column_name", "cell", "code", "severity", "owner", "params")
    copy_rows(connection, "ops.row_problem", columns, _problem_rows(workbook, problems, row_ids))


def _problem_rows(workbook: str, problems: Iterable[Problem], row_ids: dict[tuple[str, int], str]) -> Iterator[tuple[Any, ...]]:
    entries = catalogue()
    for problem in problems:
        entry = entries.get(problem.code)
        key = row_ids.get((problem.sheet, problem.row_number)) if problem.row_number is not None else None
        place = (problem.sheet, problem.row_number, problem.column_name, problem.cell)
        params = orjson.dumps(problem.params).decode()
        yield (workbook, key, *place, problem.code, problem.severity, entry.owner if entry else "system", params)


def storable(row: SheetRow) -> SheetRow:
    """The row without NUL and halves of surrogate pairs, which no PostgreSQL text holds."""
    reading = replace(row.reading, **{name: _mended(getattr(row.reading, name)) for name in READING_COLUMNS})
    problems = [storable_problem(problem) for problem in row.problems]
    return replace(row, cells={key: _mended(text) for key, text in row.cells.items()}, reading=reading, problems=problems)


def storable_problem(problem: Problem) -> Problem:
    """The same of a problem's params."""
    return replace(problem, params={key: _mended(value) for key, value in problem.params.items()})


def _mended(value: Any) -> Any:
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else value
