"""Digits as other keyboards write them: `０７５` of a full-width input method is 075, `³` is no digit of a number."""

from __future__ import annotations

import unicodedata


def ascii_digits(text: str) -> str:
    """Every decimal digit of Unicode as 0 to 9; everything else as it stands."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def has_odd_digit(text: str) -> bool:
    """Whether a digit stands there that no number is written with: a superscript, a circled one. What it meant is unknown."""
    return not text.isascii() and any(c.isdigit() and not c.isdecimal() for c in text)
