"""The faults of schedulers: two senders at the same moment, and a finished task run once more."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from ansinh.local import bank
from ansinh.payment.reconcile import reconcile
from ansinh.payment.returns import collect_returns

from tests.benchmarks.faults.scenarios import Spots
from tests.benchmarks.faults.tracing import Sender
from tests.benchmarks.faults.world import Tally, World


def two_senders(world: World, spots: Spots, scratch: Path) -> Tally:
    """Two processes send the same run; the second starts up to 0.2 s after the first."""
    senders = [world.sender(number) for number in range(2)]
    with world.judged() as (tally, runs):
        for spot in spots:
            runs.append(run_id := world.new_run())
            starts = zip(senders, (0, spot / 5), strict=True)
            both = [threading.Thread(target=_send_after, args=(sender, run_id, wait)) for sender, wait in starts]
            for one in both:
                one.start()
            for one in both:
                one.join()
            world.after_fault(run_id, tally, hit=True)
    return tally


def _send_after(sender: Sender, run_id: str, seconds: float) -> None:
    sender.begin(run_id)
    time.sleep(seconds)
    sender.finish()


def finished_task_again(world: World, spots: Spots, scratch: Path) -> Tally:
    """Airflow runs the task of a sent run again: at once, after the bank took the file, after the answers were posted."""
    with world.judged() as (tally, runs):
        thirds = [[s for s in spots if int(s * 3) == third] for third in range(3)]
        for after, mine in zip(("at once", "taken", "answered"), thirds, strict=True):
            fresh = [world.new_run() for _ in mine]
            runs += fresh
            for run_id in fresh:
                world.courier.bring_home(run_id)  # as its scheduler would: until it believes that it is done
            if mine and after != "at once":
                bank.settle(world.home)
            if mine and after == "answered" and world.courier.name == "ansinh":
                collect_returns()
                reconcile("2026-11")
            for run_id in fresh:
                world.sender().run(run_id, "start")
                world.after_fault(run_id, tally, hit=True)
    return tally


def later(home: Path) -> None:
    """Let our clock follow the bank's: the next runs are made on the bank's next morning."""
    day = (home / "run/bank/clock").read_text(encoding="ascii")[:10]
    os.environ["ANSINH_NOW"] = f"{day}T08:00+07:00"
