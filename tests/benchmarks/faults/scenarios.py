"""The faults of machine and network: kill -9 at a system call or a commit, the line cut after so many bytes, a full disk, a leaping clock.

Each point is one run of its own. A scenario takes `spots`: numbers from 0 to 1 that say where in the sending the fault falls.
"""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

from ansinh.core.errors import AnsinhError
from ansinh.payment import manifest

from tests.benchmarks.faults.tracing import calls_in_window
from tests.benchmarks.faults.world import Tally, World
from tests.support.proxy import cut_proxy

Spots = list[float]


def killed(world: World, spots: Spots, scratch: Path) -> Tally:
    """kill -9 at system calls: four in five of the points between the intent and `sent`, the others from the very start."""
    sender = world.sender()
    with world.judged() as (tally, runs):
        for where, mine in (("intent", [s for s in spots if s < 0.8]), ("start", [s for s in spots if s >= 0.8])):
            calls = calls_in_window(world, sender, where, scratch) if mine else []
            for spot in mine:
                name, nth = calls[int((spot / 0.8 if where == "intent" else (spot - 0.8) / 0.2) * len(calls))]
                runs.append(run_id := world.new_run())
                fault = ("-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={nth}")
                status = sender.run(run_id, where, *fault)
                world.after_fault(run_id, tally, hit=status == -9)
    return tally


def killed_at_commits(world: World, spots: Spots, scratch: Path) -> Tally:
    """kill -9 just before or just after each commit, of a first sending and of one that goes on after an earlier death."""
    sender = world.sender()
    with world.judged() as (tally, runs):
        for task, mine in (("send", [s for s in spots if s < 0.5]), ("resume", [s for s in spots if s >= 0.5])):
            if not mine:
                continue
            runs.append(run_id := _broken(world, task))
            sender.run(run_id, "start", task=task)
            points = [[nth, moment] for nth in range(1, sender.commits + 1) for moment in ("before", "after")]
            for spot in mine:
                runs.append(run_id := _broken(world, task))
                status = sender.run(run_id, "start", task=task, commit=points[int((2 * spot) % 1 * len(points))])
                world.after_fault(run_id, tally, hit=status == -9)
    return tally


def _broken(world: World, task: str) -> str:
    """A run to send, or one whose first sender died with a file half written."""
    run_id = world.new_run()
    if task == "resume":
        with cut_proxy(world.server.port, cut_down=6_000) as proxy:
            world.point_at(proxy.port)
            world.fails(run_id)
        world.point_at(world.server.port)
    return run_id


def cut(world: World, spots: Spots, scratch: Path) -> Tally:
    """The line breaks after a share of the bytes: below one half of those towards the bank, above it of those towards us."""
    with world.judged() as (tally, runs):
        with cut_proxy(world.server.port) as whole:
            world.point_at(whole.port)
            runs.append(run_id := world.new_run())
            world.fails(run_id)
            passed = dict(whole.passed)
        for spot in spots:
            way = "up" if spot < 0.5 else "down"
            runs.append(run_id := world.new_run())
            with cut_proxy(world.server.port, **{f"cut_{way}": int((2 * spot) % 1 * passed[way])}) as proxy:
                world.point_at(proxy.port)
                hit = world.fails(run_id)
            world.point_at(world.server.port)
            world.after_fault(run_id, tally, hit=hit)
    return tally


def disk_full(world: World, spots: Spots, scratch: Path) -> Tally:
    """The bank's disk takes only so many bytes of a file (RLIMIT_FSIZE of the server), then has room again."""
    free = resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE)
    with world.judged() as (tally, runs):
        for spot in spots:
            runs.append(run_id := world.new_run())
            largest = max(path.stat().st_size for path in manifest.outbox(run_id).glob("*.xml"))
            resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE, (int(spot * largest), free[1]))
            try:
                hit = world.fails(run_id)
            finally:
                resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE, free)
            world.after_fault(run_id, tally, hit=hit)
    return tally


def clock_jumps(world: World, spots: Spots, scratch: Path) -> Tally:
    """The clock leaps forward or back while a file is in doubt, and comes back before the cut-off."""
    now = os.environ["ANSINH_NOW"]
    with world.judged() as (tally, runs):
        for number, spot in enumerate(spots):
            runs.append(run_id := world.new_run())
            with cut_proxy(world.server.port, cut_down=3_000 + int(spot * 8_000)) as proxy:
                world.point_at(proxy.port)
                hit = world.fails(run_id)
            world.point_at(world.server.port)
            os.environ["ANSINH_NOW"] = ("2026-10-26T23:59+07:00", "2026-10-01T00:00+07:00")[number % 2]
            with contextlib.suppress(AnsinhError):
                world.courier.send(run_id)
            os.environ["ANSINH_NOW"] = now
            world.after_fault(run_id, tally, hit=hit)
    return tally
