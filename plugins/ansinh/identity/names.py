"""Vietnamese names as keys: one spelling of the bytes, and a form without tones for comparing.

Sources: Unicode NFC; QĐ 1989/QĐ-BGDĐT (tone placement); the letters Ð (U+00D0) and Đ (U+0110) look alike but differ.
"""

from __future__ import annotations

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\u00a0": " ", "\u202f": " ", "\ufeff": None, "\u200b": None, "\u200c": None, "\u200d": None}
)
_NO_STROKE = str.maketrans({"đ": "d", "Đ": "d"})
_APOSTROPHES = str.maketrans({"'": None, "’": None, "ʼ": None, "‘": None, "`": None, "´": None})
_MARKS = re.compile("[\u0300-\u036f]")
_NOT_LETTERS = re.compile(r"[^a-z ]+")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
#: An open syllable ending in oa, oe or uy whose tone sits on the second vowel (not after q: `quý` has only one place).
_NEW_STYLE = re.compile(f"(?<![qQ])([oOuU])([aAeEyY])([{_TONES}])(?![A-Za-zđĐ\u0300-\u036f])")


def nfc(text: str) -> str:
    """Composed letters, Ð → Đ, no invisible characters, single spaces, trimmed. Tones and case stay as written."""
    if text.isascii():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(_LOOKALIKES).split())


def fold(text: str) -> str:
    """NFC, lower case, đ → d, no tones or vowel marks, single spaces: `Đặng Thị Thảo` → `dang thi thao`."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", text.translate(_LOOKALIKES))
        text = _MARKS.sub("", decomposed).translate(_NO_STROKE)
    return " ".join(text.lower().split())


def name_key(text: str) -> str:
    """The fold of a name with letters and spaces only: `K’ Brăm (Sơn)` → `k bram son`."""
    return " ".join(_NOT_LETTERS.sub(" ", fold(text).translate(_APOSTROPHES)).split())


def one_tone_place(text: str) -> str:
    """`hoà`, `thuý`, `hoè` → `hòa`, `thúy`, `hòe`: the older placement, so both spellings compare equal."""
    if text.isascii():
        return text
    moved = _NEW_STYLE.sub(r"\1\3\2", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", moved)
