"""The clock of a month: the morning of 23 October 2026, when the list for November is made."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _demo_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
