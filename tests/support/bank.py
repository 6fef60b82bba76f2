"""The demo bank for tests: `demo_bank` is its factory; it reads its inbox only when told, unless `sweep_ms` says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansinh.local import bank, sftp

NEVER_MS = 3_600_000


@pytest.fixture
def demo_bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Start a bank for a home on Friday 23 October 2026, 8:00; all banks end with the test."""
    homes: list[Path] = []
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00+07:00")

    def start(home: Path, sweep_ms: int = NEVER_MS) -> None:
        sftp.prepare(home)
        bank.start(home, sweep_ms=sweep_ms, with_parent=True)
        homes.append(home)

    yield start
    for home in homes:
        bank.stop(home)
