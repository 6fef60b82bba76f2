"""The ids of what arrives: derived from the bytes and where they stand, so that reading again gives the same ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable


def workbook_id(commune_code: str, sha256: str, file_name: str) -> str:
    """The same bytes under the same name in the same commune are one workbook, whenever they are seen."""
    return "W" + hashlib.sha256(f"{commune_code}|{sha256}|{file_name}".encode(errors="replace")).hexdigest()[:24]


def row_id(sha256: str, commune_code: str, sheet: str, row_number: int) -> str:
    """`R`, 16 hex digits of (workbook, commune, sheet) and 8 of the row number.

    Rows of one sheet stand side by side in an index: filling it costs a third of what scattered ids cost.
    """
    return f"{_sheet_key(sha256, commune_code, sheet)}{row_number:08x}"


def row_id_maker(sha256: str, commune_code: str) -> Callable[[str, int], str]:
    """`row_id` for many rows of one workbook."""
    keys: dict[str, str] = {}

    def make(sheet: str, row_number: int) -> str:
        key = keys.get(sheet)
        if key is None:
            key = keys[sheet] = _sheet_key(sha256, commune_code, sheet)
        return f"{key}{row_number:08x}"

    return make


def _sheet_key(sha256: str, commune_code: str, sheet: str) -> str:
    return "R" + hashlib.sha256(f"{sha256}|{commune_code}|{sheet}".encode(errors="replace")).hexdigest()[:16]
