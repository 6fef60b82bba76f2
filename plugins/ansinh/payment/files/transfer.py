"""One payment as the bank is to see it, made from one instruction by the rules of the bank's profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ansinh.core.period import Period
from ansinh.payment.files.ascii import NotRepresentable, is_identifier, to_ascii
from ansinh.payment.profile import BankProfile


class Line(NamedTuple):
    """What is read of an instruction to pay it; plain tuples keep a million of them cheap."""

    end_to_end_id: str
    programme_code: str
    bin: str | None
    account_number: str | None
    account_name: str | None
    amount_vnd: int


class Transfer(NamedTuple):
    """A line in the bank's own terms."""

    end_to_end_id: str
    amount_vnd: int
    bank_code: str
    account_number: str
    account_name: str
    purpose: str
    remittance: str


class Refused(ValueError):
    """The bank would refuse this line. `code` names the rule; the message holds no person's data."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def remittance_maker(profile: BankProfile, period: Period) -> Callable[[str, str], str]:
    """A function (programme_code, end_to_end_id) → text on the receiver's statement, e.g. `TRO CAP BTXH T11 2026 9F3A01BC`.

    It names the programme and never the group of beneficiaries: the groups of khoản 3 and 8 (HIV) read exactly like all others.
    """
    halves: dict[str, tuple[str, str]] = {}

    def text(programme_code: str, end_to_end_id: str) -> str:
        if programme_code not in halves:
            words = {"programme": programme_code.replace("_", " "), "month": f"{period.month:02d}", "year": period.year}
            before, _, after = profile.remittance.format(**words, short_id="\0").partition("\0")
            halves[programme_code] = (before, after)
        before, after = halves[programme_code]
        return f"{before}{end_to_end_id[-8:]}{after}"[: profile.remittance_max]

    return text


def transfer_maker(profile: BankProfile, period: Period) -> Callable[[Line], Transfer]:
    """A function Line → Transfer for this bank and period; it raises Refused.

    Codes: NO_ACCOUNT, BAD_ACCOUNT, UNKNOWN_BANK, NO_NAME, BAD_NAME, LONG_NAME, BAD_AMOUNT, BIG_ITEM, BAD_ID, NO_PURPOSE.
    """
    account = re.compile(profile.account_pattern)
    codes = profile.bank_codes()
    biggest = profile.limits.max_item_vnd if profile.over_item == "refuse" else 10**14
    remittance = remittance_maker(profile, period)
    own_id = re.compile(r"[A-Z0-9-]{1,35}").fullmatch

    def make(line: Line) -> Transfer:
        number = (line.account_number or "").strip()
        if not number:
            raise Refused("NO_ACCOUNT")
        if not account.fullmatch(number) or len(number) > 34 or not (number.isascii() and number.isalnum()):
            raise Refused("BAD_ACCOUNT")
        code = codes.get(line.bin or "")
        if not code:
            raise Refused("UNKNOWN_BANK")
        if line.amount_vnd <= 0:
            raise Refused("BAD_AMOUNT")
        if line.amount_vnd > biggest:
            raise Refused("BIG_ITEM")
        if not own_id(line.end_to_end_id) and (len(line.end_to_end_id) > 35 or not is_identifier(line.end_to_end_id)):
            raise Refused("BAD_ID")
        purpose = profile.purposes.get(line.programme_code, "") if profile.is_iso else ""
        if profile.is_iso and not purpose:
            raise Refused("NO_PURPOSE")
        name = bank_name(profile, line.account_name)
        return Transfer(
            line.end_to_end_id, line.amount_vnd, code, number, name, purpose, remittance(line.programme_code, line.end_to_end_id)
        )

    return make


def bank_name(profile: BankProfile, name: str | None) -> str:
    """The account holder's name as the bank gets it. Raises Refused NO_NAME, BAD_NAME or LONG_NAME."""
    if not name or not name.strip():
        raise Refused("NO_NAME")
    try:
        plain = to_ascii(name)
    except NotRepresentable as error:
        raise Refused("BAD_NAME") from error
    if profile.keep_diacritics:
        plain = " ".join(name.split())
    if len(plain) > profile.name_max:
        if profile.name_too_long == "refuse":
            raise Refused("LONG_NAME")
        plain = plain[: profile.name_max].rstrip()
    return plain


def refused_lines(profile: BankProfile, period: Period, lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """(end_to_end_id, code) of every line this bank would refuse."""
    make = transfer_maker(profile, period)
    for line in lines:
        try:
            make(line)
        except Refused as refusal:
            yield line.end_to_end_id, refusal.code
