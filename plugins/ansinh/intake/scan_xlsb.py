"""Facts about an .xlsb (BIFF12 records in a zip): extremes, date system, legacy fonts. Source: [MS-XLSB] 2.1.4, 2.4."""

from __future__ import annotations

from collections.abc import Iterator

from ansinh.intake.archive import Package
from ansinh.intake.scan_xlsx import MAX_AREA, Facts
from ansinh.intake.sniff import Refused

_ROW_HEADER, _CELL_BLANK, _LAST_CELL_RECORD, _WORKBOOK_PROPERTIES = 0, 1, 11, 153
_FONTS = ((".Vn", "TCVN3"), ("VNI", "VNI"), ("VPS", "VPS"), ("VISCII", "VISCII"))


def scan(package: Package) -> Facts:
    """Walk every sheet's records. Raises Refused for cells far outside any list and for damage."""
    facts = Facts()
    for number, body in _records(package.read("xl/workbook.bin")):
        if number == _WORKBOOK_PROPERTIES and body:
            facts.is_1904 = bool(body[0] & 1)
    if "xl/styles.bin" in package.entries:
        styles = package.read("xl/styles.bin")
        facts.font_hint = next((hint for start, hint in _FONTS if start.encode("utf-16-le") in styles), None)
    for name in package.entries:
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            _refuse_extremes(package.read(name))
    if any(name.lower().endswith("vbaproject.bin") for name in package.entries):
        facts.notes.append("MACROS_IGNORED")
    if any(name.startswith("xl/externalLinks/") for name in package.entries):
        facts.notes.append("EXTERNAL_LINKS")
    return facts


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    position, end = 0, len(data)
    while position < end:
        number, shift = 0, 0
        for _ in range(2):
            byte = data[position]
            position += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or position >= end:
                break
        length = shift = 0
        for _ in range(4):
            if position >= end:
                raise Refused("FILE_BROKEN")
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield number, data[position : position + length]
        position += length


def _refuse_extremes(data: bytes) -> None:
    row = rows = columns = 1
    for number, body in _records(data):
        if number == _ROW_HEADER and len(body) >= 4:
            row = int.from_bytes(body[:4], "little") + 1
        elif _CELL_BLANK < number <= _LAST_CELL_RECORD and len(body) >= 4:
            rows, columns = max(rows, row), max(columns, int.from_bytes(body[:4], "little") + 1)
            if rows * columns > MAX_AREA:
                raise Refused("SHEET_EXTREME", where="…", cell=f"{rows} × {columns}")
