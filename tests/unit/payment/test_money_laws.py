"""The laws of money as properties: whatever the order of planning, sealing, refusing, sending, failing, paying again and merging,
nobody is paid twice, the ledger balances, months sum to amounts, files sum to instructions and the audit trail verifies.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from ansinh.core.errors import AnsinhError, BlockedByData, UsageError
from ansinh.payment import approve, ledger, pending, plan, runs, seal
from ansinh.payment.ledger import Move
from ansinh.payment.session import money
from ansinh.payment.verify import verify
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.paylist import CHECKER, MAKER, PERIOD, entitlement, gone, publish, query

PEOPLE = ["P1", "P2", "P3", "P4"]
_RESET = """
set session_replication_role = replica;
truncate ops.payment_run, ops.approval, ops.payment_file, ops.payment_instruction, ops.instruction_month, ops.instruction_event,
    ops.ledger_entry, ops.audit_event, ops.recovery_case, ops.person, ops.person_merge cascade;
"""
_LIVE = "('rejected', 'returned', 'cancelled', 'carried')"
a_line = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["bank", "bank", "bank", "cash"]),
        "account_number": st.sampled_from(["111111", "222222"]),
        "hold_code": st.sampled_from([None, None, None, "duplicate_review"]),
        "months": st.dictionaries(st.sampled_from([PERIOD, "2026-10", "2026-09"]), st.integers(1, 2_000_000), min_size=1, max_size=3),
        "share_no": st.integers(1, 2),
    }
)


class MonthOfPayments:
    """A month lived in any order. The bank is ourselves: what left is settled, refused or returned at will."""

    def __init__(self) -> None:
        self.dsn = os.environ["ANSINH_DSN"]
        with psycopg.connect(self.dsn) as connection:
            connection.execute(_RESET)
            connection.execute("insert into ops.person (person_id, created_period) select unnest(%s::text[]), '2026-01'", (PEOPLE,))
        shutil.rmtree(Path(os.environ["ANSINH_HOME"]) / "outbox", ignore_errors=True)
        self.left = 0
        publish(self.dsn, [])

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return query(self.dsn, statement, *values)

    def _run_in(self, *states: str) -> str | None:
        found = self._all(
            "select run_id from ops.payment_run where state = any(%s) order by state = 'sent', run_id desc limit 1", list(states)
        )
        return found[0][0] if found else None

    def _root(self, person: str) -> str:
        into = dict(self._all("select person_id, merged_into from ops.person where merged_into is not null"))
        while person in into:
            person = into[person]
        return person

    def a_new_pay_list(self, lines: dict[str, dict[str, Any]]) -> None:
        publish(self.dsn, [entitlement(person, **line) for person, line in lines.items() if self._root(person) == person])

    def go_on(self, steps: int) -> None:
        """The usual way, so that a walk of a few steps gets as far as money that left."""
        self.open_and_plan()
        if steps > 1:
            self.seal_it(again=False)
        if steps > 2:
            self.decide("approve", CHECKER)
        if steps > 3:
            self.send()

    def open_and_plan(self) -> None:
        for run_id in runs.open_runs(PERIOD, MAKER):
            plan.plan(run_id, MAKER)

    def seal_it(self, again: bool) -> None:
        run_id = self._run_in("checked", "sealed", "approved", "held", "sent")
        if run_id:
            with suppress(BlockedByData):  # held, or persons merged meanwhile
                seal.seal(run_id, MAKER, again=again)

    def decide(self, decision: Any, who: str) -> None:
        run_id = self._run_in("sealed", "approved", "held", "sent", "checked")
        if run_id:
            with suppress(BlockedByData, UsageError):
                approve.decide(run_id, who, decision, "lý do")
                assert decision != "approve" or who != MAKER

    def send(self) -> None:
        run_id = self._run_in("approved")
        if not run_id:
            return
        try:
            gone(run_id)
        except AnsinhError as error:
            assert error.code == "MERGED_TWICE"
            return
        self.left += 1
        mine = {
            row[0] for row in self._all("select guard_key from ops.payment_instruction where run_id = %s and state not in " + _LIVE, run_id)
        }
        live = self._all("select guard_key from ops.payment_instruction where state not in " + _LIVE)
        humans = Counter("|".join(self._root(part) for part in guard.split("|")) for (guard,) in live)
        assert all(humans["|".join(self._root(part) for part in guard.split("|"))] == 1 for guard in mine), "a human was paid twice"

    def the_bank_answers(self, outcome: str, which: int) -> None:
        lines = self._all(
            "select end_to_end_id from ops.payment_instruction where state in ('sent', 'accepted', 'settled', 'unknown') order by 1"
        )
        if lines:
            with suppress(AnsinhError), money("sender") as connection:
                reason = "AC04" if outcome in ("rejected", "returned") else None
                ledger.advance(connection, [Move(lines[which % len(lines)][0], outcome, "bank", return_reason=reason)])

    def an_officer_lets_it_be_paid_again(self, which: int) -> None:
        lines = self._all("select end_to_end_id from ops.payment_instruction order by state not in ('rejected', 'returned'), 1 limit 2")
        if lines:
            with suppress(UsageError), money("maker") as connection:
                pending.allow_reissue(connection, lines[which % len(lines)][0], CHECKER, "đã xác minh")

    def two_people_are_found_to_be_one(self, one: str, other: str) -> None:
        gone_person, kept = self._root(one), self._root(other)
        if gone_person != kept:
            with psycopg.connect(self.dsn) as connection:
                connection.execute("update ops.person set merged_into = %s where person_id = %s", (kept, gone_person))
                connection.execute("delete from marts.fct_entitlement where person_id = %s", (gone_person,))

    def nothing_is_live_twice(self) -> None:
        for column in ("guard_key", "entitlement_id"):
            twice = f"select {column} from ops.payment_instruction where state not in {_LIVE} group by period, {column} having count(*) > 1"
            assert self._all(twice) == []

    def every_book_ties(self) -> None:
        assert [finding for finding in verify() if finding.code != "PAID_TWICE"] == []
        sums = self._all("select run_id from ops.ledger_entry group by run_id having sum(amount_vnd) <> 0")
        assert sums == []

    def files_sum_to_their_instructions(self) -> None:
        for run_id, name, rows, total in self._all(
            "select run_id, file_name, rows, total_vnd from ops.payment_file where state <> 'cancelled'"
        ):
            text = (Path(os.environ["ANSINH_HOME"]) / "outbox" / run_id / name).read_text("ascii")
            amounts = [int(amount) for amount in re.findall(r'<InstdAmt Ccy="VND">(\d+)</InstdAmt>', text)]
            assert (len(amounts), sum(amounts)) == (rows, total)
            assert set(re.findall(r"<CtrlSum>(\d+)</CtrlSum>", text)) == {str(total)}


# How often each step is drawn says how likely it is in a walk; `go_on` is the usual way, so that walks get as far as money that left.
a_pay_list = st.dictionaries(st.sampled_from(PEOPLE), a_line, min_size=2)
steps = st.one_of(
    st.tuples(st.just("a_new_pay_list"), a_pay_list),
    st.tuples(st.just("go_on"), st.just(4)),
    st.tuples(st.just("go_on"), st.integers(1, 4)),
    st.tuples(st.just("the_bank_answers"), st.sampled_from(["accepted", "settled", "rejected", "returned", "unknown"]), st.integers(0, 5)),
    st.tuples(st.just("the_bank_answers"), st.just("rejected"), st.integers(0, 5)),
    st.tuples(st.just("an_officer_lets_it_be_paid_again"), st.integers(0, 1)),
    st.tuples(st.just("two_people_are_found_to_be_one"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)),
    st.tuples(st.just("seal_it"), st.booleans()),
    st.tuples(st.just("decide"), st.sampled_from(["approve", "reject", "hold"]), st.sampled_from([MAKER, CHECKER, "khac"])),
)


@settings(max_examples=15, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(first=a_pay_list, walk=st.lists(steps, min_size=10, max_size=16))
def test_no_order_of_events_pays_anybody_twice_or_loses_a_dong(dsn: str, first: dict[str, Any], walk: list[tuple[Any, ...]]) -> None:
    month = MonthOfPayments()
    month.a_new_pay_list(first)
    month.go_on(4)
    for name, *values in walk:
        getattr(month, name)(*values)
        month.nothing_is_live_twice()
    month.every_book_ties()
    month.files_sum_to_their_instructions()
