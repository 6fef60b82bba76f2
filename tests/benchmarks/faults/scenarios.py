"""The faults: kill -9 at a system call, the line cut after so many bytes, a full disk. Each point is one run of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ansinh.core.errors import AnsinhError
from ansinh.payment import delivery

from tests.benchmarks.faults.sender import END_MARK
from tests.benchmarks.faults.world import Tally, World
from tests.support.money import SENDER
from tests.support.proxy import cut_proxy

_CALL = re.compile(r"^(\d+)\s+(?:<\.\.\. )?([a-z0-9_]+)")


def can_trace() -> bool:
    """Whether strace is here and may attach to our children."""
    if not shutil.which("strace"):
        return False
    child = subprocess.Popen(["sleep", "5"])
    try:
        done = subprocess.run(["timeout", "1", "strace", "-p", str(child.pid), "-o", "/dev/null"], capture_output=True, check=False)
        return b"Operation not permitted" not in done.stderr
    finally:
        child.kill()
        child.wait()


class Sender:
    """The warm process that forks a sender a point."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.faults.sender"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)

    def run(self, run_id: str, where: str, *strace: str) -> int:
        """Send a run; strace with these arguments watches from `where` on. Returns the exit code, negative for a signal."""
        pid = self._order({"run": run_id, "from": where})["pid"]
        with _attached(pid, strace) if pid else contextlib.nullcontext():
            return int(self._order("go")["status"])

    def _order(self, order: object) -> dict[str, int]:
        if not self._process.stdin or not self._process.stdout:
            raise RuntimeError("no pipe")
        self._process.stdin.write((order if isinstance(order, str) else json.dumps(order)) + "\n")
        self._process.stdin.flush()
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found


@contextlib.contextmanager
def _attached(pid: int, arguments: tuple[str, ...]) -> Iterator[None]:
    if not arguments:
        yield
        return
    tracer = subprocess.Popen(["strace", "-f", "-p", str(pid), *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        if tracer.stderr:
            tracer.stderr.readline()  # "strace: Process N attached", after all its threads
        yield
        tracer.wait(20)
    finally:
        tracer.kill()
        tracer.wait()


def calls_in_window(world: World, sender: Sender, where: str, scratch: Path) -> list[tuple[str, int]]:
    """Every (system call, n-th time in its thread) a fault-free sending makes from `where` until the ledger says sent."""
    log = scratch / "calls.log"
    run_id = world.new_run()
    if sender.run(run_id, where, "-o", str(log)) != 0:
        raise RuntimeError("a sending without faults failed")
    seen: dict[tuple[str, str], int] = {}
    points: dict[tuple[str, int], None] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if END_MARK in line:
            break
        found = _CALL.match(line)
        if not found or "resumed>" in line or found[2] in ("exit", "exit_group"):
            continue
        key = (found[1], found[2])
        seen[key] = seen.get(key, 0) + 1
        points.setdefault((found[2], seen[key]))
    return list(points)


def killed(world: World, points: int, scratch: Path) -> Tally:
    """Kill the sender at system calls spread over the whole window, once each."""
    tally, started = Tally(), time.monotonic()
    sender = Sender()
    try:
        runs: list[str] = []
        for where, share in (("intent", 0.8), ("start", 0.2)):
            calls = calls_in_window(world, sender, where, scratch)
            wanted = max(1, round(points * share))
            chosen = [calls[at * len(calls) // wanted] for at in range(wanted)]
            for name, nth in chosen:
                run_id = world.new_run()
                runs.append(run_id)
                status = sender.run(run_id, where, "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={nth}")
                tally.points += 1
                tally.hit += status == -9
                world.bring_home(run_id, tally)
        world.judge(runs, tally)
    finally:
        sender.close()
    tally.seconds = time.monotonic() - started
    return tally


def cut(world: World, points: int) -> Tally:
    """Cut the line after a share of the bytes, half of the points towards the bank and half towards us."""
    tally, started = Tally(), time.monotonic()
    with cut_proxy(world.server.port) as whole:
        world.point_at(whole.port)
        delivery.send(world.new_run(), SENDER)
        passed = dict(whole.passed)
    files = 2 if world.lines > 4 else 1
    runs = []
    for at in range(points):
        way = ("up", "down")[at % 2]
        share = passed[way] // files * (at // 2 + 1) // (points // 2 + 1)
        run_id = world.new_run()
        runs.append(run_id)
        with cut_proxy(world.server.port, **{f"cut_{way}": share}) as proxy:
            world.point_at(proxy.port)
            tally.hit += _fails(run_id)
        world.point_at(world.server.port)
        tally.points += 1
        world.bring_home(run_id, tally)
    world.judge(runs, tally)
    tally.seconds = time.monotonic() - started
    return tally


def disk_full(world: World, points: int) -> Tally:
    """The bank's disk takes only so many bytes of a file (RLIMIT_FSIZE of the server), then has room again."""
    tally, started = Tally(), time.monotonic()
    free = resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE)
    runs = []
    for at in range(points):
        run_id = world.new_run()
        runs.append(run_id)
        resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE, (at * 2000 // max(1, points - 1), free[1]))
        try:
            tally.hit += _fails(run_id)
        finally:
            resource.prlimit(world.server.pid, resource.RLIMIT_FSIZE, free)
        tally.points += 1
        world.bring_home(run_id, tally)
    world.judge(runs, tally)
    tally.seconds = time.monotonic() - started
    return tally


def clock_jumps(world: World, points: int) -> Tally:
    """The clock leaps forward or back while a file is in doubt, and comes back before the cut-off."""
    tally, started = Tally(), time.monotonic()
    now, runs = os.environ["ANSINH_NOW"], []
    for at in range(points):
        run_id = world.new_run()
        runs.append(run_id)
        with cut_proxy(world.server.port, cut_down=6000 + 400 * at) as proxy:
            world.point_at(proxy.port)
            tally.hit += _fails(run_id)
        world.point_at(world.server.port)
        os.environ["ANSINH_NOW"] = ("2026-10-26T23:59+07:00", "2026-10-01T00:00+07:00")[at % 2]
        with contextlib.suppress(AnsinhError):
            delivery.send(run_id, SENDER)
        os.environ["ANSINH_NOW"] = now
        tally.points += 1
        world.bring_home(run_id, tally)
    world.judge(runs, tally)
    tally.seconds = time.monotonic() - started
    return tally


def _fails(run_id: str) -> bool:
    try:
        delivery.send(run_id, SENDER)
    except AnsinhError:
        return True
    return False
