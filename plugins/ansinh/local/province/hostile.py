"""Files that are no lists: empty, a picture with another name, cut off in the middle, or of another month."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

EMPTY, PICTURE, CUT = "rong.xlsx", "anh chup.xlsx", "gui lai.xlsx"


def write_empty(folder: Path) -> Path:
    """A file without a byte."""
    path = folder / EMPTY
    path.write_bytes(b"")
    return path


def write_picture(folder: Path) -> Path:
    """A real one-pixel PNG called .xlsx."""
    path = folder / PICTURE
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00\xff\xff\xff")), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def write_cut(folder: Path, whole: Path) -> Path:
    """The first two thirds of a good workbook: an upload that broke off."""
    path = folder / CUT
    data = whole.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    return path
