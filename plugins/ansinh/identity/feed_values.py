"""One record of the national register, from any of its file formats to the columns of `raw.national_id__records`.

Two kinds of trouble: a *broken* record is refused as a whole (we would have to guess who it is about or what it
says), a *doubtful field* is left empty and listed while the rest of the record is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ansinh.core.clock import VIETNAM
from ansinh.identity.feed_words import STATUS_WORDS
from ansinh.identity.id_number import contradictions
from ansinh.identity.names import fold, nfc

COLUMNS = (
    "so_dinh_danh",
    "so_cmnd",
    "ho_va_ten",
    "ngay_thang_nam_sinh",
    "nam_sinh",
    "gioi_tinh",
    "ma_phuong_xa",
    "thuong_tru",
    "trang_thai",
    "ngay_chet",
    "tai_khoan_bin",
    "tai_khoan_so",
    "tai_khoan_ten",
    "cap_nhat_luc",
)
Values = tuple[str | datetime | None, ...]

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_SEX = {"1": "1", "2": "2", "nam": "1", "nu": "2"}
_SEX_OF = {"1": "male", "2": "female"}


class BrokenRecord(Exception):
    """The record cannot be used at all; `code` is in expectations/catalogue.yml."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def standard_record(raw: Mapping[str, Any], as_of: datetime | None) -> tuple[Values, list[str]]:
    """The record's values in the order of `COLUMNS` and the codes of its doubtful fields.

    `as_of` stands in for a missing `cap_nhat_luc`. Raises BrokenRecord.
    """
    doubts: list[str] = []
    id_number = _text(raw, "so_dinh_danh")
    if id_number is None or len(id_number) != 12 or not (id_number.isascii() and id_number.isdigit()):
        raise BrokenRecord("FEED_ID")
    name = _text(raw, "ho_va_ten")
    if name is None:
        raise BrokenRecord("FEED_NAME")
    updated_at = _moment(_text(raw, "cap_nhat_luc"), as_of, doubts)
    birth, year = _birth(raw, doubts)
    sex = _sex(raw, doubts)
    if {"ID_SEX_DIFFERS", "ID_YEAR_DIFFERS"} & set(contradictions(id_number, _SEX_OF.get(sex or ""), int(year) if year else None)):
        doubts.append("FEED_ID_CONTRADICTS")
    values = (
        id_number,
        _old_number(raw, doubts),
        nfc(name),
        birth,
        year,
        sex,
        _text(raw, "ma_phuong_xa"),
        _text(raw, "thuong_tru"),
        _status(raw),
        _death_date(raw, doubts),
        *_account(raw, doubts),
        updated_at,
    )
    return values, doubts


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool, float)):
        raise BrokenRecord("FEED_TEXT")
    text = str(value).strip()
    if _UNSTORABLE.search(text):
        raise BrokenRecord("FEED_TEXT")
    return text or None


def _day(text: str) -> str | None:
    """`YYYYMMDD` of a real day written so or as ISO, else None."""
    iso = _ISO_DAY.match(text)
    digits = "".join(iso.groups()) if iso else text
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return digits


def _birth(raw: Mapping[str, Any], doubts: list[str]) -> tuple[str | None, str | None]:
    written, year = _text(raw, "ngay_thang_nam_sinh"), _text(raw, "nam_sinh")
    day = _day(written) if written else None
    if year is not None and not re.fullmatch(r"(18|19|20)[0-9]{2}", year):
        year = None
        doubts.append("FEED_BIRTH")
    if (written and not day) or (day and year and day[:4] != year):
        doubts.append("FEED_BIRTH")
    return day, year or (day[:4] if day else None)


def _old_number(raw: Mapping[str, Any], doubts: list[str]) -> str | None:
    number = _text(raw, "so_cmnd")
    if number is None or re.fullmatch(r"[0-9]{9}|[0-9]{12}", number):
        return number
    doubts.append("FEED_CMND")
    return None


def _sex(raw: Mapping[str, Any], doubts: list[str]) -> str | None:
    written = _text(raw, "gioi_tinh")
    if written is None:
        return None
    sex = _SEX.get(fold(written))
    if sex is None:
        doubts.append("FEED_SEX")
    return sex


def _status(raw: Mapping[str, Any]) -> str | None:
    """An unknown status is never taken for `song`: the record is refused and the last good one stays in force."""
    written = _text(raw, "trang_thai")
    if written is None:
        return None
    try:
        return STATUS_WORDS[fold(written)]
    except KeyError:
        raise BrokenRecord("FEED_STATUS") from None


def _death_date(raw: Mapping[str, Any], doubts: list[str]) -> str | None:
    written = _text(raw, "ngay_chet")
    day = _day(written) if written else None
    if written and not day:
        doubts.append("FEED_DEATH_DATE")
    return day


def _account(raw: Mapping[str, Any], doubts: list[str]) -> tuple[str | None, str | None, str | None]:
    """BIN, number and name of the social-security account; nested in NDJSON and XML, three columns in CSV."""
    nested = raw.get("tai_khoan_an_sinh")
    source: Mapping[str, Any] = nested if isinstance(nested, dict) else {}
    short = {"bin": "bin", "so_tai_khoan": "so", "ten_tai_khoan": "ten"}
    parts = [_text(source, key) or _text(raw, f"tai_khoan_an_sinh_{flat}") for key, flat in short.items()]
    bank, number, holder = parts
    if bank is None and number is None:
        return None, None, None
    if not (bank and number and re.fullmatch(r"[0-9]{6}", bank) and re.fullmatch(r"[0-9A-Za-z]{4,24}", number)):
        doubts.append("FEED_ACCOUNT")
        return None, None, None
    return bank, number, holder


def _moment(written: str | None, as_of: datetime | None, doubts: list[str]) -> datetime:
    if written is None:
        if as_of is None:
            raise BrokenRecord("FEED_TIME")
        doubts.append("FEED_NO_TIME")
        return as_of
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise BrokenRecord("FEED_TIME") from None
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment
