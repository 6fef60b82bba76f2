"""A running embedded SFTP server for tests: `sftp_server` is its factory, bound to a home folder of the test.

Use: `from tests.support.sftp import sftp_server`, then `server = sftp_server(home)`; our side finds it through
the environment, the partner's side is the folder `home / "sftp" / <user>`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.local import sftp
from ansinh.local.child import Child


@pytest.fixture
def sftp_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Child]]:
    """Start a server for a home and point the three endpoints at it; all servers end with the test."""
    homes: list[Path] = []

    def start(home: Path) -> Child:
        child = sftp.start(home, with_parent=True)
        homes.append(home)
        monkeypatch.setenv("ANSINH_HOME", str(home))
        for name, where in sftp.remotes(home, child.port).items():
            monkeypatch.setenv(remote.variable(name), json.dumps(where))
        return child

    yield start
    for home in homes:
        sftp.stop(home)
