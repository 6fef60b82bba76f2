"""The register's text files, streamed: NDJSON and CSV. Each item is (line number, record) or (line number, code)."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import IO, Any

import orjson

LONGEST_LINE = 1 << 20  # bytes; a person's record has about 400
LONGEST_RECORD = 10  # lines one quoted CSV record may span
DELIMITERS = ",;\t|"
Item = tuple[int, dict[str, Any] | str]
BOM = b"\xef\xbb\xbf"


class UnreadableFile(Exception):
    """Nothing in the file can be used; `code` is in expectations/catalogue.yml."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def lines_of(source: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Lines from 1 without their ends; None stands for a line longer than `LONGEST_LINE`. Blank lines are left out."""
    number = 0
    while line := source.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            while not line.endswith(b"\n") and (line := source.readline(LONGEST_LINE + 1)):
                pass
            yield number, None
            continue
        if number == 1:
            line = line.removeprefix(BOM)
        if line.strip():
            yield number, line.rstrip(b"\r\n")


def read_ndjson(source: IO[bytes]) -> Iterator[Item]:
    """One JSON object a line; a broken line is `FEED_JSON` and the next one is read."""
    for number, line in lines_of(source):
        if line is None:
            yield number, "FEED_LINE_TOO_LONG"
            continue
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            found = None
        yield number, found if isinstance(found, dict) else "FEED_JSON"


def read_csv(source: IO[bytes]) -> Iterator[Item]:
    """Rows under a header of the contract's names. Raises UnreadableFile when the header lacks the key columns."""
    lines = lines_of(source)
    first = next(lines, None)
    if first is None or first[1] is None:
        raise UnreadableFile("FEED_HEADER")
    header, delimiter = _header(first[1])
    waiting: deque[tuple[int, bytes | None]] = deque()
    while (item := waiting.popleft() if waiting else next(lines, None)) is not None:
        number, line = item
        if line is None:
            yield number, "FEED_LINE_TOO_LONG"
            continue
        cells = _record(line, lines, waiting, delimiter)
        if cells is None or len(cells) != len(header):
            yield number, "FEED_CSV"
        else:
            yield number, dict(zip(header, cells, strict=True))


def _header(line: bytes) -> tuple[list[str], str]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFile("FEED_HEADER") from None
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().strip('"').lower() for name in text.split(delimiter)]
    if not {"so_dinh_danh", "ho_va_ten"} <= set(names) or len(set(names)) != len(names):
        raise UnreadableFile("FEED_HEADER")
    return names, delimiter


def _record(
    line: bytes, lines: Iterator[tuple[int, bytes | None]], waiting: deque[tuple[int, bytes | None]], delimiter: str
) -> list[str] | None:
    """The cells of the record that starts on `line`; lines it turned out not to need go back to `waiting`."""
    taken: list[tuple[int, bytes | None]] = []
    whole = line
    while whole.count(b'"') % 2 and len(taken) < LONGEST_RECORD:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None or following[1] is None:
            taken.extend([following] if following else [])
            break
        taken.append(following)
        whole += b"\n" + following[1]
    cells = None if whole.count(b'"') % 2 else _cells(whole, delimiter)
    if cells is None:  # an unclosed quote must not swallow the good lines after it
        waiting.extendleft(reversed(taken))
    return cells


def _cells(whole: bytes, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([whole.decode("utf-8")], delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return None
