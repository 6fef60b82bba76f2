"""One province for fault points: a database, an SFTP server, a bank; runs to send; the officers' way back; and the judge."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from ansinh.core import remote
from ansinh.core.errors import AnsinhError, BlockedByData
from ansinh.local import bank, sftp
from ansinh.payment import delivery, file_state, ledger, manifest
from ansinh.payment.audit import check_chain
from ansinh.payment.resolve import resolve
from ansinh.payment.session import money

from tests.support.money import SENDER, Person, approved_run

NOW = "2026-10-23T08:00+07:00"


@dataclass
class Tally:
    """What became of the points of one scenario."""

    points: int = 0
    hit: int = 0
    doubtful: int = 0
    by_hand: int = 0
    partial: int = 0
    twice: int = 0
    lost: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class World:
    """Everything runs on this machine; `sweep_ms` is how often the bank empties its inbox."""

    def __init__(self, home: Path, sweep_ms: int, lines: int = 6, rows_per_file: int = 4, first_run: int = 1) -> None:
        self.home, self.lines = home, lines
        os.environ.update(ANSINH_HOME=str(home), ANSINH_NOW=NOW)
        _profile(home, rows_per_file)
        self.server = sftp.start(home, with_parent=True)
        self.point_at(self.server.port)
        bank.start(home, sweep_ms=sweep_ms, with_parent=True)
        self._numbers = count(first_run)
        self.runs: list[str] = []

    def close(self) -> None:
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
        people = [Person(f"NGUYEN VAN {number} {at}", f"{number:06d}{at:06d}", 500_000 + at) for at in range(self.lines)]
        approved_run(people, run_id, first_entitlement=number * 1000)
        self.runs.append(run_id)
        return run_id

    def bring_home(self, run_id: str, tally: Tally) -> None:
        """What an officer does after a fault: send again; where that is refused for doubt, resolve; never anything else."""
        with money() as connection:
            tally.doubtful += any(file.state in file_state.DOUBTFUL for file in file_state.files_of(connection, run_id))
        for _ in range(6):
            try:
                if delivery.send(run_id, SENDER).state == "sent":
                    return
            except BlockedByData as error:
                if error.code != "UNKNOWN_DELIVERY":
                    tally.problems.append(f"{run_id}: {error.code}")
                    return
                try:
                    resolve(run_id, SENDER)
                except AnsinhError as open_question:
                    tally.problems.append(f"{run_id}: {open_question.code}")
                    tally.by_hand += 1
                    return
            except AnsinhError:
                continue
        tally.problems.append(f"{run_id}: not sent after six tries")
        tally.by_hand += 1

    def judge(self, run_ids: list[str], tally: Tally) -> None:
        """Let the bank read everything, then count: paid more than once, not at all, and files that are not the sealed bytes."""
        bank.settle(self.home)
        booked = bank.payments(self.home)
        for run_id in run_ids:
            times = [booked.get(f"{run_id}-{at:05d}", 0) for at in range(1, self.lines + 1)]
            tally.twice += sum(one > 1 for one in times)
            tally.lost += sum(one == 0 for one in times)
        sealed = {path.name: _hash(path) for run_id in run_ids for path in manifest.outbox(run_id).glob("*.xml")}
        for folder in ("inbox", "inbox/processed", "inbox/failed"):
            for path in (self.home / "sftp/bank" / folder).glob("*.xml"):
                tally.partial += path.name in sealed and _hash(path) != sealed[path.name]
        refused = list((self.home / "sftp/bank/inbox/failed").glob("*.xml"))
        if refused:
            tally.problems.append(f"bank refused {len(refused)} files")
        with money() as connection:
            if ledger.differences(connection):
                tally.problems.append("ledger differs")
            if check_chain(connection).broken_at is not None:
                tally.problems.append("audit chain broken")

    def leftovers(self) -> Counter[str]:
        """Hidden temporary files still in the bank's inbox, by suffix."""
        return Counter(path.suffix for path in (self.home / "sftp/bank/inbox").glob(".*.tmp"))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _profile(home: Path, rows_per_file: int) -> None:
    """The demo bank's profile with small files, so that a run has more than one."""
    from importlib.resources import files

    text = (files("ansinh.payment.profiles") / "demo_bank.yml").read_text(encoding="utf-8")
    (home / "profiles").mkdir(parents=True, exist_ok=True)
    (home / "profiles/demo_bank.yml").write_text(text.replace("max_rows: 50000", f"max_rows: {rows_per_file}"), encoding="utf-8")
