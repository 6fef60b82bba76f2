"""The fault sweep in a bounded form; the whole of it is `python -m tests.benchmarks.faults --points 2000`."""

from __future__ import annotations

import pytest
from ansinh.core import remote

from tests.benchmarks.faults import plan, table, tracing
from tests.benchmarks.faults.couriers import Ours
from tests.benchmarks.faults.world import Tally, World

SEED = 2026  # the one the figures of the whole sweep are given for


@pytest.fixture(params=list(plan.BANKS))
def world(request, dsn, tmp_path, monkeypatch):
    for name in ("ANSINH_HOME", "ANSINH_NOW", *map(remote.variable, ("ansinh_bank", "ansinh_communes", "ansinh_national_id"))):
        monkeypatch.setenv(name, "")  # the world sets them itself; the test puts them back
    place = World(tmp_path / "world", plan.BANKS[request.param], Ours())
    yield request.param, place
    place.close()


COUNTS = {
    "kill -9 at a system call": 4,
    "kill -9 at a commit": 2,
    "line cut": 3,
    "disk full": 1,
    "clock leaps": 1,
    "two senders": 1,
    "finished task again": 1,
    "ways of banks": 1,
}


def _run(world, tmp_path, names) -> None:
    bank_name, place = world
    lines = []
    for scenario in plan.SCENARIOS:
        if scenario.name in names:
            spots = plan.spots(scenario.name, bank_name, COUNTS[scenario.name], SEED)
            lines.append(("ansinh", scenario.name, bank_name, scenario.run(place, spots, tmp_path)))
    print(f"seed {SEED}\n{table.text(lines)}")
    assert table.problems(lines) == []
    assert table.is_clean(lines)
    assert sum(tally.points for *_, tally in lines) == sum(COUNTS[name] for name in names)
    assert sum(tally.hit for *_, tally in lines) > 0


@pytest.mark.needs_root
def test_a_sender_killed_at_any_system_call_pays_everybody_exactly_once(world, tmp_path):
    if not tracing.can_trace():
        pytest.skip("needs strace and the right to trace")
    _run(world, tmp_path, ["kill -9 at a system call"])


def test_whatever_else_breaks_everybody_is_paid_exactly_once_and_the_books_tie(world, tmp_path):
    _run(world, tmp_path, [name for name in COUNTS if name != "kill -9 at a system call"])


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
