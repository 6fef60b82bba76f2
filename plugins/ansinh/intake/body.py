"""Which rows below a header are people, and what the others are: headings, totals, numbering, repeated headers, signatures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ansinh.identity.names import fold, nfc
from ansinh.intake.amounts import read_amount
from ansinh.intake.groups import by_words
from ansinh.intake.header import Header
from ansinh.intake.settled import Settled
from ansinh.intake.title import is_leavers
from ansinh.intake.vocabulary import field_of, header_key

_TOTAL = re.compile(r"^\W*(tổng|cộng|toàn xã|lũy kế|luỹ kế|tong|cong)\b(?!\s+(văn|thị|hữu|minh|ngọc)\b)", re.IGNORECASE)
_GRAND = re.compile(r"tong(?! (ap|thon|khu|kp|to|nhom|dien|khom|ban)\b)|toan xa")
_ONLY_TOTAL = re.compile(r"\W*(tong( cong| so| so tien)?|cong( trang| nhom| ap)?)\W*")
_FOOTER = re.compile(
    r"^(bang chu|so tien bang chu|viet bang chu|nguoi lap|lap bieu|lap bang|ke toan|thu quy|thu truong|chu tich|pho chu tich|tm\b|t/m|kt\.|kt (chu tich|giam doc|truong|thu truong)|xac nhan|"
    r"nguoi nhan( tien)?( ky.*|\W*)$|can bo (lap|phu trach|chi tra|theo doi|ldtb|lao dong|van hoa|chinh sach|thuc hien|xa|phuong|tai chinh|ke toan|chuyen mon)|can bo\W*$|cong chuc|"
    r"(?:.{0,40}, ?)?ngay [.…\s\d]*thang|noi nhan|duyet|truong (thon|ap|khu)|uy ban nhan dan|ubnd|ghi chu ?:|luu y)"
)
_HAMLET = re.compile(
    r"^(?:[ivxlcdm\d]+[.)/ -]+|[a-z][.)] *)?((?:thôn|ấp|khu phố|kp|tổ dân phố|tdp|tổ|bản|buôn|bon|khóm|xóm|sóc|phum|làng|thon|ap|khu pho|to|ban|khom|xom)\s.*)$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^\(?\s*(\d{1,2}|[A-Za-z])\s*\)?(\s*=.*)?$")
_YEAR_OR_DAY = re.compile(r"\d{4}|\d\s*[/.\-]\s*\d")
_AMOUNT_IN_TEXT = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d{5,}")


@dataclass(slots=True)
class Total:
    """A total row: what it says and whether it claims to be the total of everything."""

    position: int
    value: int
    is_grand: bool


@dataclass(slots=True)
class Body:
    """Positions of the people's rows with the heading each stands under, and the totals declared."""

    positions: list[int] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    totals: list[Total] = field(default_factory=list)
    leavers: int = 0

    def declared(self, read: int) -> int | None:
        """The declared total of the whole table: the row that says so, else the last one or the sum of subtotals."""
        if not self.totals:
            return None
        grand = [total for total in self.totals if total.is_grand]
        parts = [total for total in self.totals if not total.is_grand]
        if read in (self.totals[-1].value, *(sum(total.value for total in some) for some in (self.totals, parts, grand))):
            return read  # the last row, or totals of parts that add up (`Cộng ấp 1`, `Tổng ấp 2`)
        if grand:
            return grand[-1].value
        if self.positions and self.totals[-1].position < self.positions[-1]:
            return None  # totals of pages or hamlets only: people follow whom no row sums up
        last, added = self.totals[-1].value, sum(total.value for total in self.totals)
        return last if len(self.totals) == 1 or abs(last - read) <= abs(added - read) else added


def read_body(rows: list[list[Any]], header: Header, mapping: Settled) -> Body:
    """Sort the rows below the header. Speed matters: a row with a name and an ID is a person without further looks."""
    columns = mapping.columns
    name_at, id_at = columns.get("full_name", -1), columns.get("id_number", -1)
    header_name = rows[header.last][name_at] if 0 <= name_at < len(rows[header.last]) else ""
    top_name = rows[header.first][name_at] if 0 <= name_at < len(rows[header.first]) else ""
    known = [columns[name] for name in _EVIDENCE if name in columns]
    body = Body()
    leaving = False
    heading = ""
    in_footer = False
    for position in range(header.last + 1, len(rows)):
        row = rows[position]
        width = len(row)
        name = row[name_at] if 0 <= name_at < width else ""
        number = row[id_at] if 0 <= id_at < width else ""
        if (
            name != ""
            and number != ""
            and isinstance(name, str)
            and name != header_name
            and name != top_name
            and len(name) > 4
            and _has_digit(number)
            and _person_like(name)
            and not leaving
        ):
            body.positions.append(position)
            if heading:
                body.headings[position] = heading
            continue
        kind, text = _kind(row, header, mapping, known, in_footer, name, number)
        if kind == "person" and leaving:
            body.leavers += 1
        elif kind == "person":
            body.positions.append(position)
            if heading:
                body.headings[position] = heading
        elif kind == "heading":
            heading, leaving = text, is_leavers(fold(text)) and not by_words(text)
        elif kind == "footer":
            in_footer = True
        elif kind == "total":
            _add_total(body, position, row, mapping, text)
            heading = "" if _GRAND.search(fold(text)) else heading
    return body


_EVIDENCE = (
    "full_name",
    "id_number",
    "birth",
    "birth_male",
    "birth_female",
    "group_words",
    "group_code",
    "coefficient",
    "amount",
    "account_number",
    "sex",
)


def _person_like(name: str) -> bool:
    """Not a numbering cell, not a total."""
    first = name.lstrip()[:1]
    return (first.isalpha() and first.lower() not in "tc") or (not _TOTAL.match(name) and not name.strip().isdigit())


def _kind(row: list[Any], header: Header, mapping: Settled, known: list[int], in_footer: bool, name: Any, number: Any) -> tuple[str, str]:
    filled = [position for position, value in enumerate(row) if value != "" and not (isinstance(value, str) and not value.strip())]
    if not filled:
        return "empty", ""
    texts = [(position, row[position]) for position in filled if isinstance(row[position], str)]
    if _is_repeated_header(texts, header):
        return "repeated", ""
    if _is_numbering(row, filled):
        return "numbering", ""
    label = str(texts[0][1]).strip() if texts else ""
    number = number if _has_digit(number) else ""
    total = next((str(text).strip() for _, text in texts[:3] if _TOTAL.match(nfc(str(text)))), "")
    has_birth = any(position in filled and _is_birth(row[position]) for position in _births(mapping))
    if total and not has_birth and (number == "" or _ONLY_TOTAL.fullmatch(fold(total))):
        return "total", total
    evidence = [position for position in known if position in filled]
    footer = next((text for _, text in texts if len(filled) <= 6 and _FOOTER.match(fold(str(text)))), None)
    if footer is not None and number == "" and not has_birth and len(evidence) < 4:
        return "footer", ""
    if in_footer and (number == "" or (name == "" and not has_birth)):
        return "after", ""
    return _person_or_heading(row, mapping, filled, evidence, label, name, number, has_birth)


def _is_birth(value: Any) -> bool:
    """A number, a date or a text with a year: `KT nặng (02 người)` may stand below `Ngày sinh` too."""
    return not isinstance(value, str) or _YEAR_OR_DAY.search(value) is not None


def _has_digit(value: Any) -> bool:
    """Whether a cell of numbers says one: `CHỦ TỊCH` below the table may stand in any column."""
    return not isinstance(value, str) or any(c.isdigit() for c in value)


def _births(mapping: Settled) -> list[int]:
    return [mapping.columns[name] for name in ("birth", "birth_male", "birth_female") if name in mapping.columns]


def _person_or_heading(
    row: list[Any], mapping: Settled, filled: list[int], evidence: list[int], label: str, name: Any, number: Any, has_birth: bool
) -> tuple[str, str]:
    stt_at = mapping.columns.get("stt", -1)
    stt = row[stt_at] if 0 <= stt_at < len(row) else ""
    counted = isinstance(stt, (int, float)) or (isinstance(stt, str) and stt.strip().rstrip(".").isdigit())
    strong = number != "" or has_birth
    if (strong and len(evidence) >= 2) or (counted and len(evidence) >= 2):
        return "person", ""
    words = next((str(row[p]).strip() for p in filled if isinstance(row[p], str) and _says_something(row[p])), label)
    if _HAMLET.match(nfc(words)) or (len(evidence) <= 2 and not strong and not counted):
        own_name = isinstance(name, str) and len(name.split()) >= 2 and len(evidence) >= 2 and not _HAMLET.match(nfc(words))
        if own_name and any(
            position in filled for position in (mapping.columns.get("group_words", -1), mapping.columns.get("group_code", -1))
        ):
            return "person", ""
        return "heading", words
    if (counted and name != "") or len(evidence) >= 3:
        return "person", ""
    return "other", ""


def _says_something(text: str) -> bool:
    """Not `II`, `VIII.`, `a)`: the number of a heading stands in a cell of its own."""
    return len(text.strip()) > 2 and re.fullmatch(r"[IVXLCivxlc]+[.)]?", text.strip()) is None


def _is_repeated_header(texts: list[tuple[int, Any]], header: Header) -> bool:
    words = [(position, header_key(str(text))) for position, text in texts]
    words = [(position, word) for position, word in words if word]
    if len(words) < 2:
        return False
    same = sum(1 for position, word in words if position < len(header.labels) and _same_heading(word, header, position))
    return same >= 0.6 * len(words) and same >= 2


def _same_heading(word: str, header: Header, position: int) -> bool:
    """The same words, or other words for the same field (the next part of a list is often headed anew)."""
    label = header.labels[position]
    if word == label or label.startswith(word) or label.endswith(word):
        return True
    return header.fields[position] not in (None, "other", "group_words") and field_of(word) == header.fields[position]


def _is_numbering(row: list[Any], filled: list[int]) -> bool:
    """`1 2 3 …`, `(1) (2) (3)`, `A B 1 2`: short marks in at least half of the columns, growing."""
    if len(filled) < 4:
        return False
    numbers = []
    for position in filled:
        value = row[position]
        text = str(int(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value) else str(value)
        found = _NUMBERING.match(text.strip())
        if not found:
            return False
        if found[1].isdigit():
            numbers.append(int(found[1]))
    return len(numbers) >= 3 and all(later - earlier in (0, 1) for earlier, later in pairwise(numbers))


def _add_total(body: Body, position: int, row: list[Any], mapping: Settled, text: str) -> None:
    grand = _GRAND.search(fold(text)) is not None
    for name in ("amount", "total"):
        at = mapping.columns.get(name, -1)
        if 0 <= at < len(row) and row[at] != "":
            value, _ = read_amount(row[at])
            if value is not None:
                body.totals.append(Total(position, value, grand))
                return
    found = _AMOUNT_IN_TEXT.findall(text)
    value = read_amount(found[-1])[0] if found else None
    if value:
        body.totals.append(Total(position, value, grand))


def hamlet_of_heading(heading: str) -> str | None:
    """`I. Ấp 3` → `Ấp 3`; None when the heading names no hamlet."""
    found = _HAMLET.match(nfc(heading))
    return found[1].strip() if found else None
