"""Write rows, workbooks and register records straight into `raw.*`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from ansinh.core.db import copy_rows

Connection = psycopg.Connection[tuple[Any, ...]]
_READING = [
    "row_id", "workbook_id", "commune_code", "period", "sheet", "row_number", "is_blocked", "row_key", "full_name", "id_number", "id_type",
    "old_cmnd", "birth_date", "birth_year", "birth_month", "birth_date_precision", "sex", "programme_code", "entitlement_code", "amount_vnd",
    "bank_bin", "account_number", "account_name", "payment_channel", "phone", "hamlet", "moved_from", "subject_id_number",
]  # fmt: skip
_RECORD = [
    "file_id", "line_number", "so_dinh_danh", "so_cmnd", "ho_va_ten", "ngay_thang_nam_sinh", "nam_sinh", "gioi_tinh", "ma_phuong_xa",
    "trang_thai", "ngay_chet", "tai_khoan_bin", "tai_khoan_so", "tai_khoan_ten", "cap_nhat_luc",
]  # fmt: skip


def write_rows(connection: Connection, period: str, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Each (row_id, values); one workbook a commune and month. Missing values take a plain default."""
    filled = []
    for number, (row_id, values) in enumerate(rows, start=7):
        commune = str(values.get("commune_code", "25858"))
        born = values.get("birth_date")
        filled.append(
            {
                "sheet": "DS", "row_number": number, "is_blocked": False, "row_key": row_id, "programme_code": "BTXH",
                "entitlement_code": "5.6_n", "amount_vnd": 810_000, "payment_channel": "cash", "period": period, "commune_code": commune,
                "birth_year": born.year if born else None, "birth_month": born.month if born else None,
                "birth_date_precision": "day" if born else ("year" if values.get("birth_year") else None),
                "id_type": {12: "cccd", 9: "cmnd"}.get(len(str(values.get("id_number") or ""))),
                **values, "row_id": row_id, "workbook_id": f"W{period}-{commune}",
            }
        )  # fmt: skip
    books = sorted({(row["workbook_id"], row["commune_code"]) for row in filled})
    copy_rows(
        connection, "raw.commune__workbooks",
        ["workbook_id", "commune_code", "period", "file_name", "sha256", "size_bytes", "received_at", "kind", "status", "row_count"],
        [(book, commune, period, f"{book}.xlsx", book, 1, "2026-10-20T08:00:00+07:00", "first", "accepted",
          sum(row["workbook_id"] == book for row in filled) if len(books) < 20 else 0) for book, commune in books],
    )  # fmt: skip
    copy_rows(
        connection, "raw.commune__rows", ["row_id", "workbook_id", "sheet", "row_number", "cells"],
        [(row["row_id"], row["workbook_id"], "DS", row["row_number"], "{}") for row in filled],
    )  # fmt: skip
    return copy_rows(connection, "raw.commune__readings", _READING, [[row.get(name) for name in _READING] for row in filled])


def write_register(
    connection: Connection, records: Iterable[Mapping[str, Any]], *, file_id: str = "F1", at: str = "2026-10-20T08:00:00+07:00"
) -> int:
    """National-ID records of one feed file; unnamed fields are absent."""
    connection.execute(
        "insert into raw.national_id__files (file_id, file_name, sha256, kind, status) values (%s, %s, %s, 'full', 'accepted')",
        (file_id, f"{file_id}.ndjson", file_id),
    )
    rows = [
        {"file_id": file_id, "line_number": number, "trang_thai": "song", "cap_nhat_luc": at, **record}
        for number, record in enumerate(records, 1)
    ]
    return copy_rows(connection, "raw.national_id__records", _RECORD, [[row.get(name) for name in _RECORD] for row in rows])
