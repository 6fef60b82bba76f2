"""Text files: which encoding, which delimiter, which line each row stands on."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter

from ansinh.intake.legacy_tables import DECODERS
from ansinh.intake.sniff import Refused
from ansinh.intake.syllables import plausibility

_DELIMITERS = ";\t,|^~#"
_NOT_ASCII_WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9]*[^\x00-\x7f][^\s!-/:-@\[-`{-~0-9]*")
_SAMPLE_LINES = 80
_MAX_FIELD = 200_000


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding's name. Raises Refused.

    Text of the old font encodings (TCVN3, VNI, VISCII, VPS) comes back as the sender's Latin-1 characters: they are
    converted column by column, like those of a workbook.
    """
    for bom, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(bom):
            return _strict(data, name, "UTF-8" if name == "utf-8-sig" else "UTF-16")
    if b"\x00" in data[:4096]:
        little = data[1:2000:2].count(0) > data[0:2000:2].count(0)
        return _strict(data, "utf-16-le" if little else "utf-16-be", "UTF-16")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _eight_bit(data)


def _strict(data: bytes, codec: str, name: str) -> tuple[str, str]:
    text = data.decode(codec, "replace")
    if text.count("\ufffd") > max(2, len(text) // 200):
        raise Refused("TEXT_UNREADABLE")
    return text, name


def _eight_bit(data: bytes) -> tuple[str, str]:
    """One file, one encoding: the one that makes the most Vietnamese syllables of the words with letters above ASCII."""
    latin = data.decode("latin-1")
    candidates = {"windows-1258": unicodedata.normalize("NFC", data.decode("cp1258", "replace"))}
    broken_utf8 = data.decode("utf-8", "replace")
    if broken_utf8.count("\ufffd") <= max(2, len(broken_utf8) // 300):
        candidates["UTF-8"] = broken_utf8
    candidates |= {name: decoder(latin) for name, decoder in DECODERS.items()}
    scored = []
    for name, text in candidates.items():
        words = [match[0] for match in _NOT_ASCII_WORD.finditer(text, 0, 60_000)][:400]
        scored.append((plausibility(words), name))
    best, name = max(scored, key=lambda pair: pair[0])
    if best < 0.6:
        raise Refused("TEXT_UNREADABLE")
    return latin if name in DECODERS else candidates[name], name


def rows_of(text: str) -> tuple[list[list[str]], list[int]]:
    """Cells of each row, and the line each row begins on (from 1). Raises Refused when no row can be cut."""
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    named = first.strip().lower()
    offset = 0
    if named.startswith("sep=") and len(named) == 5:
        delimiter, text, offset = named[4], rest, 1
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(_MAX_FIELD)
    try:
        rows, lines = _cut(text, delimiter, csv.QUOTE_MINIMAL)
        if any(cell.count("\n") > 5 for row in rows for cell in row if len(cell) > 80):  # a lone quote swallowed lines
            rows, lines = _cut(text, delimiter, csv.QUOTE_NONE)
    except csv.Error as error:
        raise Refused("TEXT_UNREADABLE") from error
    return rows, [line + offset for line in lines] if offset else lines


def _cut(text: str, delimiter: str, quoting: int) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    rows, lines, before = [], [], 0
    for row in reader:
        rows.append([_cell(cell) for cell in row])
        lines.append(before + 1)
        before = reader.line_num
    return rows, lines


def _cell(cell: str) -> str:
    """`="0790…"` is how Excel users keep zeros in CSV."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell


def _delimiter(text: str) -> str:
    """The candidate that cuts the most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in _DELIMITERS:
        counts = Counter(_count(line, candidate) for line in lines)
        counts.pop(0, None)
        if not counts:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1] * min(item[0], 12), item[0]))
        score = times * min(width, 12)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _count(line: str, delimiter: str) -> int:
    if '"' not in line:
        return line.count(delimiter)
    outside = line.split('"')[0::2]
    return sum(piece.count(delimiter) for piece in outside)
