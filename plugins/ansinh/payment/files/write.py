"""Cut a run into files by the bank's limits and write each in the bank's format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ansinh.core.errors import BlockedByData
from ansinh.core.period import Period
from ansinh.core.settings import load_settings
from ansinh.payment.files.ascii import NotRepresentable, is_identifier, to_ascii
from ansinh.payment.files.columns import write_columns
from ansinh.payment.files.pain001 import HEADER_BYTES, WORST_TRANSACTION_BYTES, FileHead, Written, write_pain001
from ansinh.payment.files.transfer import Line, Refused, Transfer, transfer_maker
from ansinh.payment.profile import BankProfile
from ansinh.text import say


class FilePart(NamedTuple):
    """One file to be: which lines it takes (numbered in run order) and what they sum to."""

    number: int
    rows: int
    total_vnd: int
    is_high_value: bool


def rows_per_file(profile: BankProfile) -> int:
    """How many rows surely fit: the profile's rows, and its bytes divided by the longest a row can become."""
    worst = WORST_TRANSACTION_BYTES
    if profile.table:
        worst = sum(column.width * 4 for column in profile.table.columns) if profile.format == "fixed" else 600
    return max(1, min(profile.limits.max_rows, (profile.limits.max_bytes - HEADER_BYTES) // worst))


def message_id(customer: str, run_id: str, sequence: int) -> str:
    """`ANSINH-202611-YTE-1-00007`: unique for ever because the sequence number is; at most 31 characters, so PmtInfId fits too.

    Raises BlockedByData when the customer id of the settings does not fit the banks' character set.
    """
    name = f"{customer}-{run_id[:4]}{run_id[5:]}-{sequence:05d}"
    if len(name) > 31 or not is_identifier(name):
        raise BlockedByData(say("payment.bad_customer_id"), say("payment.bad_customer_id_fix"), code="BAD_CUSTOMER_ID")
    return name


def head_of(part: FilePart, message: str, sealed_at: datetime, execution_date: date) -> FileHead:
    """The head of one file from the settings' debtor. Raises BlockedByData BAD_DEBTOR when its name cannot be written."""
    debtor = load_settings().debtor
    try:
        name = to_ascii(debtor.name)
    except NotRepresentable as error:
        raise BlockedByData(say("payment.bad_debtor"), say("payment.bad_debtor_fix"), code="BAD_DEBTOR") from error
    account, bank = debtor.account_number, debtor.bank_code
    return FileHead(message, sealed_at, execution_date, part.rows, part.total_vnd, name[:70], account, bank, part.is_high_value)


def write_file(path: Path, profile: BankProfile, head: FileHead, period: Period, lines: Iterable[Line]) -> Written:
    """Write the next `head.rows` of `lines`. Raises BlockedByData (the bank's rule as code) if a line cannot be paid by this bank."""
    writer: Callable[[Path, BankProfile, FileHead, Iterable[Transfer]], Written] = write_pain001 if profile.is_iso else write_columns
    make = transfer_maker(profile, period)
    try:
        written = writer(path, profile, head, map(make, islice(lines, head.rows)))
    except Refused as refusal:
        raise BlockedByData(say("payment.line_refused", rule=refusal.code), say("payment.line_refused_fix"), code=refusal.code) from None
    if written.size_bytes > profile.limits.max_bytes:
        raise BlockedByData(say("payment.file_too_large"), say("payment.file_too_large_fix"), code="FILE_TOO_LARGE")
    return written


def file_name(profile: BankProfile, run_id: str, sequence: int, sha256: str) -> str:
    """The name the bank sees, by the profile's pattern; the sequence number comes from the database, never from the clock."""
    period, group, number = run_id[:7], run_id.split("-")[2], run_id.rsplit("-", 1)[1]
    return profile.file_name.format(
        customer=load_settings().bank.customer_id,
        group=group,
        yyyymm=period.replace("-", ""),
        run_number=number,
        sequence=sequence,
        sha8=sha256[:8],
    )
