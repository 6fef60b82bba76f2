"""The month of payments, step by step: what DAGs, console and CLI call. Everything returned is counts, sums and ids."""

from __future__ import annotations

from typing import Any, Literal

from ansinh.payment.model import ApprovalRequest, Decision, Finding, RunTotals


def open_runs(period: str, actor: str) -> list[str]:
    """Run ids of the period, one an owner; see `payment.runs.open_runs`."""
    from ansinh.payment import runs

    return runs.open_runs(period, actor)


def plan(run_id: str, actor: str) -> RunTotals:
    """Put the waiting lines of the pay list into the run; see `payment.plan.plan`."""
    from ansinh.payment import plan as module

    return module.plan(run_id, actor)


def seal(run_id: str, actor: str, *, again: bool = False) -> RunTotals:
    """Fix rows, dates and files; see `payment.seal.seal`."""
    from ansinh.payment import seal as module

    return module.seal(run_id, actor, again=again)


def approval_request(run_id: str) -> ApprovalRequest:
    """What an approver decides about; see `payment.approve.approval_request`."""
    from ansinh.payment import approve

    return approve.approval_request(run_id)


def decide(run_id: str, approver: str, decision: Decision, reason: str = "") -> RunTotals:
    """Write one decision; see `payment.approve.decide`."""
    from ansinh.payment import approve

    return approve.decide(run_id, approver, decision, reason)


def send(run_id: str, actor: str) -> RunTotals:
    """Deliver the approved files; see `payment.delivery.send`."""
    from ansinh.payment import delivery

    return delivery.send(run_id, actor)


def resolve(run_id: str, actor: str, bank_says: Literal["arrived", "absent"] | None = None, reason: str = "") -> RunTotals:
    """Find evidence for files whose delivery is unknown; see `payment.resolve.resolve`."""
    from ansinh.payment import resolve as module

    return module.resolve(run_id, actor, bank_says=bank_says, reason=reason)


def resume(run_id: str, actor: str) -> RunTotals:
    """Resolve what is in doubt by evidence, then deliver what may leave; see `payment.resolve.resume`."""
    from ansinh.payment import resolve as module

    return module.resume(run_id, actor)


def collect_returns(period: str) -> dict[str, Any]:
    """Fetch and post what the bank answered, then the pay points' lists; see `payment.returns` and `payment.cash_return`."""
    from ansinh.payment import cash_return, returns

    return {**returns.collect_returns(period), **cash_return.collect_lists()}


def reconcile(period: str) -> dict[str, Any]:
    """Tie files, bank statuses and statement entries; see `payment.reconcile.reconcile`."""
    from ansinh.payment import reconcile as module

    return module.reconcile(period)


def verify(expected_head: str | None = None) -> list[Finding]:
    """Recompute hashes, sums and the audit chain; see `payment.verify.verify`."""
    from ansinh.payment import verify as module

    return module.verify(expected_head)
