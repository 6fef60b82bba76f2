"""The audit trail: who did what to money, each event chained to the one before by SHA-256.

The database computes the chain when an event is written; this module recomputes it from the same text, without the
database's functions, so a changed row, a missing row and a changed function are all seen. Cutting off the newest events
leaves a shorter valid chain: that is why the head is printed in every period report and can be asked for here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, desc, insert, select, text

from ansinh.core import clock
from ansinh.payment.tables import audit_event

START = "0" * 64


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """`broken_at`: first event that does not fit (None: all fit). `has_head`: the asked hash is part of the chain."""

    events: int
    head: str
    broken_at: int | None
    has_head: bool


def record(connection: Connection, actor: str, event: str, body: Mapping[str, Any]) -> None:
    """Write one event in the caller's transaction. `body` holds ids, counts and sums, never a person's data.

    The chain is locked until the transaction ends: write it last.
    """
    connection.execute(
        insert(audit_event).values(seq=0, at=clock.now(), actor=actor, event=event, body=dict(body), prev_hash="", hash="").inline()
    )


def head(connection: Connection) -> str:
    """Hash of the newest event; 64 zeros when there is none."""
    found = connection.scalar(select(audit_event.c.hash).order_by(desc(audit_event.c.seq)).limit(1))
    return found or START


def check_chain(connection: Connection, expected_head: str | None = None) -> ChainCheck:
    """Recompute every hash from the first event on. `expected_head`: a hash printed earlier that must still be there."""
    events: Iterable[Any] = connection.execution_options(yield_per=5000).execute(
        text(
            "select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor, event, body::text, prev_hash, hash"
            " from ops.audit_event order by seq"
        )
    )
    previous, count, seen = START, 0, expected_head in (None, START)
    for seq, at, actor, event, body, prev_hash, stored in events:
        count += 1
        computed = hashlib.sha256(f"{previous}{seq}|{at}|{actor}|{event}|{body}".encode()).hexdigest()
        if seq != count or prev_hash != previous or computed != stored:
            return ChainCheck(count, previous, int(seq), seen)
        previous = stored
        seen = seen or stored == expected_head
    return ChainCheck(count, previous, None, seen)
