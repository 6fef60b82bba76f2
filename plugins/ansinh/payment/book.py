"""The variance book of a run, kept beside it: last month ± causes = this list, and the run is what the list says, to the đồng.

Written when the run is planned, from the published list itself; the database refuses an approval (VARIANCE) when the book does
not tie or the run's rows and total are no longer the ones in it.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from ansinh.core.period import Period
from ansinh.payment.session import rows, run

_NEEDED = ("marts.rpt_variance", "intermediate.int_payment_history", "marts.fct_entitlement")


class Book(NamedTuple):
    """Sums of one owner's list in đồng: paid last month, change by all told causes, this month's list."""

    last_month_vnd: int
    change_vnd: int
    list_vnd: int


def read(connection: Connection, period: str, programmes: list[str]) -> Book | None:
    """The book of the published list; None where the warehouse has none. Needs the right to read the warehouse."""
    if any(rows(connection, "select to_regclass(:name) is null", name=name)[0][0] for name in _NEEDED):
        return None
    before = Period.parse(period).plus(-1)
    found = rows(
        connection,
        "select (select coalesce(sum(paid_vnd), 0) from intermediate.int_payment_history where list_period = :before and programme_code = any(:mine)),"
        " (select coalesce(sum(amount_after_vnd - amount_before_vnd), 0) from marts.rpt_variance where period = :period and programme_code = any(:mine)),"
        " (select coalesce(sum(payable_vnd), 0) from marts.fct_entitlement where period = :period and programme_code = any(:mine))",
        before=str(before),
        period=period,
        mine=programmes,
    )[0]
    return Book(*(int(figure) for figure in found))


def keep(connection: Connection, run_id: str, book: Book | None) -> None:
    """Write the book of a run just planned; rows and total come from the list (`plan_lines`), never from the instructions' amounts."""
    if book is None:
        return
    count, total = rows(
        connection,
        "select count(*), coalesce(sum(l.payable_vnd), 0) from plan_lines l join ops.payment_instruction i using (end_to_end_id)"
        " where i.state = 'planned'",
    )[0]
    run(
        connection,
        "insert into ops.run_book (run_id, last_month_vnd, change_vnd, list_vnd, rows, total_vnd)"
        " values (:run_id, :last, :change, :list, :count, :total) on conflict (run_id) do update set last_month_vnd = excluded.last_month_vnd,"
        " change_vnd = excluded.change_vnd, list_vnd = excluded.list_vnd, rows = excluded.rows, total_vnd = excluded.total_vnd",
        run_id=run_id,
        last=book.last_month_vnd,
        change=book.change_vnd,
        list=book.list_vnd,
        count=int(count),
        total=int(total),
    )
