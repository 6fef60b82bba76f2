"""Vietnamese text for banks that read only the SWIFT character set (a–z A–Z 0–9 / - ? : ( ) . , ' + and space).

Unicode decomposition alone loses Đ, which has none: people called Đức would be paid as «UC». So Đ, ơ/ư typed with a curly
apostrophe, long dashes and odd blanks have their own table; what then is still outside the set is a refusal, never a gap.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = str.maketrans(
    {
        "Đ": "D",
        "đ": "d",
        "Ð": "D",  # U+00D0, what old typing programs wrote for Đ
        "ð": "d",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": "'",
        "”": "'",
        '"': "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "_": "-",
        "&": "+",
        "…": "...",
        ";": ",",
        "\u00a0": " ",
        "\u200b": "",
        "\ufeff": "",
    }
)
# Every Vietnamese letter straight to its bare capital: the quick way for a million names, the long way for what it does not know.
_VIETNAMESE = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_QUICK = str.maketrans(
    {letter: unicodedata.normalize("NFD", letter)[0] for letter in _VIETNAMESE}
    | {letter.lower(): unicodedata.normalize("NFD", letter)[0] for letter in _VIETNAMESE}
    | {"Đ": "D", "đ": "d"}
)
_CLEAN = re.compile(r"[A-Za-z0-9/\-?:().,'+]+(?: [A-Za-z0-9/\-?:().,'+]+)*")
_BLANKS = re.compile(r"\s+")
SWIFT_X = re.compile(r"^[A-Za-z0-9/\-?:().,'+ ]+$")
IDENTIFIER = re.compile(r"^(?!/)(?!.*//)[A-Za-z0-9/\-?:().,'+ ]+(?<!/)$")


class NotRepresentable(ValueError):
    """A character has no place in the bank's set. The message names code points, never the text (it is a person's name)."""


def to_ascii(text: str) -> str:
    """Upper-case SWIFT-x form of a Vietnamese text: `Nguyễn Văn Đức` → `NGUYEN VAN DUC`. Raises NotRepresentable."""
    quick = text if text.isascii() else text.translate(_QUICK)
    if _CLEAN.fullmatch(quick):
        return quick.upper()
    plain = text if text.isascii() else unicodedata.normalize("NFD", text.translate(_TABLE))
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _BLANKS.sub(" ", plain.translate(_TABLE)).strip().upper()
    if not plain or not SWIFT_X.match(plain):
        odd = sorted({f"U+{ord(c):04X}" for c in plain if not SWIFT_X.match(c)})
        raise NotRepresentable(", ".join(odd) or "empty")
    return plain


def is_identifier(text: str) -> bool:
    """Whether an id keeps the bank rule: SWIFT-x, no slash at either end, no double slash."""
    return bool(IDENTIFIER.match(text))
