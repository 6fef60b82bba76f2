"""Signed waivers: who accepts a red check, why, until when. They expire and appear on the run."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ansinh.core.clock import now
from ansinh.core.errors import UsageError
from ansinh.text import say

# accept: the red check stands aside; carry_over and skip say what to do with a silent commune (ruling on silence).
ACTIONS = ("accept", "carry_over", "skip")


def covering(connection: psycopg.Connection[tuple[Any, ...]], code: str, period: str, communes: list[str | None]) -> int | None:
    """The waiver that covers every failing row of a check, or None.

    A waiver without a commune covers all; else each failing row's commune needs its own.
    """
    named = [commune for commune in communes if commune]
    query = "select waiver_id, commune_code from ops.waiver where code = %s and (period is null or period = %s) and valid_until >= %s"
    found = connection.execute(query, (code, period, now().date())).fetchall()
    for waiver_id, commune in found:
        if commune is None:
            return int(waiver_id)
    by_commune = {commune: waiver_id for waiver_id, commune in found}
    if communes and len(named) == len(communes) and set(named) <= set(by_commune):
        return int(by_commune[named[0]])
    return None


def sign(
    connection: psycopg.Connection[tuple[Any, ...]],
    code: str,
    *,
    signed_by: str,
    reason: str,
    valid_until: date,
    period: str | None = None,
    commune_code: str | None = None,
    action: str = "accept",
) -> int:
    """Write a waiver; returns its id. Raises UsageError without a reason, a name or a future end."""
    if not reason.strip() or not signed_by.strip():
        raise UsageError(say("errors.quality.unsigned"), say("errors.quality.unsigned_fix"))
    if valid_until < now().date():
        raise UsageError(say("errors.quality.expired"), say("errors.quality.expired_fix"))
    row = connection.execute(
        "insert into ops.waiver (code, period, commune_code, action, reason, signed_by, valid_until)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning waiver_id",
        (code, period, commune_code, action, reason, signed_by, valid_until),
    ).fetchone()
    assert row is not None  # noqa: S101 - insert … returning always gives a row
    body = {"waiver_id": row[0], "code": code, "period": period, "commune_code": commune_code, "action": action, "until": str(valid_until)}
    # The trigger numbers and chains the event.
    connection.execute(
        "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash) values (0, %s, %s, 'waiver_signed', %s, '', '')",
        (now(), signed_by, Jsonb(body)),
    )
    return int(row[0])
