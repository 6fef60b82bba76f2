"""Open one file of the register's feed by its content: gzip or not, then NDJSON, CSV or XML, never more than it should unfold to."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ansinh.identity.feed_lines import BOM, Item, UnreadableFile, read_csv, read_ndjson
from ansinh.identity.feed_xml import read_xml, refuse_doctype

GZIP_MAGIC = b"\x1f\x8b"
MOST_UNFOLDED = 200  # times the file's own size; text of a register packs about 10 times
ALWAYS_ALLOWED = 64 << 20


class _Bounded(io.RawIOBase):
    """A reader that refuses to give more than `limit` bytes (a small gzip can unfold to a full disk)."""

    def __init__(self, source: gzip.GzipFile, limit: int) -> None:
        self._source, self._left = source, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        self._left -= len(block)
        if self._left < 0:
            raise UnreadableFile("FEED_TOO_LARGE")
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def _unfolded(path: Path) -> Iterator[IO[bytes]]:
    size = path.stat().st_size
    with path.open("rb") as plain:
        is_packed = plain.peek(2)[:2] == GZIP_MAGIC
        if not is_packed:
            yield plain
            return
        with gzip.open(plain) as packed:
            yield io.BufferedReader(_Bounded(packed, size * MOST_UNFOLDED + ALWAYS_ALLOWED), 1 << 18)


def _begins_with(path: Path) -> bytes:
    with _unfolded(path) as source:
        head = source.read(4096)
    return head.removeprefix(BOM).lstrip()


def read_feed(path: Path) -> Iterator[Item]:
    """Every record of the file, in order. Raises UnreadableFile when the file as a whole cannot be trusted."""
    try:
        head = _begins_with(path)
        if not head:
            raise UnreadableFile("FEED_EMPTY")
        if head[:1] == b"<":
            with _unfolded(path) as source:
                refuse_doctype(source)
        reader = {b"{": read_ndjson, b"<": read_xml}.get(head[:1], read_csv)
        with _unfolded(path) as source:
            yield from reader(source)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UnreadableFile("FEED_GZIP") from None


def is_xml(path: Path) -> bool:
    """XML answers carry no `cap_nhat_luc` by nature: there the file's own date counts. Raises UnreadableFile."""
    try:
        return _begins_with(path)[:1] == b"<"
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UnreadableFile("FEED_GZIP") from None
