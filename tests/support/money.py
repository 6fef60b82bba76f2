"""Runs for delivery tests: planned lines written straight into the ledger, then sealed and approved by the product itself."""

from __future__ import annotations

from dataclasses import dataclass

from ansinh.payment.approve import decide
from ansinh.payment.seal import seal
from ansinh.payment.session import money, rows, run

BIN = "970436"
MAKER, CHECKER, SENDER = "lap", "duyet", "may"


@dataclass(frozen=True)
class Person:
    """One line of a run."""

    name: str = "NGUYEN VAN AN"
    account: str = "0011000000001"
    amount: int = 650_000
    channel: str = "bank"


def people(count: int) -> list[Person]:
    """Lines that differ in account, amount and name."""
    return [
        Person(f"NGUYEN VAN {chr(65 + n % 26)}{chr(65 + n // 26 % 26)}", f"0011{n:09d}", 500_000 + 1_000 * (n % 7)) for n in range(count)
    ]


def key(run_id: str, number: int) -> str:
    """EndToEndId of the n-th line (from 1)."""
    return f"{run_id}-{number:05d}"


def planned_run(
    lines: list[Person],
    run_id: str = "2026-11-YTE-1",
    *,
    first_entitlement: int = 1,
    attempt: int = 1,
    entitlements: list[str] | None = None,
) -> str:
    """A checked run with these lines, each its own entitlement (`E00001`… unless named: a line paid again keeps its own)."""
    period, group, number = run_id[:7], "y_te" if "YTE" in run_id else "noi_vu", int(run_id.rsplit("-", 1)[1])
    with money() as connection:
        run(
            connection,
            "insert into ops.payment_run (run_id, period, programme_group, run_number, state, created_by)"
            " values (:id, :period, :group, :n, 'draft', :by)",
            id=run_id, period=period, group=group, n=number, by=MAKER,
        )  # fmt: skip
        entitlements = entitlements or [f"E{first_entitlement + at:05d}" for at in range(len(lines))]
        run(
            connection,
            "insert into ops.payment_instruction (end_to_end_id, run_id, period, entitlement_id, guard_key, person_id, beneficiary_name,"
            " programme_code, entitlement_code, payee_id, payee_name, bin, account_number, account_name, amount_vnd, channel,"
            " commune_code, attempt, state) select key, :run, :period, e, e, 'P' || e, name, 'BTXH', '5.1', 'P' || e, name,"
            " case when channel = 'bank' then :bin end, case when channel = 'bank' then account end, name, amount, channel, '26734', :attempt,"
            " 'planned' from unnest(cast(:keys as text[]), cast(:es as text[]), cast(:names as text[]), cast(:accounts as text[]),"
            " cast(:amounts as bigint[]), cast(:channels as text[])) as line (key, e, name, account, amount, channel)",
            run=run_id, period=period, attempt=attempt, bin=BIN, es=entitlements, keys=[key(run_id, at) for at in range(1, len(lines) + 1)],
            names=[line.name for line in lines], accounts=[line.account for line in lines],
            amounts=[line.amount for line in lines], channels=[line.channel for line in lines],
        )  # fmt: skip
        run(
            connection,
            "insert into ops.instruction_month (end_to_end_id, month, entitlement_code, amount_vnd)"
            " select end_to_end_id, period, '5.1', amount_vnd from ops.payment_instruction where run_id = :run",
            run=run_id,
        )
        total = sum(line.amount for line in lines)
        run(
            connection,
            "update ops.payment_run set state = 'checked', rows = :rows, total_vnd = :total, planned_by = :by where run_id = :id",
            id=run_id, rows=len(lines), total=total, by=MAKER,
        )  # fmt: skip
    return run_id


def approved_run(lines: list[Person], run_id: str = "2026-11-YTE-1", **more: int) -> str:
    """The same, sealed by its maker and approved by somebody else."""
    planned_run(lines, run_id, **more)
    seal(run_id, MAKER)
    assert decide(run_id, CHECKER, "approve").state == "approved"
    return run_id


def states(table: str, run_id: str) -> list[str]:
    """States of a run's `instruction`s or `file`s (cancelled files left out), in order."""
    name, order = {"instruction": ("payment_instruction", "end_to_end_id"), "file": ("payment_file", "sequence_number")}[table]
    with money() as connection:
        return [
            row[0]
            for row in rows(
                connection, f"select state from ops.{name} where run_id = :id and state <> 'cancelled' order by {order}", id=run_id
            )
        ]


def run_state(run_id: str) -> str:
    """State of the run itself."""
    with money() as connection:
        return str(rows(connection, "select state from ops.payment_run where run_id = :id", id=run_id)[0][0])
