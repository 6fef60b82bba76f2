"""What a Vietnamese identity number says about itself, and how a written one is read.

CCCD / số định danh: `PPP G YY RRRRRR` (place of birth registration, century and sex, year, random): no check digit.
CMND: 9 digits without structure. Sources: NĐ 137/2015/NĐ-CP Đ13; TT 07/2016/TT-BCA Đ7; Luật Căn cước 2023 Đ12.
A number is repaired only where it proves itself (prefix, year, sex); everything else is a problem, never data.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from ansinh.identity.digits import ascii_digits
from ansinh.identity.names import fold
from ansinh.rules.reference import load

_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$")
_POINT_ZERO = re.compile(r"^(\d+)[.,]0+$")
_BREAKS = re.compile(r"[^\d. \u00a0oO]+")
_NOISE = re.compile(r"[. \u00a0]+")
_LETTER_O = str.maketrans({"O": "0", "o": "0"})
_PLACEHOLDERS = {"123456789012", "012345678901", "123456789", "012345678", "987654321"}
_NOBODYS = frozenset({number for number in _PLACEHOLDERS if len(number) == 12} | {digit * 12 for digit in "0123456789"})
_LARGEST_EXACT = 10**15  # Excel keeps 15 digits


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What a 12-digit number claims: whether its prefix is one of the 63 provinces, sex, full birth year."""

    prefix_known: bool
    sex: Literal["male", "female"]
    birth_year: int


class IdReading(NamedTuple):
    """The number as understood; `codes` are the catalogue codes it earned, in order."""

    number: str | None = None
    id_type: Literal["cccd", "cmnd"] | None = None
    old_cmnd: str | None = None
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _tables() -> tuple[frozenset[str], dict[str, tuple[Literal["male", "female"], int]]]:
    prefixes = frozenset(row["prefix"] for row in load("cccd_prefixes"))
    centuries: dict[str, tuple[Literal["male", "female"], int]] = {}
    for row in load("cccd_centuries"):
        centuries[row["digit"]] = ("male" if row["sex"] == "male" else "female", int(row["year_from"]))
    return prefixes, centuries


def facts(number: str) -> IdFacts:
    """What the 12 digits claim. Raises ValueError for anything but 12 ASCII digits."""
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise ValueError("a CCCD has 12 digits")
    prefixes, centuries = _tables()
    sex, century = centuries[number[3]]
    return IdFacts(number[:3] in prefixes, sex, century + int(number[4:6]))


def contradictions(number: str, sex: str | None, birth_year: int | None) -> tuple[str, ...]:
    """Codes for what a 12-digit number and the row disagree about; unknown sex or year contradicts nothing."""
    return _contradictions(number[:6], sex, birth_year)


@lru_cache(maxsize=1 << 16)
def _contradictions(head: str, sex: str | None, birth_year: int | None) -> tuple[str, ...]:
    """Only place, century and year say anything, and neighbours share them."""
    prefixes, centuries = _tables()
    own_sex, century = centuries[head[3]]
    found = []
    if head[:3] not in prefixes:
        found.append("ID_PREFIX_UNKNOWN")
    if sex is not None and sex != own_sex:
        found.append("ID_SEX_DIFFERS")
    if birth_year is not None and century + int(head[4:6]) != birth_year:
        found.append("ID_YEAR_DIFFERS")
    return tuple(found)


def read_id(value: str | float | date | timedelta, sex: str | None = None, birth_year: int | None = None) -> IdReading:
    """Read one cell; a date or an hour in it is a number that lost its digits. `sex` and `birth_year` of the row are the evidence for repairs.

    10 and 11 digits are padded only where prefix and year (and sex, when known) agree. A 12-digit number beside a
    9-digit one wins; the other is kept as the old CMND.
    """
    if isinstance(value, str):
        if len(value) == 12 and value.isascii() and value.isdigit():
            return _whole(value, sex, birth_year)
        return _read_text(ascii_digits(value).strip().lstrip("'").strip(), sex, birth_year)
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value != int(value) or abs(value) >= _LARGEST_EXACT:
        return IdReading(codes=("ID_LOST_DIGITS",))
    return _read_digits(str(int(value)), sex, birth_year)


def _whole(digits: str, sex: str | None, birth_year: int | None, *earlier: str) -> IdReading:
    if digits in _NOBODYS:
        return IdReading(codes=(*earlier, "ID_PLACEHOLDER"))
    if digits[6:] == "000000":  # what 7.9082E+10 becomes once it is opened and saved again
        return IdReading(codes=(*earlier, "ID_LOST_DIGITS"))
    return IdReading(digits, "cccd", None, (*earlier, *_contradictions(digits[:6], sex, birth_year)))


def _read_digits(digits: str, sex: str | None, birth_year: int | None, *earlier: str) -> IdReading:
    length = len(digits)
    if length == 12:
        return _whole(digits, sex, birth_year, *earlier)
    if length in (10, 11):
        padded = digits.zfill(12)
        if padded.endswith("000000"):
            return IdReading(codes=(*earlier, "ID_LOST_DIGITS"))
        proven = birth_year is not None and not contradictions(padded, sex, birth_year)
        return IdReading(padded, "cccd", None, (*earlier, "ID_PADDED")) if proven else IdReading(codes=(*earlier, "ID_LOST_ZEROS"))
    if length == 9:
        if digits in _PLACEHOLDERS or digits == digits[0] * 9:
            return IdReading(codes=(*earlier, "ID_PLACEHOLDER"))
        return IdReading(digits, "cmnd", digits, (*earlier, "ID_IS_CMND"))
    return IdReading(codes=(*earlier, "ID_TOO_SHORT" if length < 9 else "ID_TOO_LONG"))


def _read_text(text: str, sex: str | None, birth_year: int | None) -> IdReading:
    if not text or text in {"-", "—", "–", "/", "x", "X", "0"}:
        return IdReading(codes=("ID_MISSING",))
    if _SCIENTIFIC.match(text):
        return IdReading(codes=("ID_LOST_DIGITS",))
    whole = _POINT_ZERO.match(text)
    if whole:
        return _read_digits(whole[1], sex, birth_year)
    numbers = _numbers(text)
    if not numbers:
        return IdReading(codes=("ID_WORDS",))
    if len(numbers) > 1:
        return _several(numbers, sex, birth_year)
    return _one(numbers[0], text, sex, birth_year)


def _one(token: str, text: str, sex: str | None, birth_year: int | None) -> IdReading:
    """One run of digits in a cell that may hold more: a label (`CCCD: …`), the letter O for 0, or a mistyped letter."""
    zeroed = token.translate(_LETTER_O)
    if zeroed != token:
        fixed = _read_digits(zeroed, sex, birth_year)
        proven = (
            fixed.number and birth_year is not None and not set(fixed.codes) & {"ID_SEX_DIFFERS", "ID_YEAR_DIFFERS", "ID_PREFIX_UNKNOWN"}
        )
        return IdReading(fixed.number, fixed.id_type, fixed.old_cmnd, ("ID_LETTER_O",)) if proven else IdReading(codes=("ID_LETTERS",))
    around = fold(_BREAKS.sub(" ", text) if token == text else re.sub(r"[\d.]+", " ", text))
    if re.search(r"\d[^\W\d_]|[^\W\d_]\d", text) and not re.search(r"c(cc|mn)d|dinh danh|can cuoc|ho chieu|so", around):
        return IdReading(codes=("ID_LETTERS",))
    return _read_digits(token, sex, birth_year)


def _numbers(text: str) -> list[str]:
    """Runs of digits (with O for 0): `079 082 000 123` is one, `280123456/079082000123` and `280123456 0790…` are two."""
    found: list[str] = []
    for part in _BREAKS.split(text):
        pieces = [piece for piece in _NOISE.split(part) if any(c.isdigit() for c in piece)]
        whole_ones = [piece for piece in pieces if len(piece) in (9, 10, 11, 12)]
        found += whole_ones if len(whole_ones) > 1 and len(whole_ones) == len(pieces) else ["".join(pieces)] if pieces else []
    if len(found) > 2 and max(map(len, found)) <= 6:  # 079-082-000-123
        return ["".join(found)]
    return found


def _several(numbers: list[str], sex: str | None, birth_year: int | None) -> IdReading:
    readings = [_read_digits(number.translate(_LETTER_O), sex, birth_year) for number in numbers]
    cccd = {r.number for r in readings if r.id_type == "cccd"}
    agreeing = {r.number for r in readings if r.id_type == "cccd" and not set(r.codes) - {"ID_PADDED"}}
    cmnd = [r.number for r in readings if r.id_type == "cmnd"]
    chosen = cccd if len(cccd) == 1 else agreeing
    if len(chosen) == 1:
        number = next(iter(chosen))
        codes = contradictions(number, sex, birth_year) if number else ()
        return IdReading(number, "cccd", cmnd[0] if cmnd else None, ("ID_TWO_NUMBERS", *codes))
    if not cccd and len(cmnd) == 1:
        return IdReading(cmnd[0], "cmnd", cmnd[0], ("ID_TWO_NUMBERS",))
    if not cccd and not cmnd:
        return IdReading(codes=("ID_TOO_SHORT",) if len("".join(numbers)) < 9 else ("ID_LETTERS",))
    return IdReading(codes=("ID_TWO_NUMBERS",))
