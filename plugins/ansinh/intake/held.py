"""Workbooks that wait for a person: which, why, and an officer's answer, which takes effect as if the sender had said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.intake.catalogue import catalogue
from ansinh.intake.in_force import settle
from ansinh.intake.kinds import Kind
from ansinh.intake.known import landed_lines, load_commune
from ansinh.intake.marker import original_name
from ansinh.text import say

Connection = psycopg.Connection[tuple[Any, ...]]
Decision = Kind | Literal["reject"]
#: Questions an officer can answer by naming the kind; the others need another file, a confirmed column, or a refusal.
ANSWERABLE = ("KIND_UNCLEAR", "MANY_WITHDRAWN")
KINDS: tuple[Kind, ...] = ("full_resend", "correction", "supplement")

_HELD = """
    select w.workbook_id, w.commune_code, w.period, w.file_name, w.received_at, coalesce(w.reject_code, ''), w.kind, w.row_count,
        coalesce((select p.params from ops.row_problem p where p.workbook_id = w.workbook_id and p.code = w.reject_code
            order by p.problem_id limit 1), '{}'::jsonb),
        coalesce(w.layout, '{}'::jsonb), w.reread_requested_at is not null
    from raw.commune__workbooks w
    where w.status = 'held' and (%(period)s::text is null or w.period = %(period)s)
    order by w.commune_code, w.received_at, w.file_name
"""


@dataclass(frozen=True, slots=True)
class Held:
    """One waiting workbook. `kinds`: what it may be said to be; `columns`: sheet → its open questions (see `questions`)."""

    workbook_id: str
    commune_code: str
    period: str
    file_name: str
    received_at: datetime
    code: str
    likely_kind: str | None
    rows: int
    says: str
    kinds: tuple[Kind, ...]
    columns: dict[str, list[dict[str, Any]]]
    is_answered: bool  # it is read again in the next run


def waiting(period: str | None = None) -> list[Held]:
    """The held workbooks of a period, or of all."""
    with connect() as connection:
        found = connection.execute(_HELD, {"period": period}).fetchall()
    return [_held(row) for row in found]


def _held(row: tuple[Any, ...]) -> Held:
    *place, code, kind, rows, params, layout, is_answered = row
    entry = catalogue().get(code)
    columns = {sheet: told["questions"] for sheet, told in layout.items() if isinstance(told, dict) and told.get("questions")}
    values = [*place, code, kind, rows, entry.says(params) if entry else code, KINDS if code in ANSWERABLE else (), columns, is_answered]
    return Held(*values)


def decide_held(workbook_id: str, decision: Decision, decided_by: str, reason: str) -> str:
    """Put a held workbook in force as `decision`, or refuse it; returns its new status. Its sender is answered again.

    Any held workbook may be refused. Raises UsageError (no such workbook, nobody named, no reason), BlockedByData (not held, or
    held for a question the kind does not answer).
    """
    if not decided_by.strip():
        raise UsageError(say("landing.held.nobody"), say("landing.held.nobody_fix"))
    if not reason.strip():
        raise UsageError(say("landing.held.no_reason"), say("landing.held.no_reason_fix"))
    with connect() as connection:
        commune_code, period = _place(connection, workbook_id)
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"ansinh.collect.{commune_code}",))
        file_name = _question(connection, workbook_id, decision)
        status = "rejected"
        if decision != "reject":
            commune = load_commune(connection, commune_code, period, is_known=True, arriving=[])
            lines = landed_lines(connection, workbook_id)
            status = "partly" if any(line.is_blocked for line in lines) else "accepted"
            settle(connection, commune, workbook_id, decision, lines, original_name(file_name))
        _note(connection, workbook_id, decision, status, decided_by.strip(), reason.strip())
    return status


def _place(connection: Connection, workbook_id: str) -> tuple[str, str]:
    found = connection.execute("select commune_code, period from raw.commune__workbooks where workbook_id = %s", (workbook_id,)).fetchone()
    if found is None:
        raise UsageError(say("landing.held.unknown", workbook_id=workbook_id), say("landing.held.unknown_fix"))
    return found[0], found[1]


def _question(connection: Connection, workbook_id: str, decision: Decision) -> str:
    """The file's name. Read under the lock: somebody else may have answered meanwhile."""
    found = connection.execute(
        "select status, reject_code, file_name from raw.commune__workbooks where workbook_id = %s for update", (workbook_id,)
    ).fetchone()
    if found is None or found[0] != "held" or (decision != "reject" and found[1] not in ANSWERABLE):
        raise BlockedByData(say("landing.held.not_open"), say("landing.held.not_open_fix"), code="NOT_HELD")
    return str(found[2])


def _note(connection: Connection, workbook_id: str, decision: str, status: str, decided_by: str, reason: str) -> None:
    kind = None if decision == "reject" else decision
    key = "refused" if kind is None else "decided"
    connection.execute(
        """
        update raw.commune__workbooks
        set status = %s, kind = coalesce(%s, kind), kind_reason = %s, reject_code = case when %s then reject_code end,
            answered_at = null, answer_file_name = null, reread_requested_at = null
        where workbook_id = %s
        """,
        (status, kind, " ".join(filter(None, (say(f"landing.held.{key}", by=decided_by), reason))), kind is None, workbook_id),
    )
    if kind is not None:
        connection.execute(
            "delete from ops.row_problem where workbook_id = %s and row_number is null and code = any(%s)", (workbook_id, list(ANSWERABLE))
        )
    # the trigger numbers and chains the event
    connection.execute(
        "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash) values (0, %s, %s, 'workbook_decided', %s, '', '')",
        (now(), decided_by, Jsonb({"workbook_id": workbook_id, "decision": decision, "status": status, "reason": reason})),
    )
