"""Money nobody collected, carried into the next list once: linked while the new line is planned, closed by its seal.

The rules name the earlier cash lines whose months a line pays (`marts.fct_carried_cash`). A line whose earlier line was collected
after the list was built is not paid: the list is out of date for that person and must be built again.
"""

from __future__ import annotations

from sqlalchemy import Connection

from ansinh.payment import ledger
from ansinh.payment.session import rows, run

TABLE = "marts.fct_carried_cash"


def stage(connection: Connection, *, exists: bool) -> int:
    """Fill temporary table `plan_carried`; mark lines of `plan_lines` that the ledger has overtaken (`is_overtaken`). How many.

    An overtaken line is written down as cancelled, once, so that its own month stays owed to the next list.
    """
    source = f"select l.end_to_end_id as carried_by, c.end_to_end_id from plan_lines l join {TABLE} c using (period, entitlement_id)"
    nothing = "select null::text as carried_by, null::text as end_to_end_id where false"
    run(connection, f"create temporary table plan_carried on commit drop as {source if exists else nothing}")
    # held until the plan commits: a list posted meanwhile waits, and then finds the link
    rows(
        connection,
        "select 1 from ops.payment_instruction where end_to_end_id in (select end_to_end_id from plan_carried) order by end_to_end_id for update",
    )
    run(connection, "alter table plan_lines add column is_overtaken boolean not null default false")
    overtaken = run(
        connection,
        "update plan_lines set is_overtaken = true where end_to_end_id in (select c.carried_by from plan_carried c"
        " join ops.payment_instruction i on i.end_to_end_id = c.end_to_end_id where i.state not in ('uncollected', 'carried'))",
    )
    run(connection, "delete from plan_lines where is_overtaken and attempt > 1")
    run(connection, "delete from plan_carried where carried_by not in (select end_to_end_id from plan_lines where not is_overtaken)")
    return overtaken


def cancel_overtaken(connection: Connection) -> None:
    """Cancel the overtaken lines just written: they pay nothing, and their month stays owed."""
    found = rows(connection, "select end_to_end_id from plan_lines where is_overtaken")
    if found:
        ledger.advance(connection, [ledger.Move(str(row[0]), "cancelled", "overtaken") for row in found])


def link(connection: Connection) -> int:
    """Keep the links of the planned lines; how many."""
    return run(
        connection, "insert into ops.carried_line (end_to_end_id, carried_by) select distinct end_to_end_id, carried_by from plan_carried"
    )


def forget(connection: Connection, run_id: str) -> None:
    """Drop the links of a run's planned lines, before the lines themselves."""
    run(
        connection,
        "delete from ops.carried_line where carried_by in (select end_to_end_id from ops.payment_instruction"
        " where run_id = :run_id and state = 'planned')",
        run_id=run_id,
    )


def close(connection: Connection, run_id: str) -> int:
    """At the seal: every uncollected line whose months this run pays becomes `carried` and can be paid out no more.

    The database refuses the seal (CARRIED_MONEY) when one of them was collected meanwhile.
    """
    found = rows(
        connection,
        "select distinct o.end_to_end_id from ops.carried_line c join ops.payment_instruction n on n.end_to_end_id = c.carried_by"
        " join ops.payment_instruction o on o.end_to_end_id = c.end_to_end_id"
        " where n.run_id = :run_id and n.state in ('planned', 'sealed', 'listed') and o.state = 'uncollected'",
        run_id=run_id,
    )
    moves = [ledger.Move(str(row[0]), "carried", "carried_over") for row in found]
    if moves:
        ledger.advance(connection, moves)
    return len(moves)
