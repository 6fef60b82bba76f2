"""Which encoding a column was typed in, decided once for the whole column, and its conversion.

The evidence is the text itself: decoded with the right table nearly every word is a Vietnamese syllable and many are
words of every list. A legacy font in the workbook tips the scale when there is little text.
Converting text that already is Unicode would destroy it, so doubt means: leave as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ansinh.identity.names import nfc
from ansinh.intake.legacy_tables import DECODERS
from ansinh.intake.syllables import plausibility

#: Letters only Unicode text has (the legacy encodings live in Latin-1 and windows-1252).
_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
#: Characters no Vietnamese Unicode text has but legacy text is full of.
_LEGACY_ONLY = re.compile("[\u00a1-\u00a9\u00ab-\u00af\u00b1-\u00b6\u00b8\u00b9\u00bb-\u00bfÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñö÷øûüþÿ]")
_NOT_LEGACY = bytes(code for code in range(256) if not _LEGACY_ONLY.match(chr(code)))
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_WORD_BREAK = re.compile(r"[\s!-/:-@\[-`{-~0-9]+")
_MOST_WORDS = 300
_UNICODE = "Unicode"


def decide(texts: Iterable[str], font_hint: str | None = None) -> str:
    """The encoding of a column of texts: `TCVN3`, `VNI`, `VISCII`, `VPS` or `Unicode`."""
    joined = "\n".join(texts)
    if joined.isascii() or _UNICODE_ONLY.search(joined) or "\u0300" <= max(joined) <= "\u036f":
        return _UNICODE
    words = sorted({word for word in _WORD_BREAK.split(joined) if _NOT_ASCII.search(word)})[:_MOST_WORDS]
    if not words:
        return _UNICODE
    best, best_score = _UNICODE, plausibility(words) + 0.1
    for name, decode in DECODERS.items():
        decoded = [piece for word in words for piece in _WORD_BREAK.split(decode(word)) if piece]
        score = plausibility(decoded) + (0.3 if name == font_hint else 0.0)
        if score > best_score:
            best, best_score = name, score
    enough = best_score >= (0.8 if best == font_hint else 0.9)
    return best if best == _UNICODE or enough else _UNICODE


def fits(texts: Iterable[str], encoding: str) -> bool:
    """Whether a column of a sheet already known to be in `encoding` reads at least as well decoded as it stands."""
    joined = "\n".join(texts)
    words = sorted({word for word in _WORD_BREAK.split(joined) if _NOT_ASCII.search(word)})[:_MOST_WORDS]
    decoded = [piece for word in words for piece in _WORD_BREAK.split(DECODERS[encoding](word)) if piece]
    return plausibility(decoded) >= plausibility(words)


def looks_legacy(joined: str) -> bool:
    """Whether a column's joined text needs `decide` at all (fast; most sheets end here)."""
    return not joined.isascii() and not _UNICODE_ONLY.search(joined)


def mixed_cells(texts: list[str]) -> list[int]:
    """Positions of legacy text inside a column that otherwise is Unicode: shown to the sender, never converted."""
    return [index for index, text in enumerate(texts) if _LEGACY_ONLY.search(text) and not _UNICODE_ONLY.search(text)]


def has_mixed(joined: str) -> bool:
    """Whether `mixed_cells` could find anything. All such letters are in Latin-1, so the rest need not be looked at."""
    return len(joined.encode("latin-1", "ignore").translate(None, _NOT_LEGACY)) > 0


def convert(text: str, encoding: str) -> str:
    """One text of a column in `encoding` → clean Unicode. TCVN3 has no toned capitals, so all-caps words get theirs back."""
    if text.isascii():
        return nfc(text)
    decoded = DECODERS[encoding](text)
    if encoding == "TCVN3":
        decoded = _restore_capitals(decoded)
    return nfc(decoded)


def _restore_capitals(text: str) -> str:
    plain = [c for c in text if c.isascii() and c.isalpha()]
    if len(plain) >= 2 and all(c.isupper() for c in plain):
        return text.upper()
    words = text.split(" ")
    return " ".join(_caps_word(word) for word in words)


def _caps_word(word: str) -> str:
    plain = [c for c in word if c.isascii() and c.isalpha()]
    return word.upper() if len(plain) >= 2 and all(c.isupper() for c in plain) else word


def as_name(text: str) -> str:
    """A name from a legacy column: words beginning with a small toned letter (no capital existed) get their capital."""
    if text.islower():
        return " ".join(word[:1].upper() + word[1:] for word in text.split())
    return " ".join(word[0].upper() + word[1:] if not word[0].isascii() and word[0].islower() else word for word in text.split())


def is_nfd(joined: str) -> bool:
    """Whether the text uses combining marks (macOS, some keyboards)."""
    return not joined.isascii() and not unicodedata.is_normalized("NFC", joined)
