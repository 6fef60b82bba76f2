"""Give a sender his own workbook back with the wrong cells marked.

Three ways, the best that works: the package edited in place (.xlsx, .xlsm), the sheets rebuilt as text (.xls, .xlsb, .ods,
text files, and packages too odd to edit), or the first sheet alone (files that were refused).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from ansinh.intake.answer_page import Answer, answer_of
from ansinh.intake.mark_ooxml import mark_package
from ansinh.intake.mark_rebuild import rebuild, short_answer
from ansinh.intake.model import WorkbookReading
from ansinh.intake.ooxml_parts import NotPreservable
from ansinh.intake.sniff import Refused

Way = Literal["in_place", "rebuilt", "short"]


def mark_workbook(path: Path, reading: WorkbookReading, out_path: Path) -> Way:
    """The answer to one file judged in this process; the file itself is opened again only if the reader could read it.

    Returns how it was made. The original is never touched.
    """
    return mark_answer(path, answer_of(reading), reading.layout, out_path)


def mark_answer(path: Path | None, answer: Answer, layout: dict[str, Any], out_path: Path) -> Way:
    """The same for an answer put together elsewhere; without `path`, or for a file that was refused, only the first sheet."""
    if path is None or not can_be_opened(answer):
        short_answer(answer, out_path)
        return "short"
    try:
        mark_package(path, answer, layout, out_path)
    except (NotPreservable, Refused):
        return _rebuilt(path, answer, layout, out_path)
    return "in_place"


def can_be_opened(answer: Answer) -> bool:
    """Whether the reader found a list in the file: what it refused is not opened a second time, least of all to please its sender."""
    return answer.status in ("accepted", "partly", "held", "superseded") or answer.rows > 0


def _rebuilt(path: Path, answer: Answer, layout: dict[str, Any], out_path: Path) -> Way:
    try:
        rebuild(path, answer, layout, out_path)
    except Refused:
        short_answer(answer, out_path)
        return "short"
    return "rebuilt"
