"""From a refusal to the money in hand: the reason, who acts, the corrected account, attempt 2, and both runs closed to the đồng."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.local import bank
from ansinh.payment import approve, delivery, manifest, pending, plan, reissue, runs, seal
from ansinh.payment.reconcile import reconcile
from ansinh.payment.returns import collect_returns
from ansinh.payment.session import money, rows
from ansinh.payment.verify import verify

from tests.support.answers import drop
from tests.support.money import CHECKER, SENDER, people, states
from tests.support.money import approved_run as sealed_run
from tests.support.paylist import MAKER, PERIOD, approved, entitlement, publish
from tests.support.profiles import home_profile

WRONG, RIGHT = "1000000001", "1000000002"


def _attempts() -> list[tuple[int, str, str]]:
    with money() as connection:
        found = "select attempt, account_number, state from ops.payment_instruction where person_id = 'P1' order by attempt"
        return [tuple(row) for row in rows(connection, found)]


def _waiting() -> int:
    with money() as connection:
        return pending.count_waiting(connection, PERIOD, "y_te")[0]


def _through_the_bank(home, run_id: str) -> None:
    delivery.send(run_id, SENDER)
    bank.settle(home)
    assert collect_returns()["unreadable"] == 0
    reconcile(PERIOD)


def test_a_refused_line_is_paid_once_to_the_corrected_account_under_a_new_attempt(banked, dsn):
    bank.seed_accounts(banked, [{"account_number": WRONG, "bin": "970436", "behaviour": "wrong-account"}])
    lines = [entitlement("P1", account_number=WRONG), entitlement("P2")]
    _through_the_bank(banked, approved(dsn, lines))
    assert _attempts() == [(1, WRONG, "rejected")]
    assert [(do.reason.code, do.reason.owner, do.reason.reissue) for do in reissue.to_do(PERIOD)] == [("AC01", "commune", "after_change")]
    assert _waiting() == 0, "the same wrong account is not tried every night"
    publish(dsn, [entitlement("P1", account_number=RIGHT), entitlement("P2")])
    assert _waiting() == 1
    again, other_owner = runs.open_runs(PERIOD, MAKER)
    assert again.endswith("-YTE-2")
    plan.plan(again, MAKER)
    assert plan.plan(other_owner, MAKER).state == "empty"
    seal.seal(again, MAKER)
    approve.decide(again, CHECKER, "approve")
    _through_the_bank(banked, again)
    assert _attempts() == [(1, WRONG, "rejected"), (2, RIGHT, "settled")]
    assert reissue.to_do(PERIOD) == []
    assert _waiting() == 0
    result = reconcile(PERIOD)
    assert (result["closed"], result["paid_rows"], result["rejected_rows"]) == (True, 2, 1)
    assert set(bank.payments(banked).values()) == {1}
    assert verify() == []


def test_while_the_first_is_open_no_second_attempt_is_planned_whatever_the_list_says(banked, dsn):
    run_id = approved(dsn, [entitlement("P1", account_number=WRONG)])
    delivery.send(run_id, SENDER)
    publish(dsn, [entitlement("P1", account_number=RIGHT)])
    assert _waiting() == 0
    with money() as connection:
        key = rows(connection, "select end_to_end_id from ops.payment_instruction")[0][0]
    with pytest.raises(UsageError):
        reissue.allow(key, SENDER, "người dân hỏi")
    assert _attempts() == [(1, WRONG, "sent")]


def test_a_columnar_bank_is_served_from_seal_to_closed_month_by_its_profile_alone(province):
    home_profile(province, "example_csv")
    run_id = "2026-11-YTE-1"
    delivery.send(sealed_run(people(3), run_id), SENDER)
    path = next(manifest.outbox(run_id).glob("*.csv"))
    sent = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    assert (province / "sftp/bank/inbox" / path.name).read_bytes() == path.read_bytes()

    def result(name: str, *changes: tuple[str, str]) -> None:
        lines = ["Mã giao dịch,Kết quả,Lý do,Số tiền,Số tài khoản,Tên người nhận,Ngày hạch toán,Số bút toán"]
        for number, (row, (word, reason)) in enumerate(zip(sent, changes, strict=False)):
            lines.append(
                f"{row['Mã giao dịch']},{word},{reason},{row['Số tiền']},{row['Số tài khoản']},{row['Tên người nhận']},26/10/2026,{name}{number}"
            )
        drop(province, f"{name}.csv", "\n".join(lines).encode())

    result("a", ("Đang xử lý", ""), ("Đang xử lý", ""), ("Đang xử lý", ""))
    collect_returns()
    assert states("instruction", run_id) == ["sent"] * 3
    result("b", ("Thành công", ""), ("Thất bại", "Tài khoản đã đóng"), ("Thành công", ""))
    collect_returns()
    assert states("instruction", run_id) == ["settled", "rejected", "settled"]
    assert reconcile("2026-11")["closed"]
    sent = sent[2:]
    result("c", ("Hoàn trả", "Sai tên người nhận"))
    collect_returns()
    assert states("instruction", run_id) == ["settled", "rejected", "returned"]
    after = reconcile("2026-11")
    assert (after["closed"], after["returned_rows"]) == (True, 1)
    assert {(do.reason.code, do.state) for do in reissue.to_do("2026-11")} == {("AC04", "rejected"), ("BE01", "returned")}
    assert verify() == []


def test_a_columnar_list_with_another_amount_moves_nothing_and_keeps_the_month_open(province):
    home_profile(province, "example_csv")
    run_id = "2026-11-YTE-1"
    delivery.send(sealed_run(people(1), run_id), SENDER)
    text = "Mã giao dịch,Kết quả,Lý do,Số tiền,Số tài khoản,Tên người nhận,Ngày hạch toán,Số bút toán\n"
    drop(province, "a.csv", f"{text}{run_id}-00001,Thành công,,499999,0011000000000,NGUYEN VAN AA,26/10/2026,1\n".encode())
    collect_returns()
    assert states("instruction", run_id) == ["sent"]
    assert not reconcile("2026-11")["closed"]


def test_a_duplicate_is_never_paid_again_even_on_an_officers_word(banked, dsn):
    run_id = approved(dsn, [entitlement("P1", account_number=WRONG)])
    delivery.send(run_id, SENDER)
    with pytest.raises(BlockedByData) as refused:
        reissue.allow_all(PERIOD, "AM05", SENDER, "chi lại")
    assert refused.value.code == "NEVER_REISSUE"
