"""Who is entitled to what: shares and typical ages of each group, codes and amounts by the reference seeds.

Codes, age steps, coefficients and standard amounts come from `ansinh.rules.reference`; shares and typical ages are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from ansinh.core.period import Period
from ansinh.local.province.model import Birth, Line
from ansinh.rules import reference


@dataclass(frozen=True, slots=True)
class Group:
    """How many of a thousand people are in a family, at which ages (years, end exclusive), how many of them women."""

    family: str
    share: int
    ages: tuple[int, int]
    women: float = 0.55


GROUPS = (
    Group("HTXH", 270, (75, 98), 0.62),
    Group("HTXH", 45, (70, 75), 0.58),
    Group("5.6_n", 22, (2, 16), 0.45),
    Group("5.6_n", 125, (16, 60), 0.45),
    Group("5.6_n", 150, (60, 96)),
    Group("5.6_dbn", 14, (1, 16), 0.45),
    Group("5.6_dbn", 38, (16, 60), 0.45),
    Group("5.6_dbn", 70, (60, 97)),
    Group("5.5a", 48, (60, 80), 0.6),
    Group("5.5a", 16, (80, 96), 0.65),
    Group("5.5d", 3, (62, 90)),
    Group("5.1", 5, (0, 4), 0.5),
    Group("5.1", 24, (4, 16), 0.5),
    Group("5.2", 4, (16, 22), 0.5),
    Group("5.3", 3, (1, 16), 0.5),
    Group("5.4", 24, (20, 52), 0.9),
    Group("5.7", 4, (0, 3), 0.5),
    Group("5.8", 6, (22, 60), 0.35),
    Group("NCC_TB", 26, (55, 92), 0.1),
    Group("NCC_BB", 8, (55, 90), 0.15),
    Group("NCC_TUAT", 30, (55, 97), 0.75),
    Group("NCC_BMVNAH", 1, (85, 101), 1.0),
    Group("NCC_CDHH", 12, (58, 88), 0.25),
    Group("NCC_HDKC", 9, (70, 99), 0.3),
    Group("NCC_KHAC", 4, (60, 95), 0.4),
)
# The annexes of NĐ 75/2021 as amended are not public in full; these multiples only make amounts look like decided ones.
NCC_MULTIPLES = {
    "NCC_TB": (0.68, 1.02, 1.36, 1.87, 2.21),
    "NCC_BB": (1.0, 1.43, 1.81, 2.29),
    "NCC_TUAT": (1.0, 1.0, 1.0, 2.0),
    "NCC_BMVNAH": (3.0,),
    "NCC_CDHH": (0.76, 1.27, 1.79, 2.36),
    "NCC_HDKC": (0.6, 1.0, 1.1),
    "NCC_KHAC": (0.6, 1.0),
}


@lru_cache(maxsize=1)
def _codes() -> dict[str, dict[str, str]]:
    return {row["entitlement_code"]: row for row in reference.load("entitlement_codes")}


@cache
def _code_at(family: str, months: int) -> str | None:
    return reference.code_at_age(family, months)


@lru_cache(maxsize=512)
def standard(scheme: str, month: Period, list_period: Period) -> int:
    """Standard amount in đồng. Raises LookupError before the scheme existed."""
    found = reference.standard_amount(scheme, month, list_period)
    if found is None:
        raise LookupError(f"no standard amount of {scheme} in {month}")
    return found


@lru_cache(maxsize=64)
def first_age(family: str) -> int:
    """The age in months at which a family begins (0 without age steps)."""
    steps = [int(row["age_from_months"]) for row in reference.load("entitlement_ages") if row["family"] == family]
    return min(steps, default=0)


def programme(code: str) -> str:
    """`5.6_n` → `BTXH`."""
    return _codes()[code]["programme_code"]


def start_rule(family: str) -> str:
    """decision | certificate | age, as the reference says for the family."""
    return next(row["start_rule"] for row in _codes().values() if row["family"] == family)


def is_ncc(line: Line) -> bool:
    return line.family.startswith("NCC_")


def code_in(line: Line, month: Period) -> str | None:
    """The code of a line in a month; the month of losing eligibility is still paid; None afterwards."""
    if line.code:
        return line.code
    aged = line.subject if line.subject and programme_of_family(line.family) == "CHAM_SOC" else line.person
    months = month.minus(aged.birth.month_known())
    return _code_at(line.family, months) or _code_at(line.family, months - 1)


def fits(family: str, birth: Birth, month: Period) -> bool:
    """Whether somebody born then is of the family's age in the month."""
    return _code_at(family, month.minus(birth.month_known())) is not None


@lru_cache(maxsize=64)
def programme_of_family(family: str) -> str:
    return next(row["programme_code"] for row in _codes().values() if row["family"] == family)


def coefficient(code: str) -> float | None:
    """The coefficient of a code, None for NCC."""
    text = _codes()[code]["coefficient"]
    return float(text) if text else None


def monthly_amount(line: Line, code: str, month: Period, list_period: Period) -> int:
    """Đồng a month for `month`, as the list of `list_period` may know it."""
    scheme = reference_scheme(code)
    rate = standard(scheme, month, list_period)
    if line.multiple is not None:
        return round(rate * line.multiple / 1000) * 1000
    factor = coefficient(code) or 0.0
    count = (line.children_count or 1) if _codes()[code]["per_child"] == "true" else 1
    return round(rate * factor * count)


@lru_cache(maxsize=64)
def reference_scheme(code: str) -> str:
    return reference.scheme_of(programme(code))
