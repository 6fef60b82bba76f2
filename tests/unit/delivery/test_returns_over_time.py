"""What the bank says later: reports that only lead forward, money that comes back to a closed run, notices before bookings."""

from __future__ import annotations

import pytest
from ansinh.payment import delivery, reissue
from ansinh.payment.reconcile import reconcile
from ansinh.payment.returns import collect_returns
from ansinh.payment.session import money, rows
from ansinh.report import period as report
from ansinh.text import say

from tests.support.answers import camt, drop, entry, pain002
from tests.support.money import SENDER, approved_run, run_state, states
from tests.support.sent import RUN, THREE, A, B, C, books_tie, debits, message_id


@pytest.fixture
def sent(province):
    """Three lines, sent; the bank is us."""
    delivery.send(approved_run(THREE, RUN), SENDER)
    return province


def _events(name: str) -> list[dict]:
    with money() as connection:
        return [row[0] for row in rows(connection, "select body from ops.audit_event where event = :name order by seq", name=name)]


def test_money_that_comes_back_opens_a_closed_run_until_it_ties_again_and_the_report_says_so(sent):
    drop(sent, "a.xml", camt("N1", debits()))
    collect_returns()
    assert reconcile("2026-11")["closed"]
    drop(sent, "b.xml", camt("S1", debits(), "camt.053"))
    collect_returns()
    assert (run_state(RUN), _events("run_reopened")) == ("closed", [])  # the statement repeats what is known
    drop(sent, "c.xml", camt("N2", [entry(C, 750_000, ref="RR", side="CRDT", reason="AC06", day="2026-11-02")]))
    collect_returns()
    assert run_state(RUN) == "sent"
    assert [(body["run_id"], body["rows"], body["total_vnd"]) for body in _events("run_reopened")] == [(RUN, 1, 750_000)]
    assert say("console.reopened", times=1, day="23/10/2026") in report.write("2026-11").read_text(encoding="utf-8")
    assert reconcile("2026-12")["earlier_runs"] == {RUN: "closed"}  # the next month's reconciliation sees it too
    books_tie()


def test_a_second_debit_after_the_run_was_closed_keeps_it_open(sent):
    drop(sent, "a.xml", camt("N1", debits()))
    collect_returns()
    assert reconcile("2026-11")["closed"]
    drop(sent, "b.xml", camt("N2", [entry(A, 500_000, ref="AGAIN", account=THREE[0].account)]))
    collect_returns()
    assert not reconcile("2026-11")["closed"]
    assert run_state(RUN) == "sent"


def test_reports_over_time_only_lead_forward(sent):
    for number, (code, state) in enumerate(
        [("RCVD", "sent"), ("ACTC", "sent"), ("ACCP", "accepted"), ("ACSP", "accepted"), ("PDNG", "accepted"), ("ACCP", "accepted")]
    ):
        drop(sent, f"{number}.xml", pain002(f"P{number}", message_id(), [(k, code, "") for k in (A, B, C)], group=code))
        collect_returns()
        assert states("instruction", RUN) == [state] * 3, code
    drop(sent, "n.xml", camt("N1", debits((A, C))))
    drop(sent, "r.xml", pain002("PR", message_id(), [(B, "RJCT", "AC04")]))  # refused at settlement, after it was accepted
    collect_returns()
    assert states("instruction", RUN) == ["settled", "rejected", "settled"]
    drop(sent, "late.xml", pain002("PL", message_id(), [(A, "ACCP", ""), (B, "ACCP", ""), (C, "PDNG", "")], group="ACCP"))
    collect_returns()
    assert states("instruction", RUN) == ["settled", "rejected", "settled"]


def test_a_return_notice_gives_the_reason_and_only_the_booked_credit_moves_the_money(sent):
    drop(sent, "a.xml", camt("N1", debits()))
    notice = (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"><PmtRtr><GrpHdr><MsgId>R1</MsgId></GrpHdr>'
        f'<TxInf><RtrId>1</RtrId><OrgnlEndToEndId>{C}</OrgnlEndToEndId><RtrdIntrBkSttlmAmt Ccy="VND">750000</RtrdIntrBkSttlmAmt>'
        "<RtrRsnInf><Rsn><Cd>AC06</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr></Document>"
    )
    drop(sent, "b.xml", notice.encode())
    collect_returns()
    assert states("instruction", RUN) == ["settled"] * 3
    drop(sent, "c.xml", camt("N2", [entry(C, 750_000, ref="RR", side="CRDT", day="2026-11-02")]))  # the booking itself says no reason
    collect_returns()
    assert states("instruction", RUN) == ["settled", "settled", "returned"]
    assert [(t.reason.code, t.state) for t in reissue.to_do("2026-11")] == [("AC06", "returned")]
    books_tie()
