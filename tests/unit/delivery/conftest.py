"""A province's home with a real database, a real SFTP server and, when asked, the demo bank behind it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.local import sftp

from tests.support.bank import demo_bank
from tests.support.sftp import sftp_server

__all__ = ["demo_bank", "sftp_server"]


@pytest.fixture(scope="session")
def _served_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home whose SFTP server lives as long as the session: starting it costs a second."""
    home = tmp_path_factory.mktemp("province")
    yield home
    sftp.stop(home)


@pytest.fixture
def province(dsn: str, _served_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with a fresh database and SFTP; time stands at Friday 23 October 2026, 8:00."""
    home = _served_home
    for folder in ("outbox", "reports", "profiles", "keys", "bank_answers", "sftp/bank", "run/bank"):
        shutil.rmtree(home / folder, ignore_errors=True)
    child = sftp.start(home, with_parent=True)
    sftp.prepare(home)
    monkeypatch.setenv("ANSINH_HOME", str(home))
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00+07:00")
    for name, where in sftp.remotes(home, child.port).items():
        monkeypatch.setenv(remote.variable(name), json.dumps(where))
    return home


@pytest.fixture
def banked(province: Path, demo_bank) -> Path:
    """The same with the demo bank running; it reads its inbox when told."""
    demo_bank(province)
    return province
