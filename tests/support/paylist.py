"""A published pay list made by hand (the tables the warehouse promises), and the steps of a run in one word each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import psycopg
from ansinh.payment import approve, ledger, plan, runs, seal
from ansinh.payment.ledger import Move
from ansinh.payment.session import money, rows, run

PERIOD = "2026-11"
MAKER, CHECKER, SENDER = "lap.danh.sach", "lanh.dao", "may.gui"

TABLES = """
create schema if not exists marts;
create table if not exists marts.fct_entitlement (
    period text, entitlement_id text, person_id text, programme_code text, entitlement_code text, subject_person_id text, share_no smallint,
    months integer, rate_vnd bigint, coefficient numeric, amount_vnd bigint, arrears_vnd bigint, recovery_vnd bigint, payable_vnd bigint,
    why_vi text, payee_id text, channel text, hold_code text, guard_key text, family text, commune_code text, hamlet text, payee_name text,
    bin text, account_number text, account_name text, row_id text, declared_vnd bigint);
create table if not exists marts.fct_entitlement_month (
    entitlement_id text, month text, entitlement_code text, due_vnd bigint, paid_vnd bigint, amount_vnd bigint);
create table if not exists marts.dim_person (person_id text, full_name text, is_current boolean);
"""


def entitlement(person: str, **changes: Any) -> dict[str, Any]:
    """One pay-list line; `months` is {month: amount}, the amount of the line their sum; `overpaid` {month: too much}."""
    line: dict[str, Any] = {
        "period": PERIOD,
        "person_id": person,
        "programme_code": "BTXH",
        "entitlement_code": "5.6_n",
        "subject_person_id": None,
        "share_no": 1,
        "why_vi": "540.000 × 1,5",
        "payee_id": person,
        "channel": "bank",
        "hold_code": None,
        "family": "5.6",
        "commune_code": "25858",
        "hamlet": "Ấp 1",
        "payee_name": "Nguyễn Thị Đào",
        "bin": "970436",
        "account_number": "1" + str(int(hashlib.sha256(person.encode()).hexdigest()[:10], 16)),
        "account_name": "NGUYỄN THỊ ĐÀO",
        "recovery_vnd": 0,
        "months": {PERIOD: 810_000},
        "overpaid": {},
    }
    line |= changes
    key = "|".join(str(line[k] or "") for k in ("person_id", "programme_code", "entitlement_code", "subject_person_id", "share_no"))
    line.setdefault("entitlement_id", "E" + hashlib.sha256(key.encode()).hexdigest()[:24])
    line.setdefault("guard_key", f"{line['person_id']}|highest_only")
    line.setdefault("payable_vnd", sum(line["months"].values()))
    return line


def publish(dsn: str, lines: Iterable[dict[str, Any]]) -> None:
    """Replace the published pay list, as a warehouse run would."""
    with psycopg.connect(dsn) as connection:
        connection.execute(TABLES)
        connection.execute("truncate marts.fct_entitlement, marts.fct_entitlement_month")
        for line in lines:
            months, overpaid = line["months"], line["overpaid"]
            columns = {name: value for name, value in line.items() if name not in ("months", "overpaid")}
            names, marks = ", ".join(columns), ", ".join(f"%({name})s" for name in columns)
            connection.execute(f"insert into marts.fct_entitlement ({names}) values ({marks})", columns)
            entries = [(month, amount, 0, amount) for month, amount in months.items()]
            entries += [(month, 0, amount, 0) for month, amount in overpaid.items()]
            for month, due, paid, amount in entries:
                connection.execute(
                    "insert into marts.fct_entitlement_month values (%s, %s, %s, %s, %s, %s)",
                    (line["entitlement_id"], month, line["entitlement_code"], due, paid, amount),
                )


def planned(dsn: str, lines: Iterable[dict[str, Any]]) -> str:
    """Publish, open and plan the run of Sở Y tế; its id."""
    publish(dsn, lines)
    run_id = runs.open_runs(PERIOD, MAKER)[0]
    plan.plan(run_id, MAKER)
    return run_id


def sealed(dsn: str, lines: Iterable[dict[str, Any]]) -> str:
    """The same, sealed."""
    run_id = planned(dsn, lines)
    seal.seal(run_id, MAKER)
    return run_id


def approved(dsn: str, lines: Iterable[dict[str, Any]]) -> str:
    """The same, approved by somebody else."""
    run_id = sealed(dsn, lines)
    assert approve.decide(run_id, CHECKER, "approve").state == "approved"
    return run_id


def gone(run_id: str) -> None:
    """The run went out: what delivery writes, without the bank."""
    with money("sender") as connection:
        run(connection, "update ops.payment_run set state = 'sending', sent_by = :by where run_id = :run_id", by=SENDER, run_id=run_id)
        run(connection, "update ops.payment_file set state = 'sending' where run_id = :run_id and state = 'sealed'", run_id=run_id)
        run(connection, "update ops.payment_file set state = 'sent' where run_id = :run_id and state = 'sending'", run_id=run_id)
        found = "select end_to_end_id from ops.payment_instruction where run_id = :run_id and state = 'sealed'"
        ledger.advance(connection, [Move(line, "sent", "send") for (line,) in rows(connection, found, run_id=run_id)])
        run(connection, "update ops.payment_run set state = 'sent' where run_id = :run_id", run_id=run_id)


def query(dsn: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of one statement, read with the test's own login."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement, values).fetchall()
