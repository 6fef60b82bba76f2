"""What stands above the table and in the names: month, commune, kind words, unit of money, group of the whole list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ansinh.core.period import Period
from ansinh.identity.names import fold, nfc

_MONTH_WORD = r"(?:thang|ky|ki|dot|t)"
_MONTH_YEAR = re.compile(rf"\b{_MONTH_WORD}\s*[:.]?\s*(\d{{1,2}})\s*(?:[/\-. ]|nam|\s)\s*(?:nam\s*)?(20\d\d)\b")
_MONTH_ALONE = re.compile(r"\b(?:thang|ky|t)\s*[:.]?\s*(\d{1,2})\b(?!\s*[/\-.]\s*\d)")
_BARE_MONTH_YEAR = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[._\-/ ](20\d\d)(?!\d)|(?<!\d)(20\d\d)[._\-/]?(0[1-9]|1[0-2])(?!\d)")
_SIGNED_ON = re.compile(r"ngay\s*[.…\d]*\s*(?:thang|/)|ngay \d{1,2}/\d{1,2}/\d{4}|(?:so|quyet dinh|qd|nghi dinh|cong van|thong tu)\b.*\d")
_COMMUNE = re.compile(
    r"(?:^|[\s,.(])(xã|phường|thị trấn|đặc khu|xa|phuong|thi tran|dac khu)\s+([^\d\s,.;:()\-–|][^\d,.;:()\-–|]*)", re.IGNORECASE
)
_AFTER_COMMUNE = re.compile(
    r"\s+(?:huyện|quận|tỉnh|thành phố|tp|thị xã|tháng|năm|huyen|quan|tinh|thang|nam|kỳ|danh sách|cộng hòa|cộng hoà|độc lập|mẫu)\b.*$",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?:don vi( tinh)?|dvt)\s*:?\s*\(?\s*(?:nghin|ngan|1[.,]?000|1000)\s*(?:dong|d)?|\(?(nghin|ngan) dong\)?$")
_LEAVERS = re.compile(r"\b(giam|thoi huong|cat (giam|tro cap|chet)|da chet|(?<!tuat )tu tran|dung (huong|tro cap)|cham dut)\b")
_LEAVER_OK = re.compile(r"\b(tang\b.{0,20}\bgiam|so voi|trong do|bien dong|ho ngheo|giam ngheo|xoa doi)\b")
_CORRECTION = re.compile(r"điều chỉnh|đính chính|\bsửa\b|sửa đổi", re.IGNORECASE)
_SUPPLEMENT = re.compile(r"bổ sung|phát sinh|(?<!giảm, )\btăng\b(?! nhơn| cường| giảm)", re.IGNORECASE)
_CORRECTION_PLAIN = re.compile(r"\bdieu chinh\b|\bdinh chinh\b|\bsua( doi| lai)?\b")
_SUPPLEMENT_PLAIN = re.compile(r"\bbo sung\b|\bphat sinh\b|(?<!mai )\btang\b(?! (nhon|cuong|giam|phi))")
_GROUP_TITLE = re.compile(r"danh sach|bang ke|doi tuong|nguoi|tro cap")


@dataclass(slots=True)
class Title:
    """What the lines above one table say; unknown is None."""

    period: tuple[int, int | None] | None = None
    communes: tuple[str, ...] = ()
    kind_words: Literal["correction", "supplement"] | None = None
    in_thousands: bool = False
    is_leavers: bool = False
    group_lines: tuple[str, ...] = ()


def read_title(lines: list[str], sheet_name: str) -> Title:
    """Judge the lines above a table and its sheet name. `period` is (month, year or None)."""
    title = Title()
    communes: list[str] = []
    groups: list[str] = []
    for line in lines:
        folded = fold(line)
        title.period = title.period or _month(folded)
        title.in_thousands = title.in_thousands or _THOUSANDS.search(folded) is not None
        for found in _COMMUNE.finditer(" ".join(line.split())):
            name = _AFTER_COMMUNE.sub("", found[2]).strip(" .")
            if 2 <= len(name) <= 40 and not name.lower().startswith(("hội", "hoi")):
                communes.append(f"{found[1]} {name}")
        if _GROUP_TITLE.search(folded):
            groups.append(line)
            title.kind_words = title.kind_words or kind_words(line)
            title.is_leavers = title.is_leavers or is_leavers(folded)
    title.kind_words = title.kind_words or kind_words(sheet_name)
    title.is_leavers = title.is_leavers or is_leavers(fold(sheet_name))
    title.communes = tuple(communes)
    title.group_lines = (*groups, sheet_name)
    return title


def is_leavers(folded: str) -> bool:
    """Whether a title or heading (folded) speaks of people who left the list and are no longer paid."""
    return _LEAVERS.search(folded) is not None and _LEAVER_OK.search(folded) is None


def _month(folded: str) -> tuple[int, int | None] | None:
    found = _MONTH_YEAR.search(folded)
    if found and not _SIGNED_ON.search(folded[: found.end()]) and 1 <= int(found[1]) <= 12:
        return int(found[1]), int(found[2])
    if _SIGNED_ON.search(folded):
        return None
    alone = _MONTH_ALONE.search(folded)
    return (int(alone[1]), None) if alone and 1 <= int(alone[1]) <= 12 else None


def month_of_file_name(name: str) -> tuple[int, int | None] | None:
    """`DS chi tra T11.xlsx` → (11, None); `2026-11 …` → (11, 2026); a bare `_11` says nothing."""
    folded = re.sub(r"[_]+", " ", fold(name.rsplit(".", 1)[0]))
    found = _MONTH_YEAR.search(folded)
    if found and 1 <= int(found[1]) <= 12:
        return int(found[1]), int(found[2])
    bare = _BARE_MONTH_YEAR.search(folded)
    if bare:
        return (int(bare[1]), int(bare[2])) if bare[1] else (int(bare[4]), int(bare[3]))
    alone = re.search(r"\b(?:thang|t|ky)\s*(\d{1,2})\b", folded)
    return (int(alone[1]), None) if alone and 1 <= int(alone[1]) <= 12 else None


def full_period(found: tuple[int, int | None], run: Period | None) -> Period | None:
    """A month without a year is the one nearest to the run's month; without a run it stays unknown."""
    month, year = found
    if year is not None:
        return Period(year, month)
    if run is None:
        return None
    return min((Period(run.year + shift, month) for shift in (-1, 0, 1)), key=lambda candidate: abs(candidate.minus(run)))


def kind_words(text: str) -> Literal["correction", "supplement"] | None:
    """The words that name a correction or a supplement; with tones where the text has tones (`mai táng` is no `tăng`)."""
    text = nfc(text)
    if text.isascii():
        plain = re.sub(r"[_\-.]+", " ", text.lower())
        return "correction" if _CORRECTION_PLAIN.search(plain) else "supplement" if _SUPPLEMENT_PLAIN.search(plain) else None
    return "correction" if _CORRECTION.search(text) else "supplement" if _SUPPLEMENT.search(text) else None
