"""The sender as a child of its own: start it, watch or kill it with strace, kill it at a commit."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansinh.core import remote

from tests.benchmarks.faults.sender import END_MARK

if TYPE_CHECKING:
    from tests.benchmarks.faults.world import World

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

    def __init__(self, courier: str = "ansinh") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.faults.sender", courier],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.commits = 0

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)

    def run(self, run_id: str, where: str, *strace: str, **more: Any) -> int:
        """Send a run; strace with these arguments watches from `where` on. Returns the exit code, negative for a signal."""
        pid = self.begin(run_id, where, **more)
        with _attached(pid, strace) if pid else contextlib.nullcontext():
            return self.finish()

    def begin(self, run_id: str, where: str = "start", **more: Any) -> int:
        """Fork a sender that waits at `where`; its pid (0 when it ended before)."""
        ours = {name: os.environ[name] for name in ("ANSINH_NOW", remote.variable("ansinh_bank")) if name in os.environ}
        return int(self._order({"run": run_id, "from": where, "environment": ours, **more})["pid"])

    def finish(self) -> int:
        """Let it go and wait for its end."""
        told = self._order("go")
        self.commits = told["commits"]
        return int(told["status"])

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
