"""The month in numbers, read from the ledger and the published marts: what console, report and demo show.

Counts and sums only. Every query takes the period; a month that has not got so far gives zeros, never an error.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from ansinh.core.db import connect
from ansinh.core.period import Period

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(slots=True)
class Figures:
    """One period. Money in đồng, everything else counts."""

    period: str
    workbooks: dict[str, int] = field(default_factory=dict)  # status → count
    rows_read: int = 0
    problems: dict[str, int] = field(default_factory=dict)  # severity → count
    people: int = 0
    rows_of_people: int = 0
    duplicates: int = 0
    review_cases: int = 0
    identity: dict[str, int] = field(default_factory=dict)  # identity_status → count
    held: dict[str, int] = field(default_factory=dict)  # hold_code → lines
    payable_vnd: int = 0
    arrears_vnd: int = 0
    by_channel: dict[str, tuple[int, int]] = field(default_factory=dict)  # channel → (lines, đồng)
    by_state: dict[str, tuple[int, int]] = field(default_factory=dict)  # instruction state → (lines, đồng)
    runs: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    bank_reasons: dict[str, int] = field(default_factory=dict)
    ledger: dict[str, int] = field(default_factory=dict)  # account → đồng
    checks: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _exists(connection: Connection, name: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (name,)).fetchone()
    return bool(row and row[0])


def _counts(connection: Connection, sql: str, *values: object) -> dict[str, int]:
    return {str(key): int(count) for key, count in connection.execute(sql, values)}


def _pairs(connection: Connection, sql: str, *values: object) -> dict[str, tuple[int, int]]:
    return {str(key): (int(count), int(total)) for key, count, total in connection.execute(sql, values)}


def _one(connection: Connection, sql: str, *values: object) -> int:
    row = connection.execute(sql, values).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def records(connection: Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query, each as column name → value."""
    cursor = connection.execute(sql, values)
    names = [column.name for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _arrived(connection: Connection, figures: Figures) -> None:
    period = figures.period
    figures.workbooks = _counts(
        connection, "select status, count(*) from raw.commune__workbooks where period = %s group by 1 order by 1", period
    )
    figures.rows_read = _one(connection, "select count(*) from raw.commune__readings where period = %s", period)
    figures.problems = _counts(
        connection,
        "select p.severity, count(*) from ops.row_problem p join raw.commune__workbooks w using (workbook_id) where w.period = %s group by 1 order by 1",
        period,
    )


def _found(connection: Connection, figures: Figures) -> None:
    if not _exists(connection, "marts.person_xref") or not _exists(connection, "staging.stg_commune__beneficiary_rows"):
        return
    joined = "from marts.person_xref x join staging.stg_commune__beneficiary_rows s using (row_id) where s.period = %s"
    figures.people = _one(connection, f"select count(distinct x.person_id) {joined}", figures.period)
    figures.rows_of_people = _one(connection, f"select count(*) {joined}", figures.period)
    figures.duplicates = _one(
        connection,
        f"select count(*) - count(distinct (x.person_id, s.entitlement_code, coalesce(s.subject_id_number, ''))) {joined}",
        figures.period,
    )
    if _exists(connection, "marts.rpt_review_queue"):
        figures.review_cases = _one(connection, "select count(distinct case_id) from marts.rpt_review_queue where state = 'open'")
    if _exists(connection, "marts.dim_person"):
        figures.identity = _counts(
            connection, "select identity_status, count(*) from marts.dim_person where is_current group by 1 order by 2 desc"
        )


def _owed(connection: Connection, figures: Figures) -> None:
    if not _exists(connection, "marts.fct_entitlement"):
        return
    period = figures.period
    figures.held = _counts(
        connection,
        "select hold_code, count(*) from marts.fct_entitlement where period = %s and hold_code is not null group by 1 order by 2 desc",
        period,
    )
    figures.payable_vnd = _one(connection, "select sum(payable_vnd) from marts.fct_entitlement where period = %s", period)
    figures.arrears_vnd = _one(
        connection, "select sum(arrears_vnd) from marts.fct_entitlement where period = %s and hold_code is null", period
    )


def _paid(connection: Connection, figures: Figures) -> None:
    period = figures.period
    totals = "count(*), coalesce(sum(amount_vnd), 0) from ops.payment_instruction where period = %s"
    figures.by_channel = _pairs(
        connection, f"select channel, {totals} and state not in ('cancelled', 'planned') group by 1 order by 1", period
    )
    figures.by_state = _pairs(connection, f"select state, {totals} group by 1 order by 1", period)
    figures.runs = records(
        connection,
        "select run_id, programme_group, state, rows, total_vnd, sealed_by, required_approvals, manifest_sha256,"
        " (select string_agg(distinct approver, ', ') from ops.approval a where a.run_id = r.run_id and a.decision = 'approve'"
        "  and a.manifest_sha256 = r.manifest_sha256) as approved_by,"
        " (select count(*) from ops.audit_event e where e.event = 'run_reopened' and e.body ->> 'run_id' = r.run_id) as times_reopened,"
        " (select to_char(max(e.at at time zone 'Asia/Ho_Chi_Minh'), 'DD/MM/YYYY') from ops.audit_event e"
        "  where e.event = 'run_reopened' and e.body ->> 'run_id' = r.run_id) as reopened_on"
        " from ops.payment_run r where period = %s order by run_id",
        period,
    )
    figures.files = records(
        connection,
        "select f.file_name, f.bank, f.rows, f.total_vnd, f.sha256, f.state from ops.payment_file f join ops.payment_run r using (run_id)"
        " where r.period = %s order by f.sequence_number",
        period,
    )
    figures.bank_reasons = _counts(
        connection,
        "select coalesce(return_reason, '-'), count(*) from ops.payment_instruction"
        " where period = %s and state in ('rejected', 'returned') group by 1 order by 2 desc",
        period,
    )
    figures.ledger = _counts(
        connection,
        "select l.account, sum(l.amount_vnd) from ops.ledger_entry l join ops.payment_run r using (run_id) where r.period = %s group by 1 order by 1",
        period,
    )


def _checked(connection: Connection, figures: Figures) -> None:
    latest = (
        "select distinct on (gate, code) gate, code, passed, severity, waived_by from ops.check_result where period = %s"
        " order by gate, code, at desc"
    )
    figures.checks = _counts(
        connection,
        "select case when passed then 'passed' when waived_by is not null then 'waived' else severity end, count(*)"
        f" from ({latest}) latest group by 1",
        figures.period,
    )


def figures_of(period: str) -> Figures:
    """All figures of a period, in one read-only snapshot. Raises UsageError for a bad period."""
    figures = Figures(str(Period.parse(period)))
    with connect() as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        for part in (_arrived, _found, _owed, _paid, _checked):
            part(connection, figures)
    return figures


def latest_period() -> str | None:
    """The newest period anything arrived for, or None on an empty warehouse."""
    with connect() as connection:
        row = connection.execute("select max(period) from raw.commune__workbooks").fetchone()
    return str(row[0]) if row and row[0] else None
