"""The fault sweep in a bounded form; the whole of it is `python -m tests.benchmarks.faults --points 2000`."""

from __future__ import annotations

import pytest
from ansinh.core import remote

from tests.benchmarks.faults import plan, table, tracing
from tests.benchmarks.faults.couriers import Ours
from tests.benchmarks.faults.world import Tally, World

SEED = 2026  # the one the figures of the whole sweep are given for


@pytest.fixture(scope="module", params=list(plan.BANKS))
def world(request, module_dsn, tmp_path_factory):
    """One world for both tests of a bank: its servers and warm senders cost more than a point."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ANSINH_HOME", "ANSINH_NOW", *map(remote.variable, ("ansinh_bank", "ansinh_communes", "ansinh_national_id"))):
            patch.setenv(name, "")  # the world sets them itself; afterwards they are put back
        bank_name = request.param
        number = list(plan.BANKS).index(bank_name)
        place = World(tmp_path_factory.mktemp("world"), plan.BANKS[bank_name], Ours(), first_run=1 + 100_000 * number)
        yield bank_name, place
        place.close()


KILL = "kill -9 at a system call"
# What each bank is asked in a few seconds; before a real release both are asked everything.
COUNTS = {
    "waits": {KILL: 3, "kill -9 at a commit": 2, "line cut": 2, "ways of banks": 1},
    "sweeps at once": {KILL: 3, "line cut": 2, "disk full": 1, "clock leaps": 1, "two senders": 1, "finished task again": 1},
}


def _run(world, tmp_path, wanted) -> None:
    bank_name, place = world
    counts, lines = {name: count for name, count in COUNTS[bank_name].items() if wanted(name)}, []
    for scenario in plan.SCENARIOS:
        if scenario.name in counts:
            spots = plan.spots(scenario.name, bank_name, counts[scenario.name], SEED)
            lines.append(("ansinh", scenario.name, bank_name, scenario.run(place, spots, tmp_path)))
    print(f"seed {SEED}\n{table.text(lines)}")
    assert table.problems(lines) == []
    assert table.is_clean(lines)
    assert sum(tally.points for *_, tally in lines) == sum(counts.values())
    assert sum(tally.hit for *_, tally in lines) > 0


@pytest.mark.needs_root
def test_a_sender_killed_at_any_system_call_pays_everybody_exactly_once(world, tmp_path):
    if not tracing.can_trace():
        pytest.skip("needs strace and the right to trace")
    _run(world, tmp_path, lambda name: name == KILL)


def test_whatever_else_breaks_everybody_is_paid_exactly_once_and_the_books_tie(world, tmp_path):
    _run(world, tmp_path, lambda name: name != KILL)


def test_the_shards_of_a_sweep_are_the_whole_sweep_and_a_seed_says_it_all():
    for scenario in plan.SCENARIOS:
        for bank_name in plan.BANKS:
            count = plan.points_of(scenario, 2_400)
            whole = plan.spots(scenario.name, bank_name, count, SEED)
            parts = [plan.spots(scenario.name, bank_name, count, SEED, (shard, 7)) for shard in range(7)]
            assert sorted(spot for part in parts for spot in part) == whole
            assert all(0 <= spot < 1 for spot in whole)
            assert plan.spots(scenario.name, bank_name, count, SEED + 1) != whole
    assert sum(plan.points_of(scenario, 2_400) for scenario in plan.SCENARIOS) * len(plan.BANKS) >= 2_000


def test_a_sweep_with_a_single_bad_point_is_not_clean():
    good, bad = Tally(points=5, hit=5), Tally(points=5, hit=5, lost=1)
    assert table.is_clean([("ansinh", "line cut", "waits", good)])
    assert not table.is_clean([("ansinh", "line cut", "waits", good), ("ansinh", "line cut", "waits", bad)])
