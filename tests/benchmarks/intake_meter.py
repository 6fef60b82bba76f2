"""Wall time, processor time and peak memory of work shared out to two processes, children and the database included."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

WORKERS = 2
_TICKS = os.sysconf("SC_CLK_TCK")


def measured(
    way: str,
    work: Callable[[list[str], Callable[[], None]], None],
    items: Sequence[Path] | Sequence[str],
    *,
    counted: int | None = None,
    scaled: bool = True,
    workers: int = WORKERS,
    server_cpu: Callable[[], float] = lambda: 0.0,
) -> dict[str, Any]:
    """Run `work` over the items in two fresh processes. Seconds are scaled up to `counted` files where only some were measured.

    `start` is what the slower process needed before its first file. `peak_mb` sums the peaks of both processes
    and their children.
    """
    shares = [[str(item) for item in items[number::workers]] for number in range(workers)]
    busy, began = server_cpu(), time.perf_counter()
    command = [sys.executable, "-m", __name__, work.__module__, work.__name__]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in shares]
    for process, share in zip(running, shares, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps([began, share]).encode())
        process.stdin.close()
    told = []
    for process in running:
        assert process.stdout is not None
        told.append(json.loads(process.stdout.read()))
        if process.wait():
            raise SystemExit(f"{way} failed")
    wall = time.perf_counter() - began
    files = counted or len(items)
    start = max(one["start"] for one in told)
    factor = files / len(items) if scaled else 1.0
    cpu = sum(one["cpu"] for one in told) + server_cpu() - busy
    return {
        "way": way, "files": files, "measured_files": len(items) if scaled else files, "wall": start + (wall - start) * factor,
        "start": start, "cpu": cpu * factor, "peak_mb": sum(one["peak_kb"] for one in told) // 1024,
    }  # fmt: skip


def postgres_cpu(postmaster: int) -> float:
    """Seconds of processor time of a server and all its processes, the ended ones included."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        values = rest.split()
        if name.split(" ", 1)[0] == str(postmaster):
            total += sum(int(value) for value in values[11:15])
        elif values[1] == str(postmaster):
            total += int(values[11]) + int(values[12])
    return total / _TICKS


def _watch(peaks: dict[int, int]) -> None:
    while True:
        _look(peaks)
        time.sleep(0.1)


def _look(peaks: dict[int, int]) -> None:
    """The peaks (kB) of this process and its children so far. Not `ru_maxrss`: that begins with what the parent had at the fork."""
    own = os.getpid()
    for pid in [str(own), *Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()]:
        try:
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        if found:
            peaks[int(pid)] = int(found[1])


def main() -> None:
    """One of the two processes: its share on stdin, its figures on stdout."""
    import importlib

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    work = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    began, share = json.loads(sys.stdin.buffer.read())
    started: list[float] = []
    peaks: dict[int, int] = {}
    threading.Thread(target=_watch, args=(peaks,), daemon=True).start()
    work(share, lambda: started.append(time.perf_counter()))
    _look(peaks)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump(
        {
            "start": started[0] - began,
            "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
            "peak_kb": sum(peaks.values()),
        },
        out,
    )
    out.flush()


if __name__ == "__main__":
    main()
