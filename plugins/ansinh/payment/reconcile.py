"""Three-way reconciliation: what we sent, what the bank said of it, what its statement booked; to the đồng, run by run.

A run is `reconciled` when every bank line has its proof and all sums agree, `closed` when every cash line was told of too, and
goes back to `sent` when something no longer fits; posting does that too, the moment money of a closed run comes back. The
month is closed when all its runs are.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.period import Period
from ansinh.payment import audit, ledger
from ansinh.payment.answers import ACCEPTED, DUPLICATE, REJECTED
from ansinh.payment.session import act_as, money, rows, run
from ansinh.payment.settling import MONEY

ACTOR = "reconcile_bank"
_WATCHED = ("sent", "reconciled", "closed")

# Three independent books of a run's bank lines: our sealed files; the bank's statuses; the bank's statement. And our own states.
_FIGURES = """
    with said as (
        select b.end_to_end_id,
            count(*) filter (where b.kind = 'debit') as debits,
            count(*) filter (where b.kind = 'debit' and b.verdict = any(:money)) as good_debits,
            coalesce(sum(b.amount_vnd) filter (where b.kind = 'debit'), 0) as debit_vnd,
            count(*) filter (where b.kind = 'credit') as credits,
            coalesce(sum(b.amount_vnd) filter (where b.kind = 'credit'), 0) as credit_vnd,
            coalesce(bool_or(b.kind = 'status' and b.status_code = any(:accepted)), false) as accepted,
            coalesce(bool_or(b.kind = 'status' and b.status_code = any(:rejected) and coalesce(b.reason_code, '') <> all(:duplicate)), false) as refused
        from ops.bank_entry b join ops.payment_instruction i using (end_to_end_id) where i.run_id = :run_id group by 1
    ),
    line as (
        select i.state, i.amount_vnd, coalesce(s.debits, 0) as debits, coalesce(s.good_debits, 0) as good_debits,
            coalesce(s.debit_vnd, 0) as debit_vnd, coalesce(s.credits, 0) as credits, coalesce(s.credit_vnd, 0) as credit_vnd,
            coalesce(s.refused, false) as refused, coalesce((s.accepted or s.debits > 0) and not s.refused, false) as accepted
        from ops.payment_instruction i left join said s using (end_to_end_id)
        where i.run_id = :run_id and i.channel = 'bank' and i.state <> 'cancelled'
    )
    select
        (select coalesce(sum(f.rows), 0) from ops.payment_file f where f.run_id = :run_id and f.state <> 'cancelled') as file_rows,
        (select coalesce(sum(f.total_vnd), 0) from ops.payment_file f where f.run_id = :run_id and f.state <> 'cancelled') as file_vnd,
        count(*) as sent_rows, coalesce(sum(amount_vnd), 0) as sent_vnd,
        count(*) filter (where accepted) as accepted_rows, coalesce(sum(amount_vnd) filter (where accepted), 0) as accepted_vnd,
        count(*) filter (where refused) as rejected_rows, coalesce(sum(amount_vnd) filter (where refused), 0) as rejected_vnd,
        coalesce(sum(debits), 0) as booked_rows, coalesce(sum(debit_vnd), 0) as booked_vnd,
        coalesce(sum(credits), 0) as returned_rows, coalesce(sum(credit_vnd), 0) as returned_vnd,
        count(*) filter (where state = 'settled') as paid_rows, coalesce(sum(amount_vnd) filter (where state = 'settled'), 0) as paid_vnd,
        count(*) filter (where state in ('sealed', 'sent', 'unknown', 'accepted')) as open_rows,
        coalesce(sum(amount_vnd) filter (where state in ('sealed', 'sent', 'unknown', 'accepted')), 0) as open_vnd,
        count(*) filter (where debits > 1) as paid_twice_rows,
        count(*) filter (where debits <> good_debits) as differing_rows,
        count(*) filter (where (refused and debits > 0) or (state = 'rejected' and not refused)
                            or (state in ('settled', 'returned') and good_debits <> 1)
                            or (state = 'returned') <> (credits = 1) or credits > 1) as contradicting_rows
    from line
"""


def reconcile(period: str, actor: str = ACTOR) -> dict[str, Any]:
    """Compare and move the runs of a period; a dict of counts and sums in đồng, ready for JSON.

    `runs`: per run id its figures and `ties`; `unmatched_rows`, `unmatched_vnd`: the bank's entries that fit nothing of ours, of
    any period; `open_runs`; `closed`: whether the month is closed; `earlier_runs`: state of other months' runs that were open. Never raises for data that does not tie: the gate
    `bank_return` and the open run say it.
    """
    month = str(Period.parse(period))
    result: dict[str, Any] = {"period": month, "runs": {}, "earlier_runs": {}, "open_runs": 0}
    with money() as connection:
        found = rows(connection, "select run_id from ops.payment_run where period = :period order by run_id", period=month)
        others = rows(
            connection,
            "select run_id from ops.payment_run where period <> :period and state in ('sent', 'reconciled') order by run_id",
            period=month,
        )
    for (run_id,) in others:  # an answer may speak of an earlier month, and has then opened its run again
        with money() as connection:
            result["earlier_runs"][run_id] = _reconcile_run(connection, run_id, actor)["state"]
    for (run_id,) in found:
        with money() as connection:
            figures = _reconcile_run(connection, run_id, actor)
        result["runs"][run_id] = figures
        result["open_runs"] += figures["state"] not in ("closed", "cancelled", "empty")
    with money() as connection:
        unmatched = rows(
            connection,
            "select count(*), coalesce(sum(amount_vnd), 0) from ops.bank_entry where kind <> 'status' and verdict <> all(:money)",
            money=list(MONEY),
        )[0]
    result["unmatched_rows"], result["unmatched_vnd"] = int(unmatched[0]), int(unmatched[1])
    result["closed"] = bool(found) and not result["open_runs"]
    for name in ("sent", "accepted", "rejected", "booked", "returned", "paid", "open"):
        for unit in ("rows", "vnd"):
            result[f"{name}_{unit}"] = sum(figures.get(f"{name}_{unit}", 0) for figures in result["runs"].values())
    return result


def figures_of(connection: Connection, run_id: str) -> dict[str, int]:
    """The books of one run side by side, bank lines only: `<book>_rows` and `<book>_vnd`."""
    found = rows(
        connection,
        _FIGURES,
        run_id=run_id,
        money=list(MONEY),
        accepted=sorted(ACCEPTED),
        rejected=sorted(REJECTED),
        duplicate=sorted(DUPLICATE),
    )[0]
    return {name: int(value) for name, value in found._mapping.items()}


def reasons_open(figures: dict[str, int], *, ledger_ties: bool) -> list[str]:
    """Why a run does not tie, as codes; empty when file = status = statement = our own book, to the đồng."""
    same = {
        "file": (figures["file_rows"], figures["file_vnd"]) == (figures["sent_rows"], figures["sent_vnd"]),
        "open": not figures["open_rows"],
        "status": figures["accepted_vnd"] + figures["rejected_vnd"] == figures["sent_vnd"],
        "statement": figures["booked_vnd"] == figures["accepted_vnd"],
        "paid": figures["booked_vnd"] - figures["returned_vnd"] == figures["paid_vnd"],
        "paid_twice": not figures["paid_twice_rows"],
        "differs": not figures["differing_rows"],
        "contradicts": not figures["contradicting_rows"],
        "ledger": ledger_ties,
    }
    return [code for code, ties in same.items() if not ties]


def _reconcile_run(connection: Connection, run_id: str, actor: str) -> dict[str, Any]:
    current = rows(connection, "select state from ops.payment_run where run_id = :run_id for update", run_id=run_id)[0][0]
    figures = figures_of(connection, run_id)
    differs = any(row[0] == run_id for row in ledger.differences(connection))
    reasons = reasons_open(figures, ledger_ties=not differs and not sum(ledger.balances(connection, run_id).values()))
    cash_open = rows(
        connection,
        "select count(*) from ops.payment_instruction where run_id = :run_id and state = 'listed'",
        run_id=run_id,
    )[0][0]
    state = _next_state(current, not reasons, not cash_open)
    if state != current:
        act_as(connection, "sender")
        for step in ("reconciled", "closed") if (current, state) == ("sent", "closed") else (state,):
            run(
                connection,
                "update ops.payment_run set state = :state, closed_at = case when :state = 'closed' then :at end where run_id = :id",
                state=step,
                at=clock.now(),
                id=run_id,
            )
        body = {"run_id": run_id, "paid_vnd": figures["paid_vnd"], "rejected_vnd": figures["rejected_vnd"]}
        event = "run_reopened" if current == "closed" else f"run_{state}"
        audit.record(connection, actor, event, {**body, "returned_vnd": figures["returned_vnd"]})
    return {"state": state, "ties": not reasons, "reasons": reasons, "cash_open_rows": int(cash_open), **figures}


def _next_state(current: str, ties: bool, cash_done: bool) -> str:
    if current not in _WATCHED:
        return str(current)
    if not ties or (current == "closed" and not cash_done):
        return "sent"
    return "closed" if cash_done else "reconciled"
