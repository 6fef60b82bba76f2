"""`ansinh show FILE`: payment files, bank answers and cash lists in human columns, tab-separated; `mask` hides accounts and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile

from ansinh.core.errors import UsageError
from ansinh.core.settings import load_settings
from ansinh.core.spool import spool
from ansinh.payment import camt, columns_result, openpgp, pacs004, pain002, read_back
from ansinh.payment.answers import Answer, Booking, Status, Unreadable
from ansinh.payment.iso_reader import message_kind, stream, text_at
from ansinh.payment.profile import BankProfile, load_profile, names
from ansinh.text import say

Row = list[str]


def show_file(path: Path, *, mask: bool = False) -> Iterator[str]:
    """Lines to print: a heading, one line a payment or entry, the sum where the file has amounts.

    Raises UsageError when there is no such file or it is none we know.
    """
    if not path.is_file():
        raise UsageError(say("payment.show.unknown", name=path.name), say("payment.show.unknown_fix"))
    with _readable(path) as plain:
        yield from _lines(plain, mask=mask)


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """The file itself, or for one in OpenPGP what our key opens, in a private folder that goes when the last line is read."""
    own = load_profile(load_settings().bank.profile).openpgp
    if own is None or path.suffix.lower() != own.suffix:
        yield path
        return
    with spool("show") as folder:
        plain = folder / path.stem
        openpgp.open_own(path, plain, own)
        yield plain


def _lines(path: Path, *, mask: bool) -> Iterator[str]:
    keys, rows, amount_at = _table(path)
    hidden = {place for place, key in enumerate(keys) if key in ("account", "name")} if mask else set()
    yield "\t".join(say(f"payment.show.columns.{key}") for key in keys)
    count = total = 0
    for row in rows:
        count += 1
        amount = row[amount_at]
        total += int(amount) if amount.isdigit() else 0
        yield "\t".join(_masked(cell) if place in hidden else _dotted(cell, place == amount_at) for place, cell in enumerate(row))
    yield say("payment.show.sum", rows=count, total=f"{total:,}".replace(",", "."))


def _masked(cell: str) -> str:
    return f"…{cell[-3:]}" if len(cell) > 3 and cell.isalnum() else "…" if cell else ""


def _dotted(cell: str, is_amount: bool) -> str:
    return f"{int(cell):,}".replace(",", ".") if is_amount and cell.isdigit() else cell


def _table(path: Path) -> tuple[Row, Iterable[Row], int]:
    """(column keys, rows, place of the amount)."""
    if path.suffix.lower() == ".xml":
        return _iso(path)
    cash = _cash_list(path) if path.suffix.lower() == ".xlsx" else None
    if cash is not None:
        return ["id", "name", "name", "text", "status", "amount"], cash, 5
    found = _columns(path)
    if found is None:
        raise UsageError(say("payment.show.unknown", name=path.name), say("payment.show.unknown_fix"))
    return found


def _iso(path: Path) -> tuple[Row, Iterable[Row], int]:
    try:
        kind = message_kind(path)
    except Unreadable as error:
        raise UsageError(say("payment.show.unknown", name=path.name), error.instruction) from error
    if kind == "pain.001":
        return ["id", "amount", "bank", "account", "name", "text"], _transfers(path), 1
    if kind in ("pain.002", "pacs.004"):
        answer = pain002.read(path) if kind == "pain.002" else pacs004.read(path)
        return ["id", "status", "reason", "amount"], _statuses(answer), 3
    if kind in ("camt.052", "camt.053", "camt.054"):
        return ["id", "side", "amount", "account", "name", "reason", "day"], _bookings(camt.read(path, kind)), 2
    raise UsageError(say("payment.show.unknown", name=path.name), say("payment.show.unknown_fix"))


def _transfers(path: Path) -> Iterator[Row]:
    for payment in stream(path, "CdtTrfTxInf"):
        agent = ("CdtrAgt", "FinInstnId")
        bank = text_at(payment, *agent, "ClrSysMmbId", "MmbId") or text_at(payment, *agent, "BICFI") or text_at(payment, *agent, "BIC")
        yield [
            text_at(payment, "PmtId", "EndToEndId") or "",
            text_at(payment, "Amt", "InstdAmt") or "",
            bank or "",
            text_at(payment, "CdtrAcct", "Id", "Othr", "Id") or "",
            text_at(payment, "Cdtr", "Nm") or "",
            text_at(payment, "RmtInf", "Ustrd") or "",
        ]


def _statuses(answer: Answer) -> Iterator[Row]:
    for record in answer.records:
        if isinstance(record, Status):
            name = record.end_to_end_id or record.original_batch_id or record.original_message_id or ""
            yield [name, record.code, record.reason_code or "", _text(record.amount_vnd)]


def _bookings(answer: Answer) -> Iterator[Row]:
    for record in answer.records:
        if isinstance(record, Booking):
            yield [
                record.end_to_end_id or record.original_batch_id or "",
                record.kind,
                _text(record.amount_vnd),
                record.account_number or "",
                record.account_name or "",
                record.reason_code or "",
                _text(record.booked_on),
            ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cash_list(path: Path) -> list[Row] | None:
    """The people of one of our cash lists, or None when the workbook is none."""
    from python_calamine import CalamineError, CalamineWorkbook

    heading = say("payment.cash.heading.end_to_end_id")
    found: list[Row] = []
    try:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(cells) < 4 or heading not in cells[3]:
                return None
            for row in cells[4:]:
                if isinstance(row[0], float) and row[1]:
                    found.append([str(row[1]), str(row[2]), str(row[3]), str(row[4]), str(row[5]), str(row[6]).removesuffix(".0")])
    except (CalamineError, OSError):
        return None
    return found


def _columns(path: Path) -> tuple[Row, Iterable[Row], int] | None:
    """A file of a columnar profile (the deployment's own first), or a bank's columnar result list."""
    own = load_settings().bank.profile
    for name in [own, *(other for other in names() if other != own)]:
        profile = load_profile(name)
        rows = _payment_table(path, profile)
        if rows:
            return ["id", "amount", "account"], rows, 1
        if profile.results and path.name.lower().endswith(profile.results.name_ends):
            try:
                return ["id", "status", "reason", "amount"], list(_statuses(columns_result.read(path, profile.results, path.name))), 3
            except Unreadable:
                continue
    return None


def _payment_table(path: Path, profile: BankProfile) -> list[Row]:
    suffix = {"csv": ".csv", "fixed": ".txt", "xlsx": ".xlsx"}.get(profile.format)
    if suffix != path.suffix.lower():
        return []
    try:
        lines = list(read_back.read_lines(path, profile))
    except (ValueError, IndexError, KeyError, OSError, BadZipFile):
        return []
    good = lines and all(line.amount_vnd >= 0 and line.end_to_end_id for line in lines)
    return [[line.end_to_end_id, str(line.amount_vnd), line.account_number] for line in lines] if good else []
