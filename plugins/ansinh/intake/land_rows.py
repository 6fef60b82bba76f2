"""COPY what was read of one workbook into `raw` and `ops`, one statement a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import psycopg

from ansinh.core.db import copy_bytes
from ansinh.intake.catalogue import catalogue
from ansinh.intake.copy_text import encoded, field, json_field
from ansinh.intake.model import Problem
from ansinh.intake.parcel import COLUMNS_OF_READINGS, COLUMNS_OF_ROWS, Parcel

Connection = psycopg.Connection[tuple[Any, ...]]
_PROBLEM_COLUMNS = ("workbook_id", "row_id", "sheet", "row_number", "column_name", "cell", "code", "severity", "owner", "params")


def copy_parcel(connection: Connection, parcel: Parcel) -> None:
    """The sender's cells and our reading of them."""
    if parcel.row_count:
        copy_bytes(connection, "raw.commune__rows", COLUMNS_OF_ROWS, parcel.rows)
        copy_bytes(connection, "raw.commune__readings", COLUMNS_OF_READINGS, parcel.readings)


def copy_problems(connection: Connection, workbook: str, problems: Iterable[Problem], row_ids: Mapping[tuple[str, int], str]) -> None:
    """Problems of the workbook and its rows; `row_ids` finds the landed row of a place, if it was landed."""
    found = list(_problem_rows(workbook, problems, row_ids))
    if found:
        copy_bytes(connection, "ops.row_problem", _PROBLEM_COLUMNS, encoded("".join(found)))


def _problem_rows(workbook: str, problems: Iterable[Problem], row_ids: Mapping[tuple[str, int], str]) -> Iterator[str]:
    entries = catalogue()
    for problem in problems:
        entry = entries.get(problem.code)
        key = row_ids.get((problem.sheet, problem.row_number)) if problem.row_number is not None else None
        place = (workbook, key, problem.sheet, problem.row_number, problem.column_name, problem.cell)
        told = (problem.code, problem.severity, entry.owner if entry else "system")
        yield "\t".join(map(field, (*place, *told))) + f"\t{json_field(problem.params)}\n"
