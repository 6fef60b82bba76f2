"""A gate: every check of one door, recorded with the rows it failed on; a red one stops the run.

Great Expectations judges; the full list of failing rows comes from the same SQL; a signed waiver lets a named
check pass and is shown. Called by the DAGs' gate tasks.
"""

from __future__ import annotations

from typing import Any

import psycopg

from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData
from ansinh.quality.expect import Verdict, validate
from ansinh.quality.suites import KEY_COLUMNS, Check, load_suite, render, values_for
from ansinh.quality.waivers import covering
from ansinh.text import say

Connection = psycopg.Connection[tuple[Any, ...]]


def _resolver(connection: Connection) -> Any:
    def relation(schema: str, table: str) -> str:
        row = connection.execute("select to_regclass(%s) is not null", (f"{schema}_next.{table}",)).fetchone()
        return f"{schema}_next.{table}" if row and row[0] else f"{schema}.{table}"

    return relation


def _record(connection: Connection, period: str, dag_run_id: str, verdict: Verdict, sql: str) -> tuple[int, bool]:
    """Write one result and its failing keys; returns (result id, does it stop the run)."""
    check = verdict.check
    row = connection.execute(
        "insert into ops.check_result (period, dag_run_id, gate, code, severity, passed, observed, expected, failed_count)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning check_result_id",
        (
            period,
            dag_run_id,
            check.gate,
            check.code,
            check.severity,
            verdict.passed,
            verdict.observed,
            check.expected,
            verdict.failed_count,
        ),
    ).fetchone()
    result_id = int(row[0]) if row else 0
    if verdict.passed:
        return result_id, False
    communes = _keep_failures(connection, result_id, check, sql)
    waiver = covering(connection, check.code, period, communes)
    if waiver is not None:
        connection.execute("update ops.check_result set waived_by = %s where check_result_id = %s", (waiver, result_id))
    return result_id, check.severity == "block" and waiver is None


def _keep_failures(connection: Connection, result_id: int, check: Check, sql: str) -> list[str | None]:
    if not check.lists_rows:
        return []
    columns = ", ".join(KEY_COLUMNS)
    connection.execute(
        f"insert into ops.check_failure (check_result_id, {columns}) select %s, {columns} from ({sql.replace('%', '%%')}) offending",
        (result_id,),
    )
    found = connection.execute("select distinct commune_code from ops.check_failure where check_result_id = %s", (result_id,))
    return [row[0] for row in found]


def run_gate(gate: str, period: str, dag_run_id: str) -> dict[str, int]:
    """Run the gate's checks for a period; returns counts of passed, looked-at and waived checks.

    Raises BlockedByData naming the red codes when a `block` check fails without a waiver; the results are
    committed before, so that the console shows them.
    """
    values = values_for(period)
    with connect() as connection:
        relation = _resolver(connection)
        rendered = [(check, render(check.sql, values, relation)) for check in load_suite(gate)]
    verdicts = validate(rendered)
    counts = {"checks": len(verdicts), "passed": 0, "look": 0, "waived": 0, "block": 0}
    red: list[str] = []
    with connect() as connection:
        for verdict, (check, sql) in zip(verdicts, rendered, strict=True):
            _, stops = _record(connection, period, dag_run_id, verdict, sql)
            kind = "passed" if verdict.passed else "block" if stops else "waived" if check.severity == "block" else "look"
            counts[kind] += 1
            if stops:
                red.append(f"{check.code} ({verdict.failed_count})")
    if red:
        raise BlockedByData(
            say("errors.quality.red", gate=gate, period=period, codes=", ".join(red)),
            say("errors.quality.red_fix", first=red[0].split()[0]),
            code=red[0].split()[0],
        )
    return counts
