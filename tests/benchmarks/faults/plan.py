"""Which points a sweep has: shares of the scenarios, spread evenly from a seed, divided into shards that fit together."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.faults import banks, crowds, scenarios, tracing
from tests.benchmarks.faults.world import Tally, World

NEVER_MS, AT_ONCE_MS = 3_600_000, 20
BANKS = {"waits": NEVER_MS, "sweeps at once": AT_ONCE_MS}


@dataclass(frozen=True)
class Scenario:
    """`share` of all points, half before each bank. `for_all`: a courier without a ledger can be put through it too."""

    name: str
    share: float
    run: Callable[[World, list[float], Path], Tally]
    for_all: bool = True


SCENARIOS = (
    Scenario("kill -9 at a system call", 0.44, scenarios.killed),
    Scenario("kill -9 at a commit", 0.08, scenarios.killed_at_commits, for_all=False),
    Scenario("line cut", 0.26, scenarios.cut),
    Scenario("disk full", 0.05, scenarios.disk_full),
    Scenario("clock leaps", 0.03, scenarios.clock_jumps, for_all=False),
    Scenario("two senders", 0.04, crowds.two_senders),
    Scenario("finished task again", 0.04, crowds.finished_task_again),
    Scenario("ways of banks", 0.06, banks.ways_of_banks, for_all=False),
)


def chosen(courier: str) -> list[Scenario]:
    """The scenarios a courier is put through on this machine."""
    able = tracing.can_trace()
    return [one for one in SCENARIOS if (one.for_all or courier == "ansinh") and (able or one.run is not scenarios.killed)]


def spots(name: str, bank: str, count: int, seed: int, shard: tuple[int, int] = (0, 1)) -> list[float]:
    """`count` numbers spread evenly over [0, 1), moved together by the seed; of them the shard's own."""
    start = random.Random(f"{seed}/{name}/{bank}").random()
    whole = [(at + start) / count for at in range(count)]
    return whole[shard[0] :: shard[1]]


def points_of(scenario: Scenario, points: int) -> int:
    """How many points of a whole sweep fall to one scenario before one bank."""
    return max(1, round(points * scenario.share / len(BANKS)))
