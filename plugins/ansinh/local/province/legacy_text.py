"""Unicode → the two legacy Vietnamese encodings, as old fonts show them: TCVN3 (`.VnTime`) and VNI (`VNI-Times`).

Only the writing direction, kept apart from the reader's tables on purpose: the round trip proves both. The result is text of
Latin-1 characters, which is what sits in such workbooks. TCVN3 has no capital letters with tone marks (they are the small ones
in a capitals font), so `Ủ` becomes the small letter's byte; VNI writes base letter and mark apart.
"""

from __future__ import annotations

import unicodedata

# TCVN 5712:1993 (ABC): code of each lower-case letter, and the seven capitals that exist.
_TCVN3_LOWER = {
    "ă": 0xA8, "â": 0xA9, "ê": 0xAA, "ô": 0xAB, "ơ": 0xAC, "ư": 0xAD, "đ": 0xAE,
    "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "á": 0xB8, "ạ": 0xB9, "ằ": 0xBB, "ẳ": 0xBC, "ẵ": 0xBD, "ắ": 0xBE, "ặ": 0xC6,
    "ầ": 0xC7, "ẩ": 0xC8, "ẫ": 0xC9, "ấ": 0xCA, "ậ": 0xCB, "è": 0xCC, "ẻ": 0xCE, "ẽ": 0xCF, "é": 0xD0, "ẹ": 0xD1,
    "ề": 0xD2, "ể": 0xD3, "ễ": 0xD4, "ế": 0xD5, "ệ": 0xD6, "ì": 0xD7, "ỉ": 0xD8, "ĩ": 0xDC, "í": 0xDD, "ị": 0xDE,
    "ò": 0xDF, "ỏ": 0xE1, "õ": 0xE2, "ó": 0xE3, "ọ": 0xE4, "ồ": 0xE5, "ổ": 0xE6, "ỗ": 0xE7, "ố": 0xE8, "ộ": 0xE9,
    "ờ": 0xEA, "ở": 0xEB, "ỡ": 0xEC, "ớ": 0xED, "ợ": 0xEE, "ù": 0xEF, "ủ": 0xF1, "ũ": 0xF2, "ú": 0xF3, "ụ": 0xF4,
    "ừ": 0xF5, "ử": 0xF6, "ữ": 0xF7, "ứ": 0xF8, "ự": 0xF9, "ỳ": 0xFA, "ỷ": 0xFB, "ỹ": 0xFC, "ý": 0xFD, "ỵ": 0xFE,
}  # fmt: skip
_TCVN3_UPPER = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}
_TCVN3 = {**{c: chr(b) for c, b in _TCVN3_LOWER.items()}, **{c: chr(b) for c, b in _TCVN3_UPPER.items()}}
_TCVN3 |= {c.upper(): mark for c, mark in list(_TCVN3.items()) if c.upper() not in _TCVN3}

# VNI-Windows: a mark after the base letter; one mark tells vowel quality and tone together. (lower, upper)
_VNI_TONE = {"": "", "\u0301": "ùÙ", "\u0300": "øØ", "\u0309": "ûÛ", "\u0303": "õÕ", "\u0323": "ïÏ"}
_VNI_CIRCUMFLEX = {"": "âÂ", "\u0301": "áÁ", "\u0300": "àÀ", "\u0309": "åÅ", "\u0303": "ãÃ", "\u0323": "äÄ"}
_VNI_BREVE = {"": "êÊ", "\u0301": "éÉ", "\u0300": "èÈ", "\u0309": "úÚ", "\u0303": "üÜ", "\u0323": "ëË"}
_VNI_WHOLE = {"đ": "ñ", "Đ": "Ñ", "ơ": "ô", "Ơ": "Ô", "ư": "ö", "Ư": "Ö", "ì": "ì", "Ì": "Ì", "í": "í", "Í": "Í", "ỉ": "æ", "Ỉ": "Æ"}
_VNI_WHOLE |= {"ĩ": "ó", "Ĩ": "Ó", "ị": "ò", "Ị": "Ò", "ỵ": "î", "Ỵ": "Î"}
_HORNED = {"\u031b"}


def _vni(letter: str) -> str:
    if letter in _VNI_WHOLE:
        return _VNI_WHOLE[letter]
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    if not marks:
        return letter
    upper = base.isupper()
    tone = next((m for m in marks if m in _VNI_TONE), "")
    if _HORNED & set(marks):  # ơ, ư with a tone: the horned letter, then the tone
        return _VNI_WHOLE[unicodedata.normalize("NFC", base + "\u031b")] + _VNI_TONE[tone][upper : upper + 1]
    table = _VNI_CIRCUMFLEX if "\u0302" in marks else _VNI_BREVE if "\u0306" in marks else _VNI_TONE
    return base + table[tone][upper]


def to_tcvn3(text: str) -> str:
    """Unicode → TCVN3 as Latin-1 characters."""
    return "".join(_TCVN3.get(c, c) for c in unicodedata.normalize("NFC", text))


def to_vni(text: str) -> str:
    """Unicode → VNI-Windows as Latin-1 characters."""
    return "".join(_vni(c) for c in unicodedata.normalize("NFC", text))
