"""The ledger: where every đồng of a run is, in double entry, and the only way an instruction moves on.

Accounts: budget (not gone out), in_flight (with the bank, outcome open), cash (on a cash list), paid (arrived), returned
(came back). Debit positive, credit negative; the database refuses a transaction that does not sum to zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from ansinh.core import clock
from ansinh.core.db import copy_rows
from ansinh.core.errors import AnsinhError
from ansinh.payment.session import driver, rows
from ansinh.payment.tables import ledger_entry
from ansinh.text import say

ACCOUNT_OF_STATE = {
    "planned": "budget",
    "cancelled": "budget",
    "rejected": "budget",
    "sealed": "in_flight",
    "sent": "in_flight",
    "unknown": "in_flight",
    "accepted": "in_flight",
    "listed": "cash",
    "settled": "paid",
    "collected": "paid",
    "returned": "returned",
    "uncollected": "returned",
    "carried": "returned",
}
_ACCOUNTS = ", ".join(f"('{state}', '{account}')" for state, account in ACCOUNT_OF_STATE.items())


@dataclass(frozen=True, slots=True)
class Move:
    """One instruction reaches a state, and why. `at`: when it happened outside (settled, sent); default now."""

    end_to_end_id: str
    to_state: str
    cause: str
    bank_message_id: str | None = None
    return_reason: str | None = None
    at: datetime | None = None


def advance(connection: Connection, moves: Iterable[Move]) -> dict[str, int]:
    """Move instructions along the state graph: state, event and ledger in one go, set-based (100,000 in seconds).

    Each instruction at most once per call. One already in the wished state is left alone, so a repeated call changes
    nothing. Returns how many reached each state. Raises AnsinhError (UNKNOWN_INSTRUCTION) for an id that does not exist;
    an unlawful step is refused by the database and nothing of the call stays.
    """
    now = clock.now()
    connection.execute(
        text(
            "create temporary table if not exists money_moves (end_to_end_id text primary key, to_state text not null,"
            " cause text not null, bank_message_id text, return_reason text, at timestamptz not null) on commit drop"
        )
    )
    connection.execute(text("delete from money_moves"))
    wanted = ((m.end_to_end_id, m.to_state, m.cause, m.bank_message_id, m.return_reason, m.at or now) for m in moves)
    copied = copy_rows(
        driver(connection), "money_moves", ("end_to_end_id", "to_state", "cause", "bank_message_id", "return_reason", "at"), wanted
    )
    connection.execute(text("analyze money_moves"))
    found = rows(
        connection,
        "with locked as (select 1 from ops.payment_instruction join money_moves using (end_to_end_id) for update of payment_instruction)"
        " select count(*) from locked",
    )[0][0]
    if found != copied:
        raise AnsinhError(say("payment.unknown_instruction", count=copied - found), code="UNKNOWN_INSTRUCTION")
    connection.execute(
        text("delete from money_moves m using ops.payment_instruction i where i.end_to_end_id = m.end_to_end_id and i.state = m.to_state")
    )
    connection.execute(
        text(
            "insert into ops.instruction_event (end_to_end_id, from_state, to_state, cause, bank_message_id, at)"
            " select end_to_end_id, i.state, m.to_state, m.cause, m.bank_message_id, m.at"
            " from money_moves m join ops.payment_instruction i using (end_to_end_id)"
        )
    )
    connection.execute(
        text(f"""
        with account (state, name) as (values {_ACCOUNTS}),
        step as (
            select i.end_to_end_id, i.run_id, i.amount_vnd, i.state, m.to_state, gone.name as from_account, come.name as to_account, m.at
            from money_moves m join ops.payment_instruction i using (end_to_end_id)
            join account gone on gone.state = i.state join account come on come.state = m.to_state
            where gone.name <> come.name and i.state <> 'planned'
        )
        insert into ops.ledger_entry (transaction_id, run_id, end_to_end_id, account, amount_vnd, at)
        select end_to_end_id || ':' || state || '>' || to_state, run_id, end_to_end_id, side.account, side.amount_vnd, at
        from step cross join lateral (values (from_account, -amount_vnd), (to_account, amount_vnd)) as side (account, amount_vnd)
        """)
    )
    connection.execute(
        text("""
        update ops.payment_instruction i set
            state = m.to_state,
            sent_at = case when m.to_state = 'sent' then coalesce(i.sent_at, m.at) else i.sent_at end,
            settled_at = case when m.to_state in ('settled', 'collected') then m.at else i.settled_at end,
            return_reason = coalesce(m.return_reason, i.return_reason)
        from money_moves m where m.end_to_end_id = i.end_to_end_id
        """)
    )
    return {state: int(count) for state, count in rows(connection, "select to_state, count(*) from money_moves group by 1")}


def post_run(connection: Connection, run_id: str, event: str, credit: str, debit: str, amount_vnd: int, part: str = "") -> None:
    """One transaction for a whole run (its seal, its cancellation; `part` tells two of them apart). Nothing for 0 đồng."""
    if amount_vnd:
        at = clock.now()
        connection.execute(
            ledger_entry.insert().inline(),
            [
                {
                    "transaction_id": f"{run_id}:{event}:{part or debit}",
                    "run_id": run_id,
                    "account": account,
                    "amount_vnd": amount,
                    "at": at,
                }
                for account, amount in ((credit, -amount_vnd), (debit, amount_vnd))
            ],
        )


def balances(connection: Connection, run_id: str | None = None) -> dict[str, int]:
    """Balance in đồng per account, of one run or of all; the sum of all accounts is 0."""
    statement = "select account, sum(amount_vnd) from ops.ledger_entry where cast(:run_id as text) is null or run_id = :run_id group by 1 order by 1"
    return {account: int(amount) for account, amount in rows(connection, statement, run_id=run_id)}


def differences(connection: Connection) -> list[tuple[str, str, int, int]]:
    """(run_id, account, in the ledger, by the instructions' states) where the two books disagree; empty when all ties."""
    found = rows(
        connection,
        f"""
        with account (state, name) as (values {_ACCOUNTS}),
        sealed as (select run_id from ops.payment_run where manifest_sha256 is not null),
        by_state as (
            select i.run_id, account.name, sum(i.amount_vnd) as amount from ops.payment_instruction i join account using (state)
            join sealed using (run_id) where account.name <> 'budget' group by 1, 2
        ),
        by_entry as (select run_id, account as name, sum(amount_vnd) as amount from ops.ledger_entry where account <> 'budget' group by 1, 2)
        select run_id, name, coalesce(e.amount, 0), coalesce(s.amount, 0) from by_entry e full join by_state s using (run_id, name)
        where coalesce(e.amount, 0) <> coalesce(s.amount, 0)
        union all
        select run_id, 'sum', sum(amount_vnd), 0 from ops.ledger_entry group by run_id having sum(amount_vnd) <> 0
        order by 1, 2
        """,
    )
    return [(run_id, name, int(entry), int(state)) for run_id, name, entry, state in found]
