"""Answer the question a held workbook asks: an officer says what the list is, and it takes effect as if its sender had said so."""

from __future__ import annotations

from typing import Any, Literal

import psycopg

from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.intake.in_force import settle
from ansinh.intake.kinds import Kind
from ansinh.intake.known import landed_lines, load_commune
from ansinh.intake.marker import original_name
from ansinh.text import say

Connection = psycopg.Connection[tuple[Any, ...]]
#: Questions an officer can answer by naming the kind; the others need another file or a confirmed column.
ANSWERABLE = ("KIND_UNCLEAR", "MANY_WITHDRAWN")


def decide_held(workbook_id: str, decision: Kind | Literal["reject"], decided_by: str) -> str:
    """Put a held workbook in force as `decision`, or refuse it; returns its new status. Its sender is answered again.

    Raises UsageError (no such workbook, nobody named), BlockedByData (not held, or held for another question).
    """
    if not decided_by.strip():
        raise UsageError(say("landing.held.nobody"), say("landing.held.nobody_fix"))
    with connect() as connection:
        commune_code, period = _place(connection, workbook_id)
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"ansinh.collect.{commune_code}",))
        file_name = _question(connection, workbook_id)
        status = "rejected"
        if decision != "reject":
            commune = load_commune(connection, commune_code, period, is_known=True, arriving=[])
            lines = landed_lines(connection, workbook_id)
            status = "partly" if any(line.is_blocked for line in lines) else "accepted"
            settle(connection, commune, workbook_id, decision, lines, original_name(file_name))
        _note(connection, workbook_id, decision, status, decided_by)
    return status


def _place(connection: Connection, workbook_id: str) -> tuple[str, str]:
    found = connection.execute("select commune_code, period from raw.commune__workbooks where workbook_id = %s", (workbook_id,)).fetchone()
    if found is None:
        raise UsageError(say("landing.held.unknown", workbook_id=workbook_id), say("landing.held.unknown_fix"))
    return found[0], found[1]


def _question(connection: Connection, workbook_id: str) -> str:
    """The file's name. Read under the lock: somebody else may have answered meanwhile."""
    found = connection.execute(
        "select status, reject_code, file_name from raw.commune__workbooks where workbook_id = %s for update", (workbook_id,)
    ).fetchone()
    if found is None or found[0] != "held" or found[1] not in ANSWERABLE:
        raise BlockedByData(say("landing.held.not_open"), say("landing.held.not_open_fix"), code="NOT_HELD")
    return str(found[2])


def _note(connection: Connection, workbook_id: str, decision: str, status: str, decided_by: str) -> None:
    kind = None if decision == "reject" else decision
    key = "refused" if kind is None else "decided"
    connection.execute(
        """
        update raw.commune__workbooks
        set status = %s, kind = coalesce(%s, kind), kind_reason = %s, reject_code = case when %s then reject_code end,
            answered_at = null, answer_file_name = null
        where workbook_id = %s
        """,
        (status, kind, say(f"landing.held.{key}", by=decided_by), kind is None, workbook_id),
    )
    if kind is not None:
        connection.execute(
            "delete from ops.row_problem where workbook_id = %s and row_number is null and code = any(%s)", (workbook_id, list(ANSWERABLE))
        )
