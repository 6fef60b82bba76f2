"""How much memory all processes of a home take together, at most, while something runs."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ansinh.local.processes import descendants

_EVERY_SECONDS = 3.0


class PeakMemory:
    """Context manager; `peak` is in bytes. Shared pages are counted once (proportional set size)."""

    def __init__(self, home: Path) -> None:
        self.home, self.peak = home, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            pids = [os.getpid()]
            with suppress(OSError, ValueError, KeyError):
                supervisor = int(json.loads((self.home / "run" / "supervisor.json").read_text(encoding="utf-8"))["pid"])
                pids += [supervisor, *descendants(supervisor)]
            self.peak = max(self.peak, sum(_proportional(pid) for pid in pids))


def _proportional(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
