"""`ansinh up`, `down` and `status`: the embedded services of one home, as a whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable, UsageError
from ansinh.local import child, postgres
from ansinh.local.processes import is_alive, session_members, stop_process, wait_gone
from ansinh.text import say

_DOWN_SECONDS = 60.0
_KINDS = {kind.exit_code: kind for kind in (AnsinhError, UsageError, BlockedByData, PartnerUnavailable)}


def up(home: Path, *, tell: Callable[[str], None] = lambda stage: None, with_parent: bool = False) -> dict[str, Any]:
    """Start what is missing and return services.json when all is ready. Idempotent; Ctrl-C takes down what it began.

    `tell` hears the stages (postgres, migrations, partners, airflow). `with_parent`: all ends when the caller dies.
    Raises the error of whatever did not start.
    """
    home = home.absolute()
    if _supervisor(home) is not None:
        return _wait_for_other(home, tell)
    down(home)  # remains of a killed one
    (home / "run" / "logs").mkdir(parents=True, exist_ok=True)
    from ansinh.local.unprivileged import follow_parent

    argv = [sys.executable, "-m", "ansinh.local.supervisor", str(home)]
    with (home / "run" / "logs" / "supervisor.log").open("ab") as log:
        started = subprocess.Popen(
            follow_parent(argv, "SIGTERM") if with_parent else argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "ANSINH_HOME": str(home)},
        )
    try:
        _listen(started, home, tell)
    except BaseException:
        stop_process(started.pid, seconds=_DOWN_SECONDS)
        down(home)
        raise
    return _told(home)


def _listen(started: subprocess.Popen[bytes], home: Path, tell: Callable[[str], None]) -> None:
    assert started.stdout is not None  # noqa: S101 - we asked for a pipe
    with started.stdout:
        for line in started.stdout:
            said = json.loads(line)
            if "stage" in said:
                tell(said["stage"])
            elif said.get("ready"):
                return
            elif "error" in said:
                error = said["error"]
                raise _KINDS[int(error["exit_code"])](error["reason"], error["instruction"])
    raise AnsinhError(
        say("errors.local.services_failed"), say("errors.local.services_failed_fix", log=home / "run" / "logs" / "supervisor.log")
    )


def _wait_for_other(home: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """Another `up` of this home may be on its way: wait for it."""
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline:
        found = _told(home)
        if found:
            return found
        if _supervisor(home) is None:
            return up(home, tell=tell)
        time.sleep(0.2)
    raise PartnerUnavailable(say("errors.local.services_slow"), say("errors.local.services_slow_fix"))


def down(home: Path) -> None:
    """End every service of this home, also what a killed supervisor left; does nothing when nothing runs."""
    home = home.absolute()
    pid = _supervisor(home)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not wait_gone(pid, _DOWN_SECONDS):
            stop_process(pid, first="SIGKILL")
    remembered = _remembered(home)
    if remembered is not None:
        for member in session_members(remembered):
            stop_process(member, seconds=2.0)
    for name in ("national_id_service", "bank", "sftp"):
        child.stop_child(home, name)
    postgres.stop(home)
    (home / "run" / "services.json").unlink(missing_ok=True)
    (home / "run" / "supervisor.json").unlink(missing_ok=True)


def status(home: Path) -> dict[str, Any]:
    """What runs: `running`, `console_url`, `airflow_url`, `dsn`, `bank_url`, and per service pid, port and `alive`."""
    found = _told(home) if _supervisor(home.absolute()) is not None else {}
    services = {name: {**one, "alive": is_alive(int(one["pid"]))} for name, one in found.get("services", {}).items()}
    urls = {key: found.get(key) for key in ("console_url", "airflow_url", "dsn", "bank_url")}
    return {"running": bool(services) and all(one["alive"] for one in services.values()), **urls, "services": services}


def _told(home: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((home / "run" / "services.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}
    return found


def _remembered(home: Path) -> int | None:
    try:
        return int(json.loads((home / "run" / "supervisor.json").read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return None


def _supervisor(home: Path) -> int | None:
    """The pid of this home's supervisor if that process really is one."""
    pid = _remembered(home)
    if pid is None or not is_alive(pid):
        return None
    try:
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return pid if b"ansinh.local.supervisor" in argv and str(home).encode() in argv else None
