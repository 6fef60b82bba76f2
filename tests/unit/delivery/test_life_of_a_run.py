"""A run's whole life at random: sealed, sent, cut, killed, resolved, answered late and twice, refused, returned, paid again.

The bank is a model without a memory for duplicates: it pays whatever file it finds, as often as it finds it. After every step the books must
tie; at the end of every walk everybody is paid at most once, and exactly once wherever the bank did not refuse.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.core.errors import AnsinhError
from ansinh.local import sftp
from ansinh.payment import delivery, file_state, ledger
from ansinh.payment.approve import decide
from ansinh.payment.audit import check_chain
from ansinh.payment.reconcile import reconcile
from ansinh.payment.resolve import resolve
from ansinh.payment.returns import collect_returns
from ansinh.payment.seal import seal
from ansinh.payment.session import money, rows
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.conftest import new_database
from tests.support.answers import camt, entry, pain002
from tests.support.money import CHECKER, MAKER, SENDER, people, planned_run
from tests.support.proxy import cut_proxy

RUN, LINES = "2026-11-YTE-1", 4
_TRANSFER = re.compile(r"<EndToEndId>([^<]+)</EndToEndId>.*?<InstdAmt Ccy=\"VND\">(\d+)<.*?<Othr><Id>([^<]+)<", re.S)


class ModelBank:
    """Takes whole files, pays or refuses lines, answers when told, in any order. It trusts us not to send twice."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.outbox = folder / "inbox", folder / "outbox"
        (self.inbox / "processed").mkdir(exist_ok=True)
        self.paid: Counter[str] = Counter()
        self.refused: set[str] = set()
        self.returned: set[str] = set()
        self.unsaid: list[tuple[str, bytes]] = []
        self.said: list[tuple[str, bytes]] = []

    def sweep(self, refuse: set[int]) -> None:
        for path in sorted(self.inbox.glob("*.xml")):
            text = path.read_text(encoding="ascii")
            assert text.rstrip().endswith("</Document>"), "a partial file under its final name"
            message_id = re.search(r"<MsgId>([^<]+)<", text)[1]
            path.replace(self.inbox / "processed" / path.name)
            lines = [(key, int(amount), account) for key, amount, account in _TRANSFER.findall(text)]
            bad = {key for at, (key, _, _) in enumerate(lines) if at in refuse}
            self.refused |= bad
            self.paid.update(key for key, _, _ in lines if key not in bad)
            self._owe(
                "p2", pain002(f"P{message_id}", message_id, [(k, *(("RJCT", "AC04") if k in bad else ("ACCP", ""))) for k, _, _ in lines])
            )
            debits = [entry(k, a, ref=f"R{k}", account=c) for k, a, c in lines if k not in bad]
            for kind in ("camt.054", "camt.053"):
                self._owe(kind, camt(f"{kind}{message_id}", debits, kind))
            self._lines = {k: (a, c) for k, a, c in lines}

    def give_back(self, which: int) -> None:
        settled = sorted(set(self.paid) - self.returned)
        if settled:
            key = settled[which % len(settled)]
            self.returned.add(key)
            amount, account = self._lines[key]
            self._owe(
                "ret", camt(f"RT{key}", [entry(key, amount, ref=f"B{key}", side="CRDT", account=account, reason="AC06", day="2026-11-02")])
            )

    def _owe(self, name: str, content: bytes) -> None:
        self.unsaid.append((f"{name}-{len(self.said) + len(self.unsaid)}.xml", content))

    def say(self, at: int, *, again: bool = False) -> None:
        source = self.said if again else self.unsaid
        if source:
            name, content = source[at % len(source)]
            if again:
                name = f"again-{len(list(self.outbox.iterdir()))}-{name}"
            else:
                self.said.append(source.pop(at % len(source)))
            (self.outbox / name).write_bytes(content)


class LifeOfARun(RuleBasedStateMachine):
    """Rules are what people, networks and banks do."""

    server = template = home = None

    def __init__(self) -> None:
        super().__init__()
        for folder in ("outbox", "reports", "bank_answers", "sftp/bank"):
            shutil.rmtree(self.home / folder, ignore_errors=True)
        sftp.prepare(self.home)
        self._database = new_database(self.server, self.template)
        os.environ.update(ANSINH_HOME=str(self.home), ANSINH_NOW="2026-10-23T08:00+07:00", ANSINH_DSN=self._database.__enter__())
        self.child = sftp.start(self.home, with_parent=True)
        self._reach(self.child.port)
        self.bank = ModelBank(self.home / "sftp/bank")
        planned_run(people(LINES), RUN)
        seal(RUN, MAKER)

    def _reach(self, port: int) -> None:
        for name, where in sftp.remotes(self.home, self.child.port).items():
            os.environ[remote.variable(name)] = json.dumps({**where, "port": port})

    def teardown(self) -> None:
        for _ in range(4):  # a quiet world at last: everything must come home
            self._try(lambda: decide(RUN, CHECKER, "approve"))
            self._try(lambda: resolve(RUN, SENDER))
            self._try(lambda: delivery.send(RUN, SENDER))
            self.bank.sweep(set())
        while self.bank.unsaid:
            self.bank.say(0)
        self._try(lambda: collect_returns())
        try:
            self.nobody_is_paid_twice()
            self.books_tie()
            result = reconcile("2026-11")
            with money() as connection:
                states = Counter(row[0] for row in rows(connection, "select state from ops.payment_instruction"))
            assert len(self.bank.paid) + len(self.bank.refused) == LINES, "somebody was never paid nor refused"
            assert states == Counter(
                {
                    "settled": LINES - len(self.bank.refused) - len(self.bank.returned),
                    "rejected": len(self.bank.refused),
                    "returned": len(self.bank.returned),
                }
            )
            assert result["closed"], result
        finally:
            self._database.__exit__()

    @staticmethod
    def _try(step) -> None:
        with contextlib.suppress(AnsinhError):  # refused: that is an answer too
            step()

    @initialize(reseals=st.sampled_from([0, 0, 0, 1]))
    def seal_and_approve(self, reseals: int) -> None:
        for _ in range(reseals):
            decide(RUN, CHECKER, "approve")
            seal(RUN, MAKER, again=True)
        decide(RUN, CHECKER, "approve")

    @rule(approve=st.booleans())
    def seal_again(self, approve: bool) -> None:
        self._try(lambda: seal(RUN, MAKER, again=True))
        if approve:
            self._try(lambda: decide(RUN, CHECKER, "approve"))

    @rule()
    def send(self) -> None:
        self._try(lambda: delivery.send(RUN, SENDER))

    @rule(cut_up=st.one_of(st.none(), st.integers(0, 9_000)), cut_down=st.one_of(st.none(), st.integers(0, 9_000)))
    def send_over_a_line_that_breaks(self, cut_up: int | None, cut_down: int | None) -> None:
        with cut_proxy(self.child.port, cut_up=cut_up, cut_down=cut_down) as proxy:
            self._reach(proxy.port)
            self._try(lambda: delivery.send(RUN, SENDER))
        self._reach(self.child.port)

    @rule()
    def the_sender_dies_before_it_writes(self) -> None:
        self._dies(delivery, "_deliver")

    @rule()
    def the_sender_dies_after_the_rename(self) -> None:
        self._dies(file_state, "mark_sent")

    def _dies(self, module: object, place: str) -> None:
        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, place, die)
            patch.setattr(delivery, "_doubt", lambda *_: None)
            with contextlib.suppress(KeyboardInterrupt, AnsinhError):
                delivery.send(RUN, SENDER)

    @rule()
    def resolve(self) -> None:
        self._try(lambda: resolve(RUN, SENDER))

    @rule(refuse=st.sets(st.integers(0, LINES - 1), max_size=2))
    def the_bank_sweeps(self, refuse: set[int]) -> None:
        self.bank.sweep(refuse)

    @rule(at=st.integers(0, 9), again=st.booleans())
    def the_bank_answers(self, at: int, again: bool) -> None:
        self.bank.say(at, again=again)

    @rule(which=st.integers(0, LINES))
    @precondition(lambda self: self.bank.paid)
    def money_comes_back(self, which: int) -> None:
        self.bank.give_back(which)

    @rule()
    def collect(self) -> None:
        self._try(collect_returns)
        self._try(lambda: reconcile("2026-11"))

    @rule(leap=st.sampled_from(["2026-10-23T08:00+07:00", "2026-10-20T08:00+07:00", "2026-10-26T23:00+07:00"]))
    def the_clock_leaps_for_one_sending(self, leap: str) -> None:
        os.environ["ANSINH_NOW"] = leap
        self._try(lambda: delivery.send(RUN, SENDER))
        os.environ["ANSINH_NOW"] = "2026-10-23T08:00+07:00"

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        assert all(times == 1 for times in self.bank.paid.values())

    @invariant()
    def books_tie(self) -> None:
        with money() as connection:
            assert ledger.differences(connection) == []
            assert check_chain(connection).broken_at is None


def test_no_life_of_a_run_pays_anybody_twice_or_forgets_him(postgres, _template, tmp_path, monkeypatch):
    for name in (
        "ANSINH_HOME",
        "ANSINH_NOW",
        "ANSINH_DSN",
        *map(remote.variable, ("ansinh_bank", "ansinh_communes", "ansinh_national_id")),
    ):
        monkeypatch.setenv(name, "")  # each walk sets its own; the test puts them back
    LifeOfARun.server, LifeOfARun.template, LifeOfARun.home = postgres, _template, tmp_path
    walks = int(os.environ.get("RUN_LIVES", "15"))
    try:
        _walk(walks)
    finally:
        sftp.stop(tmp_path)


def _walk(walks: int) -> None:
    run_state_machine_as_test(
        LifeOfARun,
        settings=settings(
            max_examples=walks,
            stateful_step_count=25,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            database=None,
        ),
    )
