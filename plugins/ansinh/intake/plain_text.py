"""Text that may go into a cell we write: nothing a spreadsheet could take for a command, nothing XML cannot hold."""

from __future__ import annotations

import re

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_000


def plain(text: str) -> str:
    """Without control characters, cut to what a cell holds. The cell's type, not its first letter, keeps `=…` a text."""
    return _UNWRITABLE.sub("", text)[:LONGEST_CELL]
