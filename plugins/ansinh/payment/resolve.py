"""Find out what became of a file in doubt. Evidence moves it forward; proof of absence lets the same bytes leave again; else it waits.

Absence is proven when our hidden files are gone (so a delayed rename can only fail), two looks find nothing, no answer names
the file, the bank's folders do show what it took, and the profile's quiet time has passed since the last attempt.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.remote import endpoint, open_sftp
from ansinh.payment import evidence, file_state, runs
from ansinh.payment.delivery import BANK, finish, put_control, send
from ansinh.payment.file_state import DOUBTFUL, File
from ansinh.payment.model import RunTotals
from ansinh.payment.profile import load_profile
from ansinh.payment.session import money, rows
from ansinh.text import say


def resolve(run_id: str, actor: str, *, bank_says: Literal["arrived", "absent"] | None = None, reason: str = "") -> RunTotals:
    """Look for evidence of every doubtful file of the run; nothing is sent here.

    `bank_says` with a `reason` is a person's word where the server shows nothing: it never overrules evidence.
    Afterwards the run is `sent`, or `approved`/`sending` with files that may leave again. Raises BlockedByData
    (UNKNOWN_DELIVERY: not provable yet, with what to do; DIFFERENT_FILE), PartnerUnavailable, UsageError.
    """
    if bank_says and not reason.strip():
        raise UsageError(say("payment.reason_needed"))
    with money() as connection:
        runs.read_run(connection, run_id)
        doubtful = [file for file in file_state.files_of(connection, run_id) if file.state in DOUBTFUL]
    open_questions = []
    for file in doubtful:
        question = _resolve_file(file, actor, bank_says, reason.strip())
        if question:
            open_questions.append(question)
    totals = finish(run_id, actor)
    if open_questions:
        raise open_questions[0]
    return totals


def resume(run_id: str, actor: str) -> RunTotals:
    """Send a run, first finding out by evidence what became of an earlier attempt that broke. A living sender is waited for.

    Raises what `resolve` and `delivery.send` raise.
    """
    try:
        resolve(run_id, actor)
    except BlockedByData as error:
        if error.code != "SENDER_BUSY":
            raise
    return send(run_id, actor)


def _resolve_file(file: File, actor: str, bank_says: str | None, reason: str) -> BlockedByData | None:
    with file_state.file_lock(file.file_id, wait=False) as mine:
        if mine is None:
            return BlockedByData(say("delivery.still_sending", file=file.file_name), say("delivery.busy_fix"), code="SENDER_BUSY")
        with money("sender") as connection:
            file_state.mark_unknown(connection, file_state.lock_row(connection, file.file_id), actor, "sender_died")
        verdict, cause = _judge(file, bank_says)
        if bank_says and cause == "bank_says":
            cause = f"bank_says:{reason}"
        with money("sender") as connection:
            now = file_state.lock_row(connection, file.file_id)
            if verdict == "arrived":
                file_state.mark_sent(connection, now, actor, cause)
            elif verdict == "absent":
                file_state.mark_absent(connection, now, actor, cause)
    if verdict == "different":
        return BlockedByData(say("delivery.different", file=file.file_name), say("delivery.different_fix"), code="DIFFERENT_FILE")
    if verdict == "open":
        return BlockedByData(say("delivery.unproven", file=file.file_name), say(f"delivery.{cause}"), code="UNKNOWN_DELIVERY")
    return None


def _judge(file: File, bank_says: str | None) -> tuple[Literal["arrived", "absent", "different", "open"], str]:
    """What is known of the file, and by what."""
    delivery = load_profile(file.bank).delivery
    goods = evidence.shipped(file)
    with money() as connection:
        last_try, answers = _last_attempt(connection, file), evidence.known_answers(connection)
    with open_sftp(endpoint(BANK)) as sftp:
        try:
            evidence.clear_temporaries(sftp, goods, delivery)
            fenced = True
        except OSError:
            fenced = False
        found = evidence.look(sftp, file, goods, delivery, answers)
        if found.kind == "arrived":
            put_control(sftp, file, goods, delivery)
            return "arrived", f"evidence:{found.where}"
    if found.kind == "different":
        return "different", found.where
    if bank_says == "arrived":
        return "arrived", "bank_says"
    if not fenced:
        return "open", "temporary_stays"
    if bank_says == "absent":
        return "absent", "bank_says"
    if not delivery.shows_taken:
        return "open", "ask_bank"
    if last_try and clock.now() < last_try + timedelta(minutes=delivery.quiet_minutes):
        return "open", "wait"
    return "absent", "proven_absent"


def _last_attempt(connection: Connection, file: File) -> datetime | None:
    found = rows(
        connection, "select max(at) from ops.audit_event where event = 'file_sending' and body ->> 'file_id' = :id", id=file.file_id
    )
    return found[0][0] if found else None
