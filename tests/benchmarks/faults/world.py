"""One province for fault points: an SFTP server, a bank, runs to send; and the judge. The database is shared by all worlds of a sweep."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ansinh.core import remote
from ansinh.core.errors import AnsinhError
from ansinh.local import bank, sftp
from ansinh.payment import ledger, manifest
from ansinh.payment.audit import check_chain
from ansinh.payment.session import money

from tests.benchmarks.faults.couriers import Courier
from tests.benchmarks.faults.tracing import Sender
from tests.support.money import Person, approved_run, key
from tests.support.profiles import home_profile

NOW = "2026-10-23T08:00+07:00"
LINES, ROWS_PER_FILE = 3, 2  # two files a run
FOLDERS = ("inbox", "inbox/processed", "inbox/failed")


@dataclass
class Tally:
    """What became of the points of one scenario. `again`: whole files the bank received more than once."""

    points: int = 0
    hit: int = 0
    doubtful: int = 0
    by_hand: int = 0
    partial: int = 0
    again: int = 0
    twice: int = 0
    lost: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Put the figures of another shard to these."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class World:
    """Everything runs on this machine; `sweep_ms` is how often the bank empties its inbox."""

    def __init__(self, home: Path, sweep_ms: int, courier: Courier, first_run: int = 1) -> None:
        self.home, self.courier, self.sweep_ms = home, courier, sweep_ms
        os.environ.update(ANSINH_HOME=str(home), ANSINH_NOW=NOW)
        home.mkdir(parents=True, exist_ok=True)
        limits = {"max_rows": ROWS_PER_FILE, "max_bytes": 40_000_000, "max_item_vnd": 499_999_999}
        home_profile(home, limits=limits)
        self.server = sftp.start(home, with_parent=True)
        self.point_at(self.server.port)
        bank.start(home, sweep_ms=sweep_ms, with_parent=True)
        self._numbers = count(first_run)
        self._senders: list[Sender] = []

    def sender(self, number: int = 0) -> Sender:
        """A warm sending process, kept as long as the world: starting one costs seconds."""
        while len(self._senders) <= number:
            self._senders.append(Sender(self.courier.name))
        return self._senders[number]

    def close(self) -> None:
        for sender in self._senders:
            sender.close()
        bank.stop(self.home)
        sftp.stop(self.home)

    def point_at(self, port: int) -> None:
        """Make our side reach the server through this port (its own, or a proxy's)."""
        for name, where in sftp.remotes(self.home, self.server.port).items():
            os.environ[remote.variable(name)] = json.dumps({**where, "port": port})

    def new_run(self) -> str:
        """An approved run; every line pays somebody else."""
        number = next(self._numbers)
        run_id = f"2026-11-YTE-{number}"
        people = [Person(f"NGUYEN VAN {number} {at}", f"{number:06d}{at:06d}", 500_000 + at) for at in range(LINES)]
        return approved_run(people, run_id, first_entitlement=number * 1000)

    def fails(self, run_id: str) -> bool:
        """Send in this process; whether the courier noticed that something went wrong."""
        try:
            self.courier.send(run_id)
        except AnsinhError:
            return True
        except Exception:
            if self.courier.name == "ansinh":
                raise
            return True
        return False

    def after_fault(self, run_id: str, tally: Tally, *, hit: bool) -> None:
        """Look what lies at the bank, then do what officers and schedulers do."""
        tally.points += 1
        tally.hit += hit
        tally.partial += self._partial([run_id])
        tally.doubtful += self.courier.in_doubt(run_id)
        needs = self.courier.bring_home(run_id)
        if needs:
            tally.problems.append(f"{run_id}: {needs}")
            tally.by_hand += 1

    @contextmanager
    def judged(self) -> Iterator[tuple[Tally, list[str]]]:
        """A tally and the runs of one scenario; at the end the bank reads everything and the books are compared."""
        tally, run_ids, began = Tally(), [], time.monotonic()
        yield tally, run_ids
        self.judge(run_ids, tally)
        tally.seconds = time.monotonic() - began

    def judge(self, run_ids: list[str], tally: Tally, refused: frozenset[str] = frozenset()) -> None:
        """Paid more than once, not at all (those the bank was told to refuse left out), half files, files received again, books that differ."""
        bank.settle(self.home)
        booked = bank.payments(self.home)
        for run_id in run_ids:
            times = {key(run_id, at): booked.get(key(run_id, at), 0) for at in range(1, LINES + 1)}
            tally.twice += sum(one > 1 for one in times.values())
            tally.lost += sum(one == 0 for end_to_end_id, one in times.items() if end_to_end_id not in refused)
        tally.partial += self._partial(run_ids)
        sealed = {stem: digest for run_id in run_ids for stem, digest in self._sealed(run_id).items()}
        whole = Counter(digest for stem, digest in self._at_bank(sealed) if digest == sealed[stem])
        tally.again += sum(times - 1 for times in whole.values())
        if self.courier.name == "ansinh":
            with money() as connection:
                if ledger.differences(connection):
                    tally.problems.append("ledger differs")
                if check_chain(connection).broken_at is not None:
                    tally.problems.append("audit chain broken")

    def _sealed(self, run_id: str) -> dict[str, str]:
        return {path.stem: _hash(path) for path in manifest.outbox(run_id).glob("*.xml")}

    def _partial(self, run_ids: list[str]) -> int:
        """Files under one of our final names that are not the sealed bytes."""
        sealed = {stem: digest for run_id in run_ids for stem, digest in self._sealed(run_id).items()}
        return sum(digest not in ("", sealed[stem]) for stem, digest in self._at_bank(sealed))

    def _at_bank(self, wanted: Container[str]) -> Iterator[tuple[str, str]]:
        """(our name, SHA-256) of what lies at the bank of these files; the bank puts a number behind a name that comes again."""
        for folder in FOLDERS:
            for entry in os.scandir(self.home / "sftp/bank" / folder):
                if entry.name.startswith(".") or not entry.name.removesuffix(".processing").endswith(".xml"):
                    continue
                stem = Path(entry.name.removesuffix(".processing")).stem
                ours = stem if stem in wanted else stem.rpartition("-")[0]
                if ours in wanted:
                    yield ours, _hash(Path(entry.path))


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""  # the bank has just taken it
