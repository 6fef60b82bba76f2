"""What a file really is, by its first bytes: the extension is only what the sender hoped."""

from __future__ import annotations

import re

from ansinh.core.errors import AnsinhError


class Refused(AnsinhError):
    """This one file cannot be read; `code` is in the catalogue, `params` fill its sentence."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, code=code)
        self.params = params


MAX_BYTES = 20 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|body|table|script|style|div|p)\b", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> str:
    """`zip`, `ole` or `text`. Raises Refused for everything no list ever is."""
    if not data:
        raise Refused("FILE_EMPTY")
    if len(data) > MAX_BYTES:
        raise Refused("FILE_TOO_BIG", size_mb=len(data) // 1_000_000, limit_mb=MAX_BYTES // 1_000_000)
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    if data.startswith(_OLE):
        return "ole"
    _refuse_other_kinds(data)
    if not data.strip(b"\x00 \t\r\n"):
        raise Refused("FILE_EMPTY")
    if b"\x00" in data[:4096] and not data.startswith(_BOMS) and not _looks_utf16(data):
        raise Refused("FILE_UNKNOWN")
    return "text"


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(b"PK"):
        raise Refused("FILE_BROKEN")
    if data.startswith(_IMAGES) and not _bm_is_text(data):
        raise Refused("FILE_IS_IMAGE")
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        raise Refused("FILE_IS_IMAGE")
    if data[:1024].lstrip().startswith(b"%PDF"):
        raise Refused("FILE_IS_PDF")
    if data.startswith(b"{\\rtf"):
        raise Refused("FILE_IS_WORD")
    if data.startswith(_ARCHIVES):
        raise Refused("FILE_IS_ARCHIVE")
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode("ascii", "ignore")
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:13].lower().startswith(b"mime-version:") or (start[:1] == b"<" and _HTML.search(start)):
        raise Refused("FILE_IS_HTML")
    if start.startswith(b"<?xml") or (start[:1] == b"<" and b"xmlns" in start):
        raise Refused("FILE_IS_XML")


def _bm_is_text(data: bytes) -> bool:
    return data[:2] == b"BM" and b"\x00" not in data[:64]


def _looks_utf16(data: bytes) -> bool:
    sample = data[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return max(even, odd) > len(sample) // 5 and min(even, odd) <= len(sample) // 50
