"""What waits for a person in a period: the questions only an officer can answer. Counts and months, nobody's data."""

from __future__ import annotations

from ansinh.core.db import connect
from ansinh.report.cases import open_cases

_HELD = "select count(*) from raw.commune__workbooks where period = %s and status = 'held' and reread_requested_at is null"
_SEALED = "select count(*) from ops.payment_run where period = %s and state = 'sealed'"


def waiting_for_people(period: str) -> dict[str, int]:
    """`held` workbooks, review `cases` without an answer, payment runs to approve (`approvals`)."""
    with connect() as connection:
        held, sealed = (connection.execute(query, (period,)).fetchone() for query in (_HELD, _SEALED))
    return {"held": held[0] if held else 0, "cases": open_cases(period), "approvals": sealed[0] if sealed else 0}


def periods() -> list[str]:
    """The months anything arrived for, the newest first."""
    with connect() as connection:
        return [str(row[0]) for row in connection.execute("select distinct period from raw.commune__workbooks order by 1 desc")]
