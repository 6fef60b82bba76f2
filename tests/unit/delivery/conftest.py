"""A province's home with a real database, a real SFTP server and, when asked, the demo bank behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bank import demo_bank
from tests.support.sftp import sftp_server

__all__ = ["demo_bank", "sftp_server"]


@pytest.fixture
def province(dsn, home: Path, sftp_server, monkeypatch) -> Path:
    """Home with database and SFTP; time stands at Friday 23 October 2026, 8:00."""
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00+07:00")
    sftp_server(home)
    return home


@pytest.fixture
def banked(province: Path, demo_bank) -> Path:
    """The same with the demo bank running; it reads its inbox when told."""
    demo_bank(province)
    return province
