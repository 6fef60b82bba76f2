"""Other people's yes, no or wait about a sealed run; the database checks that they are other people."""

from __future__ import annotations

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.errors import UsageError
from ansinh.payment import audit, ledger, manifest, runs
from ansinh.payment.model import ApprovalRequest, Decision, FileTotals, RunTotals
from ansinh.payment.session import act_as, money, rows, run
from ansinh.text import say

_EVENT = {"approve": "run_approved", "reject": "run_rejected", "hold": "run_held"}


def approval_request(run_id: str) -> ApprovalRequest:
    """What is to be decided, in figures; the same for console, CLI and Airflow. Raises UsageError for an unknown run."""
    with money() as connection:
        current = runs.read_run(connection, run_id)
        files = rows(
            connection,
            "select file_name, sha256, rows, total_vnd, state from ops.payment_file where run_id = :run_id and state <> 'cancelled'"
            " order by sequence_number",
            run_id=run_id,
        )
        return ApprovalRequest(
            run_id=run_id,
            period=current.period,
            programme_group=current.programme_group,
            state=current.state,
            rows=current.rows,
            total_vnd=int(current.total_vnd),
            by_programme=_sums(connection, run_id, "programme_code"),
            by_channel=_sums(connection, run_id, "channel"),
            files=tuple(FileTotals(name, sha256, count, int(total), state) for name, sha256, count, total, state in files),
            manifest_sha256=current.manifest_sha256 or "",
            execution_date=current.execution_date.isoformat() if current.execution_date else "",
            required_approvals=current.required_approvals,
            approved_by=tuple(_approvers(connection, current)),
            made_by=tuple(sorted({name for name in (current.created_by, current.planned_by, current.sealed_by) if name})),
            says_vi=say(
                "payment.approval_request",
                run=run_id,
                rows=current.rows,
                total=f"{current.total_vnd:,}".replace(",", "."),
                manifest=(current.manifest_sha256 or "")[:16],
                needed=current.required_approvals,
            ),
        )


def decide(run_id: str, approver: str, decision: Decision, reason: str = "") -> RunTotals:
    """Write one person's decision about the present seal.

    `approve`: with enough of them the run becomes `approved`. `hold`: it stops until sealed again. `reject`: it is cancelled, its
    lines are free for a new run. Files are re-hashed before a yes. Raises UsageError, BlockedByData (FOUR_EYES, SAME_APPROVER,
    NOT_SEALED, REASON, STALE_MANIFEST, MONEY_LEFT, FILE_CHANGED).
    """
    if decision not in _EVENT:
        raise UsageError(say("payment.unknown_decision", decision=decision))
    with money("checker") as connection:
        current = runs.lock_run(connection, run_id)
        if not current.manifest_sha256:
            raise UsageError(say("payment.not_sealed_yet", run=run_id, state=say(f"label.state.{current.state}")))
        if decision == "approve":
            manifest.check(connection, run_id)
        run(
            connection,
            "insert into ops.approval (run_id, approver, decision, reason, manifest_sha256, at)"
            " values (:run_id, :approver, :decision, :reason, :sha256, :at)",
            run_id=run_id,
            approver=approver,
            decision=decision,
            reason=reason,
            sha256=current.manifest_sha256,
            at=clock.now(),
        )
        if decision == "approve":
            _approve_if_enough(connection, current)
        elif decision == "hold" and current.state != "held":
            run(connection, "update ops.payment_run set state = 'held' where run_id = :run_id", run_id=run_id)
        elif decision == "reject":
            run(connection, "update ops.payment_run set state = 'cancelled' where run_id = :run_id", run_id=run_id)
            _free_lines(connection, current)
        body = {"run_id": run_id, "manifest_sha256": current.manifest_sha256, "reason": reason}
        audit.record(connection, approver, _EVENT[decision], body)
        return runs.totals(connection, run_id, say(f"payment.decided.{decision}", run=run_id))


def _approve_if_enough(connection: Connection, current: runs.Run) -> None:
    if len(_approvers(connection, current)) >= current.required_approvals:
        run(connection, "update ops.payment_run set state = 'approved' where run_id = :run_id", run_id=current.run_id)


def _free_lines(connection: Connection, current: runs.Run) -> None:
    """A rejected run pays nobody: its lines and files are cancelled and its money goes back to the budget, by the maker's hand."""
    act_as(connection, "maker")
    for state, amount in rows(
        connection,
        "select state, sum(amount_vnd) from ops.payment_instruction where run_id = :run_id and state in ('sealed', 'listed') group by 1",
        run_id=current.run_id,
    ):
        ledger.post_run(connection, current.run_id, "cancel", ledger.ACCOUNT_OF_STATE[state], "budget", int(amount), part=state)
    run(
        connection,
        "update ops.payment_instruction set state = 'cancelled' where run_id = :run_id and state in ('sealed', 'listed')",
        run_id=current.run_id,
    )
    run(connection, "update ops.payment_file set state = 'cancelled' where run_id = :run_id and state = 'sealed'", run_id=current.run_id)
    act_as(connection, "checker")


def _approvers(connection: Connection, current: runs.Run) -> list[str]:
    found = rows(
        connection,
        "select approver from ops.approval where run_id = :run_id and manifest_sha256 = :sha256 and decision = 'approve' order by at",
        run_id=current.run_id,
        sha256=current.manifest_sha256,
    )
    return [row[0] for row in found]


def _sums(connection: Connection, run_id: str, column: str) -> tuple[tuple[str, int, int], ...]:
    found = rows(
        connection,
        f"select {column}, count(*), sum(amount_vnd) from ops.payment_instruction where run_id = :run_id and state <> 'cancelled' group by 1 order by 1",
        run_id=run_id,
    )
    return tuple((name, int(count), int(total)) for name, count, total in found)
