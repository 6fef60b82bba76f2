"""The zip directory of a workbook, judged before anything is unpacked.

Order and limits: OWASP zip-bomb advice; CVE-2024-0450 (overlapping entries, not caught by Python up to 3.11.7).
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from ansinh.intake.sniff import Refused

_MAX_ENTRIES = 1_000
_MAX_TOTAL = 300_000_000
_MAX_RATIO = 200
_RATIO_FROM = 8_000_000  # small parts of repeated text pack very well and hurt nobody
_LOCAL_HEADER = 30


@dataclass(slots=True)
class Package:
    """A zip whose directory passed: entry names and a safe way to unpack one."""

    data: bytes
    entries: dict[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """One part, never longer than its directory promised. Raises Refused when it lies or is damaged."""
        info = self.entries[name]
        start = info.header_offset
        name_length, extra_length = struct.unpack_from("<HH", self.data, start + 26)
        begin = start + _LOCAL_HEADER + name_length + extra_length
        raw = self.data[begin : begin + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            return raw
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise Refused("FILE_BROKEN")
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(raw, info.file_size + 1)
        except zlib.error as error:
            raise Refused("FILE_BROKEN") from error
        if len(content) > info.file_size or (unpacker.unconsumed_tail and len(content) >= info.file_size):
            raise Refused("ZIP_RATIO", ratio=max(_MAX_RATIO, len(content) // max(1, len(raw))))
        return content


def open_package(data: bytes) -> Package:
    """Check entries, total size, ratio, overlap, names and encryption. Raises Refused with the code of what is wrong."""
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError, UnicodeDecodeError, RuntimeError) as error:
        raise Refused("FILE_BROKEN") from error
    if len(infos) > _MAX_ENTRIES:
        raise Refused("ZIP_TOO_MANY_ENTRIES", entries=len(infos), limit=_MAX_ENTRIES)
    total = sum(info.file_size for info in infos)
    if total > _MAX_TOTAL:
        raise Refused("ZIP_TOO_BIG", size_mb=total // 1_000_000, limit_mb=_MAX_TOTAL // 1_000_000)
    for info in infos:
        _check_entry(info)
    _check_overlap(infos, len(data))
    return Package(data, {info.filename: info for info in infos})


def _check_entry(info: zipfile.ZipInfo) -> None:
    if info.file_size > _RATIO_FROM and info.file_size > _MAX_RATIO * max(1, info.compress_size):
        raise Refused("ZIP_RATIO", ratio=info.file_size // max(1, info.compress_size))
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        raise Refused("ZIP_PATH")
    if info.flag_bits & 0x1:
        raise Refused("FILE_ENCRYPTED")


def _check_overlap(infos: list[zipfile.ZipInfo], size: int) -> None:
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise Refused("ZIP_OVERLAP")
        end = info.header_offset + _LOCAL_HEADER + len(info.filename) + info.compress_size
    if end > size:
        raise Refused("FILE_BROKEN")


def spreadsheet_kind(package: Package) -> str:
    """`xlsx`, `xlsb` or `ods`. Raises Refused for other packages."""
    names = package.entries
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        if "mimetype" in names and b"spreadsheet" not in package.read("mimetype"):
            raise Refused("FILE_IS_WORD")
        if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise Refused("FILE_ENCRYPTED")
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refused("FILE_IS_WORD")
    if "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names):
        return "xlsx" if _other_main_part(package) else _broken()
    raise Refused("FILE_IS_ARCHIVE")


def _other_main_part(package: Package) -> bool:
    return any(name.lower() == "xl/workbook.xml" for name in package.entries)


def _broken() -> str:
    raise Refused("FILE_BROKEN")
