"""Account numbers and phones: digits that must not be touched, except where a bank's length proves a lost zero."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ansinh.identity.digits import ascii_digits, has_odd_digit
from ansinh.intake.banks import Bank, find_bank

_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$")
_NOISE = re.compile(r"[\s.\-_'\u00a0]+")
_SHAPE = re.compile(r"^(?=(?:.*\d){4})[0-9A-Z]{6,19}$")
_RUN = re.compile(r"(?<![A-Za-z0-9])(\d{3,4}[A-Z]\d{6,12}|\d[\d .\-\u00a0]{4,26}\d)(?![A-Za-z0-9])")
_NOTHING = {"", "-", "–", "—", "x", "X", "0", "/", "."}
_POINT_ZERO = re.compile(r"^(\d{6,15})[.,]0$")
_LARGEST_EXACT = 1e15
_LANDLINE_OR_MOBILE = re.compile(r"^0[235789]\d{8,9}$")


class Account(NamedTuple):
    """The account as understood, the bank its cell names, the problem, and words of the cell that are no account."""

    number: str | None = None
    bank: Bank | None = None
    code: str | None = None
    words: str = ""


def read_account(value: Any) -> Account:
    """One account cell; it may name the bank too (`0711000123456 - VCB`)."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return Account(code="ACCOUNT_SHAPE")
    if not isinstance(value, str):
        return (
            _judge(str(int(value)))
            if 0 < value < _LARGEST_EXACT and value == int(value)
            else Account(code="ACCOUNT_LOST_DIGITS" if value else None)
        )
    text = ascii_digits(value).strip().lstrip("'")
    if has_odd_digit(text):
        return Account(code="ACCOUNT_SHAPE", bank=find_bank(text), words=text)
    if text.isascii() and text.isdigit() and len(text) > 1:
        return _judge(text)
    if text in _NOTHING:
        return Account()
    if _SCIENTIFIC.match(text):
        return Account(code="ACCOUNT_LOST_DIGITS")
    whole = _POINT_ZERO.match(text)
    if whole:
        return _judge(whole[1])
    plain = _NOISE.sub("", text).upper()
    if plain.isascii() and plain.isdigit():
        return _judge(plain)
    if _SHAPE.match(plain) and " " not in text and sum(c.isalpha() for c in plain) <= 2:
        return _judge(plain)
    found = _RUN.search(text)
    if found:
        words = (text[: found.start()] + " " + text[found.end() :]).strip(" -–:;,/()")
        judged = _judge(_NOISE.sub("", found[1]).upper())
        return judged._replace(bank=find_bank(words) if words else None, words=words)
    return Account(code="ACCOUNT_SHAPE" if any(c.isdigit() for c in text) else None, bank=find_bank(text), words=text)


def _judge(digits: str) -> Account:
    if digits.startswith("9704") and 16 <= len(digits) <= 19:
        return Account(code="ACCOUNT_IS_CARD")
    if len(digits) >= 11 and digits.endswith("0000000"):  # 1.23457E+13 opened and saved again
        return Account(code="ACCOUNT_LOST_DIGITS")
    if digits == digits[0] * len(digits):
        return Account(code="ACCOUNT_SHAPE" if digits[0] != "0" else None)
    fits = 6 <= len(digits) <= 19 if digits.isdigit() else _SHAPE.match(digits)
    return Account(digits) if fits else Account(code="ACCOUNT_SHAPE")


def lost_zero(number: str, bank: Bank | None) -> str | None:
    """The number with its zero back when it came as a numeric cell and the bank knows only one more digit."""
    if bank is None or not bank.lengths or len(number) in bank.lengths or len(number) + 1 not in bank.lengths or not number.isdigit():
        return None
    return "0" + number


def read_phone(value: Any) -> tuple[str | None, str | None]:
    """(phone, code): PHONE_ZERO_RESTORED when Excel dropped the zero, PHONE_ODD when it is no Vietnamese number."""
    if isinstance(value, str):
        if len(value) == 10 and value[0] == "0" and value.isascii() and value.isdigit() and value[1] in "235789":
            return value, None
        text = ascii_digits(value).strip().lstrip("'")
        if text in _NOTHING:
            return None, None
        if has_odd_digit(text):
            return None, "PHONE_ODD"
        if _SCIENTIFIC.match(text):
            return None, "PHONE_ODD"
        text = re.split(r"[/;,]| - |\n", text)[0]
        digits = re.sub(r"[^\d+]", "", text.removesuffix(".0"))
    elif isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        return None, "PHONE_ODD"
    else:
        digits = str(int(value))
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    if _LANDLINE_OR_MOBILE.match(digits):
        return digits, None
    if len(digits) in (9, 10) and _LANDLINE_OR_MOBILE.match("0" + digits):
        return "0" + digits, "PHONE_ZERO_RESTORED"
    return None, "PHONE_ODD"
