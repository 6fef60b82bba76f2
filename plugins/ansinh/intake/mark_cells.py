"""Which cells of the sender's sheets get which mark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ansinh.intake.catalogue import CatalogueEntry, catalogue
from ansinh.intake.model import Problem
from ansinh.text import say

AUTHOR = "An Sinh"
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"  # the light red and yellow Excel users know; the code is in the comment too
COLOURS = {"block": RED, "look": YELLOW}
LONGEST_COMMENT = 2_000
_CELL = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")


@dataclass(slots=True)
class Mark:
    """One marked cell, rows and columns from 1. A cell with several problems shows the worst colour and all sentences."""

    row: int
    column: int
    severity: Literal["block", "look"]
    sentences: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(self.sentences)[:LONGEST_COMMENT]


def marks_of(problems: Iterable[Problem], layout: dict[str, Any]) -> dict[str, dict[str, Mark]]:
    """sheet → cell → mark. A problem of a row without a cell marks its name (by `layout`), else its first cell."""
    marks: dict[str, dict[str, Mark]] = {}
    entries = catalogue()
    for problem in problems:
        cell = cell_of(problem, layout)
        place = _CELL.match(cell) if cell else None
        if problem.severity == "note" or cell is None or place is None:
            continue
        mark = marks.setdefault(problem.sheet, {}).setdefault(cell, Mark(int(place[2]), column_number(place[1]), problem.severity))
        if problem.severity == "block":
            mark.severity = "block"
        sentence = _sentence(problem, entries.get(problem.code))
        if sentence not in mark.sentences:
            mark.sentences.append(sentence)
    return marks


def column_number(letters: str) -> int:
    """`A` → 1, `AB` → 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → `A`, 28 → `AB`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_of(problem: Problem, layout: dict[str, Any]) -> str | None:
    """The cell a problem is shown on; None when it concerns the whole workbook."""
    if problem.cell or problem.row_number is None:
        return problem.cell
    columns = layout.get(problem.sheet, {}).get("columns", {})
    wanted = problem.column_name or "full_name"
    letter = next((letter for letter, name in columns.items() if name == wanted), "A")
    return f"{letter}{problem.row_number}"


def _sentence(problem: Problem, entry: CatalogueEntry | None) -> str:
    level = say(f"label.severity.{problem.severity}")
    if entry is None:
        return f"{level} · {problem.code}"
    return f"{level} · {problem.code}\n{entry.says(problem.params)}\n{say('answer.to_fix')} {entry.fix(problem.params)}"
