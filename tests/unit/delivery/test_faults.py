"""The fault sweep in a bounded form; the whole of it is `python -m tests.benchmarks.faults --points 2000`."""

from __future__ import annotations

import pytest

from tests.benchmarks.faults import scenarios
from tests.benchmarks.faults.__main__ import AT_ONCE_MS, NEVER_MS
from tests.benchmarks.faults.world import Tally, World


@pytest.fixture(params=[NEVER_MS, AT_ONCE_MS], ids=["bank waits", "bank sweeps at once"])
def world(request, dsn, home, monkeypatch):
    for name in ("ANSINH_NOW", *(f"ANSINH_REMOTE_ANSINH_{user}" for user in ("BANK", "COMMUNES", "NATIONAL_ID"))):
        monkeypatch.setenv(name, "")  # the world sets them itself; the test puts them back
    place = World(home, request.param)
    yield place
    place.close()


def _clean(tally: Tally) -> None:
    assert tally.hit > 0
    assert (tally.twice, tally.lost, tally.partial, tally.by_hand, tally.problems) == (0, 0, 0, 0, [])


@pytest.mark.needs_root
def test_a_sender_killed_at_any_system_call_pays_everybody_exactly_once(world, tmp_path):
    if not scenarios.can_trace():
        pytest.skip("needs strace and the right to trace")
    _clean(scenarios.killed(world, 6, tmp_path))


def test_a_line_cut_at_any_byte_pays_everybody_exactly_once(world):
    _clean(scenarios.cut(world, 4))


def test_full_disks_and_jumping_clocks_pay_everybody_exactly_once(world):
    _clean(scenarios.disk_full(world, 2))
    _clean(scenarios.clock_jumps(world, 2))
