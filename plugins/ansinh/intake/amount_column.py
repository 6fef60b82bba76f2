"""Which of several columns of money is the amount of the month."""

from __future__ import annotations

import re
from typing import Any

from ansinh.intake.amounts import read_amount
from ansinh.rules.reference import load

MONEY = 100  # less is a column number, even in thousands of đồng
_FEW = 0.1  # rows that may be wrong: finding them is what reading is for


def texts_of(sample: list[list[Any]], position: int) -> list[Any]:
    """The values of one column, '' where a row ends before it."""
    return [row[position] if position < len(row) else "" for row in sample]


def is_money(value: Any) -> bool:
    """An amount somebody could be paid, even in thousands of đồng: no word, no column number."""
    return (read_amount(value)[0] or 0) >= MONEY


def amount_of_several(positions: list[int], labels: list[str], sample: list[list[Any]], found: dict[str, list[int]]) -> int | None:
    """`Mức chuẩn` × `Hệ số` = `Mức hưởng`, `Mức` + `Truy lĩnh` = `Số tiền`: arithmetic over all rows tells which is which."""
    sample = [row for row in sample if all(p < len(row) and (read_amount(row[p])[0] or 0) >= MONEY for p in positions)]
    values = {p: [read_amount(value)[0] or 0 for value in texts_of(sample, p)] for p in positions}
    arrears = (
        [read_amount(value)[0] or 0 for value in texts_of(sample, found["arrears"][0])] if len(found.get("arrears", [])) == 1 else None
    )
    if arrears and len(positions) == 2:
        for small, large in (positions, positions[::-1]):
            fits = sum(s + a == t for s, a, t in zip(values[small], arrears, values[large], strict=True))
            if any(arrears) and len(sample) - fits <= max(1, _FEW * len(sample)) < len(sample):
                return small
    standards = {int(row["amount_vnd"]) for row in load("standard_amounts")}
    constant = [p for p in positions if len(set(filter(None, values[p]))) == 1 and set(filter(None, values[p])) <= standards]
    varying = [p for p in positions if p not in constant]
    if len(varying) == 1 and constant:
        return varying[0]
    monthly = [p for p in positions if re.search(r"thang|muc (huong|tro cap)|hang thang", labels[p])]
    return monthly[0] if len(monthly) == 1 else None
