"""A month's whole life at random: sealed, sent, cut, killed, resolved, answered late and twice, refused, returned, paid again.

The bank is a model without a memory for duplicates: it pays whatever file it finds, as often as it finds it. After every step the books must
tie and nobody may hold the money of one entitlement twice; at the end of every walk every line is where the bank put it.
The seed is printed; `LIFE_SEED=… RUN_LIVES=…` walks it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import threading
from collections import Counter
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.core.errors import AnsinhError
from ansinh.local import sftp
from ansinh.payment import delivery, file_state, ledger, reissue
from ansinh.payment.approve import decide
from ansinh.payment.audit import check_chain
from ansinh.payment.reconcile import reconcile
from ansinh.payment.resolve import resolve
from ansinh.payment.returns import collect_returns
from ansinh.payment.seal import seal
from ansinh.payment.session import money, rows
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

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
        self._lines: dict[str, tuple[int, str]] = {}

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
            self._lines |= {k: (a, c) for k, a, c in lines}

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
        self.runs = [planned_run(people(LINES), RUN)]
        seal(RUN, MAKER)

    def _reach(self, port: int) -> None:
        for name, where in sftp.remotes(self.home, self.child.port).items():
            os.environ[remote.variable(name)] = json.dumps({**where, "port": port})

    def teardown(self) -> None:
        for run_id in self.runs * 4:  # a quiet world at last: everything must come home
            self._try(lambda r=run_id: seal(r, MAKER))
            self._try(lambda r=run_id: decide(r, CHECKER, "approve"))
            self._try(lambda r=run_id: resolve(r, SENDER))
            self._try(lambda r=run_id: delivery.send(r, SENDER))
            self.bank.sweep(set())
        while self.bank.unsaid:
            self.bank.say(0)
        self._try(lambda: collect_returns())
        try:
            self.nobody_is_paid_twice()
            self.books_tie()
            result = reconcile("2026-11")
            lines = self._lines()
            refused, returned = self.bank.refused, self.bank.returned
            assert set(self.bank.paid) | refused == set(lines), "somebody was never paid nor refused"
            expected = {key: "rejected" if key in refused else "returned" if key in returned else "settled" for key in lines}
            assert {key: state for key, (_, state, _) in lines.items()} == expected
            assert result["closed"], result
        finally:
            self._database.__exit__()

    def _lines(self) -> dict[str, tuple[str, str, int]]:
        """EndToEndId → (entitlement, state, attempt)."""
        with money() as connection:
            found = rows(connection, "select end_to_end_id, entitlement_id, state, attempt from ops.payment_instruction")
        return {key: (entitlement, state, attempt) for key, entitlement, state, attempt in found}

    def _run(self, which: int) -> str:
        return self.runs[which % len(self.runs)]

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

    @rule(which=st.integers(0, 3), approve=st.booleans())
    def seal_again(self, which: int, approve: bool) -> None:
        self._try(lambda: seal(self._run(which), MAKER, again=True))
        if approve:
            self._try(lambda: decide(self._run(which), CHECKER, "approve"))

    @rule(which=st.integers(0, 3))
    def send(self, which: int) -> None:
        self._try(lambda: delivery.send(self._run(which), SENDER))

    @rule(which=st.integers(0, 3))
    def two_senders_at_once(self, which: int) -> None:
        both = [threading.Thread(target=self._try, args=(lambda: delivery.send(self._run(which), SENDER),)) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(120)
            assert not one.is_alive()

    @rule(which=st.integers(0, 3), cut_up=st.one_of(st.none(), st.integers(0, 9_000)), cut_down=st.one_of(st.none(), st.integers(0, 9_000)))
    def send_over_a_line_that_breaks(self, which: int, cut_up: int | None, cut_down: int | None) -> None:
        with cut_proxy(self.child.port, cut_up=cut_up, cut_down=cut_down) as proxy:
            self._reach(proxy.port)
            self._try(lambda: delivery.send(self._run(which), SENDER))
        self._reach(self.child.port)

    @rule(which=st.integers(0, 3))
    def the_sender_dies_before_it_writes(self, which: int) -> None:
        self._dies(which, delivery, "_deliver")

    @rule(which=st.integers(0, 3))
    def the_sender_dies_after_the_rename(self, which: int) -> None:
        self._dies(which, file_state, "mark_sent")

    def _dies(self, which: int, module: object, place: str) -> None:
        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, place, die)
            patch.setattr(delivery, "_doubt", lambda *_: None)
            with contextlib.suppress(KeyboardInterrupt, AnsinhError):
                delivery.send(self._run(which), SENDER)

    @rule(
        which=st.integers(0, 3),
        at=st.integers(1, 7),
        written=st.booleans(),
        step=st.sampled_from(["send", "resolve", "collect", "reconcile"]),
    )
    def somebody_dies_at_a_commit(self, which: int, at: int, written: bool, step: str) -> None:
        """The process ends just before or just after its n-th commit; what it held of the database ends with it."""
        commit, count = PGDialect_psycopg.do_commit, [0]

        def commit_or_die(dialect: PGDialect_psycopg, connection: object) -> None:
            count[0] += 1
            if count[0] < at or written:
                commit(dialect, connection)
            if count[0] >= at:
                raise KeyboardInterrupt

        steps = {
            "send": lambda: delivery.send(self._run(which), SENDER),
            "resolve": lambda: resolve(self._run(which), SENDER),
            "collect": collect_returns,
            "reconcile": lambda: reconcile("2026-11"),
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PGDialect_psycopg, "do_commit", commit_or_die)
            patch.setattr(delivery, "_doubt", lambda *_: None)
            with contextlib.suppress(KeyboardInterrupt, AnsinhError):
                steps[step]()

    @rule(which=st.integers(0, 3))
    def resolve(self, which: int) -> None:
        self._try(lambda: resolve(self._run(which), SENDER))

    @rule(which=st.integers(0, 9), asks=st.booleans())
    def a_line_is_paid_again(self, which: int, asks: bool) -> None:
        """An officer has a line paid again, with or without asking whether it failed; a live one must be refused either way."""
        lines = self._lines()
        entitlement = sorted({line[0] for line in lines.values()})[which % LINES]
        mine = {key: line for key, line in lines.items() if line[0] == entitlement}
        last = max(mine, key=lambda key: mine[key][2])
        failed, run_id = mine[last][1] in ("rejected", "returned"), f"2026-11-YTE-{len(self.runs) + 1}"
        try:
            if asks:
                reissue.allow(last, SENDER, "đã sửa")
            planned_run([people(LINES)[which % LINES]], run_id, attempt=mine[last][2] + 1, entitlements=[entitlement])
        except AnsinhError:
            assert not failed, "a failed line could not be paid again"
            return
        assert failed, "a second live payment was let in"
        self.runs.append(run_id)
        self._try(lambda: seal(run_id, MAKER))
        self._try(lambda: decide(run_id, CHECKER, "approve"))

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

    @rule(which=st.integers(0, 3), leap=st.sampled_from(["2026-10-23T08:00+07:00", "2026-10-20T08:00+07:00", "2026-10-26T23:00+07:00"]))
    def the_clock_leaps_for_one_sending(self, which: int, leap: str) -> None:
        os.environ["ANSINH_NOW"] = leap
        self._try(lambda: delivery.send(self._run(which), SENDER))
        os.environ["ANSINH_NOW"] = "2026-10-23T08:00+07:00"

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        assert all(times == 1 for times in self.bank.paid.values())
        lines = self._lines()
        held = Counter(lines[key][0] for key in self.bank.paid if key not in self.bank.returned)
        assert all(times == 1 for times in held.values()), "one entitlement is paid by two attempts"

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
    walks, start = int(os.environ.get("RUN_LIVES", "10")), int(os.environ.get("LIFE_SEED") or random.randrange(2**32))
    print(f"LIFE_SEED={start} RUN_LIVES={walks}")
    seed(start)(LifeOfARun)
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
