"""What a person is asked about a sheet's columns: which field, which columns it could be, and what stands in them, masked.

A question travels in the workbook's layout, so it is kept with the workbook and never enters a log.
"""

from __future__ import annotations

import re
from typing import Any

from ansinh.intake.header import Header
from ansinh.intake.settled import Settled, letter
from ansinh.intake.table import to_text

SAMPLES = 3
#: A list that names no group anywhere is asked for the column of the group.
_GROUP = "group_words"
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


def open_questions(mapping: Settled, header: Header, rows: list[list[Any]], *, group_is_missing: bool) -> list[dict[str, Any]]:
    """`[{"field", "candidates": [{"column", "header", "filled", "samples"}]}]`, JSON-able; empty where nothing is unsure."""
    asked = list(mapping.questions)
    if group_is_missing:
        taken = {*mapping.columns.values(), *(position for _, positions in asked for position in positions)}
        free = [position for position in range(len(header.labels)) if position not in taken and _filled(rows, header, position)]
        asked += [(_GROUP, free)] if free else []
    return [{"field": name, "candidates": [_candidate(position, header, rows) for position in positions]} for name, positions in asked]


def _candidate(position: int, header: Header, rows: list[list[Any]]) -> dict[str, Any]:
    values = _filled(rows, header, position)
    title = rows[header.last][position] if position < len(rows[header.last]) else ""
    samples = list(dict.fromkeys(masked(value) for value in values))[:SAMPLES]
    return {
        "column": letter(position),
        "header": str(title).strip() or header.labels[position],
        "filled": len(values),
        "samples": samples,
    }


def _filled(rows: list[list[Any]], header: Header, position: int) -> list[str]:
    cells = (row[position] for row in rows[header.last + 1 :] if position < len(row))
    return [text for text in (to_text(cell).strip() for cell in cells) if text]


def masked(text: str) -> str:
    """What kind of thing stands in a cell, not whose: `Nguyễn Văn An` → `N… V… A…`, `12/03/1950` → `**/**/1950`, `079150123456` → `079******456`."""
    return _DIGITS.sub(lambda found: _number(found[0]), _LETTERS.sub(lambda found: found[0][0] + ("…" if len(found[0]) > 1 else ""), text))


def _number(digits: str) -> str:
    if len(digits) <= 2:
        return "*" * len(digits)
    return digits if len(digits) <= 6 else f"{digits[:3]}{'*' * (len(digits) - 6)}{digits[-3:]}"
