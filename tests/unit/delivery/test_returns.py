"""What the bank answers, posted: in any order, any number of times, true or false, the books end right or stay open."""

from __future__ import annotations

import itertools

import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.local import bank
from ansinh.payment import delivery, file_state, manifest, reissue
from ansinh.payment.reconcile import reconcile
from ansinh.payment.returns import collect_returns
from ansinh.payment.session import money, rows, run

from tests.support.answers import batch_entry, camt, drop, entry, pain002
from tests.support.money import SENDER, approved_run, people, run_state, states
from tests.support.sent import RUN, THREE, A, B, C, books_tie, debits, message_id


@pytest.fixture
def sent(province):
    """Three lines, sent; the bank is us."""
    delivery.send(approved_run(THREE, RUN), SENDER)
    return province


def _reasons() -> list[str]:
    return reconcile("2026-11")["runs"][RUN]["reasons"]


def _verdicts() -> dict[str, int]:
    with money() as connection:
        return {
            row[0]: row[1] for row in rows(connection, "select verdict, count(*) from ops.bank_entry where kind <> 'status' group by 1")
        }


def test_the_demo_bank_pays_refuses_and_returns_and_the_run_closes_to_the_dong(banked):
    bank.seed_accounts(
        banked,
        [
            {"account_number": THREE[1].account, "bin": "970436", "behaviour": "closed-account"},
            {"account_number": THREE[2].account, "bin": "970436", "behaviour": "return-later", "days": 5, "reason": "AC06"},
        ],
    )
    delivery.send(approved_run(THREE, RUN), SENDER)
    bank.settle(banked)
    counts = collect_returns("2026-11")
    assert (counts["unreadable"], counts["unmatched"]) == (0, 0)
    assert counts["moved"] >= 3
    assert states("instruction", RUN) == ["settled", "rejected", "settled"]
    before = reconcile("2026-11")
    assert (before["runs"][RUN]["state"], before["paid_vnd"], before["rejected_vnd"]) == ("closed", 1_250_000, 650_000)
    bank.settle(banked, days=9)
    assert collect_returns("2026-11")["moved"] == 1
    assert states("instruction", RUN) == ["settled", "rejected", "returned"]
    assert run_state(RUN) == "sent"
    after = reconcile("2026-11")
    assert (after["paid_vnd"], after["returned_vnd"], after["booked_vnd"], after["closed"]) == (500_000, 750_000, 1_250_000, True)
    assert after["runs"][RUN]["reasons"] == []
    assert [(t.reason.code, t.state, t.rows) for t in reissue.to_do("2026-11")] == [("AC06", "returned", 1), ("AC04", "rejected", 1)]
    books_tie()


def test_collecting_again_finds_nothing_new(banked):
    delivery.send(approved_run(THREE, RUN), SENDER)
    bank.settle(banked)
    assert collect_returns()["messages"] > 0
    assert set(collect_returns().values()) == {0}


ANSWERS = {
    "status": lambda m: pain002("P1", m, [(A, "ACCP", ""), (B, "RJCT", "AC04"), (C, "ACCP", "")]),
    "later": lambda m: pain002("P2", m, [(A, "ACSC", ""), (C, "ACSC", "")], group="PART"),
    "debits": lambda m: camt("N1", debits((A, C))),
    "statement": lambda m: camt("S1", debits((A, C)), "camt.053"),
    "return": lambda m: camt("N2", [entry(C, 750_000, ref="RR", side="CRDT", reason="AC06", day="2026-11-02")]),
}


@pytest.mark.parametrize("order", list(itertools.permutations(ANSWERS))[::12])
def test_answers_in_any_order_end_the_same(sent, order):
    for number, name in enumerate(order):
        drop(sent, f"{number}-{name}.xml", ANSWERS[name](message_id()))
        collect_returns()
    assert states("instruction", RUN) == ["settled", "rejected", "returned"]
    assert _reasons() == []
    assert run_state(RUN) == "closed"
    books_tie()


def test_the_same_answer_under_another_name_is_one_answer(sent):
    for name in ("a.xml", "b.xml"):
        drop(sent, name, camt("N1", debits()))
    counts = collect_returns()
    assert (counts["messages"], counts["moved"]) == (1, 3)
    assert set(collect_returns().values()) == {0}


def test_accepted_is_not_paid_and_a_silent_bank_leaves_the_run_open(sent):
    assert _reasons() == ["open", "status"]
    drop(sent, "a.xml", pain002("P1", message_id(), [(k, "ACCP", "") for k in (A, B, C)], group="ACCP"))
    collect_returns()
    assert states("instruction", RUN) == ["accepted"] * 3
    assert _reasons() == ["open", "statement"]
    assert run_state(RUN) == "sent"


def test_a_file_refused_as_a_whole_frees_every_line(sent):
    drop(sent, "a.xml", pain002("P1", message_id(), [], group="RJCT", group_reason="FF01"))
    collect_returns()
    assert states("instruction", RUN) == ["rejected"] * 3
    assert states("file", RUN) == ["rejected"]
    assert (_reasons(), run_state(RUN)) == ([], "closed")
    books_tie()


def test_refused_as_a_duplicate_means_the_first_one_lives(sent):
    drop(sent, "a.xml", pain002("P1", message_id(), [], group="RJCT", group_reason="DUPL"))
    drop(sent, "b.xml", pain002("P2", message_id(), [(A, "RJCT", "AM05")]))
    collect_returns()
    assert states("instruction", RUN) == ["sent"] * 3
    with pytest.raises(BlockedByData):
        reissue.allow_all("2026-11", "DUPL", SENDER, "thử")


def test_a_partial_report_says_nothing_of_those_it_leaves_out(sent):
    drop(sent, "a.xml", pain002("P1", message_id(), [(B, "RJCT", "AC01")]))
    collect_returns()
    assert states("instruction", RUN) == ["sent", "rejected", "sent"]


def test_a_bank_that_lists_only_refusals_accepts_the_others(province, monkeypatch):
    _use_profile(province, "status_lists: rejects_only")
    delivery.send(approved_run(THREE, RUN), SENDER)
    drop(province, "a.xml", pain002("P1", message_id(), [(B, "RJCT", "AC01")]))
    collect_returns()
    assert states("instruction", RUN) == ["accepted", "rejected", "accepted"]


def _use_profile(home, *lines: str) -> None:
    from importlib.resources import files

    text = (files("ansinh.payment.profiles") / "demo_bank.yml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.split(":")[0] not in {new.split(":")[0] for new in lines}]
    (home / "profiles").mkdir()
    (home / "profiles/demo_bank.yml").write_text("\n".join([*kept, *lines]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("order", ["debit_first", "refusal_first"])
def test_one_booked_sum_pays_exactly_those_not_refused(province, order):
    _use_profile(province, "batch_booking: true", "status_lists: rejects_only")
    delivery.send(approved_run(THREE, RUN), SENDER)
    steps = [
        ("status.xml", pain002("P1", message_id(), [(B, "RJCT", "AC01")])),
        ("debit.xml", camt("N1", [batch_entry(message_id(), 1_250_000, ref="SUM1")])),
    ]
    for name, content in steps if order == "refusal_first" else steps[::-1]:
        drop(province, name, content)
        collect_returns()
    assert states("instruction", RUN) == ["settled", "rejected", "settled"]
    assert _reasons() == []


def test_a_booked_sum_that_fits_nothing_waits(sent):
    drop(sent, "a.xml", camt("N1", [batch_entry(message_id(), 1_249_999, ref="SUM1")]))
    collect_returns()
    assert states("instruction", RUN) == ["sent"] * 3
    assert _verdicts() == {"batch_open": 1}


@pytest.mark.parametrize(
    ("changed", "verdict", "state"),
    [
        ({"amount": 500_001}, "wrong_amount", "sent"),
        ({"account": "0099"}, "wrong_account", "sent"),
        ({"name": "KE KHAC HAN"}, "wrong_name", "settled"),
        ({"name": "Nguyễn Văn Á", "account": "0011 0000 00001"}, "matched", "settled"),
    ],
)
def test_amount_account_and_name_of_every_booking_are_compared(sent, changed, verdict, state):
    drop(sent, "a.xml", camt("N1", debits((A,), **changed)))
    collect_returns()
    assert _verdicts() == {verdict: 1}
    assert states("instruction", RUN)[0] == state


def test_a_payment_booked_twice_is_seen_and_the_run_stays_open(sent):
    again = entry(A, 500_000, ref="OTHER", account=THREE[0].account)
    drop(sent, "a.xml", camt("N1", [*debits(), again]))
    collect_returns()
    assert _verdicts() == {"matched": 3, "repeated": 1}
    assert "paid_twice" in _reasons()
    assert run_state(RUN) == "sent"


def test_money_booked_for_a_refused_line_is_a_contradiction_not_a_payment(sent):
    drop(sent, "a.xml", pain002("P1", message_id(), [(A, "RJCT", "AC01")]))
    collect_returns()
    drop(sent, "b.xml", camt("N1", debits()))
    collect_returns()
    assert states("instruction", RUN) == ["rejected", "settled", "settled"]
    assert "contradicts" in _reasons()
    with pytest.raises(BlockedByData) as refused:
        reissue.allow(A, SENDER, "chi lại")
    assert refused.value.code == "NO_PROOF"


def test_money_that_fits_nothing_of_ours_has_a_place(sent):
    drop(sent, "a.xml", camt("N1", [*debits(), entry("FEE", 22_000, ref="F1"), entry("NOTPROVIDED", 5_000_000, ref="F2", side="CRDT")]))
    assert collect_returns()["unmatched"] == 2
    result = reconcile("2026-11")
    assert (result["unmatched_rows"], result["unmatched_vnd"], result["runs"][RUN]["state"]) == (2, 5_022_000, "closed")


def test_an_unreadable_answer_is_refused_alone_and_kept(sent):
    drop(sent, "a.xml", b"<nothing")
    drop(sent, "b.xml", camt("N1", debits())[:-40])
    drop(sent, "c.xml", camt("N2", debits((C,))))
    counts = collect_returns()
    assert (counts["unreadable"], counts["posted"], counts["moved"]) == (2, 1, 1)
    assert states("instruction", RUN) == ["sent", "sent", "settled"]
    assert len(list((sent / "bank_answers").iterdir())) == 3
    assert set(collect_returns().values()) == {0}


def test_an_answer_tells_a_dead_senders_file_has_arrived(province):
    run_id = approved_run(THREE, RUN)
    with money("sender") as connection:
        run(connection, "update ops.payment_run set state = 'sending', sent_by = :by where run_id = :id", by=SENDER, id=run_id)
        file_state.intend(connection, file_state.files_of(connection, run_id)[0], SENDER)
    drop(province, "a.xml", camt("N1", debits()))
    collect_returns()
    assert (states("file", RUN), states("instruction", RUN)) == (["acked"], ["settled"] * 3)
    assert delivery.send(run_id, SENDER).state == "sent"
    assert list((province / "sftp/bank/inbox").iterdir()) == []


def test_a_file_believed_absent_that_is_answered_never_leaves_again(province):
    run_id = approved_run(THREE, RUN)
    drop(province, "a.xml", pain002("P1", message_id(), [(A, "ACCP", ""), (B, "ACCP", ""), (C, "ACCP", "")], group="ACCP"))
    collect_returns()
    assert states("file", run_id) == ["acked"]
    assert delivery.send(run_id, SENDER).state == "sent"
    assert list((province / "sftp/bank/inbox").iterdir()) == []


def test_a_failed_line_is_allowed_again_only_with_proof_and_a_reason(sent):
    with pytest.raises(UsageError):
        reissue.allow(A, SENDER, "chưa hỏng")
    drop(sent, "a.xml", pain002("P1", message_id(), [(A, "RJCT", "AM04"), (B, "RJCT", "MD07"), (C, "ACCP", "")]))
    collect_returns()
    assert reissue.allow_all("2026-11", "AM04", SENDER, "đã nạp tiền") == 1
    with pytest.raises(BlockedByData) as refused:
        reissue.allow(B, SENDER, "chi lại")
    assert refused.value.code == "NEVER_REISSUE"


def test_every_reason_code_says_who_does_what():
    from ansinh.rules import reference

    found = reference.load("reason_codes")
    assert {row["reissue"] for row in found} == {"same", "after_change", "ask", "never"}
    assert {row["owner"] for row in found} <= {"commune", "province", "system"}
    assert all(row["meaning_vi"] and row["action"] for row in found)
    assert reissue.reason_of("ZZ99").code == "ZZ99"
    assert reissue.reason_of(None).code == "NARR"


def test_a_hundred_lines_through_the_demo_bank_tie(banked):
    delivery.send(approved_run(people(100), RUN), SENDER)
    bank.settle(banked)
    collect_returns()
    result = reconcile("2026-11")
    assert (result["closed"], result["paid_rows"], result["booked_vnd"]) == (True, 100, sum(p.amount for p in people(100)))
    assert manifest.outbox(RUN).is_dir()
    books_tie()
