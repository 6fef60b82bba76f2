"""Build the person part of the warehouse on a database of one's own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

PERIOD = "2026-11"


@pytest.fixture(scope="session")
def build_persons() -> Callable[..., None]:
    """Run dbt's person layers for a month; with `publish` the month becomes the published one."""

    def run(period: str = PERIOD, *, publish: bool = False, keep: bool = True) -> None:
        from ansinh.warehouse.build import build
        from ansinh.warehouse.publish import publish as swap_in

        for layer in ("staging", "standardise", "deduplicate", "marts"):
            build("warehouse", period, layer, f"test-{period}", keep=keep)  # type: ignore[arg-type]
        if publish:
            swap_in("warehouse", period)

    return run
