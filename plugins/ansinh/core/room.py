"""Room on the disk of a home: a month is not begun on a disk that cannot hold it, and a full disk is named as such.

A full disk makes PostgreSQL, Airflow and our own files fail in ways that look like other troubles; whoever reports a
failure asks here first.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ansinh.core.errors import AnsinhError
from ansinh.text import say

TO_BEGIN = 128 << 20  # write-ahead log and the next tables of a small province
LEFT_WHEN_FULL = 8 << 20  # below this a failure is the disk's


def disk_full() -> AnsinhError:
    """The sentence of a full disk (exit 1: the same command works once there is room)."""
    return AnsinhError(say("failures.disk_full"), say("failures.disk_full_fix"), code="DISK_FULL")


def require(place: Path, least: int) -> None:
    """Raise DISK_FULL when fewer than `least` bytes are free where `place` lies (or will lie)."""
    while not place.exists():
        place = place.parent
    if shutil.disk_usage(place).free < least:
        raise disk_full()
