"""A real OpenSSH server (Debian's `openssh-server`) over the bank's folders of a home: what most banks run.

It needs root, because sshd changes users; without root or without the package the tests are skipped by name.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansinh.core import remote
from ansinh.local import sftp

PROGRAM = shutil.which("sshd") or "/usr/sbin/sshd"


def require_openssh() -> None:
    """Skip by name where it cannot run."""
    if os.geteuid() != 0:
        pytest.skip("an OpenSSH server needs root")
    if not Path(PROGRAM).exists():
        pytest.skip("needs Debian's openssh-server")


@contextmanager
def openssh_server(home: Path) -> Iterator[dict[str, object]]:
    """sshd on a free port for the length of a block; yields how our side reaches the bank, as in services.json."""
    sftp.prepare(home)
    keys, port = home.absolute() / "run" / "keys", _free_port()
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on its own empty folder
    config = keys / "sshd_config"
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys / 'sftp_host_ed25519'}\nAuthorizedKeysFile {keys / 'bank_ed25519.pub'}\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
        "ForceCommand internal-sftp\nSubsystem sftp internal-sftp\nMaxStartups 100\nLogLevel ERROR\n",
        encoding="ascii",
    )
    process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", str(config)], stderr=(home / "run/logs-sshd").open("wb"))
    try:
        _wait(port, process)
        ours = sftp.remotes(home, port)["ansinh_bank"]
        yield {**ours, "user": "root", "base": str(home.absolute() / "sftp" / "bank")}
    finally:
        process.terminate()
        process.wait(10)


def reach(monkeypatch: pytest.MonkeyPatch, where: dict[str, object]) -> None:
    """Make our side send to this server."""
    monkeypatch.setenv(remote.variable("ansinh_bank"), json.dumps(where))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("sshd does not answer")
