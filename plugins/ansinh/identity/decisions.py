"""Officers' answers about who is who. An answer is kept for ever and replayed every month; the newest of a pair counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.text import say

Connection = psycopg.Connection[tuple[Any, ...]]
Decision = Literal["same", "different", "same_since"]
DECISIONS = ("same", "different", "same_since")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer as written: `pairs` pairs of records it speaks of."""

    decision: str
    pairs: int


def decide_rows(row_id_l: str, row_id_r: str, decision: Decision, *, reason: str, by: str, since: str | None = None) -> Recorded:
    """Record an answer about the people of two rows of the published month.

    `since` is the month from which `same_since` holds. The answer takes effect at the next build of the warehouse.
    Raises UsageError for an unknown row, two rows typed alike (they are one record), a missing reason or a wrong month.
    """
    with connect() as connection:
        keys = {row: _record_key(connection, row) for row in (row_id_l, row_id_r)}
        return record(connection, keys[row_id_l], keys[row_id_r], decision, reason=reason, by=by, since=since)


def decide_case(case_id: str, decision: Literal["same", "different"], *, reason: str, by: str) -> Recorded:
    """Answer a whole case of the review queue: all its people are one person, or all are different people.

    Raises UsageError when the case is not in the published queue.
    """
    with connect() as connection:
        rows = connection.execute(
            "select distinct on (cases.cluster_id) records.record_key from intermediate.int_review_cases cases"
            " join intermediate.int_record_fields records using (row_id) where cases.case_id = %s"
            " order by cases.cluster_id, records.record_key",
            (case_id,),
        ).fetchall()
        keys = sorted({str(row[0]) for row in rows})
        if len(keys) < 2:
            raise UsageError(say("errors.decisions.no_case", case_id=case_id), say("errors.decisions.no_case_fix"))
        pairs = [(left, right) for at, left in enumerate(keys) for right in keys[at + 1 :]]
        for left, right in pairs:
            record(connection, left, right, decision, reason=reason, by=by)
        # the trigger numbers and chains the event
        connection.execute(
            "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash) values (0, %s, %s, 'case_decided', %s, '', '')",
            (now(), by.strip(), Jsonb({"case_id": case_id, "decision": decision, "reason": reason.strip()})),
        )
    return Recorded(decision, len(pairs))


def record(connection: Connection, key_l: str, key_r: str, decision: str, *, reason: str, by: str, since: str | None = None) -> Recorded:
    """Write one answer about two record keys in the caller's transaction. Raises UsageError."""
    if decision not in DECISIONS:
        raise UsageError(say("errors.decisions.unknown", decision=decision), say("errors.decisions.unknown_fix"))
    if key_l == key_r:
        raise UsageError(say("errors.decisions.same_record"), say("errors.decisions.same_record_fix"))
    if not reason.strip() or not by.strip():
        raise UsageError(say("errors.decisions.unsigned"), say("errors.decisions.unsigned_fix"))
    if (decision == "same_since") != (since is not None):
        raise UsageError(say("errors.decisions.since"), say("errors.decisions.since_fix"))
    left, right = sorted((key_l, key_r))
    connection.execute(
        "insert into ops.identity_decision (record_key_l, record_key_r, decision, since_period, reason, decided_by)"
        " values (%s, %s, %s, %s, %s, %s)",
        (left, right, decision, str(Period.parse(since)) if since else None, reason.strip(), by.strip()),
    )
    return Recorded(decision, 1)


def _record_key(connection: Connection, row_id: str) -> str:
    found = connection.execute("select record_key from staging.stg_commune__beneficiary_rows where row_id = %s", (row_id,)).fetchone()
    if found is None:
        raise UsageError(say("errors.decisions.no_row", row_id=row_id), say("errors.decisions.no_row_fix"))
    return str(found[0])
