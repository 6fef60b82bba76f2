"""A few landed rows, written straight into `raw`, for tests that are about what comes after landing."""

from __future__ import annotations

from typing import Any

import psycopg


def workbook(
    connection: psycopg.Connection[Any], workbook_id: str = "W1", *, commune: str = "25858", period: str = "2026-11", **columns: Any
) -> str:
    """One workbook; `status` defaults to accepted."""
    values = {
        "workbook_id": workbook_id, "commune_code": commune, "period": period, "file_name": f"{workbook_id}.xlsx", "sha256": workbook_id,
        "size_bytes": 1, "received_at": "2026-10-20T08:00:00+07:00", "status": "accepted", **columns,
    }  # fmt: skip
    names = ", ".join(values)
    connection.execute(f"insert into raw.commune__workbooks ({names}) values ({', '.join(['%s'] * len(values))})", list(values.values()))
    return workbook_id


def row(
    connection: psycopg.Connection[Any],
    row_id: str,
    workbook_id: str = "W1",
    *,
    commune: str = "25858",
    period: str = "2026-11",
    row_number: int = 7,
    **reading: Any,
) -> str:
    """One row with its reading; a person of 1950 on `5.5a_60_80` unless told otherwise."""
    connection.execute("insert into raw.commune__rows values (%s, %s, 'DS', %s, '{}')", (row_id, workbook_id, row_number))
    values = {
        "row_id": row_id, "workbook_id": workbook_id, "commune_code": commune, "period": period, "sheet": "DS", "row_number": row_number,
        "is_blocked": False, "row_key": row_id, "full_name": "Nguyễn Văn An", "birth_year": 1950, "birth_date_precision": "year",
        "sex": "male", "programme_code": "BTXH", "entitlement_code": "5.5a_60_80", "amount_vnd": 810000, **reading,
    }  # fmt: skip
    names = ", ".join(values)
    connection.execute(f"insert into raw.commune__readings ({names}) values ({', '.join(['%s'] * len(values))})", list(values.values()))
    return row_id
