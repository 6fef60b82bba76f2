"""Peak memory and processor time of trees of processes. Shared pages are counted once (proportional set size)."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ansinh.local.memory import PeakMemory
from ansinh.local.processes import descendants

_EVERY_SECONDS = 0.5


def peak_of(*roots: int) -> PeakMemory:
    """The most that all processes below the given roots (the roots included) took together."""
    return PeakMemory(lambda: (pid for root in roots for pid in (root, *descendants(root))), _EVERY_SECONDS)


def processor_seconds(root: int) -> float:
    """Processor time of a living process, of those below it, and of those below it that ended and were waited for."""
    return sum(_processor_seconds(pid) for pid in (root, *descendants(root)))


def _processor_seconds(pid: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0
