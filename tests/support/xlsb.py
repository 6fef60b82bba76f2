"""A minimal .xlsb writer for tests ([MS-XLSB] 2.4): text and numbers on one sheet. No library writes the format."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
)


def _record(number: int, body: bytes = b"") -> bytes:
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = len(body), b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (2026, 10, 20, 8, 0, 0))


def write_xlsb(rows: list[list[Any]], sheet: str = "DS", at: tuple[int, int] = (0, 0)) -> bytes:
    """The workbook's bytes; the table begins at row and column `at` (from 0)."""
    book = _record(131) + _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)) + _record(144) + _record(132)
    last_row, last_column = at[0] + len(rows), at[1] + max(len(row) for row in rows)
    body = [_record(129), _record(148, struct.pack("<IIII", 0, last_row, 0, last_column)), _record(145)]
    for number, row in enumerate(rows, at[0]):
        body.append(_record(0, struct.pack("<IIHHB", number, 0, 300, 0, 0) + struct.pack("<I", 0)))
        for column, value in enumerate(row, at[1]):
            head = struct.pack("<II", column, 0)
            if isinstance(value, (int, float)):
                body.append(_record(5, head + struct.pack("<d", value)))
            elif value:
                body.append(_record(6, head + _wide(str(value))))
    body += [_record(146), _record(130)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(_entry("[Content_Types].xml"), _TYPES)
        package.writestr(_entry("_rels/.rels"), _RELS.format(kind="officeDocument", target="xl/workbook.bin"))
        package.writestr(_entry("xl/_rels/workbook.bin.rels"), _RELS.format(kind="worksheet", target="worksheets/sheet1.bin"))
        package.writestr(_entry("xl/workbook.bin"), book)
        package.writestr(_entry("xl/worksheets/sheet1.bin"), b"".join(body))
    return buffer.getvalue()
