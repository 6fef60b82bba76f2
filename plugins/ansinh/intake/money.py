"""What the row is owed: group, coefficient, amount, arrears, row total."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ansinh.intake.amounts import read_amount, read_number
from ansinh.intake.groups import Group, codes, expected_amount, resolve
from ansinh.intake.table import Table, to_text
from ansinh.rules.reference import load

_MISSING_GROUP = Group(codes=("GROUP_MISSING",))


@dataclass(slots=True)
class Money:
    """Per row: group, coefficient, amount, arrears, number of children."""

    groups: list[Group] = field(default_factory=list)
    coefficients: list[Decimal | None] = field(default_factory=list)
    amounts: list[int | None] = field(default_factory=list)
    arrears: list[int | None] = field(default_factory=list)
    children: list[int | None] = field(default_factory=list)


@lru_cache(maxsize=1)
def _ages() -> list[int]:
    """Ages (months) at which anything changes, two years around each limit included: between them an age is as good as another."""
    limits = {0}
    for row in load("entitlement_ages"):
        for text in (row["age_from_months"], row["age_to_months"]):
            if text:
                limits |= {int(text) - 24, int(text) - 23, int(text), int(text) + 23, int(text) + 24, int(text) + 25}
    return sorted(limits)


def read_money(table: Table, ages: list[int | None], fallback_words: list[str], in_thousands: bool) -> Money:
    """Read all money columns of a table. `fallback_words` name the group where the row itself does not."""
    money = Money()
    money.coefficients = _numbers(table, "coefficient", "COEFFICIENT_UNREADABLE")
    counts = _numbers(table, "children_count", "NUMBER_UNREADABLE")
    money.children = [int(count) if count is not None and count == int(count) and 0 < count < 30 else None for count in counts]
    money.amounts = _amounts(table, "amount", in_thousands)
    money.arrears = [amount or None for amount in _amounts(table, "arrears", in_thousands, quiet=True)]
    money.groups = _groups(table, ages, money, fallback_words)
    _restore_thousands(table, money, in_thousands)
    fine: set[tuple[int, int | None, int | None, Decimal | None]] = set()
    for index, group in enumerate(money.groups):
        key = (id(group), money.amounts[index], money.children[index], money.coefficients[index])
        if key not in fine:
            before = len(table.problems.get(index, ()))
            children = money.children[index]
            _judge(table, index, group, money)
            if len(table.problems.get(index, ())) == before and money.children[index] == children:
                fine.add(key)  # the same group with the same figures needs no second look
    _row_totals(table, money, in_thousands)
    return money


def _numbers(table: Table, name: str, code: str) -> list[Decimal | None]:
    values = table.values(name)
    memo: dict[Any, Decimal | None] = {value: None if value == "" else read_number(value) for value in dict.fromkeys(values)}
    if None in memo.values() and table.has(name):
        for index, value in enumerate(values):
            if value != "" and memo[value] is None and to_text(value).strip() not in ("", "-", "x"):
                table.add(index, name, code, value=to_text(value), field=name)
    return [memo[value] for value in values]


def _amounts(table: Table, name: str, in_thousands: bool, quiet: bool = False) -> list[int | None]:
    values = table.decoded(name)
    memo = {value: read_amount(value) for value in dict.fromkeys(values)}
    if table.has(name) and not quiet and any(code for _, code in memo.values()):
        for index, value in enumerate(values):
            amount, code = memo[value]
            if code:
                table.add(index, name, code, value=to_text(value).strip(), amount=amount or 0)
    scale = 1000 if in_thousands else 1
    return [
        amount * scale if amount is not None and abs(amount) < 1_000_000 // scale * 1000 else amount
        for amount in (memo[value][0] for value in values)
    ]


def _groups(table: Table, ages: list[int | None], money: Money, fallback_words: list[str]) -> list[Group]:
    words, levels = table.texts("group_words"), table.texts("group_level")
    raw_codes = table.values("group_code") if table.has("group_code") else [""] * len(words)
    limits = _ages()
    memo: dict[tuple[Any, ...], Group] = {}
    found = []
    for index, said in enumerate(words):
        if not said:
            said = fallback_words[index] if raw_codes[index] == "" else ""
        age = ages[index]
        band = limits[max(0, bisect_right(limits, age) - 1)] if age is not None else None
        coefficient = money.coefficients[index]
        amount = money.amounts[index] if coefficient is None else None
        key = (said, raw_codes[index], levels[index], coefficient, amount, band)
        group = memo.get(key)
        if group is None:
            code = raw_codes[index].strip() if isinstance(raw_codes[index], str) else raw_codes[index]
            group = memo[key] = (
                resolve(said, code, levels[index], coefficient, amount, band, table.period) if said or code != "" else _MISSING_GROUP
            )
        found.append(group)
        if group.codes:
            _report_group(table, index, group, said, raw_codes[index], coefficient, age)
    return found


def _report_group(table: Table, index: int, group: Group, words: str, code: Any, coefficient: Decimal | None, age: int | None) -> None:
    own = codes().get(group.code or "")
    params: dict[str, str | int] = {
        "value": to_text(code).strip() or words, "code": group.code or "", "taken": group.code or "", "words": words,
        "choices": ", ".join(group.choices), "age": (age or 0) // 12, "ended": own.ended if own else "",
        "expected": str(own.coefficient).replace(".", ",") if own and own.coefficient is not None else "",
    }  # fmt: skip
    for problem_code in group.codes:
        about_code = problem_code in ("GROUP_ENDED", "GROUP_UNKNOWN") and code not in ("", None)
        at = "group_code" if about_code or (table.has("group_code") and not table.has("group_words")) else "group_words"
        if problem_code == "COEFFICIENT_DIFFERS":
            table.add(index, "coefficient", problem_code, **{**params, "value": str(coefficient).replace(".", ",")})
        elif problem_code == "GROUP_CODE_UNKNOWN":
            table.add(index, "group_code", problem_code, **{**params, "value": to_text(code)})
        else:
            table.add(index, at, problem_code, **params)


def _restore_thousands(table: Table, money: Money, in_thousands: bool) -> None:
    """`810.000` typed into an American Excel is the number 810: when most small amounts are exactly a thousandth, all are."""
    small = [index for index, amount in enumerate(money.amounts) if amount and 0 < amount < 10_000]
    if in_thousands or not small or table.period is None:
        return
    exact = [index for index in small if _expected(table, money, index) == (money.amounts[index] or 0) * 1000]
    if len(exact) >= 0.6 * len(small):
        table.note("UNIT_THOUSANDS", where=table.sheet)
        for index in exact:
            money.amounts[index] = (money.amounts[index] or 0) * 1000


def _expected(table: Table, money: Money, index: int) -> int | None:
    code = money.groups[index].code
    return expected_amount(code, table.period, money.children[index] or 1) if code and table.period else None


def _judge(table: Table, index: int, group: Group, money: Money) -> None:
    amount = money.amounts[index]
    entry = codes().get(group.code or "")
    if entry and entry.per_child and money.children[index] is None:
        coefficient = money.coefficients[index]
        if coefficient is not None and coefficient == int(coefficient) and 1 < coefficient < 10:
            money.children[index] = int(coefficient)
        elif table.has("children_count") or coefficient is None:
            table.add(index, "children_count", "CHILDREN_MISSING", code=entry.code)
    if amount is None:
        if entry and entry.coefficient is None:
            table.add(index, "amount", "AMOUNT_MISSING_NCC")
        return
    if amount <= 0:
        table.add(index, "amount", "AMOUNT_NOT_POSITIVE", value=_dots(amount))
        return
    expected = _expected(table, money, index)
    if expected is None or amount == expected:
        return
    if amount > 10 * expected:
        table.add(index, "amount", "AMOUNT_TOO_BIG", value=_dots(amount), expected=_dots(expected))
    elif "COEFFICIENT_DIFFERS" not in group.codes or amount != expected:
        table.add(index, "amount", "AMOUNT_DIFFERS", value=_dots(amount), expected=_dots(expected))


def _row_totals(table: Table, money: Money, in_thousands: bool) -> None:
    if not table.has("total"):
        return
    for index, total in enumerate(_amounts(table, "total", in_thousands, quiet=True)):
        amount = money.amounts[index]
        if total is None or amount is None:
            continue
        added = amount + (money.arrears[index] or 0)
        if total != added and total != amount:
            table.add(index, "total", "ROW_TOTAL_DIFFERS", total=_dots(total), sum=_dots(added))


def _dots(amount: int) -> str:
    """1080000 → `1.080.000`, the Vietnamese way."""
    return f"{amount:,}".replace(",", ".")
