"""The people's rows of one sheet, column by column: values, cleaned texts, and where problems are written down."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ansinh.core.period import Period
from ansinh.identity.names import nfc
from ansinh.intake import legacy
from ansinh.intake.catalogue import entry
from ansinh.intake.model import Problem, Severity
from ansinh.intake.settled import letter

#: Anything `nfc` would change in a line of text that already is composed. Looked for one by one: a search for bytes is far quicker than a pattern.
_UNTIDY_ASCII = ("\t", "\r", "  ", "\n ", " \n")
_UNTIDY = (*_UNTIDY_ASCII, *"ÐðƉ\u00a0\u202f\ufeff\u200b\u200c\u200d")
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_SEVERITIES: dict[str, Severity] = {}
_NAMES_OF_PEOPLE = {"full_name", "payee_name", "account_name"}


def _is_untidy(lines: str, marks: tuple[str, ...]) -> bool:
    return lines[:1] == " " or lines[-1:] == " " or any(mark in lines for mark in marks)


#: `nt` (như trên), `"`, `//`: as in the row above. Only in columns where neighbours may lawfully be equal.
_AS_ABOVE = re.compile(r"[-–'\s]*(?:nt|n\.t|như trên|nhu tren)[-–.'\s]*|[\"“”〃]+|''|//", re.IGNORECASE)
_MAY_SAY_AS_ABOVE = {"hamlet", "address", "group_words", "bank", "channel"}


def _as_above(values: list[str]) -> list[str]:
    """Marks that repeat replaced by the nearest value above them."""
    found: list[str] = []
    for value in values:
        same = len(value) <= 10 and value and _AS_ABOVE.fullmatch(value)
        found.append(found[-1] if same and found else value)
    return found


def severity_of(code: str) -> Severity:
    """The catalogue's severity, looked up once a process."""
    found = _SEVERITIES.get(code)
    if found is None:
        found = _SEVERITIES[code] = entry(code).severity
    return found


def problem(code: str, sheet: str = "", /, **params: str | int) -> Problem:
    """A problem of the whole workbook or sheet."""
    return Problem(sheet, None, None, None, code, severity_of(code), params)


def to_text(value: Any) -> str:
    """A cell as the sender would read it: whole numbers without `.0`, dates day first."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return str(value)


@dataclass(slots=True)
class Table:
    """`rows[i]` stands on Excel row `numbers[i]`; `columns` maps a field to its position in the row."""

    sheet: str
    rows: list[list[Any]]
    numbers: list[int]
    columns: dict[str, int]
    period: Period | None
    is_1904: bool = False
    font_hint: str | None = None
    encoding: str = "Unicode"
    is_nfd: bool = False
    account_heading: str = ""
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    _by_column: list[tuple[Any, ...]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.columns

    def values(self, name: str) -> list[Any]:
        """The raw values of a field, '' throughout when the sheet has no such column."""
        position = self.columns.get(name)
        if position is None:
            return [""] * len(self.rows)
        if not self._by_column:
            self._by_column = list(zip(*self.rows, strict=False))
        values = list(self._by_column[position]) if self.rows else []
        if self.sheet == "" and "#" in "".join(value for value in values if value.__class__ is str and value[:1] == "#"):
            return [self._error(index, name, value) for index, value in enumerate(values)]
        return values

    def decoded(self, name: str) -> list[Any]:
        """The raw values with texts of an old encoding in Unicode (`540000ñ`, `810 ngh×n`), once the sheet's encoding is known."""
        values = self.values(name)
        if self.encoding == "Unicode":
            return values
        return [legacy.convert(value, self.encoding) if value.__class__ is str and not value.isascii() else value for value in values]

    def _error(self, index: int, name: str, value: Any) -> Any:
        if isinstance(value, str) and value.strip() in _ERRORS:
            self.add(index, name, "CELL_ERROR", value=value.strip())
            return ""
        return value

    def add(self, index: int, name: str | None, code: str, /, **params: str | int) -> None:
        """Write down a problem of row `index` in the column of `name`."""
        number = self.numbers[index]
        position = self.columns.get(name) if name else None
        cell = (
            f"{letter(position)}{number}"
            if position is not None and self.sheet != ""
            else letter(position)
            if position is not None
            else None
        )
        self.problems.setdefault(index, []).append(Problem(self.sheet, number, name, cell, code, severity_of(code), params))

    def note(self, code: str, /, **params: str | int) -> None:
        """Write down something about the whole sheet."""
        self.notes.append(problem(code, self.sheet, **params))

    def texts(self, name: str) -> list[str]:
        """A text column, decoded and tidy; numbers become their digits, `nt` and `"` what stands above."""
        if name not in self.columns:
            return [""] * len(self.rows)
        found = self._tidy(name)
        return _as_above(found) if name in _MAY_SAY_AS_ABOVE else found

    def _tidy(self, name: str) -> list[str]:
        values = [value if value.__class__ is str else to_text(value) for value in self.values(name)]
        joined = "\n".join(dict.fromkeys(values))
        if joined.isascii():
            return values if not _is_untidy(joined, _UNTIDY_ASCII) else [" ".join(value.split()) for value in values]
        if legacy.looks_legacy(joined):
            decoded = self._decode(name, values)
            if decoded is not None:
                return decoded
        elif legacy.has_mixed(joined):
            self._report_mixed(name, values)
        if not unicodedata.is_normalized("NFC", joined):
            self.is_nfd = True
            return [nfc(value) for value in values]
        return [nfc(value) for value in values] if _is_untidy(joined, _UNTIDY) else values

    def _decode(self, name: str, values: list[str]) -> list[str] | None:
        if self.encoding != "Unicode":
            encoding = self.encoding if legacy.fits(dict.fromkeys(values), self.encoding) else "Unicode"
        else:
            encoding = legacy.decide(dict.fromkeys(values), self.font_hint)
        if encoding == "Unicode":
            return None
        self.encoding = encoding
        memo = {value: legacy.convert(value, encoding) for value in dict.fromkeys(values)}
        if name in _NAMES_OF_PEOPLE:
            memo = {value: legacy.as_name(text) for value, text in memo.items()}
        return [memo[value] for value in values]

    def _report_mixed(self, name: str, values: list[str]) -> None:
        """Legacy cells inside a Unicode column: only where a whole word cannot be Vietnamese as it stands."""
        positions = [i for i in legacy.mixed_cells(values) if legacy.decide([values[i]], None) != "Unicode"]
        if positions:
            self.note("TEXT_MIXED", column=letter(self.columns[name]), count=len(positions))
            for index in positions[:50]:
                if name == "full_name":
                    self.add(index, name, "NAME_ODD", value=values[index])
