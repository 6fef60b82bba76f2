"""Reference seeds read straight from the checkout, for code that has no database at hand (`ansinh check`).

The same CSV files become the `reference` schema of the warehouse, so both sides always agree.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.core.settings import load_settings, project_root
from ansinh.text import say

_NAME = re.compile(r"^[a-z0-9_]+$")


@lru_cache(maxsize=32)
def _rows(name: str, root: str) -> tuple[MappingProxyType[str, str], ...]:
    if not _NAME.match(name):
        raise UsageError(say("errors.reference.malformed", name=name), say("errors.reference.malformed_fix"))
    try:
        with Path(root, "dbt_project", "seeds", f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return tuple(MappingProxyType(row) for row in csv.DictReader(file))
    except FileNotFoundError as error:
        raise UsageError(say("errors.reference.absent", name=name), say("errors.reference.absent_fix")) from error


def load(name: str) -> list[dict[str, str]]:
    """Rows of `dbt_project/seeds/<name>.csv` as text; the file is read once, the list is the caller's own.

    Raises UsageError when there is no such seed.
    """
    return [dict(row) for row in _rows(name, str(project_root()))]


def entitlement_code(code: str) -> dict[str, str] | None:
    """The row of one entitlement code (`5.6_n`), or None when the law knows no such code."""
    return next((row for row in load("entitlement_codes") if row["entitlement_code"] == code), None)


def code_at_age(family: str, age_months: int) -> str | None:
    """The code of a family at an age in whole months (month of the list minus month of birth).

    None when the family has steps and none fits the age. A family without steps answers its only code, or
    None when it has several (nothing but the list can tell them apart).
    Source: NĐ 20/2021/NĐ-CP Đ5, Đ6, Đ20; NĐ 176/2025/NĐ-CP.
    """
    steps = [row for row in load("entitlement_ages") if row["family"] == family]
    if not steps:
        codes = [row["entitlement_code"] for row in load("entitlement_codes") if row["family"] == family]
        return codes[0] if len(codes) == 1 else None
    for step in steps:
        before_end = not step["age_to_months"] or age_months < int(step["age_to_months"])
        if int(step["age_from_months"]) <= age_months and before_end:
            return step["entitlement_code"]
    return None


def standard_amount(scheme: str, month: Period, list_period: Period, province_code: str = "") -> int | None:
    """Standard amount (đồng a month) counted in `month`, as far as the list of `list_period` may know it.

    A list is fixed on the 25th of the month before; a decree known later cannot be in it. The province's own
    amount (a row of the seed or of the settings) counts where it is higher than the national floor (NĐ 20/2021/NĐ-CP Đ4.3).
    """
    fixed_on = f"{list_period.plus(-1)}-25"
    found: dict[str, tuple[str, int]] = {}
    for row in load("standard_amounts"):
        usable = row["scheme"] == scheme and row["known_from"] <= fixed_on and row["counted_from"][:7] <= str(month)
        if usable and row["province_code"] in ("", province_code):
            candidate = (row["counted_from"], int(row["amount_vnd"]))
            found[row["province_code"]] = max(found.get(row["province_code"], ("", 0)), candidate)
    for own in load_settings().payment.provincial_amounts:
        ended = own.counted_to is not None and own.counted_to < month.first_day
        if (
            own.scheme == scheme
            and own.counted_from <= month.first_day
            and not ended
            and str(own.known_from or own.counted_from) <= fixed_on
        ):
            found["settings"] = max(found.get("settings", ("", 0)), (str(own.counted_from), own.amount_vnd))
    return max((amount for _, amount in found.values()), default=None)


def scheme_of(programme_code: str) -> str:
    """Which standard amount a programme multiplies (`CHAM_SOC` → `BTXH`). Raises KeyError for an unknown one."""
    return {row["programme_code"]: row["standard_scheme"] for row in load("programmes")}[programme_code]
