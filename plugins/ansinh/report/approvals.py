"""The payment runs of a period as an approver must see them before saying yes."""

from __future__ import annotations

from ansinh.core.db import connect
from ansinh.payment import monthly
from ansinh.payment.model import ApprovalRequest


def approvals_of(period: str) -> list[ApprovalRequest]:
    """Every run of the period that was sealed at least once, in figures; who made it may not approve it."""
    with connect() as connection:
        found = connection.execute(
            "select run_id from ops.payment_run where period = %s and manifest_sha256 is not null order by run_id", (period,)
        ).fetchall()
    return [monthly.approval_request(str(run_id)) for (run_id,) in found]
