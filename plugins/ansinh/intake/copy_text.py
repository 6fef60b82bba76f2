"""Whole columns as the text PostgreSQL's COPY reads. Column by column, because most columns are of one kind and need no second look.

Format: https://www.postgresql.org/docs/current/sql-copy.html, text format; NULL is `\\N`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any

import orjson

NULL = r"\N"
_TOLD_APART = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_ESCAPES = str.maketrans(_TOLD_APART)
_NOTHING = {type(None)}
_TEXTS = {str, type(None)}
_DAYS = {date, type(None)}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without NUL and halves of surrogate pairs, which no PostgreSQL text holds."""
    return _UNSTORABLE.sub("", text)


def field(value: Any) -> str:
    """One value: text, bool, int, date, Decimal or None."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | Decimal | date):
        return str(value)
    raise TypeError(f"no COPY text for {type(value).__name__}")


def column(values: Sequence[Any]) -> Iterable[str] | str:
    """The fields of a column; a single text where all are the same."""
    kinds = set(map(type, values))
    if kinds == _NOTHING:
        return NULL
    if kinds <= _TEXTS:
        present = [value for value in values if value is not None] if len(kinds) > 1 else values
        joined = "".join(present)
        if not any(odd in joined for odd in _TOLD_APART):
            if len(kinds) > 1:
                return [NULL if value is None else value for value in values]
            return str(values[0]) if values.count(values[0]) == len(values) else values
    if kinds <= _DAYS:
        return [NULL if value is None else value.isoformat() for value in values]
    if len(kinds) > 1 and bool in kinds:  # True and 1 are equal but written differently
        return [field(value) for value in values]
    memo = {value: field(value) for value in set(values)}
    return field(values[0]) if len(memo) == 1 else map(memo.__getitem__, values)


def lines(columns: Iterable[Iterable[str] | str], count: int) -> bytes:
    """The columns side by side, one line a row, as UTF-8. Texts are made storable."""
    texts: list[Iterable[str]] = []
    constants: list[str] = []
    for one in columns:
        if isinstance(one, str):
            constants.append(one)
            continue
        if constants:
            texts.append(repeat("\t".join(constants), count))
            constants = []
        texts.append(one)
    if constants:
        texts.append(repeat("\t".join(constants), count))
    joined = "\n".join(map("\t".join, zip(*texts, strict=True)))
    return encoded(joined + "\n") if count else b""


def encoded(text: str) -> bytes:
    """UTF-8 that PostgreSQL takes."""
    try:
        return (text if "\x00" not in text else storable(text)).encode()
    except UnicodeEncodeError:
        return storable(text).encode()


def json_objects(columns: Iterable[tuple[str, Sequence[str]]]) -> Iterable[str]:
    """(name, texts) columns → one JSON object a row as a field, empty texts left out."""
    parts: list[Iterable[str]] = []
    count = 0
    for name, texts in columns:
        count = len(texts)
        start = f",{_json_text(name)}:"
        joined = "".join(texts)
        if not joined:
            continue
        distinct = set(texts)
        if 2 * len(distinct) > len(texts) and joined.isprintable() and '"' not in joined and "\\" not in joined:
            start += '"'
            parts.append([f'{start}{text}"' if text else "" for text in texts])
        else:
            memo = {text: start + _json_text(text) if text else "" for text in distinct}
            parts.append(map(memo.__getitem__, texts))
    if not parts:
        return ["{}"] * count
    return [f"{{{row[1:]}}}" for row in map("".join, zip(*parts, strict=True))]


def _json_text(text: str) -> str:
    try:
        return orjson.dumps(text if "\x00" not in text else storable(text)).decode().replace("\\", r"\\")
    except (TypeError, UnicodeError):
        return orjson.dumps(storable(text)).decode().replace("\\", r"\\")


def json_field(value: dict[str, Any]) -> str:
    """A JSON object as a field; texts in it are made storable."""
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, UnicodeError):
        text = orjson.dumps(_mended(value)).decode()
    if "\\" not in text:
        return text
    if r"\u0000" in text:
        text = orjson.dumps(_mended(value)).decode()
    return text.replace("\\", r"\\")


def _mended(value: dict[str, Any]) -> dict[str, Any]:
    return {key: storable(item) if isinstance(item, str) else item for key, item in value.items()}


def fields_of(line: str) -> list[str | None]:
    """The fields of one line again."""
    return [None if part == NULL else _unescaped(part) if "\\" in part else part for part in line.split("\t")]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), text)
