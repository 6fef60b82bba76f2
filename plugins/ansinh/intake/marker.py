"""What marks a workbook as our own answer, and how answers are named. The reader ignores the sheet, the sender keeps the rest."""

from __future__ import annotations

import re
from datetime import datetime

from ansinh.core.clock import VIETNAM

#: First sheet of every answer; a returned workbook that has it is a correction, and the sheet itself holds no list.
ANSWER_SHEET = "Kết quả kiểm tra"
#: Hidden defined name in every answer (its value names the workbook it answers), for clerks who rename the sheet.
ANSWER_MARK = "_AnSinh_KetQua"

LONGEST_NAME = 210  # bytes; with the stamp, the ending and the hidden name of a transfer under way it stays below 255
_ANSWER_NAME = re.compile(r"^(?P<original>.+)\.\d{8}-\d{6}\.ketqua\.xlsx$", re.IGNORECASE | re.DOTALL)


def answer_name(original: str, at: datetime) -> str:
    """`DS T11.xls` → `DS T11.xls.20261023-080000.ketqua.xlsx` (Vietnam time). A name too long for a file system loses its middle."""
    return f"{_shortened(original)}.{at.astimezone(VIETNAM):%Y%m%d-%H%M%S}.ketqua.xlsx"


def original_name(name: str) -> str | None:
    """The name a returned answer was made for, or None for any other file name."""
    found = _ANSWER_NAME.match(name)
    return found["original"] if found else None


def _shortened(original: str) -> str:
    stem, dot, extension = original.rpartition(".")
    if len(original.encode()) <= LONGEST_NAME or not dot or len(extension) > 8:
        return original.encode()[:LONGEST_NAME].decode(errors="ignore")
    return stem.encode()[: LONGEST_NAME - len(extension) - 1].decode(errors="ignore") + dot + extension
