"""What the database refuses by itself, whoever asks: tried with plain SQL under the roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from ansinh.core.errors import BlockedByData
from ansinh.payment import approve, seal
from ansinh.payment.audit import check_chain, record
from ansinh.payment.session import act_as, money
from ansinh.payment.verify import verify

from tests.support.paylist import CHECKER, MAKER, SENDER, approved, entitlement, gone, planned, query, sealed


@pytest.fixture
def run_id(dsn: str) -> str:
    return sealed(dsn, [entitlement("P1"), entitlement("P2"), entitlement("P3", channel="cash")])


def refused(dsn: str, role: str | None, statement: str, values: dict[str, Any] | None = None) -> str:
    """The first word of the database's refusal; fails when it lets the statement through."""
    with psycopg.connect(dsn) as connection:
        if role:
            connection.execute(f"set role ansinh_{role}")
        try:
            connection.execute(statement, values)
            connection.execute("set constraints all immediate")
        except psycopg.errors.InsufficientPrivilege:
            return "NO_RIGHT"
        except psycopg.IntegrityError as error:
            return str(error).split(":")[0].split()[0]
    raise AssertionError(f"the database let this through: {statement}")


_APPROVAL = (
    "insert into ops.approval (run_id, approver, decision, manifest_sha256)"
    " select run_id, %(who)s, 'approve', manifest_sha256 from ops.payment_run where run_id = %(run)s"
)


@pytest.mark.parametrize("who", [MAKER, MAKER.upper(), f"  {MAKER} "])
def test_the_maker_cannot_approve_even_in_sql(dsn: str, run_id: str, who: str) -> None:
    assert refused(dsn, "checker", _APPROVAL, {"who": who, "run": run_id}) == "FOUR_EYES"
    assert refused(dsn, None, _APPROVAL, {"who": who, "run": run_id}) == "FOUR_EYES", "nor the owner of the database"


def test_the_role_that_makes_cannot_write_an_approval(dsn: str, run_id: str) -> None:
    assert refused(dsn, "maker", _APPROVAL, {"who": CHECKER, "run": run_id}) == "NO_RIGHT"
    assert refused(dsn, "sender", _APPROVAL, {"who": CHECKER, "run": run_id}) == "NO_RIGHT"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("checker", "update ops.payment_instruction set state = 'cancelled'"),
        ("checker", "update ops.payment_run set total_vnd = 1"),
        ("checker", "insert into ops.ledger_entry (transaction_id, run_id, account, amount_vnd) values ('x', 'y', 'paid', 1)"),
        ("sender", "update ops.payment_instruction set amount_vnd = 1"),
        ("sender", "insert into ops.payment_instruction (end_to_end_id) select end_to_end_id || 'x' from ops.payment_instruction"),
        ("maker", "update ops.payment_instruction set amount_vnd = 1"),
        ("maker", "update ops.payment_instruction set account_number = '1'"),
        ("auditor", "update ops.payment_run set state = 'approved'"),
        ("auditor", "insert into ops.approval (run_id, approver, decision, manifest_sha256) values ('a', 'b', 'approve', 'c')"),
    ],
)
def test_each_hand_has_only_its_own_rights(dsn: str, run_id: str, role: str, statement: str) -> None:
    assert refused(dsn, role, statement) == "NO_RIGHT"


@pytest.mark.parametrize(
    ("role", "statement", "code"),
    [
        ("maker", "update ops.payment_run set state = 'approved'", "STATE_GRAPH"),
        ("checker", "update ops.payment_run set state = 'approved'", "NOT_APPROVED"),
        ("checker", "update ops.payment_run set state = 'sent'", "STATE_GRAPH"),
        ("sender", "update ops.payment_run set state = 'sending', sent_by = 'x'", "STATE_GRAPH"),
        ("sender", "update ops.payment_instruction set state = 'settled' where channel = 'bank'", "STATE_GRAPH"),
        ("maker", "update ops.payment_instruction set state = 'sent' where channel = 'bank'", "STATE_GRAPH"),
        (None, "update ops.payment_run set total_vnd = total_vnd + 1", "SEALED_RUN"),
        (None, "update ops.payment_run set created_by = 'nobody'", "RUN_IDENTITY"),
        (None, "update ops.payment_run set required_approvals = 1, sealed_by = 'nobody'", "SEALED_RUN"),
        (None, "update ops.payment_instruction set amount_vnd = amount_vnd * 10", "SEALED_INSTRUCTION"),
        (None, "update ops.payment_instruction set account_number = '666'", "SEALED_INSTRUCTION"),
        (None, "update ops.payment_instruction set payee_name = 'X'", "SEALED_INSTRUCTION"),
        (None, "delete from ops.payment_instruction", "SEALED_INSTRUCTION"),
        (None, "truncate ops.payment_instruction cascade", "SEALED_INSTRUCTION"),
        (None, "update ops.payment_file set sha256 = repeat('0', 64)", "SEALED_FILE"),
        (None, "update ops.payment_file set total_vnd = 1", "SEALED_FILE"),
        (None, "delete from ops.payment_file", "SEALED_FILE"),
        (None, "update ops.instruction_month set amount_vnd = 1", "SEALED_MONTHS"),
        (None, "delete from ops.instruction_month", "SEALED_MONTHS"),
        (None, "insert into ops.instruction_month select end_to_end_id, '2020-01', '5.6_n', 1 from ops.payment_instruction", "SEALED_MONTHS"),
        (None, "update ops.ledger_entry set amount_vnd = 0", "APPEND_ONLY"),
        (None, "delete from ops.ledger_entry", "APPEND_ONLY"),
        (None, "truncate ops.ledger_entry", "APPEND_ONLY"),
        (None, "update ops.audit_event set actor = 'x'", "APPEND_ONLY"),
        (None, "delete from ops.audit_event", "APPEND_ONLY"),
        (None, "truncate ops.audit_event", "APPEND_ONLY"),
        (None, "delete from ops.payment_run", "KEPT_RUN"),
        (None, "insert into ops.payment_run (run_id, period, programme_group, run_number, state, created_by) values ('z', '2026-11', 'y_te', 9, 'approved', 'x')", "NEW_RUN"),
    ],
)  # fmt: skip
def test_a_sealed_run_stays_what_it_is(dsn: str, run_id: str, role: str | None, statement: str, code: str) -> None:
    only_this = statement if "where" in statement or "payment_run set" not in statement else f"{statement} where run_id = '{run_id}'"
    assert refused(dsn, role, only_this) == code


def test_a_line_cannot_be_added_to_a_sealed_run(dsn: str, run_id: str) -> None:
    statement = (
        "insert into ops.payment_instruction (end_to_end_id, run_id, period, entitlement_id, guard_key, person_id, programme_code,"
        " entitlement_code, payee_id, payee_name, amount_vnd, channel, commune_code, state) values"
        " ('new', %(run)s, '2026-11', 'E9', 'P9|x', 'P9', 'BTXH', '5.6_n', 'P9', 'x', 5, 'bank', '25858', 'planned')"
    )
    assert refused(dsn, "maker", statement, {"run": run_id}) == "LATE_INSTRUCTION"


def test_a_second_live_payment_of_one_entitlement_is_refused_even_while_the_first_is_unknown(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1")])
    names = query(
        dsn,
        "select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns"
        " where table_schema = 'ops' and table_name = 'payment_instruction' and is_generated = 'NEVER'",
    )[0][0]
    copy = (
        f"insert into ops.payment_instruction ({names}) select {names} from (select (jsonb_populate_record(null::ops.payment_instruction,"
        " to_jsonb(i) || jsonb_build_object('end_to_end_id', 'twin', 'attempt', 2, {changes}))).* from ops.payment_instruction i) as twin"
    )
    for changes in ("'guard_key', 'other'", "'entitlement_id', 'other'"):
        with psycopg.connect(dsn) as connection, pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(copy.format(changes=changes))
    assert query(dsn, "select count(*) from ops.payment_instruction where run_id = %s", run_id) == [(1,)]


def test_an_unbalanced_posting_does_not_commit(dsn: str, run_id: str) -> None:
    one_leg = "insert into ops.ledger_entry (transaction_id, run_id, account, amount_vnd) values ('t1', %(run)s, 'paid', 5)"
    assert refused(dsn, "maker", one_leg, {"run": run_id}) == "UNBALANCED"
    second = "insert into ops.ledger_entry (transaction_id, run_id, account, amount_vnd) select transaction_id, run_id, 'paid', 5 from ops.ledger_entry limit 1"
    assert refused(dsn, "maker", second) == "UNBALANCED", "nor a late leg on a finished transaction"


def test_two_approvers_above_the_limit_and_one_person_counts_once(dsn: str, home: Any) -> None:
    (home / "ansinh.toml").write_text("[[payment.approval_tiers]]\nfrom_vnd = 0\napprovers = 2\n", encoding="utf-8")
    run_id = sealed(dsn, [entitlement("P1")])
    assert approve.decide(run_id, "an", "approve").state == "sealed"
    with pytest.raises(BlockedByData) as error:
        approve.decide(run_id, " AN ", "approve")
    assert error.value.code == "SAME_APPROVER"
    assert approve.decide(run_id, "binh", "approve").state == "approved"


def test_an_approval_does_not_survive_a_new_seal(dsn: str, run_id: str) -> None:
    old = query(dsn, "select manifest_sha256 from ops.payment_run where run_id = %s", run_id)[0][0]
    approve.decide(run_id, CHECKER, "approve")
    seal.seal(run_id, MAKER, again=True)
    force = "update ops.payment_run set state = 'approved' where run_id = %(run)s"
    assert refused(dsn, None, force, {"run": run_id}) == "NOT_APPROVED"
    late = "insert into ops.approval (run_id, approver, decision, manifest_sha256) values (%(run)s, 'c', 'approve', %(old)s)"
    assert refused(dsn, "checker", late, {"run": run_id, "old": old}) == "STALE_MANIFEST"


def test_who_approved_does_not_send_and_may_still_stop(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    send = "update ops.payment_run set state = 'sending', sent_by = %(who)s where run_id = %(run)s"
    assert refused(dsn, "sender", send, {"who": CHECKER.title(), "run": run_id}) == "FOUR_EYES"
    assert refused(dsn, "sender", send, {"who": None, "run": run_id}) == "FOUR_EYES"
    assert approve.decide(run_id, CHECKER, "hold", "Thấy sai một xã").state == "held"
    assert refused(dsn, "sender", send, {"who": SENDER, "run": run_id}) == "STATE_GRAPH"


def test_saying_no_needs_a_reason(dsn: str, run_id: str) -> None:
    with pytest.raises(BlockedByData) as error:
        approve.decide(run_id, CHECKER, "reject", "  ")
    assert error.value.code == "REASON"


def test_what_left_is_neither_cancelled_nor_sealed_again(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    with money("sender") as connection:
        connection.exec_driver_sql("update ops.payment_run set state = 'sending', sent_by = 'may'  where run_id = %s", (run_id,))
        connection.exec_driver_sql("update ops.payment_file set state = 'sending'")
        connection.exec_driver_sql("update ops.payment_run set state = 'approved' where run_id = %s", (run_id,))
    assert refused(dsn, "checker", "update ops.payment_run set state = 'cancelled' where run_id = %(run)s", {"run": run_id}) == "MONEY_LEFT"
    with pytest.raises(BlockedByData):
        seal.seal(run_id, MAKER, again=True)


def test_a_refusal_of_the_database_never_quotes_a_person(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1")])
    with pytest.raises(BlockedByData) as error, money() as connection:
        connection.exec_driver_sql("update ops.payment_instruction set amount_vnd = -1 where run_id = %s", (run_id,))
    assert "ĐÀO" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.fixture
def chain(dsn: str) -> Iterator[str]:
    with money() as connection:
        for number in range(50):
            record(connection, "an", "thử", {"number": number, "words": "Đ | \" ' \\ ’"})
    yield dsn


def _tamper(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")  # a DBA who switches the triggers off
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("update ops.audit_event set body = body || '{\"number\": 99}' where seq = 20", 20),
        ("update ops.audit_event set at = at + interval '1 microsecond' where seq = 3", 3),
        ("update ops.audit_event set actor = 'binh' where seq = 1", 1),
        ("delete from ops.audit_event where seq = 30", 31),
    ],
)
def test_a_changed_audit_trail_is_seen_at_the_event(chain: str, statement: str, broken_at: int) -> None:
    with money("auditor") as connection:
        assert check_chain(connection).broken_at is None
    _tamper(chain, statement)
    with money("auditor") as connection:
        assert check_chain(connection).broken_at == broken_at
    assert [finding.code for finding in verify()] == ["AUDIT_BROKEN"]


def test_a_cut_or_rewritten_trail_no_longer_holds_the_printed_head(chain: str) -> None:
    with money("auditor") as connection:
        printed = check_chain(connection).head
    assert verify(printed) == []
    _tamper(chain, "delete from ops.audit_event where seq > 40")
    assert verify() == [], "a shorter chain is a valid chain"
    assert [finding.code for finding in verify(printed)] == ["AUDIT_CUT"]


def test_verify_sees_a_ledger_a_dba_changed(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    gone(run_id)
    _tamper(dsn, "update ops.payment_instruction set amount_vnd = amount_vnd + 1")
    assert {finding.code for finding in verify()} == {"RUN_TOTALS", "FILE_TOTALS", "MONTHS_DIFFER", "LEDGER_DIFFERS"}


def test_verify_sees_a_run_pushed_on_without_approval(dsn: str) -> None:
    run_id = sealed(dsn, [entitlement("P1")])
    _tamper(dsn, f"update ops.payment_run set state = 'approved' where run_id = '{run_id}'")
    assert [finding.code for finding in verify()] == ["NOT_APPROVED"]


def test_the_hands_are_real_on_this_server(dsn: str) -> None:
    with money() as connection:
        assert act_as(connection, "maker")
        assert connection.exec_driver_sql("select current_user").scalar() == "ansinh_maker"
