"""Facts about an .xls (BIFF in an OLE container): encryption, fonts, date system; and what other OLE files are."""

from __future__ import annotations

import io
import struct

from ansinh.intake.scan_xlsx import MAX_AREA, Facts
from ansinh.intake.sniff import Refused

_FILEPASS, _FONT, _DATEMODE, _EOF = 0x2F, 0x31, 0x22, 0x0A
_BOUNDSHEET, _MANY, _DIMENSIONS = 0x85, 0xBD, 0x200
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_CELLS = frozenset((0x06, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E))  # cells that hold something, [MS-XLS] 2.4
_HINTS = ((".vn", "TCVN3"), ("vni", "VNI"), ("vps", "VPS"), ("viscii", "VISCII"))


def scan(data: bytes) -> Facts:
    """Walk the workbook's global records. Raises Refused for other OLE files, passwords and damage."""
    from xlrd.compdoc import CompDoc, CompDocError

    try:
        document = CompDoc(data, logfile=io.StringIO())
        names = {entry.name for entry in document.dirlist}
        _refuse_other_documents(names)
        found = document.locate_named_stream("Workbook" if "Workbook" in names else "Book")
    except Refused:
        raise
    except (CompDocError, struct.error, IndexError, AssertionError, ValueError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise Refused("FILE_BROKEN") from error
    stream, base, length = found
    if stream is None:
        raise Refused("FILE_BROKEN")
    workbook = bytes(stream[base : base + length])
    facts, sheets = _globals(workbook)
    _refuse_far_cells(workbook, sheets)
    if any(name.startswith("_VBA_PROJECT") for name in names):
        facts.notes.append("MACROS_IGNORED")
    return facts


def _refuse_other_documents(names: set[str]) -> None:
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise Refused("FILE_ENCRYPTED")
    if "WordDocument" in names or "PowerPoint Document" in names:
        raise Refused("FILE_IS_WORD")
    if not names & {"Workbook", "Book"}:
        raise Refused("FILE_UNKNOWN")


def _globals(stream: bytes) -> tuple[Facts, list[int]]:
    """Facts of the whole workbook, and where in the stream its sheets begin."""
    facts = Facts()
    sheets: list[int] = []
    position = 0
    fonts: list[str] = []
    while position + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + size]
        position += 4 + size
        if record == _FILEPASS:
            raise Refused("FILE_ENCRYPTED")
        if record == _DATEMODE and len(body) >= 2:
            facts.is_1904 = body[0] == 1
        elif record == _BOUNDSHEET and len(body) >= 4:
            sheets.append(int.from_bytes(body[:4], "little"))
        elif record == _FONT and len(body) > 16:
            fonts.append(_font_name(body))
        elif record == _EOF:
            break
    lowered = [name.lower() for name in fonts]
    facts.font_hint = next((hint for start, hint in _HINTS if any(name.startswith(start) for name in lowered)), None)
    return facts, sheets


def _refuse_far_cells(stream: bytes, sheets: list[int]) -> None:
    """A damaged row or column number makes readers ask for a table of petabytes: the area of each sheet is measured first."""
    unpack = struct.Struct("<HHHH").unpack_from
    for position in sheets:
        rows = columns = 0
        while position + 8 <= len(stream):
            record, size, row, column = unpack(stream, position)
            if record == _EOF:
                break
            if record == _DIMENSIONS and size >= 12:
                bounds = struct.unpack_from("<IIHH", stream, position + 4) if position + 16 <= len(stream) else (0, 0, 0, 0)
                first_row, last_row, first_column, last_column = bounds
                if first_row > last_row or first_column > last_column:  # a table of less than nothing ends the reader
                    raise Refused("FILE_BROKEN")
                if last_row > _MOST_ROWS or last_column > _MOST_COLUMNS:
                    raise Refused("SHEET_EXTREME", where="…", cell=f"{last_row} × {last_column}")
            if record in _CELLS and size >= 6:
                last = int.from_bytes(stream[position + 2 + size : position + 4 + size], "little") if record == _MANY else column
                rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
                if rows * columns > MAX_AREA:
                    raise Refused("SHEET_EXTREME", where="…", cell=f"{rows} × {columns}")
            position += 4 + size


def _font_name(body: bytes) -> str:
    """BIFF8: length, flag (1 = UTF-16), characters; BIFF5: length and bytes."""
    count, flag = body[14], body[15]
    if flag == 1:
        return body[16 : 16 + 2 * count].decode("utf-16-le", "replace")
    return (body[16 : 16 + count] if flag == 0 else body[15 : 15 + count]).decode("latin-1")
