"""Services come up once, come back when one dies, and leave nothing behind however they end."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from ansinh.local import services
from ansinh.local.postgres import PostgresInfo
from ansinh.local.processes import is_alive, wait_gone

from tests.conftest import new_database
from tests.whole.conftest import PERIOD, Terminal, processes_of, terminal

pytestmark = [pytest.mark.whole, pytest.mark.timeout(1200)]


@pytest.fixture
def ansinh(tmp_path: Path):
    yield terminal(tmp_path / "home")
    services.down(tmp_path / "home")


def _supervisor(ansinh: Terminal) -> int:
    found = services._supervisor(ansinh.home)
    assert found is not None
    return found


def _pid(ansinh: Terminal, service: str) -> int:
    return int(ansinh.json("status")["services"][service]["pid"])


def test_up_is_idempotent_heals_a_dead_part_and_sigterm_leaves_nothing(ansinh: Terminal) -> None:
    assert ansinh("up").code == 0
    first = ansinh.json("status")
    assert ansinh("up").code == 0
    assert ansinh.json("status") == first

    old = _pid(ansinh, "dag-processor")
    os.kill(old, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while _pid(ansinh, "dag-processor") == old and time.monotonic() < deadline:
        time.sleep(0.5)
    assert _pid(ansinh, "dag-processor") != old

    supervisor = _supervisor(ansinh)
    os.kill(supervisor, signal.SIGTERM)
    assert wait_gone(supervisor, 60)
    assert processes_of(ansinh.home) == []
    assert ansinh.json("status")["running"] is False


def test_down_also_clears_up_after_a_killed_supervisor(ansinh: Terminal) -> None:
    assert ansinh("up").code == 0
    pids = [one["pid"] for one in ansinh.json("status")["services"].values()]
    supervisor = _supervisor(ansinh)
    os.kill(supervisor, signal.SIGKILL)
    assert wait_gone(supervisor, 10)
    assert ansinh("down").code == 0
    assert [pid for pid in pids if is_alive(pid)] == []
    assert processes_of(ansinh.home) == []


def test_an_interrupted_start_leaves_nothing(ansinh: Terminal) -> None:
    import subprocess
    import sys

    starting = subprocess.Popen([sys.executable, "-m", "ansinh.cli", "up"], env=ansinh.environ, stderr=subprocess.PIPE, text=True)
    assert starting.stderr is not None
    for line in starting.stderr:
        if "Airflow" in line:
            break
    starting.send_signal(signal.SIGINT)
    starting.stderr.close()
    assert starting.wait(90) == 130
    assert processes_of(ansinh.home) == []


def test_a_warehouse_of_ones_own_and_a_bank_that_is_down(tmp_path: Path, postgres: PostgresInfo, _template: str) -> None:
    """ANSINH_DSN names the warehouse, Airflow's tables go beside it; a silent bank is exit 4, and approval by name is refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    bank = f'{{"conn_type": "sftp", "host": "127.0.0.1", "port": {closed}, "login": "x", "extra": {{"key_file": "{tmp_path}/home/run/keys/bank_ed25519", "host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAhjWva6UU6BKpTu+92mMvsy7mVE94NfKp0LaAjJ6aTu"}}}}'
    with new_database(postgres, _template) as dsn:
        ours = terminal(tmp_path / "home", ANSINH_DSN=dsn, AIRFLOW_CONN_ANSINH_BANK=bank)
        try:
            done = ours("run", "--period", PERIOD, "--only", "reconcile")
            assert done.code == 4, done.err
            told = ours.json("status")
            assert told["dsn"] == dsn
            assert "bank" not in told["services"]
            assert "postgres" not in told["services"]
        finally:
            services.down(ours.home)
        assert processes_of(ours.home) == []


@pytest.mark.parametrize(("dsn", "code"), [("postgresql://ansinh@127.0.0.1:1/ansinh", 4), ("this is no dsn", 2)])
def test_a_wrong_dsn_is_a_sentence(ansinh: Terminal, dsn: str, code: int) -> None:
    for command in (["up"], ["run", "--period", PERIOD], ["verify"], ["lookup", "an"]):
        done = ansinh(*command, ANSINH_DSN=dsn)
        assert done.code == code, (command, done.err)
        assert "PostgreSQL" in done.err
        assert "Traceback" not in done.err
        assert "lường trước" not in done.err  # the sentence for errors nobody foresaw
    assert processes_of(ansinh.home) == []


@pytest.mark.parametrize(
    "arguments", [["run", "--period", "11/2026"], ["run", "--period", PERIOD, "--only", "nothing"], ["run"], ["nothing"]]
)
def test_wrong_usage_is_exit_2_and_starts_nothing(ansinh: Terminal, arguments: list[str]) -> None:
    done = ansinh(*arguments)
    assert done.code == 2, done.err
    assert processes_of(ansinh.home) == []


def test_help_is_instant_and_complete(ansinh: Terminal) -> None:
    began = time.monotonic()
    done = ansinh()
    assert done.code == 0
    assert time.monotonic() - began < 2.5  # 0.3 s on a quiet machine
    for command in (
        "up",
        "down",
        "status",
        "doctor",
        "run",
        "check",
        "generate",
        "approve",
        "reject",
        "hold",
        "resolve",
        "show",
        "lookup",
        "explain",
        "dsn",
        "verify",
    ):
        assert f"  {command} " in done.out, command
