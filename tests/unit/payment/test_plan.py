"""Who gets an instruction, who does not, and that asking again changes nothing."""

from __future__ import annotations

import psycopg
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.payment import approve, ledger, pending, plan, runs, seal
from ansinh.payment.ledger import Move
from ansinh.payment.session import money

from tests.support.paylist import CHECKER, MAKER, PERIOD, approved, entitlement, gone, planned, publish, query, sealed


def test_each_owner_gets_one_run_and_asking_again_gives_the_same(dsn: str) -> None:
    publish(dsn, [entitlement("P1")])
    first = runs.open_runs(PERIOD, MAKER)
    assert first == ["2026-11-YTE-1", "2026-11-NOV-1"]
    assert runs.open_runs(PERIOD, MAKER) == first


def test_only_payable_lines_that_nobody_holds_are_planned(dsn: str) -> None:
    lines = [
        entitlement("P1"),
        entitlement("P2", hold_code="deceased"),
        entitlement("P3", months={}),
        entitlement("P4", programme_code="NCC"),
    ]
    publish(dsn, lines)
    yte, nov = runs.open_runs(PERIOD, MAKER)
    assert (plan.plan(yte, MAKER).rows, plan.plan(nov, MAKER).rows) == (1, 1)
    assert query(dsn, "select person_id, programme_code from ops.payment_instruction order by 1") == [("P1", "BTXH"), ("P4", "NCC")]


def test_planning_again_takes_the_newest_list_and_leaves_no_trace_of_the_old(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1"), entitlement("P2")])
    publish(dsn, [entitlement("P1", months={PERIOD: 1_080_000}), entitlement("P3")])
    result = plan.plan(run_id, MAKER)
    assert (result.rows, result.total_vnd, result.state) == (2, 1_890_000, "checked")
    assert query(dsn, "select person_id, amount_vnd from ops.payment_instruction order by 1") == [("P1", 1_080_000), ("P3", 810_000)]


def test_an_instruction_carries_each_month_it_pays(dsn: str) -> None:
    planned(dsn, [entitlement("P1", months={PERIOD: 810_000, "2026-09": 60_000, "2026-10": 60_000})])
    assert query(dsn, "select month, amount_vnd from ops.instruction_month order by 1") == [
        ("2026-09", 60_000),
        ("2026-10", 60_000),
        (PERIOD, 810_000),
    ]
    assert query(dsn, "select amount_vnd from ops.payment_instruction") == [(930_000,)]


def test_a_line_whose_months_do_not_sum_to_it_stops_the_plan(dsn: str) -> None:
    with pytest.raises(BlockedByData) as error:
        planned(dsn, [entitlement("P1", payable_vnd=900_000)])
    assert error.value.code == "MONTHS_DIFFER"
    assert query(dsn, "select count(*) from ops.payment_instruction") == [(0,)]


def test_two_lines_under_one_guard_stop_the_plan(dsn: str) -> None:
    with pytest.raises(BlockedByData) as error:
        planned(dsn, [entitlement("P1"), entitlement("P1", programme_code="HTXH", entitlement_code="HTXH")])
    assert error.value.code == "DOUBLE_GUARD"


def test_nothing_to_pay_is_a_state_and_not_an_error(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1", hold_code="moved")])
    with money() as connection:
        assert runs.totals(connection, run_id).state == "empty"
    result = seal.seal(run_id, MAKER)
    assert result.state == "empty"
    assert "không còn ai chờ chi" in result.note_vi


def test_after_the_money_left_only_new_people_go_into_the_next_run(dsn: str) -> None:
    lines = [entitlement("P1"), entitlement("P2")]
    run_id = approved(dsn, lines)
    gone(run_id)
    assert runs.open_runs(PERIOD, MAKER)[0] == run_id
    assert plan.plan(run_id, MAKER).rows == 2
    publish(dsn, [*lines, entitlement("P3")])
    second = runs.open_runs(PERIOD, MAKER)[0]
    assert second == "2026-11-YTE-2"
    assert plan.plan(second, MAKER).rows == 1
    assert query(dsn, "select person_id from ops.payment_instruction where run_id = %s", second) == [("P3",)]


def test_a_changed_amount_after_sending_is_no_second_payment(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    gone(run_id)
    publish(dsn, [entitlement("P1", months={PERIOD: 1_080_000})])
    assert runs.open_runs(PERIOD, MAKER)[0] == run_id


def test_a_person_merged_into_one_already_paid_is_not_paid_again(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P-old")])
    gone(run_id)
    with psycopg.connect(dsn) as connection:
        connection.execute("insert into ops.person (person_id, created_period) values ('P-new', '2026-11')")
        connection.execute("insert into ops.person (person_id, created_period, merged_into) values ('P-old', '2026-10', 'P-new')")
    publish(dsn, [entitlement("P-new"), entitlement("P-other")])
    second = runs.open_runs(PERIOD, MAKER)[0]
    plan.plan(second, MAKER)
    assert query(dsn, "select person_id from ops.payment_instruction where run_id = %s", second) == [("P-other",)]


def test_two_people_merged_after_planning_stop_the_seal(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1"), entitlement("P2")])
    with psycopg.connect(dsn) as connection:
        connection.execute("insert into ops.person (person_id, created_period) values ('P2', '2026-11')")
        connection.execute("insert into ops.person (person_id, created_period, merged_into) values ('P1', '2026-11', 'P2')")
    with pytest.raises(BlockedByData) as error:
        seal.seal(run_id, MAKER)
    assert error.value.code == "MERGED_TWICE"


def test_a_line_the_bank_would_refuse_is_left_out_and_said_so(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1"), entitlement("P2", account_name="名前"), entitlement("P3", bin="000000")])
    with money() as connection:
        result = runs.totals(connection, run_id)
    assert (result.rows, result.refused_rows) == (1, 2)
    assert query(dsn, "select person_id, state, return_reason from ops.payment_instruction where state = 'cancelled' order by 1") == [
        ("P2", "cancelled", "BAD_NAME"),
        ("P3", "cancelled", "UNKNOWN_BANK"),
    ]
    assert plan.plan(run_id, MAKER).rows == 1
    assert query(dsn, "select count(*) from ops.payment_instruction") == [(3,)], "the same bad line is not tried again and again"


def test_a_returned_line_waits_for_another_account_or_an_officer(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    gone(run_id)
    first = query(dsn, "select end_to_end_id from ops.payment_instruction")[0][0]
    with money("sender") as connection:
        ledger.advance(connection, [Move(first, "rejected", "pain.002", return_reason="AC04")])
    assert runs.open_runs(PERIOD, MAKER)[0] == run_id, "the same closed account is not tried again"
    publish(dsn, [entitlement("P1", account_number="99887766")])
    second = runs.open_runs(PERIOD, MAKER)[0]
    assert plan.plan(second, MAKER).rows == 1
    assert query(dsn, "select attempt, account_number from ops.payment_instruction where run_id = %s", second) == [(2, "99887766")]


def test_an_officer_may_have_a_failed_line_paid_again_but_not_an_open_one(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    gone(run_id)
    first = query(dsn, "select end_to_end_id from ops.payment_instruction")[0][0]
    with pytest.raises(UsageError), money("maker") as connection:
        pending.allow_reissue(connection, first, CHECKER, "thử")
    with money("sender") as connection:
        ledger.advance(connection, [Move(first, "rejected", "pain.002", return_reason="AM04")])
    with money("maker") as connection:
        pending.allow_reissue(connection, first, CHECKER, "Ngân sách đã về")
    second = runs.open_runs(PERIOD, MAKER)[0]
    assert plan.plan(second, MAKER).rows == 1


def test_overpaid_months_become_cases_and_never_a_deduction(dsn: str) -> None:
    dead = entitlement("P1", months={}, overpaid={"2026-10": 750_000}, hold_code="deceased")
    planned(dsn, [dead, entitlement("P2")])
    assert query(dsn, "select person_id, month, amount_vnd, state from ops.recovery_case") == [("P1", "2026-10", 750_000, "open")]
    assert query(dsn, "select sum(amount_vnd) from ops.payment_instruction") == [(810_000,)]


def test_a_rejected_run_frees_its_people_for_a_new_one(dsn: str) -> None:
    run_id = sealed(dsn, [entitlement("P1"), entitlement("P2", channel="cash")])
    assert approve.decide(run_id, CHECKER, "reject", "Sai tổng").state == "cancelled"
    with money() as connection:
        assert set(ledger.balances(connection, run_id).values()) <= {0}
    second = runs.open_runs(PERIOD, MAKER)[0]
    assert second != run_id
    assert plan.plan(second, MAKER).rows == 2


def test_before_any_pay_list_it_says_what_to_run(dsn: str) -> None:
    with pytest.raises(BlockedByData) as error:
        runs.open_runs(PERIOD, MAKER)
    assert error.value.code == "NO_PAY_LIST"
