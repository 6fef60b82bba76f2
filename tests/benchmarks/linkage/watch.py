"""Peak memory and processor time of trees of processes. Shared pages are counted once (proportional set size)."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from ansinh.local.processes import descendants

_EVERY_SECONDS = 0.5


class Peak:
    """Context manager; `mb` is the most that all processes below the given roots (the roots included) took together."""

    def __init__(self, *roots: int) -> None:
        self.roots, self.mb = roots, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            pids = {pid for root in self.roots for pid in (root, *descendants(root))}
            self.mb = max(self.mb, sum(_proportional(pid) for pid in pids) >> 20)
            if self._over.wait(_EVERY_SECONDS):
                return


def _proportional(pid: int) -> int:
    """Bytes of one process; 0 when it is gone."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def processor_seconds(root: int) -> float:
    """Processor time of a living process, of those below it, and of those below it that ended and were waited for."""
    return sum(_processor_seconds(pid) for pid in (root, *descendants(root)))


def _processor_seconds(pid: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0
