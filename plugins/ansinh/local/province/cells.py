"""One listed row: the cells a clerk types in a layout, and what a perfect reader would take from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ansinh.core.period import Period
from ansinh.local.province import arrears
from ansinh.local.province.groups import code_in, coefficient, is_ncc, monthly_amount, programme
from ansinh.local.province.layouts import Layout
from ansinh.local.province.model import Birth, Entry
from ansinh.local.province.numbers import bank_words_of, century_digit
from ansinh.local.province.words import channel_words, group_words

Cell = str | int | float | date | None
_TONE_PAIRS = (
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("úy", "uý"),
    ("ùy", "uỳ"),
    ("ủy", "uỷ"),
    ("ũy", "uỹ"),
    ("ụy", "uỵ"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it stands in one layout: the cells by field, and the truth a reader can know from them."""

    entry: Entry
    cells: dict[str, Cell]
    truth: dict[str, Any]


def old_tone_place(text: str) -> str:
    """`Hòa` → `Hoà`, `Thúy` → `Thuý`: the older place of the tone mark in open syllables."""
    for new, old in _TONE_PAIRS:
        if new in text.lower():
            text = " ".join(
                w.replace(new, old) if w.lower().endswith(new) and not w.lower().startswith("q") else w for w in text.split(" ")
            )
    return text


def dotted(amount: int) -> str:
    """810000 → `810.000`."""
    return f"{amount:,}".replace(",", ".")


def shown_id(entry: Entry) -> str | None:
    """The number the clerk holds for the person."""
    typed, person = entry.typed, entry.person
    if typed.no_id:
        return None
    if typed.id_number:
        return typed.id_number
    return {"cccd": person.cccd, "cmnd": person.cmnd, "none": None}[person.shows]


def listed_code(entry: Entry, period: Period) -> str:
    """The code on the list. Raises LookupError for a line that is no longer due."""
    code = entry.typed.code or code_in(entry.line, period)
    if code is None:
        raise LookupError("this line has ended and cannot be listed")
    return code


class RowTyper:
    """Types the rows of one commune for one period."""

    def __init__(self, layout: Layout, period: Period) -> None:
        self.layout, self.period = layout, period
        self.first = arrears.first_month(period)

    def row(self, entry: Entry) -> Row:
        """The cells and the truth of one entry."""
        layout, line, person, typed = self.layout, entry.line, entry.person, entry.typed
        code = listed_code(entry, self.period)
        name = self._name(entry)
        sex = typed.sex or person.sex
        birth = typed.birth or person.birth
        number = shown_id(entry)
        amount: Any = typed.amount_vnd if typed.amount_vnd is not None else monthly_amount(line, code, self.period, self.period)
        owed = arrears.arrears(line, self.period, self.first) if layout.has("arrears") else 0
        account = line.account
        age = self.period.year - (line.subject.birth.year if line.subject else birth.year)
        cells: dict[str, Cell] = {
            "full_name": name,
            "birth": self._birth(birth),
            "birth_male": birth.year if sex == "male" else None,
            "birth_female": birth.year if sex == "female" else None,
            "sex": "Nam" if sex == "male" else "Nữ",
            "id_number": self._id(entry, number, birth, sex),
            "hamlet": typed.hamlet or person.hamlet,
            "words": group_words(code, age, layout.words),
            "code": code,
            "coefficient": coefficient(code),
            "amount": self._amount(amount),
            "arrears": self._amount(owed) if owed else None,
            "total": self._amount(amount + owed) if isinstance(amount, int) else None,
            "account_number": typed.account_text or (account.number if account else None),
            "bank": bank_words_of(account) if account else None,
            "account_name": account.name if account else None,
            "channel": channel_words(line.channel, layout.words),
            "phone": typed.phone or person.phone,
            "decided_on": line.decided_on,
            "since": f"{line.since.month:02d}/{line.since.year}",
            "certified_on": line.certified_on,
            "children": line.children_count,
            "subject_id": line.subject.cccd if line.subject else None,
            "moved_from": line.moved_from,
            "payee_name": line.payee.name if line.payee else None,
            "payee_relation": line.payee.relation if line.payee else None,
            "payee_id": line.payee.id_number if line.payee else None,
            "mandate_until": line.payee.mandate_until if line.payee else None,
        }
        return Row(entry, cells, self._truth(entry, code, name, birth, sex, number, amount))

    def _name(self, entry: Entry) -> str:
        name = entry.typed.full_name if entry.typed.full_name is not None else entry.person.full_name
        if self.layout.old_tone_place:
            name = old_tone_place(name)
        return name.upper() if self.layout.capitals else name

    def _birth(self, birth: Birth) -> Cell:
        if self.layout.dates == "year":
            return birth.year
        if birth.day is None:
            return f"01/01/{birth.year}" if self.layout.placeholder_births else str(birth.year)
        if self.layout.dates == "real":
            return birth.as_date()
        return f"{birth.day:02d}/{birth.month:02d}/{birth.year}"

    def _id(self, entry: Entry, number: str | None, birth: Birth, sex: str) -> Cell:
        if entry.typed.id_text is not None:
            return entry.typed.id_text
        if number is None:
            return self.layout.no_id_words or None
        agrees = len(number) != 12 or number[3:6] == f"{century_digit(birth.year, sex)}{birth.year % 100:02d}"
        if self.layout.ids == "text" or not agrees:  # a clerk retypes as text what Excel made look wrong
            return number
        return int(number) if self.layout.ids == "number" else number.lstrip("0")

    def _amount(self, amount: Any) -> Cell:
        return dotted(amount) if isinstance(amount, int) and self.layout.amounts == "dots" else amount

    def _truth(self, entry: Entry, code: str, name: str, birth: Birth, sex: str, number: str | None, amount: Any) -> dict[str, Any]:
        layout, line = self.layout, entry.line
        year_only = birth.day is None or layout.dates == "year" or layout.has("birth_male")
        channel = line.channel if layout.has("channel") else ("bank" if line.account else "cash")
        return {
            "full_name": name,
            "sex": sex,
            "birth_date": None if year_only else birth.as_date().isoformat(),
            "birth_year": birth.year,
            "birth_date_precision": "year" if year_only else "day",
            "id_number": number,
            "id_type": None if number is None else "cccd" if len(number) == 12 else "cmnd",
            "programme_code": programme(code),
            "entitlement_code": code,
            "amount_vnd": amount,
            "bank_bin": line.account.bin if line.account else None,
            "account_number": line.account.number if line.account else None,
            "payment_channel": channel,
            "subject_id_number": line.subject.cccd if line.subject and layout.has("subject_id") and not is_ncc(line) else None,
        }
