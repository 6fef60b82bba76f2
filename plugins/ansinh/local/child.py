"""Our own small servers: start one child process of a home, wait until it says its port, find it again, end it.

A child writes `$ANSINH_HOME/run/<name>.json` ({"pid", "port"}) when it is ready. A pid counts as ours only while its
environment carries the marker of this home and name, so a pid the system gave to somebody else is never touched.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from ansinh.core.errors import AnsinhError
from ansinh.local.processes import stop_process
from ansinh.text import say

READY_SECONDS = 20
_MARKER = "ANSINH_CHILD"
_WITH_PARENT = "ANSINH_DIE_WITH_PARENT"
_PR_SET_PDEATHSIG = 1


class Child(NamedTuple):
    """A running server of ours."""

    pid: int
    port: int


def launch(home: Path, name: str, arguments: list[str], *, with_parent: bool = False) -> Child:
    """Start `python <arguments>` unless the child `name` of this home already runs; returns it when it is ready.

    Output goes to `run/logs/<name>.log`. Raises AnsinhError when it ends or is not ready within 20 s.
    """
    found = running(home, name)
    if found:
        return found
    _state(home, name).unlink(missing_ok=True)
    log = home / "run" / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, _MARKER: _mark(home, name), "ANSINH_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    environment.pop(_WITH_PARENT, None)
    if with_parent:
        environment[_WITH_PARENT] = str(os.getpid())
    with log.open("ab") as sink:
        process = subprocess.Popen([sys.executable, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = running(home, name)
        if found:
            return found
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise AnsinhError(say("errors.local.child_failed", name=name), say("errors.local.child_failed_fix", log=log))


def running(home: Path, name: str) -> Child | None:
    """The ready child of this home and name, or None."""
    try:
        said = json.loads(_state(home, name).read_text(encoding="utf-8"))
        child = Child(int(said["pid"]), int(said["port"]))
        environment = Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0")
    except (OSError, ValueError, KeyError):
        return None
    return child if f"{_MARKER}={_mark(home, name)}".encode() in environment else None


def stop_child(home: Path, name: str) -> None:
    """End the child politely, firmly after 5 s; does nothing when it does not run."""
    child = running(home, name)
    _state(home, name).unlink(missing_ok=True)
    if child is not None:
        stop_process(child.pid, seconds=5)


def announce(home: Path, name: str, port: int) -> None:
    """Called by the child when it is ready to serve."""
    state = _state(home, name)
    fresh = state.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"pid": os.getpid(), "port": port}), encoding="utf-8")
    fresh.replace(state)


def die_with_parent() -> None:
    """Called by the child first: if its parent asked so, the kernel ends it when that parent dies."""
    parent = os.environ.get(_WITH_PARENT)
    if not parent:
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit(0)  # it died before we asked


def _state(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.json"


def _mark(home: Path, name: str) -> str:
    return f"{name}:{home.absolute()}"
