"""What a column holds, told by its values: for headings nobody thought of, and where two headings claim one field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from ansinh.identity.id_number import read_id
from ansinh.identity.names import fold
from ansinh.intake.accounts import read_account, read_phone
from ansinh.intake.amounts import read_amount
from ansinh.intake.banks import find_bank, find_channel
from ansinh.intake.groups import by_code, by_words

_ENOUGH, _MOST = 3, 0.7
_A_BIRTH = re.compile(r"(?:18|19|20)\d\d|\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}")
_A_YEAR = re.compile(r"(?:18|19|20)\d\d")
_A_HAMLET = re.compile(r"(thon|ap|khu pho|kp|to dan pho|tdp|to|ban|buon|khom|xom|soc|phum)\b")
_LIKE_A_PHONE = re.compile(r"0[35789]\d{8}")


def _is_id(value: Any) -> bool:
    codes = read_id(value).codes
    return (bool(codes) and codes[0] in ("ID_LOST_ZEROS", "ID_TWO_NUMBERS", "ID_IS_CMND")) or read_id(value).id_type == "cccd"


def _is_account(value: Any) -> bool:
    number = read_account(value).number
    return number is not None and len(number) >= 8 and not _LIKE_A_PHONE.fullmatch(number)


def _is_amount(value: Any) -> bool:
    """Money of a month, in đồng: whole, between a hundred thousand and fifty million, and no bare number of a card or account."""
    amount, code = read_amount(value)
    return code is None and amount is not None and 100_000 <= amount <= 50_000_000 and amount % 1000 == 0


def _is_birth(value: Any) -> bool:
    """A date, a year, or the serial number of a day since 1909 that lost its format."""
    if isinstance(value, (int, float)) and 3_500 <= value <= 50_000:
        return True
    return hasattr(value, "year") or (len(str(value)) <= 24 and _A_BIRTH.search(str(value)) is not None)


def year_of(value: Any) -> int | None:
    """The year of a birth as written: a date, a text with four digits, the serial number of a day."""
    if hasattr(value, "year"):
        return int(value.year)
    if isinstance(value, (int, float)) and 3_500 <= value <= 50_000:
        return (date(1899, 12, 30) + timedelta(days=int(value))).year
    year = _A_YEAR.search(str(value))
    return int(year[0]) if year else None


_PROOFS: dict[str, Callable[[Any], bool]] = {
    "id_number": _is_id,
    "sex": lambda value: isinstance(value, str) and fold(value).strip(" .") in ("nam", "nu"),
    "birth": _is_birth,
    "bank": lambda value: isinstance(value, str) and find_bank(value) is not None,
    "account_number": _is_account,
    "phone": lambda value: _LIKE_A_PHONE.fullmatch(read_phone(value)[0] or "") is not None and len(str(value)) <= 30,
    "amount": _is_amount,
    "channel": lambda value: isinstance(value, str) and find_bank(value) is None and find_channel(value) is not None,
    "hamlet": lambda value: isinstance(value, str) and _A_HAMLET.match(fold(value)) is not None,
    "account_name": lambda value: (
        isinstance(value, str)
        and value.isascii()
        and value.isupper()
        and 2 <= len(value.split()) <= 6
        and all(map(str.isalpha, value.split()))
    ),
    "group_code": lambda value: not isinstance(value, float) and by_code(value) is not None and not by_words(str(value)),
    "group_words": lambda value: isinstance(value, str) and bool(by_words(value) or by_code(value)),
}


def holds(name: str, values: Iterable[Any], at_least: int = _ENOUGH) -> bool:
    """Whether nearly all filled `values` are what field `name` holds, and at least `at_least` of them."""
    proof = _PROOFS[name]
    filled = [value for value in values if value != ""]
    proven = sum(1 for value in filled if proof(value))
    return proven >= at_least and proven >= _MOST * len(filled)


def proves_any(name: str, values: Iterable[Any]) -> bool:
    """Whether a single one of `values` is what field `name` holds."""
    proof = _PROOFS[name]
    return any(value != "" and proof(value) for value in values)


def can_be_told(name: str) -> bool:
    """Whether the values of this field are told from all others."""
    return name in _PROOFS
