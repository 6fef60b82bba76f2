"""Send a run's files to the bank: the last step that leaves the province, safe to run twice, at once, or again after any crash.

Order for each file: connect · commit the intent · look for evidence · exclusive hidden name · pipelined write · size and
SHA-256 read back · rename that refuses an existing name · commit `sent`. Whatever goes wrong after the intent is `unknown`,
never `failed`, and only `resolve` moves it, by evidence.
"""

from __future__ import annotations

from datetime import timedelta

import paramiko

from ansinh.core import clock
from ansinh.core.errors import AnsinhError, BlockedByData
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import Fetched, NameTaken, put_atomic, sha256_of
from ansinh.core.settings import load_settings
from ansinh.payment import audit, calendar, evidence, file_state, manifest, runs
from ansinh.payment.channel import Delivery
from ansinh.payment.evidence import Shipped
from ansinh.payment.file_state import DOUBTFUL, LEFT, File, StillMine
from ansinh.payment.model import RunTotals
from ansinh.payment.profile import load_profile
from ansinh.payment.session import act_as, money, run
from ansinh.text import say

BANK = "ansinh_bank"


def send(run_id: str, actor: str) -> RunTotals:
    """Send every file of an approved run that has not left yet; a run without files is handed to cash at once.

    Calling it again is harmless: what has left stays left. Raises UsageError (no such run, no actor), BlockedByData
    (NOT_APPROVED, FILE_CHANGED, MANIFEST_GONE, TOO_LATE, NOT_BUSINESS_DAY, UNKNOWN_DELIVERY, DIFFERENT_FILE),
    PartnerUnavailable when the bank's server does not answer or loses bytes.
    """
    files = _begin(run_id, actor)
    for file in files:
        with file_state.file_lock(file.file_id, wait=True) as mine:
            if mine is not None:
                _send_file(file, actor, mine)
    return finish(run_id, actor)


def finish(run_id: str, actor: str) -> RunTotals:
    """Bring the run in line with its files: `sent` when all have left, `approved` again when all are proven absent."""
    with money() as connection:
        current = runs.lock_run(connection, run_id)
        states = {file.state for file in file_state.files_of(connection, run_id)}
        act_as(connection, "sender")
        if current.state == "sending" and states <= set(LEFT):
            run(connection, "update ops.payment_run set state = 'sent' where run_id = :run_id", run_id=run_id)
            audit.record(connection, actor, "run_sent", {"run_id": run_id, "rows": current.rows, "total_vnd": int(current.total_vnd)})
        elif current.state == "sending" and states == {"sealed"}:
            run(connection, "update ops.payment_run set state = 'approved' where run_id = :run_id", run_id=run_id)
        return runs.totals(connection, run_id)


def _begin(run_id: str, actor: str) -> list[File]:
    """Check everything that can be checked before the first byte, and move the run to `sending`."""
    _doubt_the_dead(run_id, actor)
    with money() as connection:
        current = runs.lock_run(connection, run_id)
        if current.state in ("sent", "reconciled", "closed", "empty"):
            return []
        if current.state not in ("approved", "sending"):
            raise BlockedByData(
                say("delivery.not_approved", run=run_id, state=say(f"label.state.{current.state}")),
                say("delivery.not_approved_fix"),
                code="NOT_APPROVED",
            )
        manifest.check(connection, run_id)
        files = file_state.files_of(connection, run_id)
        waiting = [file for file in files if file.state == "sealed"]
        if waiting and len(waiting) == len(files):
            _require_time(current)
        act_as(connection, "sender")
        if current.state == "approved":
            run(
                connection,
                "update ops.payment_run set state = 'sending', sent_by = :actor where run_id = :id",
                actor=actor.strip(),
                id=run_id,
            )
            audit.record(connection, actor, "run_sending", {"run_id": run_id, "files": len(files), "rows": current.rows})
        return waiting


def _doubt_the_dead(run_id: str, actor: str) -> None:
    """A file in `sending` whose sender is gone becomes `unknown`; a doubtful file stops the run until it is resolved.

    No lock of the ledger is held here: a living sender needs them to finish, and is waited for.
    """
    with money() as connection:
        files = file_state.files_of(connection, run_id)
    for file in files:
        if file.state not in DOUBTFUL:
            continue
        with file_state.file_lock(file.file_id, wait=True), money("sender") as connection:
            file_state.mark_unknown(connection, file_state.lock_row(connection, file.file_id), actor, "sender_died")
            now = file_state.lock_row(connection, file.file_id)
        if now.state in DOUBTFUL:
            raise BlockedByData(say("delivery.unknown", file=file.file_name), say("delivery.unknown_fix"), code="UNKNOWN_DELIVERY")


def _require_time(current: runs.Run) -> None:
    """Before the bank's cut-off of the execution date, on a day the bank works; else the run is sealed again for another day."""
    day = current.execution_date
    if day is None or not calendar.is_business_day(day):
        raise BlockedByData(say("delivery.no_business_day", run=current.run_id), say("delivery.reseal"), code="NOT_BUSINESS_DAY")
    early = timedelta(minutes=load_profile(load_settings().bank.profile).delivery.minutes_before_cut_off)
    if calendar.is_too_late(day, clock.now() + early):
        raise BlockedByData(say("delivery.too_late", run=current.run_id, day=f"{day:%d/%m/%Y}"), say("delivery.reseal"), code="TOO_LATE")


def _send_file(file: File, actor: str, mine: StillMine) -> None:
    """One file, under its lock. The intent is committed after the connection stands and before anything is written."""
    delivery = load_profile(file.bank).delivery
    goods = evidence.shipped(file)
    if not goods.path.is_file() or Fetched(goods.path.stat().st_size, sha256_of(goods.path)) != goods.bytes:
        raise BlockedByData(say("payment.file_changed", name=file.file_name), say("payment.manifest_fix"), code="FILE_CHANGED")
    with open_sftp(endpoint(BANK)) as sftp:  # before the intent: a bank that is down leaves no doubt behind
        with money("sender") as connection:
            now = file_state.lock_row(connection, file.file_id)
            if now.state != "sealed":
                return  # another sender was faster
            if not file_state.all_sealed(connection, now):
                raise BlockedByData(say("delivery.lines_moved", file=now.file_name), say("delivery.different_fix"), code="LINES_MOVED")
            known = evidence.known_answers(connection)
            file = file_state.intend(connection, now, actor)
        try:
            cause = _deliver(sftp, file, goods, delivery, mine, known)
            with money("sender") as connection:
                file_state.mark_sent(connection, file_state.lock_row(connection, file.file_id), actor, cause)
        except BaseException as error:
            _doubt(file, actor, error)
            raise


def _deliver(
    sftp: paramiko.SFTPClient, file: File, goods: Shipped, delivery: Delivery, mine: StillMine, known_answers: frozenset[str]
) -> str:
    """Bring the file to the bank or see that it is there; returns by what we know it."""
    found = evidence.look(sftp, file, goods, delivery, known_answers)
    cause = f"evidence:{found.where}"
    if found.kind == "none":
        cause = "renamed"
        try:
            put_atomic(sftp, goods.path, delivery.inbox, goods.name, mark=str(file.attempt), expected=goods.bytes, before_rename=mine.check)
        except NameTaken:
            found = evidence.look(sftp, file, goods, delivery, known_answers)
            cause = f"evidence:{found.where}"
            if found.kind == "none":
                raise
    if found.kind == "different":
        raise BlockedByData(say("delivery.different", file=goods.name), say("delivery.different_fix"), code="DIFFERENT_FILE")
    put_control(sftp, file, goods, delivery)
    return cause


def put_control(sftp: paramiko.SFTPClient, file: File, goods: Shipped, delivery: Delivery) -> None:
    """Send the control file after the payment file, where the bank wants one: name, size, SHA-256, rows and sum."""
    if not delivery.control_suffix:
        return
    local = goods.path.with_name(f"{goods.name}{delivery.control_suffix}")
    local.write_text(f"{goods.name};{goods.bytes.size};{goods.bytes.sha256};{file.rows};{int(file.total_vnd)}\n", encoding="ascii")
    try:
        put_atomic(sftp, local, delivery.inbox, local.name, mark=str(file.attempt))
    except NameTaken:
        return  # the same words are there already: the name belongs to this file alone


def _doubt(file: File, actor: str, error: BaseException) -> None:
    """Commit `unknown`. If even that fails the row says `sending`, and the next call sees that its sender is gone."""
    cause = error.code if isinstance(error, AnsinhError) and error.code else type(error).__name__
    with money("sender") as connection:
        file_state.mark_unknown(connection, file_state.lock_row(connection, file.file_id), actor, cause)
