"""The life of one payment file in the ledger: intent, sent, unknown, proven absent. Its instructions follow in the same transaction.

Files move only here. A row lock makes each step one at a time; `file_lock` keeps two senders apart for the whole sending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.db import connect
from ansinh.core.errors import PartnerUnavailable
from ansinh.payment import audit, ledger
from ansinh.payment.session import rows, run
from ansinh.text import say

LEFT = ("sent", "acked", "rejected")
DOUBTFUL = ("sending", "unknown")
LOCK_WAIT_SECONDS = 600


class File(NamedTuple):
    """A row of ops.payment_file."""

    file_id: str
    run_id: str
    bank: str
    message_id: str
    file_name: str
    sha256: str
    size_bytes: int
    encrypted_file_name: str | None
    encrypted_sha256: str | None
    encrypted_size_bytes: int | None
    rows: int
    total_vnd: int
    state: str
    attempt: int


class StillMine(NamedTuple):
    """`check()` raises PartnerUnavailable when the sender lost its lock, so that it must not go on."""

    check: Callable[[], None]


_COLUMNS = ", ".join(File._fields)


def files_of(connection: Connection, run_id: str) -> list[File]:
    """The files of a run's present seal, in sequence."""
    found = rows(
        connection,
        f"select {_COLUMNS} from ops.payment_file where run_id = :run_id and state <> 'cancelled' order by sequence_number",
        run_id=run_id,
    )
    return [File(*row) for row in found]


def lock_row(connection: Connection, file_id: str) -> File:
    """The file as it is now, locked until the transaction ends."""
    return File(*rows(connection, f"select {_COLUMNS} from ops.payment_file where file_id = :file_id for update", file_id=file_id)[0])


@contextmanager
def file_lock(file_id: str, *, wait: bool) -> Iterator[StillMine | None]:
    """Hold the sender's lock of one file on a connection of its own; None when somebody else holds it and `wait` is False.

    The lock ends with the process, however it ends. Raises PartnerUnavailable when waiting takes more than 10 minutes.
    """
    key = f"ansinh.file.{file_id}"
    with connect(autocommit=True) as connection:
        if wait:
            try:
                connection.execute(f"set lock_timeout = '{LOCK_WAIT_SECONDS}s'")
                connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (key,))
            except psycopg.errors.LockNotAvailable as error:
                raise PartnerUnavailable(say("delivery.busy"), say("delivery.busy_fix"), code="SENDER_BUSY") from error
        else:
            got = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (key,)).fetchone()
            if not got or not got[0]:
                yield None
                return

        def check() -> None:
            try:
                connection.execute("select 1")
            except psycopg.Error as error:
                raise PartnerUnavailable(say("payment.database_down"), say("delivery.unknown_fix"), code="LOCK_LOST") from error

        yield StillMine(check)


def intend(connection: Connection, file: File, actor: str) -> File:
    """Write down, before any byte leaves, that attempt n begins."""
    attempt = file.attempt + 1
    run(connection, "update ops.payment_file set state = 'sending', attempt = :n where file_id = :id", n=attempt, id=file.file_id)
    _say(connection, actor, "file_sending", file, attempt=attempt)
    return file._replace(state="sending", attempt=attempt)


def mark_sent(connection: Connection, file: File, actor: str, cause: str) -> None:
    """The whole file is with the bank, by our rename or by evidence. Nothing happens when that is known already."""
    if file.state in LEFT:
        return
    run(
        connection,
        "update ops.payment_file set state = 'sent', sent_at = coalesce(sent_at, :at) where file_id = :id",
        at=clock.now(),
        id=file.file_id,
    )
    _follow(connection, file, ("sealed", "unknown"), "sent", cause)
    _say(connection, actor, "file_sent", file, cause=cause)


def mark_unknown(connection: Connection, file: File, actor: str, cause: str) -> None:
    """The file may have arrived; nobody knows yet. It is never sent again before that is known."""
    if file.state != "sending":
        return
    run(connection, "update ops.payment_file set state = 'unknown' where file_id = :id", id=file.file_id)
    _follow(connection, file, ("sealed",), "unknown", cause)
    _say(connection, actor, "file_unknown", file, cause=cause)


def mark_absent(connection: Connection, file: File, actor: str, cause: str) -> None:
    """Proven: nothing arrived. The same bytes may leave again under the same name."""
    if file.state != "unknown":
        return
    run(connection, "update ops.payment_file set state = 'sealed' where file_id = :id", id=file.file_id)
    _follow(connection, file, ("unknown",), "sealed", cause)
    _say(connection, actor, "file_absent", file, cause=cause)


def mark_answered(connection: Connection, file: File, actor: str, *, is_refused: bool) -> None:
    """The bank speaks of this file: so it arrived, even if our sender never learned it. A refusal is its last state.

    Even a file we believed absent: it must not leave a second time.
    """
    if file.state == "sealed":
        run(connection, "update ops.payment_file set state = 'sending' where file_id = :id", id=file.file_id)
        file = file._replace(state="sending")
    if file.state in DOUBTFUL:
        mark_sent(connection, file, actor, "evidence:answer")
        file = file._replace(state="sent")
    wished = "rejected" if is_refused else "acked"
    if file.state == "sent" or (file.state == "acked" and is_refused):
        run(connection, "update ops.payment_file set state = :state where file_id = :id", state=wished, id=file.file_id)


def all_sealed(connection: Connection, file: File) -> bool:
    """Whether every line of the file still waits to leave: a line the bank already answered must not leave again."""
    moved = rows(connection, "select count(*) from ops.payment_instruction where file_id = :id and state <> 'sealed'", id=file.file_id)
    return not moved[0][0]


def _follow(connection: Connection, file: File, from_states: tuple[str, ...], to_state: str, cause: str) -> None:
    ids = rows(
        connection,
        "select end_to_end_id from ops.payment_instruction where file_id = :id and state = any(:states)",
        id=file.file_id,
        states=list(from_states),
    )
    ledger.advance(connection, (ledger.Move(row[0], to_state, cause) for row in ids))


def _say(connection: Connection, actor: str, event: str, file: File, **more: object) -> None:
    body = {"run_id": file.run_id, "file_id": file.file_id, "rows": file.rows, "total_vnd": int(file.total_vnd), **more}
    audit.record(connection, actor, event, body)
