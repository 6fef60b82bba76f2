"""How much memory processes take together, at most, while something runs."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ansinh.local.processes import descendants


class PeakMemory:
    """Context manager; `peak` is in bytes: the most that the processes named by `processes()` took together at any look.

    Shared pages are counted once (proportional set size).
    """

    def __init__(self, processes: Callable[[], Iterable[int]], every_seconds: float = 3.0) -> None:
        self.processes, self.every_seconds, self.peak = processes, every_seconds, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, sum(_proportional(pid) for pid in set(self.processes())))
            if self._over.wait(self.every_seconds):
                return


def processes_of(home: Path) -> list[int]:
    """This process, the supervisor of the home and everything below it."""
    pids = [os.getpid()]
    with suppress(OSError, ValueError, KeyError):
        supervisor = int(json.loads((home / "run" / "supervisor.json").read_text(encoding="utf-8"))["pid"])
        pids += [supervisor, *descendants(supervisor)]
    return pids


def _proportional(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
