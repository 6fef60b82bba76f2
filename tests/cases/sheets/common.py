"""What every case says: name, reason, input, verdict."""

from __future__ import annotations

from typing import Any

from tests.support.sheets import HEADER, TOTAL, TRUTH, people, sheet, xlsx

Case = dict[str, Any]


def case(name: str, why: str, file: str, data: bytes, **expected: Any) -> Case:
    """A case of period 2026-11 and commune 25858, accepted with nothing to say unless told otherwise."""
    return {
        "name": name,
        "why": why,
        "file": file,
        "data": data,
        "period": "2026-11",
        "commune": "25858",
        "status": "accepted",
        "problems": [],
        **expected,
    }


def truth(first: int = 7, skip: tuple[int, ...] = (), without: tuple[str, ...] = (), **changes: Any) -> dict[int, dict[str, Any]]:
    """The five on consecutive rows from `first`; positions in `skip` are left out, fields in `without` are not asked."""
    rows = {}
    for position, expected in enumerate(TRUTH):
        if position not in skip:
            rows[first + position] = {key: changes.get(key, value) for key, value in expected.items() if key not in without}
    return rows


def each_text(rows: list[list[Any]], change: Any) -> list[list[Any]]:
    return [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def with_column(column: str, values: list[Any]) -> list[list[Any]]:
    rows = people()
    for row, value in zip(rows, values, strict=True):
        row[HEADER.index(column)] = value
    return rows


def changed(row: int, column: str, value: Any, **others: Any) -> list[list[Any]]:
    """The five people with one cell (and others of the same row) changed; `row` counts from 1."""
    rows = people()
    rows[row - 1][HEADER.index(column)] = value
    for name, other in others.items():
        rows[row - 1][HEADER.index(name)] = other
    return rows


def planted(
    name: str, why: str, body: list[list[Any]], problems: list[list[Any]], status: str = "accepted", total: int | None = TOTAL, **more: Any
) -> Case:
    """A case whose rows still all stand on 7 to 11."""
    return case(name, why, "DS.xlsx", xlsx(("DS", sheet(body, total=total))), status=status, problems=problems, **more)


def refused(name: str, why: str, code: str, data: bytes, file: str = "DS.xlsx", **more: Any) -> Case:
    """A file turned away with one code and nothing else."""
    return case(name, why, file, data, status="rejected", reject_code=code, problems=[[None, None, code]], **more)


def rows_with(**per_row: dict[str, Any]) -> dict[int, dict[str, Any]]:
    rows = truth()
    for key, fields in per_row.items():
        rows[int(key[1:])] = {**rows[int(key[1:])], **fields}
    return rows
