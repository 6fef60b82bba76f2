"""Dates as communes write them: text, Excel day numbers, years alone, months, and the habits a whole column shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

_TRIPLE = re.compile(r"^(\d{1,2})\s*[/\\\-., ]\s*(\d{1,2})\s*[/\\\-., ]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?$")
_ONE_DATE = re.compile(r"^(?:[^\W\d]\D*)?(\d{1,2}\s*[/\-.]\s*\d{1,2}\s*[/\-.]\s*(?:\d{4}|\d{2}))(?:[\s,;(]\D*)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[/\-.]\s*(\d{1,2})\s*[/\-.]\s*(\d{1,2})(?:[T\s]+\d{1,2}:\d{2}.*)?$")
_MONTH_YEAR = re.compile(
    r"^(?:(?:00|0|xx|x|\?{1,2}|-{1,2}|\.{1,3}|…|_+)?\s*[/\-. ]\s*|th\S{1,3}ng\s*|t\.?)?(\d{1,2})\s*(?:[/\-. ]|n\S{1,3}m)\s*(\d{4})$",
    re.IGNORECASE,
)
_YEAR_ONLY = re.compile(r"^(?:(?:00|0|xx|x|\?{1,2}|-{1,2}|\.{1,3}|…|_+)?\s*[/\-. ]\s*){0,2}(\d{4})$", re.IGNORECASE)
#: `ngày 5 tháng 9 năm 1962` in any encoding, old or new.
_SPELLED = re.compile(r"^(?:ng\S{1,3}y\s*)?(\d{1,2})\s*th\S{1,3}ng\s*(\d{1,2}),?\s*n\S{1,3}m\s*(\d{4})$", re.IGNORECASE)
_LONE_YEAR = re.compile(r"^\D*(1[89]\d\d|20\d\d)\D*$")
_DIGITS = re.compile(r"^\d{4,8}(?:[.,]0+)?$")
#: Nobody writes a birth more than so many years ago with two digits.
_OLDEST_WRITTEN_SHORT = 108
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
#: A year typed into a cell formatted as a date shows a day in 1905: day numbers 1900 to 2099.
_YEAR_AS_DAY = (date(1905, 3, 14), date(1905, 9, 29))


class Birth(NamedTuple):
    """One birth as understood. `code` is the problem, `was` the order of day and month the text forced."""

    day: date | None = None
    year: int | None = None
    month: int | None = None
    precision: Literal["day", "month", "year"] | None = None
    code: str | None = None
    text: str = ""


EMPTY = Birth(code="BIRTH_MISSING")


@dataclass(slots=True)
class ColumnHabits:
    """What the whole column shows: month first, Excel's swapped cells, 01/01 for an unknown day (counts for the notes)."""

    month_first: bool = False
    mixed_order: bool = False
    swapped: int = 0
    placeholders: int = 0
    positions: list[int] = field(default_factory=list)


def from_serial(number: float, is_1904: bool) -> date | None:
    """An Excel day number → a date, None outside 1900–2100."""
    if not 1 <= number < 73_415:
        return None
    return (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(days=int(number))


def _day(year: int, month: int, day: int, text: str) -> Birth:
    try:
        return Birth(date(year, month, day), year, month, "day", None, text)
    except ValueError:
        return Birth(None, year, None, "year", "BIRTH_IMPOSSIBLE", text)


def _year(year: int, text: str) -> Birth:
    return Birth(None, year, None, "year", None, text) if 1850 <= year <= 2150 else Birth(code="BIRTH_UNREADABLE", text=text)


def _number(value: float, is_1904: bool) -> Birth:
    text = str(int(value)) if value == int(value) else str(value)
    if 1850 <= value <= 2150 and value == int(value):
        return _year(int(value), text)
    if 9_000 <= value < 73_415:
        found = from_serial(value, is_1904)
        if found:
            return Birth(found, found.year, found.month, "day", None, text)
    return _packed(text) if value == int(value) and value > 0 else Birth(code="BIRTH_UNREADABLE", text=text)


def _packed(digits: str) -> Birth:
    """`05091962`, `5091962` (zero lost) and `19620905`."""
    if len(digits) == 8 and digits[:2] in ("18", "19", "20") and int(digits[4:6]) <= 12 and not 1850 <= int(digits[4:]) <= 2150:
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), digits)
    if len(digits) in (7, 8):
        digits8 = digits.zfill(8)
        if 1850 <= int(digits8[4:]) <= 2150:
            return _day(int(digits8[4:]), int(digits8[2:4]), int(digits8[:2]), digits)
    return Birth(code="BIRTH_UNREADABLE", text=digits)


def _bare(text: str) -> str:
    """`Ngày 12/3/1950`, `12/03/1950 (theo khai sinh)` → the date alone."""
    if text[0].isdigit() and text[-1].isdigit():
        return text
    found = _ONE_DATE.match(text)
    return found[1] if found else text


def _triple(text: str) -> tuple[int, int, str] | None:
    if len(text) == 10 and text[2] == text[5] and text[2] in "/-.":
        first, second, year = text[:2], text[3:5], text[6:]
        if first.isdecimal() and second.isdecimal() and year.isdecimal():
            return int(first), int(second), year
    found = _TRIPLE.match(text)
    return (int(found[1]), int(found[2]), found[3]) if found else None


def _text(text: str, is_1904: bool) -> Birth:
    """Everything but day, month and year in one text (that needs the column's order)."""
    if _DIGITS.match(text):
        return _number(float(text.replace(",", ".")), is_1904)
    found = _YEAR_FIRST.match(text)
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    found = _YEAR_ONLY.match(text)
    if found:
        return _year(int(found[1]), text)
    found = _MONTH_YEAR.match(text)
    if found:
        month, year = int(found[1]), int(found[2])
        return (
            Birth(None, year, month, "month", None, text)
            if 1 <= month <= 12
            else Birth(None, year, None, "year", None if month == 0 else "BIRTH_IMPOSSIBLE", text)
        )
    found = _SPELLED.match(text)
    if found:
        return _day(int(found[3]), int(found[2]), int(found[1]), text)
    found = _LONE_YEAR.match(text)
    return _year(int(found[1]), text) if found else Birth(code="BIRTH_UNREADABLE", text=text)


def full_year(two_digits: int, newest: int, hint: int | None) -> int | None:
    """`45` → 1945: the year the ID number says when it fits, else the only past one; None when both centuries are possible."""
    choices = [year for year in (1900 + two_digits, 2000 + two_digits) if newest - _OLDEST_WRITTEN_SHORT <= year <= newest]
    if hint in choices:
        return hint
    return choices[0] if len(choices) == 1 else None


def read_births(values: list[Any], hints: list[int | None], newest: int, is_1904: bool) -> tuple[list[Birth], ColumnHabits]:
    """A birth column → one Birth a value, and the habits it shows. `hints` are the years the ID numbers claim."""
    habits = ColumnHabits()
    usual = _usual_births(values)
    if usual is not None:
        _placeholders(usual, habits)
        return usual, habits
    triples: dict[int, tuple[int, int, str]] = {}
    births: list[Birth] = []
    date_cells: list[int] = []
    for index, value in enumerate(values):
        if isinstance(value, str):
            text = value.strip().lstrip("'")
            parts = _triple(_bare(text)) if text else None
            if parts:
                triples[index] = parts
                births.append(EMPTY)
            else:
                births.append(_text(text, is_1904) if text and text not in "-–—xX?." else EMPTY)
        elif isinstance(value, date):  # datetime too
            births.append(_date_cell(value))
            date_cells.append(index)
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            births.append(Birth(code="BIRTH_UNREADABLE", text=str(value)))
        else:
            births.append(_number(value, is_1904))
    _order(triples, habits)
    _swap(births, date_cells, triples, habits)
    for index, parts in triples.items():
        births[index] = _from_triple(parts, habits, newest, hints[index], str(values[index]).strip())
    _placeholders(births, habits)
    return births, habits


def _usual_births(values: list[Any]) -> list[Birth] | None:
    """A column of nothing but texts `dd/mm/yyyy` that no other order could mean differently; None for any other column."""
    if set(map(type, values)) != {str}:
        return None
    births = list(map(usual_birth, values))
    return None if None in births else births  # type: ignore[return-value]


@lru_cache(maxsize=1 << 16)
def usual_birth(value: str) -> Birth | None:
    """A text `dd/mm/yyyy` as a birth, None for any other. People share birthdays, so each is understood once."""
    text = value.strip().lstrip("'")
    parts = _triple(text) if text else None
    if parts is None or len(parts[2]) != 4 or parts[1] > 12:
        return None
    return _from_triple(parts, ColumnHabits(), 0, None, value.strip())


def _date_cell(value: date) -> Birth:
    day = value.date() if isinstance(value, datetime) else value
    if _YEAR_AS_DAY[0] <= day <= _YEAR_AS_DAY[1]:
        return Birth(None, (day - _EPOCH).days, None, "year", None, day.isoformat())
    return Birth(day, day.year, day.month, "day", None, day.strftime("%d/%m/%Y"))


def _order(triples: dict[int, tuple[int, int, str]], habits: ColumnHabits) -> None:
    day_first = sum(1 for first, second, _ in triples.values() if first > 12 >= second > 0)
    month_first = sum(1 for first, second, _ in triples.values() if second > 12 >= first > 0)
    habits.month_first = month_first > 0 and day_first == 0 and (month_first > 1 or len(triples) < 8)
    habits.mixed_order = month_first > 0 and not habits.month_first


def _swap(births: list[Birth], date_cells: list[int], triples: dict[int, tuple[int, int, str]], habits: ColumnHabits) -> None:
    """Excel with American settings keeps `25/03/1960` as text and turns `05/03/1960` into 3 May: the text cells prove it."""
    texts = list(triples.values())
    days = [births[index] for index in date_cells if births[index].day]
    if len(texts) < 3 or len(days) < 3 or len(texts) + len(days) < 8:
        return
    if all(first > 12 for first, _, _ in texts) and all(b.day and b.day.day <= 12 for b in days):
        for index in date_cells:
            birth = births[index]
            if birth.day:
                births[index] = _day(birth.day.year, birth.day.day, birth.day.month, birth.text)
        habits.swapped = len(days)


def _from_triple(parts: tuple[int, int, str], habits: ColumnHabits, newest: int, hint: int | None, text: str) -> Birth:
    first, second, written = parts
    year: int | None = int(written)
    if len(written) == 2:
        year = full_year(int(written), newest, hint)
        if year is None:
            return Birth(code="BIRTH_UNREADABLE", text=text)
    assert year is not None  # noqa: S101 (for the type checker)
    if not 1850 <= year <= 2150:
        return Birth(code="BIRTH_UNREADABLE", text=text)
    day, month = (second, first) if habits.month_first else (first, second)
    if day == 0:
        return Birth(None, year, month or None, "month" if 1 <= month <= 12 else "year", None if month <= 12 else "BIRTH_IMPOSSIBLE", text)
    if month == 0:
        return Birth(None, year, None, "year", None, text)
    if month > 12 >= day and not habits.month_first:
        return (
            _day(year, day, month, text)._replace(code="BIRTH_ORDER_MIXED")
            if habits.mixed_order and _exists(year, day, month)
            else _day(year, month, day, text)
        )
    return _day(year, month, day, text)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _placeholders(births: list[Birth], habits: ColumnHabits) -> None:
    """01/01 far more often than chance allows means `day unknown` in this column."""
    first_days = [index for index, birth in enumerate(births) if birth.day and birth.month == 1 and birth.day.day == 1]
    full = sum(1 for birth in births if birth.day)
    if len(first_days) >= 3 and len(first_days) >= 0.03 * full:
        habits.placeholders = len(first_days)
        habits.positions = first_days
        for index in first_days:
            births[index] = births[index]._replace(day=None, month=None, precision="year")


def read_date(value: Any, is_1904: bool = False) -> date | None:
    """A date of another column (decision, certificate, mandate), day first; None when it is not one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return from_serial(value, is_1904) if value > 20_000 else None
    parts = _triple(value.strip())
    if parts is None:
        found = re.search(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})", value) or re.search(
            r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})", value, re.IGNORECASE
        )
        if found is None:
            return _text(value.strip(), is_1904).day
        parts = int(found[1]), int(found[2]), found[3]
    first, second, year = parts
    full = int(year) if len(year) == 4 else 2000 + int(year)
    return _day(full, second, first, "").day or (_day(full, first, second, "").day if second > 12 else None)


def read_month(value: Any, is_1904: bool = False) -> str | None:
    """A month (`11/2026`, `tháng 11 năm 2026`, a date) → `2026-11`."""
    if isinstance(value, str):
        found = re.search(r"(?:^|\D)(\d{1,2})\s*(?:/|-|\.|năm|nam)\s*(\d{4})\s*$", value.strip(), re.IGNORECASE)
        if found and 1 <= int(found[1]) <= 12:
            return f"{found[2]}-{int(found[1]):02d}"
        found = re.match(r"^(\d{4})-(\d{2})$", value.strip())
        if found and 1 <= int(found[2]) <= 12:
            return f"{found[1]}-{found[2]}"
    day = read_date(value, is_1904)
    return f"{day.year:04d}-{day.month:02d}" if day else None
