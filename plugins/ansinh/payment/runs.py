"""Payment runs: two a month, one an owner (Sở Y tế, Sở Nội vụ); people who come after the money left go into the next run."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.core.settings import load_settings
from ansinh.payment import audit, pending
from ansinh.payment.model import RunTotals
from ansinh.payment.session import act_as, money, rows, run
from ansinh.text import say

GROUPS = {"y_te": "YTE", "noi_vu": "NOV"}
BEFORE_SEAL = ("draft", "checked", "empty")


class Run(NamedTuple):
    """A row of ops.payment_run."""

    run_id: str
    period: str
    programme_group: str
    run_number: int
    state: str
    rows: int
    total_vnd: int
    created_by: str
    planned_by: str | None
    sealed_by: str | None
    sealed_at: datetime | None
    execution_date: date | None
    manifest_sha256: str | None
    required_approvals: int


def lock_run(connection: Connection, run_id: str) -> Run:
    """The run, locked until the transaction ends. Raises UsageError when there is none."""
    return _run(connection, run_id, "for update")


def read_run(connection: Connection, run_id: str) -> Run:
    """The run as it is now. Raises UsageError when there is none."""
    return _run(connection, run_id, "")


def _run(connection: Connection, run_id: str, lock: str) -> Run:
    found = rows(connection, f"select {', '.join(Run._fields)} from ops.payment_run where run_id = :run_id {lock}", run_id=run_id)
    if not found:
        raise UsageError(say("payment.no_run", run=run_id), say("payment.no_run_fix"))
    return Run(*found[0])


def open_runs(period: str, actor: str) -> list[str]:
    """The open run of each owner for this period, made where none is open; ids like `2026-11-YTE-1`.

    A further run is made only when the last one has gone out (or was cancelled) and somebody still waits for money.
    Raises UsageError for a bad period or an empty actor, BlockedByData NO_PAY_LIST before the first pay list.
    """
    month = str(Period.parse(period))
    if not actor.strip():
        raise UsageError(say("payment.actor_needed"))
    return [_open(month, group, actor) for group in GROUPS]


def _open(period: str, group: str, actor: str) -> str:
    with money() as connection:
        run(connection, "select pg_advisory_xact_lock(hashtext(:name))", name=f"ansinh.run.{period}.{group}")
        last = rows(
            connection,
            "select run_id, run_number, state from ops.payment_run where period = :period and programme_group = :group"
            " order by run_number desc limit 1",
            period=period,
            group=group,
        )
        if last and last[0].state not in ("sent", "reconciled", "closed", "cancelled"):
            return str(last[0].run_id)
        waiting = pending.count_waiting(connection, period, group)[0]
        if last and not waiting:
            return str(last[0].run_id)
        number = last[0].run_number + 1 if last else 1
        run_id = f"{period}-{GROUPS[group]}-{number}"
        act_as(connection, "maker")
        run(
            connection,
            "insert into ops.payment_run (run_id, period, programme_group, run_number, state, created_by, created_at)"
            " values (:run_id, :period, :group, :number, 'draft', :actor, :at)",
            run_id=run_id,
            period=period,
            group=group,
            number=number,
            actor=actor,
            at=clock.now(),
        )
        audit.record(connection, actor, "run_opened", {"run_id": run_id, "waiting": waiting})
        return run_id


def approvals_needed(total_vnd: int) -> int:
    """How many approvers a total needs, by the settings' tiers (at least one)."""
    tiers = load_settings().payment.approval_tiers
    return max([1, *(tier.approvers for tier in tiers if tier.from_vnd <= total_vnd)])


def totals(connection: Connection, run_id: str, note_vi: str = "") -> RunTotals:
    """The run in figures. Cancelled lines are not counted, except those the bank's rules refused."""
    current = read_run(connection, run_id)
    sums: dict[str, Any] = {"bank": (0, 0), "cash": (0, 0)}
    for kind, count, amount in rows(
        connection,
        "select case when channel = 'bank' then 'bank' else 'cash' end, count(*), sum(amount_vnd) from ops.payment_instruction"
        " where run_id = :run_id and state <> 'cancelled' group by 1",
        run_id=run_id,
    ):
        sums[kind] = (int(count), int(amount))
    refused = rows(
        connection,
        "select count(*) from ops.payment_instruction where run_id = :run_id and state = 'cancelled' and return_reason is not null",
        run_id=run_id,
    )[0][0]
    files = rows(
        connection,
        "select file_name from ops.payment_file where run_id = :run_id and state <> 'cancelled' order by sequence_number",
        run_id=run_id,
    )
    return RunTotals(
        run_id=run_id,
        state=current.state,
        rows=current.rows,
        total_vnd=int(current.total_vnd),
        bank_rows=sums["bank"][0],
        bank_total_vnd=sums["bank"][1],
        cash_rows=sums["cash"][0],
        cash_total_vnd=sums["cash"][1],
        refused_rows=int(refused),
        files=tuple(row[0] for row in files),
        note_vi=note_vi,
    )
