"""Post one answer of the bank: every record becomes an `ops.bank_entry` with a verdict, then the instructions move by evidence.

Records are judged one by one against what we sent; the states are then computed from all evidence stored so far, so answers
may come late, twice or in another order and end the same. Money that fits nothing of ours keeps its entry and its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ansinh.core.db import copy_rows
from ansinh.identity.names import name_key
from ansinh.payment import file_state, settling
from ansinh.payment.answers import ACCEPTED, DUPLICATE, REJECTED, Answer, Booking, Status
from ansinh.payment.file_state import File
from ansinh.payment.profile import load_profile
from ansinh.payment.session import driver, rows, run

SAME_START = 18  # letters: banks cut names, so a cut name of this length is the same name
COLUMNS = (
    "entry_key",
    "kind",
    "end_to_end_id",
    "original_message_id",
    "status_code",
    "amount_vnd",
    "account_number",
    "account_name",
    "reason_code",
    "booked_on",
    "verdict",
)


class Ours(NamedTuple):
    """What we sent under an EndToEndId."""

    end_to_end_id: str
    amount_vnd: int
    account_number: str | None
    account_name: str | None
    payee_name: str
    file_id: str | None


class Entry(NamedTuple):
    """A row of ops.bank_entry to be (columns as in `COLUMNS`)."""

    entry_key: str
    kind: str
    end_to_end_id: str | None
    original_message_id: str | None
    status_code: str | None
    amount_vnd: int | None
    account_number: str | None
    account_name: str | None
    reason_code: str | None
    booked_on: date | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Counts of one answer: records read, entries new to us, those that fit nothing of ours, instructions moved; closed runs it opened."""

    records: int
    entries: int
    unmatched: int
    moved: int
    reopened: tuple[Any, ...] = ()


def post(connection: Connection, answer: Answer, bank_message_id: str, actor: str) -> Posted:
    """Post the answer in the caller's transaction (under the sender's hand). Its `ops.bank_message` row must exist.

    Raises Unreadable when the stream breaks midway: the caller rolls back, so half an answer is never posted.
    """
    records = list(answer.records)
    ours = _ours(connection, {r.end_to_end_id for r in records if r.end_to_end_id})
    files = _files(connection, {name for r in records for name in _message_ids(r)})
    named = {r.end_to_end_id for r in records if isinstance(r, Status) and r.end_to_end_id}
    debited = _debited(connection, list(ours))
    entries: list[Entry] = []
    for record in records:
        if isinstance(record, Booking):
            entries.append(_booking(record, ours, files, debited))
        else:
            entries.extend(_statuses(connection, record, answer.message_id, ours, files, named))
    _files_answered(connection, records, ours, files, actor)
    new = _insert(connection, entries, bank_message_id)
    settling.open_batches(connection, bank_message_id)
    moved = settling.move_by_evidence(connection, bank_message_id)
    unmatched = sum(1 for entry in entries if entry.verdict not in ("matched", "batch_open"))
    return Posted(len(records), new, unmatched, moved, tuple(settling.reopen(connection, bank_message_id)))


def _message_ids(record: Status | Booking) -> Iterator[str]:
    """Our MsgIds a record speaks of; a batch id of ours is the MsgId with a number."""
    if record.original_message_id:
        yield record.original_message_id
    if record.original_batch_id:
        yield record.original_batch_id.rpartition("-")[0] or record.original_batch_id


def _file_of(record: Status | Booking, files: dict[str, File]) -> File | None:
    return next((files[name] for name in _message_ids(record) if name in files), None)


def _ours(connection: Connection, ids: set[str]) -> dict[str, Ours]:
    found = rows(
        connection, f"select {', '.join(Ours._fields)} from ops.payment_instruction where end_to_end_id = any(:ids)", ids=list(ids)
    )
    return {row[0]: Ours(*row) for row in found}


def _files(connection: Connection, names: set[str]) -> dict[str, File]:
    """Files by MsgId, locked: the sender of one of them may be finishing at this moment."""
    found = rows(connection, "select file_id from ops.payment_file where message_id = any(:names) order by file_id", names=list(names))
    files = [file_state.lock_row(connection, row[0]) for row in found]
    return {file.message_id: file for file in files}


def _debited(connection: Connection, ids: list[str]) -> dict[str, str]:
    """EndToEndId → entry key of the debit we know already."""
    found = rows(
        connection,
        "select end_to_end_id, min(entry_key) from ops.bank_entry where kind = 'debit' and verdict <> 'repeated' and end_to_end_id = any(:ids) group by 1",
        ids=ids,
    )
    return {row[0]: row[1] for row in found}


def _booking(record: Booking, ours: dict[str, Ours], files: dict[str, File], debited: dict[str, str]) -> Entry:
    sent = ours.get(record.end_to_end_id or "")
    if record.whole_batch:
        verdict = "batch_open" if _file_of(record, files) else "unknown"
    elif sent is None:
        verdict = "unknown"
    elif record.kind == "debit" and debited.setdefault(sent.end_to_end_id, record.entry_key) != record.entry_key:
        verdict = "repeated"
    else:
        verdict = _compare(record, sent)
    file = _file_of(record, files)
    message_id = file.message_id if file else record.original_message_id
    return Entry(
        record.entry_key,
        record.kind,
        record.end_to_end_id,
        message_id,
        None,
        record.amount_vnd,
        record.account_number,
        record.account_name,
        record.reason_code,
        record.booked_on,
        verdict,
    )


def _compare(record: Booking, sent: Ours) -> str:
    """Amount to the đồng, account by its letters and digits, name without tones; what the bank leaves out is not compared."""
    if record.amount_vnd != sent.amount_vnd:
        return "wrong_amount"
    if record.account_number and sent.account_number and _plain(record.account_number) != _plain(sent.account_number):
        return "wrong_account"
    if record.account_name and not any(same_name(record.account_name, name) for name in (sent.account_name, sent.payee_name) if name):
        return "wrong_name"
    return "matched"


def _plain(account: str) -> str:
    return "".join(letter for letter in account if letter.isalnum()).upper()


def same_name(one: str, other: str) -> bool:
    """Equal without tones, case and signs, or one is the other cut by a bank's field."""
    short, long = sorted((name_key(one), name_key(other)), key=len)
    return short == long or (len(short) >= SAME_START and long.startswith(short))


def _statuses(
    connection: Connection, record: Status, message_id: str, ours: dict[str, Ours], files: dict[str, File], named: set[str]
) -> Iterator[Entry]:
    if record.end_to_end_id:
        sent = ours.get(record.end_to_end_id)
        verdict = "unknown" if sent is None else "matched"
        if sent is not None and record.amount_vnd is not None and record.amount_vnd != sent.amount_vnd:
            verdict = "wrong_amount"
        yield _status(record, message_id, record.end_to_end_id, verdict)
        return
    file = _file_of(record, files)
    if file is None:
        yield _status(record, message_id, None, "unknown")
    elif record.reason_code in DUPLICATE:
        yield _status(record, message_id, None, "repeated")  # the first file lives: nothing of ours is refused by this
    else:
        for end_to_end_id, code in _spread(connection, record, file, named):
            yield _status(record, message_id, end_to_end_id, "matched", code)


def _spread(connection: Connection, record: Status, file: File, named: set[str]) -> Iterator[tuple[str, str]]:
    """A word on a whole file, as a word on each of its instructions that the answer does not name itself.

    `PART` says nothing of those left out, unless the bank lists only what it refuses.
    """
    code = record.code
    if code in ("PART", "PATC") and load_profile(file.bank).status_lists == "rejects_only":
        code = "ACCP"
    if code not in ACCEPTED | REJECTED:
        return
    for (end_to_end_id,) in rows(connection, "select end_to_end_id from ops.payment_instruction where file_id = :id", id=file.file_id):
        if end_to_end_id not in named:
            yield end_to_end_id, code


def _status(record: Status, message_id: str, end_to_end_id: str | None, verdict: str, code: str | None = None) -> Entry:
    code = code or record.code
    about = end_to_end_id or record.original_batch_id or record.original_message_id
    key = f"{message_id}:{about}:{code}"
    return Entry(
        key, "status", end_to_end_id, record.original_message_id, code, record.amount_vnd, None, None, record.reason_code, None, verdict
    )


def _files_answered(
    connection: Connection, records: Iterable[Status | Booking], ours: dict[str, Ours], files: dict[str, File], actor: str
) -> None:
    """An answer proves that the file arrived, whatever our sender knew; a refusal of the whole file is its last state."""
    spoken = {sent.file_id for sent in ours.values() if sent.file_id}
    known = {file.file_id: file for file in files.values()}
    for file_id in sorted(spoken - set(known)):
        known[file_id] = file_state.lock_row(connection, file_id)
    refused = set()
    for record in records:
        file = _file_of(record, files)
        if (
            isinstance(record, Status)
            and file
            and not record.end_to_end_id
            and record.code in REJECTED
            and record.reason_code not in DUPLICATE
        ):
            refused.add(file.file_id)
    for file in known.values():
        file_state.mark_answered(connection, file, actor, is_refused=file.file_id in refused)


def _insert(connection: Connection, entries: list[Entry], bank_message_id: str) -> int:
    run(
        connection,
        "create temporary table if not exists answer_entries (entry_key text, kind text, end_to_end_id text, original_message_id text,"
        " status_code text, amount_vnd bigint, account_number text, account_name text, reason_code text, booked_on date, verdict text)"
        " on commit drop",
    )
    run(connection, "delete from answer_entries")
    copy_rows(driver(connection), "answer_entries", COLUMNS, entries)
    names = ", ".join(COLUMNS)
    return run(
        connection,
        f"insert into ops.bank_entry (bank_message_id, {names}) select :message, {names} from answer_entries"
        " on conflict (kind, entry_key) do nothing",
        message=bank_message_id,
    )
