"""Who the row is about: name, sex, birth, identity number."""

from __future__ import annotations

import re
from typing import Any

from ansinh.identity.id_number import IdReading, facts, read_id
from ansinh.identity.names import fold
from ansinh.intake.dates import EMPTY, Birth, read_births, usual_birth
from ansinh.intake.groups import by_code, by_words, fits_some_age
from ansinh.intake.settled import letter
from ansinh.intake.table import Table, to_text

_ODD_NAME = re.compile(r"[0-9@#$%^&*=<>?!:;{}\[\]|\\/~+_\"§®©¤¢£¥]")
_ADDRESS = re.compile(r"^(?:ông|bà|anh|chị|em|cháu|bé|cụ)\.?\s+(?=\S)", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"^[\W_]+$")
_TWO_DIGIT_YEAR = re.compile(r"(?:^|\n)\s*\d{1,2}\s*[/\-. ]\s*\d{1,2}\s*[/\-. ]\s*(\d{2})\s*(?:\n|$)")
_SEXES = {
    "nam": "male", "nu": "female", "m": "male", "f": "female", "male": "male", "female": "female", "trai": "male", "gai": "female", "1": "male", "2": "female",
    "0": "female", "ong": "male", "ba": "female", "nan": "male", "n u": "female", "nam gioi": "male", "nu gioi": "female",
}  # fmt: skip
_MARKS = {"x", "v", "1", "✓", "✔", "*", "+", "co"}
_SEX_VI = {"male": "Nam", "female": "Nữ"}
_SEX_EN = {"male": "man", "female": "woman"}
OLDEST = 115


def read_names(table: Table, given_at: int | None) -> list[str | None]:
    """Full names; NAME_MISSING and NAME_ODD are written down."""
    names = table.texts("full_name")
    if given_at is not None:
        whole = dict(table.columns)
        table.columns["given_name"] = given_at
        names = [f"{first} {second}".strip() for first, second in zip(names, table.texts("given_name"), strict=True)]
        table.columns = whole
    names = _without_address(names)
    joined = "\n".join(names)
    odd = _ODD_NAME.search(joined) is not None
    found: list[str | None] = []
    for index, name in enumerate(names):
        if not name or _NOT_A_NAME.match(name):
            table.add(index, "full_name", "NAME_MISSING")
            found.append(None)
            continue
        if odd and _ODD_NAME.search(name) and not any(p.code == "NAME_ODD" for p in table.problems.get(index, ())):
            table.add(index, "full_name", "NAME_ODD", value=name)
        found.append(name)
    return found


def _without_address(names: list[str]) -> list[str]:
    """`Ông Trần Văn Tám`, `Bà Lê Thị Hoa` without the address, when the column is kept so (Ông alone may be a surname)."""
    addressed = sum(1 for name in names if _ADDRESS.match(name))
    if addressed < 3 or addressed < 0.6 * len(names):
        return names
    return [_ADDRESS.sub("", name) for name in names]


def read_sexes(table: Table) -> list[str | None]:
    """Sex from its own column, or from which of the columns Nam and Nữ is marked."""
    if table.has("sex_male") and table.has("sex_female"):
        male, female = table.texts("sex_male"), table.texts("sex_female")
        return [_marked(m, f) for m, f in zip(male, female, strict=True)]
    if table.has("sex_female") and not table.has("sex"):
        return _marked_women(table)
    if table.has("birth_male") and table.has("birth_female"):
        return _by_birth_columns(table)
    values = table.texts("sex")
    memo: dict[str, str | None] = {}
    for value in dict.fromkeys(values):
        memo[value] = _SEXES.get(fold(value).strip(" ."))
    if None in memo.values() and table.has("sex"):
        for index, value in enumerate(values):
            if memo[value] is None and value:
                table.add(index, "sex", "SEX_UNREADABLE", value=value)
    return [memo[value] for value in values]


def _marked_women(table: Table) -> list[str | None]:
    """A single column `Nữ`: a mark means woman, an empty cell man. Without a single mark it says nothing."""
    marks = [fold(text).strip() for text in table.texts("sex_female")]
    if not any(mark in _MARKS or mark == "nu" for mark in marks):
        return [None] * len(marks)
    return ["male" if mark in ("", "nam") else "female" if mark in _MARKS or mark == "nu" else None for mark in marks]


def _marked(male: str, female: str) -> str | None:
    is_male, is_female = fold(male) in _MARKS or fold(male) == "nam", fold(female) in _MARKS or fold(female) == "nu"
    return None if is_male == is_female else "male" if is_male else "female"


def _by_birth_columns(table: Table) -> list[str | None]:
    found: list[str | None] = []
    for index, (male, female) in enumerate(zip(table.values("birth_male"), table.values("birth_female"), strict=True)):
        if male != "" and female != "":
            table.add(index, "birth_female", "BIRTH_BOTH_SEXES")
            found.append(None)
        else:
            found.append("male" if male != "" else "female" if female != "" else None)
    return found


def _birth_values(table: Table) -> tuple[str, list[Any]]:
    if table.has("birth_male") and table.has("birth_female"):
        pairs = zip(table.values("birth_male"), table.values("birth_female"), strict=True)
        return "birth_male", [male if male != "" else female for male, female in pairs]
    if table.has("birth_year") and (table.has("birth_month") or table.has("birth_day")) and not table.has("birth"):
        parts = (table.texts("birth_day"), table.texts("birth_month"), table.texts("birth_year"))
        return "birth_year", ["/".join(part or "0" for part in triple) if triple[2] else "" for triple in zip(*parts, strict=True)]
    return "birth", table.values("birth")


def read_all_births(table: Table) -> list[Birth]:
    """Births with the habits of the column noted and impossible, future and unreadable ones written down."""
    name, values = _birth_values(table)
    if name == "birth" and not table.has("birth"):
        return [EMPTY._replace(code=None)] * len(values)
    newest = table.period.year if table.period else 2100
    unusual = "\n".join(value for value in values if isinstance(value, str) and usual_birth(value) is None)
    hints = _hints(table, values) if _TWO_DIGIT_YEAR.search(unusual) else [None] * len(values)
    births, habits = read_births(values, hints, newest, table.is_1904)
    if name == "birth" and table.has("birth_year"):
        births = _with_year_column(table, births, newest)
    column = letter(table.columns[name])
    if habits.month_first:
        table.note("DATES_MONTH_FIRST", column=column)
    if habits.swapped:
        table.note("DATES_SWAPPED", column=column, count=habits.swapped)
    if habits.placeholders:
        table.note("PLACEHOLDER_DAYS", column=column, count=habits.placeholders)
    this_year = table.period.year if table.period else 10_000
    oldest = this_year - OLDEST if table.period else 0
    return [
        birth if birth.code is None and birth.year is not None and oldest <= birth.year < this_year else _judge(table, index, name, birth)
        for index, birth in enumerate(births)
    ]


def _with_year_column(table: Table, births: list[Birth], newest: int) -> list[Birth]:
    years, _ = read_births(table.values("birth_year"), [None] * len(births), newest, table.is_1904)
    return [birth if birth.year is not None else year for birth, year in zip(births, years, strict=True)]


def _hints(table: Table, births: list[Any]) -> list[int | None]:
    """The birth years the ID numbers claim; where a row has none, the century its group needs (`4.3.22` of an orphan is 2022)."""
    found: list[int | None] = []
    for value in table.values("id_number"):
        number = re.sub(r"[\s.'\u00a0]", "", to_text(value).removesuffix(".0"))
        digits = number.zfill(12) if number.isdigit() and number.isascii() and len(number) in (10, 11) else number
        found.append(facts(digits).birth_year if len(digits) == 12 and digits.isascii() and digits.isdigit() else None)
    if None in found and table.period is not None:
        words, given = table.texts("group_words"), table.texts("group_code")
        for index, value in enumerate(births):
            if found[index] is None and isinstance(value, str) and (short := _TWO_DIGIT_YEAR.search(value)):
                named = by_code(given[index]) if given[index] else None
                found[index] = _by_group((named,) if named else by_words(words[index]), int(short[1]), table.period.year)
    return found


def _by_group(said: tuple[str, ...], two_digits: int, newest: int) -> int | None:
    """The one century in which a person born in year `two_digits` can be in the group of the row."""
    years = [year for year in (1900 + two_digits, 2000 + two_digits) if year <= newest and fits_some_age(said, (newest - year) * 12)]
    return years[0] if len(years) == 1 else None


def _judge(table: Table, index: int, name: str, birth: Birth) -> Birth:
    period = table.period
    if birth.year is not None and period is not None:
        if (birth.year, birth.month or 1) > (period.year, period.month):
            table.add(index, name, "BIRTH_IN_FUTURE", value=birth.text)
            return Birth(text=birth.text)
        if birth.year < period.year - OLDEST:
            table.add(index, name, "BIRTH_TOO_OLD", value=birth.text, age=period.year - birth.year)
            if birth.year < 1900:  # nobody living, and no identity number either, is older: the year is a slip
                return Birth(text=birth.text)
    if birth.code:
        table.add(index, name, birth.code, value=birth.text)
    return birth


def read_ids(table: Table, sexes: list[str | None], births: list[Birth]) -> list[IdReading]:
    """Identity numbers with sex and year of their rows as evidence; every problem is written down with both sides."""
    found = []
    for index, (value, sex, birth) in enumerate(zip(table.values("id_number"), sexes, births, strict=True)):
        reading = read_id(value, sex, birth.year)
        if reading.codes and table.has("id_number"):
            for code in reading.codes:
                table.add(index, "id_number", code, **_id_params(code, value, reading, sex, birth.year))
        found.append(reading)
    return found if not table.has("old_cmnd") else _with_old_cmnd(table, found)


def _id_params(code: str, value: Any, reading: IdReading, sex: str | None, year: int | None) -> dict[str, str | int]:
    text = to_text(value).strip()
    params: dict[str, str | int] = {"value": text, "digits": sum(c.isdigit() for c in text)}
    if reading.number:
        params["number"] = reading.number
        params["prefix"] = reading.number[:3]
        if code in ("ID_SEX_DIFFERS", "ID_YEAR_DIFFERS"):
            claimed = facts(reading.number)
            params |= {"id_sex": _SEX_VI[claimed.sex], "id_sex_en": _SEX_EN[claimed.sex], "id_year": claimed.birth_year}
            params |= {"sex": _SEX_VI.get(sex or "", ""), "sex_en": _SEX_EN.get(sex or "", ""), "year": year or ""}
    return params


def _with_old_cmnd(table: Table, readings: list[IdReading]) -> list[IdReading]:
    found = []
    for index, (reading, value) in enumerate(zip(readings, table.values("old_cmnd"), strict=True)):
        if value == "":
            found.append(reading)
            continue
        old = read_id(value)
        if old.id_type != "cmnd":
            if "ID_MISSING" not in old.codes and old.number != reading.number:
                table.add(index, "old_cmnd", "CMND_OLD_ODD", value=to_text(value).strip())
            found.append(reading)
        elif reading.number is None and reading.codes == ("ID_MISSING",):
            table.problems[index] = [p for p in table.problems.get(index, []) if p.code != "ID_MISSING"]
            table.add(index, "old_cmnd", "ID_IS_CMND", value=old.number or "")
            found.append(old)
        else:
            found.append(IdReading(reading.number, reading.id_type, reading.old_cmnd or old.number, reading.codes))
    return found


def ages_in_months(births: list[Birth], table: Table) -> list[int | None]:
    """Whole months at the month of the list; a birth known by year only counts from January."""
    if table.period is None:
        return [None] * len(births)
    now = table.period.year * 12 + table.period.month
    return [None if birth.year is None else now - birth.year * 12 - (birth.month or 1) for birth in births]
