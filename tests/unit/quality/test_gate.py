"""The gate stops what must not go on, keeps the rows it failed on, and lets a signed waiver through."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from ansinh.core.errors import AnsinhError, BlockedByData, UsageError
from ansinh.quality.gate import run_gate
from ansinh.quality.suites import GATES, load_suite, render, values_for
from ansinh.quality.waivers import sign

from tests.support.landed import row, workbook

PERIOD = "2026-11"


def results(dsn: str) -> dict[str, tuple[bool, int]]:
    with psycopg.connect(dsn) as connection:
        return {
            code: (passed, count) for code, passed, count in connection.execute("select code, passed, failed_count from ops.check_result")
        }


def test_a_period_with_sound_rows_passes_and_every_check_is_recorded(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection)
        row(connection, "R1")
    counts = run_gate("commune_sheet", PERIOD, "run-1")
    assert counts["block"] == 0
    assert set(results(dsn)) == {check.code for check in load_suite("commune_sheet")}
    assert all(passed for passed, _ in results(dsn).values())


def test_a_row_that_landed_but_was_never_read_stops_the_run_and_is_named(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection)
        row(connection, "R1")
        connection.execute("insert into raw.commune__rows values ('R2', 'W1', 'DS', 8, '{}')")
    with pytest.raises(BlockedByData) as red:
        run_gate("commune_sheet", PERIOD, "run-1")
    assert red.value.code == "SHEET_ROW_LOST"
    with psycopg.connect(dsn) as connection:
        kept = connection.execute("select key, commune_code, file_name, sheet, row_number from ops.check_failure").fetchall()
    assert kept == [("R2", "25858", "W1.xlsx", "DS", 8)]


def test_an_empty_period_is_red(dsn: str) -> None:
    with pytest.raises(BlockedByData, match="SHEET_NONE_READ"):
        run_gate("commune_sheet", PERIOD, "run-1")


def test_a_late_or_rejected_workbook_is_shown_but_does_not_stop_the_others(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection)
        row(connection, "R1")
        workbook(connection, "W2", status="rejected", reject_code="FILE_EMPTY", is_late=True)
    counts = run_gate("commune_sheet", PERIOD, "run-1")
    assert counts["look"] == 2
    assert results(dsn)["SHEET_REJECTED"] == (False, 1)


def test_a_red_check_goes_on_with_a_waiver_for_its_commune_and_says_who_signed(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection)
        row(connection, "R1")
        connection.execute("insert into raw.commune__rows values ('R2', 'W1', 'DS', 8, '{}')")
        sign(connection, "SHEET_ROW_LOST", signed_by="Lê Thị B", reason="dòng ghi chú", valid_until=date(2999, 1, 1), commune_code="25858")
    counts = run_gate("commune_sheet", PERIOD, "run-1")
    assert counts["waived"] == 1
    with psycopg.connect(dsn) as connection:
        signer = connection.execute("select w.signed_by from ops.check_result r join ops.waiver w on w.waiver_id = r.waived_by").fetchone()
    assert signer == ("Lê Thị B",)


def test_a_waiver_for_another_commune_or_an_expired_one_does_not_help(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(dsn) as connection:
        workbook(connection)
        row(connection, "R1")
        connection.execute("insert into raw.commune__rows values ('R2', 'W1', 'DS', 8, '{}')")
        sign(connection, "SHEET_ROW_LOST", signed_by="B", reason="x", valid_until=date(2999, 1, 1), commune_code="25864")
        monkeypatch.setenv("ANSINH_NOW", "2026-10-01T08:00")
        sign(connection, "SHEET_ROW_LOST", signed_by="B", reason="x", valid_until=date(2026, 10, 2))
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00")
    with pytest.raises(BlockedByData, match="SHEET_ROW_LOST"):
        run_gate("commune_sheet", PERIOD, "run-1")


def test_a_waiver_needs_a_name_and_a_reason(dsn: str) -> None:
    with psycopg.connect(dsn) as connection, pytest.raises(UsageError):
        sign(connection, "SHEET_ROW_LOST", signed_by="B", reason=" ", valid_until=date(2999, 1, 1))


def test_a_check_that_cannot_look_is_our_fault_and_never_counts_as_passed(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = load_suite("bank_return")[0]
    object.__setattr__(broken, "sql", "select no_such_column from ops.bank_entry")
    monkeypatch.setattr("ansinh.quality.gate.load_suite", lambda gate: [broken])
    with pytest.raises(AnsinhError, match="Không chạy được kiểm tra BANK_PAID_TWICE"):
        run_gate("bank_return", PERIOD, "run-1")


@pytest.mark.parametrize("gate", GATES)
def test_every_suite_uses_only_values_that_exist_and_lists_its_keys(gate: str) -> None:
    for check in load_suite(gate):
        rendered = render(check.sql, values_for(PERIOD), lambda schema, table: f"{schema}.{table}")
        assert "@" not in rendered
        if check.lists_rows:
            assert " as key_kind" in rendered, check.code


def test_a_suite_that_names_an_unknown_value_is_refused() -> None:
    with pytest.raises(AnsinhError, match=":secret"):
        render("select :secret::text", values_for(PERIOD), lambda schema, table: table)
