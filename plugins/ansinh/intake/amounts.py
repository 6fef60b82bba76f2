"""Money and plain numbers as written: `810.000`, `1,080,000đ`, `810000.0`, `1,5`. Money is whole đồng."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from ansinh.identity.digits import ascii_digits
from ansinh.identity.names import nfc

_UNITS = re.compile(r"(?:đồng|đồng|dong|vnđ|vnd|đ|₫|d)?\s*(?:/\s*(?:tháng|thang|người|t))?\.?\s*$", re.IGNORECASE)
_GROUPED = re.compile(r"^\d{1,3}(?:[.,' \u00a0]\d{3})+$")
_GROUPED_DECIMALS = re.compile(r"^(\d{1,3}(?:([.,])\d{3})+)[.,](\d{1,2})$")
_DECIMALS = re.compile(r"^(\d+)[.,](\d{1,2}|0+)$")
_SEPARATORS = re.compile(r"[.,' \u00a0]")
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$")
_UNIT_WORDS = re.compile(r"^(.*\d)\s*(nghìn|ngàn|nghin|ngan|k|triệu|trieu|tr)\.?\s*(?:đồng|dong|đ|d|vnđ|vnd)?\.?$", re.IGNORECASE)
_TAIL = re.compile(r"\s*(?:[.,]\s*[-–—]+|[.,]?=+|\((?:đồng|dong|đ|vnđ|vnd)\))\s*$", re.IGNORECASE)  # `810.000,-`, `810.000 (đồng)`
_NOTHING = {"", "-", "–", "—", "x", "X"}
_NUMBER = re.compile(r"^[xX×]?\s*(\d+(?:[.,]\d+)?)\s*(?:lần|lan|%)?$")


def read_amount(value: Any) -> tuple[int | None, str | None]:
    """(đồng, code). The code is AMOUNT_MISSING, AMOUNT_UNREADABLE or AMOUNT_NOT_WHOLE; negative and zero pass through."""
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None, "AMOUNT_UNREADABLE"
    if value != value or abs(value) >= 1e15:
        return None, "AMOUNT_UNREADABLE"
    whole = round(value)
    return whole, (None if abs(whole - value) < 1e-6 else "AMOUNT_NOT_WHOLE")


def _read_text(value: str) -> tuple[int | None, str | None]:
    text = value.strip().lstrip("'")
    if text in _NOTHING:
        return None, "AMOUNT_MISSING"
    if not text.isascii():
        text = ascii_digits(nfc(text))
    if text.isascii() and text.isdigit():
        return int(text), None
    in_words = _UNIT_WORDS.match(text)
    if in_words:
        return _in_units(in_words[1], 1_000_000 if in_words[2].lower().startswith("tr") else 1_000)
    text = _UNITS.sub("", _TAIL.sub("", text)).strip()
    negative = text.startswith(("-", "−", "(")) or text.endswith("-")
    text = text.strip("()-− ")
    amount, code = _positive(text)
    return (-amount if negative and amount is not None else amount), code


def _in_units(text: str, unit: int) -> tuple[int | None, str | None]:
    """`810 nghìn`, `1,35 triệu`: the figure before the word, times the word."""
    number = read_number(text) if "." not in text or unit > 1_000 else None
    whole = number * unit if number is not None else None
    if whole is None:
        amount, code = _positive(text)
        return (amount * unit if amount is not None else None), code
    return int(whole), (None if whole == int(whole) else "AMOUNT_NOT_WHOLE")


def _positive(text: str) -> tuple[int | None, str | None]:
    if text.isdigit() and text.isascii():
        return int(text), None
    if _GROUPED.match(text):
        return int(_SEPARATORS.sub("", text)), None
    found = _GROUPED_DECIMALS.match(text)
    if found:
        return int(_SEPARATORS.sub("", found[1])), (None if not int(found[3]) else "AMOUNT_NOT_WHOLE")
    found = _DECIMALS.match(text)
    if found:
        return round(float(f"{found[1]}.{found[2]}")), (None if not int(found[2]) else "AMOUNT_NOT_WHOLE")
    if _SCIENTIFIC.match(text):
        return round(float(text.replace(",", "."))), None
    return None, "AMOUNT_UNREADABLE"


def read_number(value: Any) -> Decimal | None:
    """A coefficient or count (`1,5`, `x2`, 1.5) → Decimal without trailing zeros; None when it is not a number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _trim(Decimal(str(value))) if abs(value) < 1e9 else None
    if not isinstance(value, str):
        return None
    found = _NUMBER.match(ascii_digits(value).strip())
    try:
        return _trim(Decimal(found[1].replace(",", "."))) if found else None
    except InvalidOperation:
        return None


def _trim(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize()
