"""Ending a process we started, by its pid, and being sure it is gone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Whether the process exists and is more than a zombie waiting for its parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state not in {"Z", "X"}


def stop_process(pid: int, *, first: str = "SIGTERM", seconds: float = 10.0, then: str = "SIGKILL") -> None:
    """Ask with `first`, insist with `then` after so many seconds; returns when the process is gone."""
    for name, patience in ((first, seconds), (then, 10.0), ("SIGKILL", 10.0)):
        try:
            os.kill(pid, getattr(signal, name))
        except ProcessLookupError:
            return
        if wait_gone(pid, patience):
            return


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process is gone; collects it when it is our own child."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):  # somebody else's child
            os.waitpid(pid, os.WNOHANG)
        if not is_alive(pid):
            return True
        time.sleep(0.03)
    return not is_alive(pid)


def descendants(pid: int, *, except_below: Collection[int] = ()) -> list[int]:
    """Every living process below this one, deepest first; branches starting at `except_below` are left out."""
    children: dict[int, list[int]] = {}
    for one, fields in _all_processes():
        children.setdefault(int(fields[1]), []).append(one)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = [one for one in children.get(waiting.pop(), []) if one not in except_below]
        found += below
        waiting += below
    return [one for one in reversed(found) if is_alive(one)]


def session_members(session: int) -> list[int]:
    """Living processes of a session whose leader is gone (nobody else can have got its number meanwhile)."""
    if is_alive(session):
        return []
    return [one for one, fields in _all_processes() if int(fields[3]) == session and is_alive(one)]


def _all_processes() -> Iterator[tuple[int, list[str]]]:
    """pid and the fields of /proc/<pid>/stat after the name: state, parent, group, session …"""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                yield int(entry.name), (entry / "stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
