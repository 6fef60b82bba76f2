"""Which entitlement a row means: its code, its words, its coefficient and its age must agree.

The code wins over words; the coefficient decides ambiguous words; age decides what is left. What stays open is a
question, never a guess. Codes, ages and coefficients are reference rows (NĐ 20/2021/NĐ-CP, NĐ 176/2025/NĐ-CP).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from ansinh.core.period import Period
from ansinh.identity.names import fold
from ansinh.rules.reference import code_at_age, load, standard_amount

_NOT_WORDS = re.compile(r"[^a-z0-9>]+")
_SHORT = {
    "nkt": "nguoi khuyet tat", "kt": "khuyet tat", "ktn": "khuyet tat nang", "ktdbn": "khuyet tat dac biet nang", "nktn": "nguoi khuyet tat nang",
    "nktdbn": "nguoi khuyet tat dac biet nang", "dbn": "dac biet nang", "nct": "nguoi cao tuoi", "te": "tre em", "hn": "ho ngheo", "htxh": "huu tri xa hoi",
    "tcht": "huu tri xa hoi", "mtp": "mai tang phi", "ncc": "nguoi co cong", "ls": "liet si", "tb": "thuong binh", "bb": "benh binh", "db": "dac biet",
    "dtnc": "don than nuoi con", "temc": "tre em mo coi", "mc": "mo coi", "nncddc": "nan nhan chat doc da cam", "ltcm": "lao thanh cach mang",
    "gd": "gia dinh", "ng": "nguoi", "dt": "doi tuong", "ntn": "nguoi tan tat nang", "nl": "nguoi lon", "liet sy": "liet si", "sy": "si",
}  # fmt: skip
_FREE_AGE = {"20.1", "20.2a", "20.2c", "20.2d"}
_CLEARLY_OUTSIDE = 24  # months


class Code(NamedTuple):
    """One entitlement code of the reference."""

    code: str
    programme: str
    family: str
    coefficient: Decimal | None
    per_child: bool
    ended: str  # last day it could be paid for, '' while in force


@dataclass(frozen=True, slots=True)
class Group:
    """What a row is entitled to. `codes` are the problems earned; `choices` what it might be instead."""

    code: str | None = None
    programme: str | None = None
    is_unsure: bool = False
    codes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def codes() -> dict[str, Code]:
    """Every entitlement code of the reference, by code."""
    found = {}
    for row in load("entitlement_codes"):
        coefficient = Decimal(row["coefficient"]) if row["coefficient"] else None
        found[row["entitlement_code"]] = Code(
            row["entitlement_code"], row["programme_code"], row["family"], coefficient, row["per_child"] == "true", row["valid_to"]
        )
    return found


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    return {_code_key(code): code for code in codes()}


def _code_key(text: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", fold(text).replace(",", "."))


@lru_cache(maxsize=1)
def _word_rules() -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    return [(re.compile(row["words_key"]), tuple(row["entitlement_code"].split("|"))) for row in load("entitlement_words")]


@lru_cache(maxsize=8192)
def by_words(text: str) -> tuple[str, ...]:
    """The codes a description may mean, the sure ones alone: `NKT đặc biệt nặng` → (`5.6_dbn`, `5.6_dbn_te_nct`)."""
    words = _NOT_WORDS.sub(" ", fold(text).replace("<", " duoi ")).strip()
    words = " ".join(_SHORT.get(word, word) for word in words.split()).replace("liet sy", "liet si")
    if not words:
        return ()
    return next((found for pattern, found in _word_rules() if pattern.search(words)), ())


@lru_cache(maxsize=4096)
def by_code(value: Any) -> str | None:
    """`5.6_n`, `5,6 N`, 5.2 as a number, 5 February where Excel made a date of 5.2 → the code, None when there is none."""
    if isinstance(value, date):
        known = [f"{value.day}.{value.month}", f"{value.month}.{value.day}"]
        return next((code for code in known if code in codes()), None)
    if isinstance(value, float):
        value = str(int(value)) if value == int(value) else str(value)
    text = str(value).strip()
    if text in codes():
        return text
    found = _spellings().get(_code_key(text))
    if found:
        return found
    leading = re.match(r"^\s*((?:\d{1,2}(?:[.,]\d)?[a-z]?|HTXH|NCC)(?:_[A-Za-z0-9]+)*)\s*[-–:(\s]\s*\D", text)
    return _spellings().get(_code_key(leading[1])) if leading else None


@lru_cache(maxsize=1024)
def _family_of(value: Any) -> tuple[str, ...]:
    """`5.5a`, `5.6`, 5.1 → the codes of that point of the decree; coefficient and age say which."""
    text = str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
    key = _code_key(text)
    return tuple(code for code in codes() if code.startswith(f"{key}_")) if re.fullmatch(r"\d{1,2}\.\d[a-z]?", key) else ()


@lru_cache(maxsize=65536)
def resolve(
    words: str, code: Any, level: str, coefficient: Decimal | None, amount: int | None, age: int | None, period: Period | None
) -> Group:
    """The group of one row. `age` is in whole months at the month of the list; `amount` only decides when no coefficient is given."""
    if code in ("", None) and words.strip() in codes():
        code, words = words.strip(), ""  # `5.6_n_te_nct` below `Đối tượng` is a code, whatever its letters spell
    named = by_code(code) if code not in ("", None) else None
    said = by_words(f"{words} {level}".strip()) or (by_words(words) if level else ())
    if named is None and code not in ("", None) and not said:
        said = by_words(str(code))
        if said:
            code = ""
    if named is None and code not in ("", None) and (family := _family_of(code)):
        both = tuple(known for known in family if known in said)
        differ = ("GROUP_WORDS_DIFFER",) if said and not both else ()
        return _among(both or family, coefficient, amount, age, period, differ)
    if named is None and not said and words:
        named = by_code(words)
    if named is not None:
        return _named(named, said, coefficient, age, period)
    if not said:
        missing = not words and code in ("", None)
        return Group(codes=("GROUP_MISSING" if missing else "GROUP_UNKNOWN",))
    problems = ("GROUP_CODE_UNKNOWN",) if code not in ("", None) else ()
    return _among(said, coefficient, amount, age, period, problems)


def _named(named: str, said: tuple[str, ...], coefficient: Decimal | None, age: int | None, period: Period | None) -> Group:
    entry = codes()[named]
    problems = []
    if said and named not in said:
        problems.append("GROUP_WORDS_DIFFER")
    if not _fits_coefficient(entry, coefficient):
        problems.append("COEFFICIENT_DIFFERS")
    unsure = period is not None and bool(entry.ended) and entry.ended[:7] < str(period)
    if unsure:
        problems.append("GROUP_ENDED")
    if not _fits_age(entry, age):
        problems.append("GROUP_AGE_DIFFERS")
        unsure = unsure or _far_outside(entry, age)
    return Group(named, entry.programme, unsure, tuple(problems), said if "GROUP_WORDS_DIFFER" in problems else ())


def _among(
    said: tuple[str, ...],
    coefficient: Decimal | None,
    amount: int | None,
    age: int | None,
    period: Period | None,
    problems: tuple[str, ...],
) -> Group:
    entries = [codes()[code] for code in said if code in codes()]
    entries = [e for e in entries if period is None or not e.ended or e.ended[:7] >= str(period)] or entries
    by_coefficient = [e for e in entries if coefficient is not None and e.coefficient is not None and _fits_coefficient(e, coefficient)]
    if coefficient is None and amount and period:
        by_coefficient = [e for e in entries if expected_amount(e.code, period) == amount]
    aged = [e for e in entries if _fits_age(e, age)]
    both = [e for e in by_coefficient if e in aged]
    for choice in (both, by_coefficient, aged if not by_coefficient else [], entries):
        if len(choice) == 1:
            chosen = choice[0]
            extra = [] if _fits_coefficient(chosen, coefficient) else ["COEFFICIENT_DIFFERS"]
            if not _fits_age(chosen, age):
                extra.append("GROUP_AGE_DIFFERS")
            return Group(chosen.code, chosen.programme, _far_outside(chosen, age) and not _fits_age(chosen, age), (*problems, *extra), said)
    first = (both or by_coefficient or aged or entries)[0]
    return Group(first.code, first.programme, True, (*problems, "GROUP_UNSURE"), said)


def _fits_coefficient(entry: Code, coefficient: Decimal | None) -> bool:
    if coefficient is None or entry.coefficient is None:
        return True
    if entry.per_child:
        return coefficient > 0 and coefficient % entry.coefficient == 0
    return coefficient == entry.coefficient


@lru_cache(maxsize=16384)
def _code_at(family: str, age: int) -> str | None:
    return code_at_age(family, age)


@lru_cache(maxsize=64)
def _steps(family: str) -> tuple[tuple[int, int | None], ...]:
    rows = [row for row in load("entitlement_ages") if row["family"] == family]
    return tuple((int(row["age_from_months"]), int(row["age_to_months"]) if row["age_to_months"] else None) for row in rows)


def _fits_age(entry: Code, age: int | None) -> bool:
    if age is None or entry.family in _FREE_AGE or not _steps(entry.family):
        return True
    return _code_at(entry.family, age) == entry.code


def fits_some_age(said: tuple[str, ...], age: int) -> bool:
    """Whether a person of `age` months can be in one of the groups at all (groups of any age say nothing: False)."""
    stepped = [codes()[code] for code in said if code in codes() and _steps(codes()[code].family)]
    return any(_fits_age(entry, age) for entry in stepped)


def _far_outside(entry: Code, age: int | None) -> bool:
    """Outside every age of the family by more than two years: a wrong birth or a wrong group, so a question."""
    if age is None or entry.family in _FREE_AGE or _code_at(entry.family, age) is not None:
        return False
    gaps = [max(start - age, age - end + 1 if end is not None else 0) for start, end in _steps(entry.family)]
    return bool(gaps) and min(gaps) > _CLEARLY_OUTSIDE


@lru_cache(maxsize=512)
def expected_amount(code: str, period: Period, children: int = 1) -> int | None:
    """Coefficient × standard amount (đồng) a list of `period` may know; None for amounts decided case by case (NCC)."""
    entry = codes().get(code)
    if entry is None or entry.coefficient is None:
        return None
    scheme = {row["programme_code"]: row["standard_scheme"] for row in load("programmes")}[entry.programme]
    standard = standard_amount(scheme, period, period)
    return int(standard * entry.coefficient * (children if entry.per_child else 1)) if standard else None
