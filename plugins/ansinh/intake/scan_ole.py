"""Facts about an .xls (BIFF in an OLE container): encryption, fonts, date system; and what other OLE files are."""

from __future__ import annotations

import io
import struct

from ansinh.intake.scan_xlsx import Facts
from ansinh.intake.sniff import Refused

_FILEPASS, _FONT, _DATEMODE, _EOF = 0x2F, 0x31, 0x22, 0x0A
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
    facts = _globals(bytes(stream[base : base + length]))
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


def _globals(stream: bytes) -> Facts:
    facts = Facts()
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
        elif record == _FONT and len(body) > 16:
            fonts.append(_font_name(body))
        elif record == _EOF:
            break
    lowered = [name.lower() for name in fonts]
    facts.font_hint = next((hint for start, hint in _HINTS if any(name.startswith(start) for name in lowered)), None)
    return facts


def _font_name(body: bytes) -> str:
    """BIFF8: length, flag (1 = UTF-16), characters; BIFF5: length and bytes."""
    count, flag = body[14], body[15]
    if flag == 1:
        return body[16 : 16 + 2 * count].decode("utf-16-le", "replace")
    return (body[16 : 16 + count] if flag == 0 else body[15 : 15 + count]).decode("latin-1")
