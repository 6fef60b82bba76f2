"""From evidence to state: what all of the bank's entries together say of an instruction, and the lawful steps to get there.

Only forward. Paid is a booked debit; accepted is not paid. A refusal counts while no debit is known, a return once the debit is.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection

from ansinh.core.clock import VIETNAM
from ansinh.payment import ledger
from ansinh.payment.answers import ACCEPTED, DUPLICATE, REJECTED
from ansinh.payment.session import rows, run

MONEY = ("matched", "wrong_name")  # the right amount left for the right account; a name written otherwise is looked at
# From where a target is reached in one step, and the step before it where it is not.
_DIRECT = {
    "accepted": ("sent", "unknown"),
    "rejected": ("sent", "unknown", "accepted"),
    "settled": ("sent", "unknown", "accepted"),
    "returned": ("settled",),
}

_EVIDENCE = """
    with touched as (select distinct end_to_end_id from ops.bank_entry where bank_message_id = :message and end_to_end_id is not null)
    select i.end_to_end_id, i.state,
        bool_or(b.kind = 'debit' and b.verdict = any(:money)) as debited,
        bool_or(b.kind = 'credit' and b.verdict = any(:money)) as credited,
        bool_or(b.kind = 'status' and b.verdict = 'matched' and b.status_code = any(:rejected)
                and coalesce(b.reason_code, '') <> all(:duplicate)) as rejected,
        bool_or(b.kind = 'status' and b.verdict = 'matched' and b.status_code = any(:accepted)) as accepted,
        min(b.booked_on) filter (where b.kind = 'debit' and b.verdict = any(:money)) as debited_on,
        min(b.booked_on) filter (where b.kind = 'credit' and b.verdict = any(:money)) as credited_on,
        min(b.reason_code) filter (where b.kind = 'status' and b.status_code = any(:rejected)) as refused_for,
        coalesce(min(b.reason_code) filter (where b.kind = 'credit'),
                 min(b.reason_code) filter (where b.kind = 'status' and b.status_code = 'RTRN')) as returned_for
    from touched join ops.payment_instruction i using (end_to_end_id) join ops.bank_entry b using (end_to_end_id)
    group by i.end_to_end_id, i.state
"""


def move_by_evidence(connection: Connection, bank_message_id: str) -> int:
    """Move the instructions one message speaks of to where all evidence puts them; how many moved."""
    found = rows(
        connection,
        _EVIDENCE,
        message=bank_message_id,
        money=list(MONEY),
        rejected=sorted(REJECTED),
        accepted=sorted(ACCEPTED),
        duplicate=sorted(DUPLICATE),
    )
    steps: dict[str, list[ledger.Move]] = {"accepted": [], "rejected": [], "settled": [], "returned": []}
    for line in found:
        for target in _path(line.state, line.debited, line.credited, line.rejected, line.accepted):
            steps[target].append(_move(line, target, bank_message_id))
    moved = {move.end_to_end_id for moves in steps.values() for move in moves}
    for moves in steps.values():  # in the order of the graph: a line settled and returned by one answer takes both steps
        if moves:
            ledger.advance(connection, moves)
    return len(moved)


def _path(state: str, debited: bool, credited: bool, rejected: bool, accepted: bool) -> list[str]:
    """The steps from a state to what the evidence says; none when it says nothing new or contradicts what is booked."""
    if debited:
        wanted = ["settled", "returned"] if credited else ["settled"]
    else:
        wanted = ["rejected"] if rejected else ["accepted"] if accepted else []
    steps = []
    for target in wanted:
        if state in _DIRECT[target]:
            steps.append(target)
            state = target
    return steps


def _move(line: Any, target: str, bank_message_id: str) -> ledger.Move:
    day: date | None = {"settled": line.debited_on, "returned": line.credited_on}.get(target)
    reason = {"rejected": line.refused_for or "NARR", "returned": line.returned_for or "NARR"}.get(target)
    return ledger.Move(
        line.end_to_end_id,
        target,
        "bank_answer",
        bank_message_id,
        reason,
        datetime.combine(day, time(), VIETNAM) if day else None,
    )


def reopen(connection: Connection, bank_message_id: str) -> list[Any]:
    """Open the closed runs of which one message books new money or moves a line; their ids with rows and đồng it speaks of.

    Closed means that everything tied; what came since has not been compared yet, so the next reconciliation decides again.
    """
    found = rows(
        connection,
        "select r.run_id, r.period, count(*) as rows, sum(i.amount_vnd) as total_vnd from ops.payment_run r join ops.payment_instruction i using (run_id)"
        " where r.state = 'closed' and i.end_to_end_id in ("
        "   select b.end_to_end_id from ops.bank_entry b where b.bank_message_id = :message and b.kind <> 'status'"
        "   union select e.end_to_end_id from ops.instruction_event e where e.bank_message_id = :message)"
        " group by r.run_id order by r.run_id",
        message=bank_message_id,
    )
    for line in found:
        run(connection, "update ops.payment_run set state = 'sent', closed_at = null where run_id = :id", id=line.run_id)
    return found


def open_batches(connection: Connection, bank_message_id: str) -> int:
    """A bank that books a file as one sum: when the sum is exactly what it did not refuse, each line gets its debit.

    Tried again with every answer about the file, since refusals may come after the debit. Returns how many sums were matched.
    """
    waiting = rows(
        connection,
        "select b.bank_entry_id, b.entry_key, b.booked_on, b.amount_vnd, f.file_id,"
        " coalesce(sum(i.amount_vnd) filter (where i.state <> 'rejected' and not exists (select from ops.bank_entry s"
        "   where s.end_to_end_id = i.end_to_end_id and s.kind = 'status' and s.status_code = any(:rejected)"
        "   and coalesce(s.reason_code, '') <> all(:duplicate))), 0) as expected"
        " from ops.bank_entry b join ops.payment_file f on f.message_id = b.original_message_id"
        " join ops.payment_instruction i on i.file_id = f.file_id"
        " where b.kind = 'debit' and b.verdict = 'batch_open' group by 1, 2, 3, 4, 5",
        rejected=sorted(REJECTED),
        duplicate=sorted(DUPLICATE),
    )
    matched = [batch for batch in waiting if batch.amount_vnd == int(batch.expected)]
    for batch in matched:
        run(
            connection,
            "insert into ops.bank_entry (bank_message_id, entry_key, kind, end_to_end_id, amount_vnd, booked_on, verdict)"
            " select :message, :key || ':' || i.end_to_end_id, 'debit', i.end_to_end_id, i.amount_vnd, :day, 'matched'"
            " from ops.payment_instruction i where i.file_id = :file and i.state <> 'rejected' and not exists ("
            "   select from ops.bank_entry s where s.end_to_end_id = i.end_to_end_id and s.kind = 'status'"
            "   and s.status_code = any(:rejected) and coalesce(s.reason_code, '') <> all(:duplicate))"
            " on conflict (kind, entry_key) do nothing",
            message=bank_message_id,
            key=batch.entry_key,
            day=batch.booked_on,
            file=batch.file_id,
            rejected=sorted(REJECTED),
            duplicate=sorted(DUPLICATE),
        )
        run(connection, "update ops.bank_entry set verdict = 'matched' where bank_entry_id = :id", id=batch.bank_entry_id)
    return len(matched)
