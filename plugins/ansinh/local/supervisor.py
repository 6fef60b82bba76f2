"""The one process behind `ansinh up`: starts every service of a home, watches them, and takes all of them down with it.

`python -m ansinh.local.supervisor HOME` runs in a session of its own. It tells its starter by JSON lines on stdout how
far it is ({"stage"} … {"ready": true} or {"error"}). On SIGTERM, SIGINT, a start that fails or a component that keeps
dying it ends everything, down to the last grandchild: orphans fall to it (child subreaper), so none can hide.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ansinh.core import migrate
from ansinh.core.errors import AnsinhError, PartnerUnavailable
from ansinh.core.remote import variable
from ansinh.core.settings import load_settings
from ansinh.local import airflow, bank, bank_server, child, national_id_service, postgres, sftp
from ansinh.local.processes import descendants, is_alive, stop_process
from ansinh.local.readiness import dags_are_read, is_healthy
from ansinh.text import say

_PR_SET_CHILD_SUBREAPER = 36
_READY_SECONDS = 300.0
_RESTARTS = 3
_GRACE_SECONDS = 8.0
_PARTNERS = (sftp.NAME, bank_server.NAME, national_id_service.NAME)


class _Stop(Exception):
    """Somebody asked us to end."""


def state_file(home: Path) -> Path:
    return home / "run" / "supervisor.json"


def services_file(home: Path) -> Path:
    return home / "run" / "services.json"


class Supervisor:
    """Starts and keeps the services of one home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.external_dsn = os.environ.get("ANSINH_DSN")
        self.components: dict[str, subprocess.Popen[bytes]] = {}
        self.environ: dict[str, str] = {}
        self.restarts = 0
        self.told: dict[str, Any] = {}

    def start(self) -> None:
        """Bring everything up and write services.json. Raises AnsinhError and its kin."""
        self._say(stage="postgres")
        if self.external_dsn:
            warehouse, metadata = self.external_dsn, airflow.metadata_dsn(self.external_dsn)
        else:
            server = postgres.start(self.home, with_parent=True)
            warehouse, metadata = server.dsn, server.database("airflow")
        self._say(stage="migrations")
        draft = airflow.environment(self.home, warehouse=warehouse, metadata=metadata, port=0, remotes={})
        airflow_tables = subprocess.Popen(
            [sys.executable, "-c", _MIGRATE, str(self.home)], env=draft, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr
        )
        migrate.upgrade(warehouse)
        remotes = self._start_partners()
        if airflow_tables.wait() != 0:
            raise AnsinhError(
                say("errors.local.airflow_database"), say("errors.local.airflow_database_fix", log=airflow.log_file(self.home, "migrate"))
            )
        self._say(stage="airflow")
        for _ in range(3):
            port = airflow.free_port()
            self.environ = airflow.environment(self.home, warehouse=warehouse, metadata=metadata, port=port, remotes=remotes)
            if self._start_airflow(port):
                break
            self._end_components()
        else:
            raise PartnerUnavailable(
                say("errors.local.airflow_start"), say("errors.local.airflow_start_fix", log=airflow.log_file(self.home, "api-server"))
            )
        self._write(warehouse, port, remotes)

    def _start_partners(self) -> dict[str, dict[str, Any]]:
        """The SFTP server, and the demo bank unless somebody connected a real one."""
        self._say(stage="partners")
        server = sftp.start(self.home, with_parent=True)
        remotes = sftp.remotes(self.home, server.port)
        if "AIRFLOW_CONN_ANSINH_BANK" not in os.environ and variable("ansinh_bank") not in os.environ:
            bank.start(self.home, sweep_ms=30_000, with_parent=True)
        if load_settings().national_id.source in ("service", "both") and not _has_register_service():
            national_id_service.start(self.home, with_parent=True)
        return remotes

    def _start_airflow(self, port: int) -> bool:
        """Start the components and wait for them; False when one ended at once (most likely somebody took the port in between)."""
        for name in airflow.COMPONENTS:
            self.components[name] = airflow.spawn(self.home, name, self.environ)
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self.components.values()):
                return False
            if is_healthy(port) and dags_are_read(self.home, port):
                return True
            time.sleep(0.8)
        raise PartnerUnavailable(
            say("errors.local.airflow_slow"), say("errors.local.airflow_slow_fix", folder=airflow.log_file(self.home, "scheduler").parent)
        )

    def watch(self) -> None:
        """Stay until asked to stop; a component that dies is started again, a few times."""
        while True:
            time.sleep(0.5)
            for name, process in self.components.items():
                if process.poll() is not None:
                    self._revive(name, process.returncode)
            for name, pid in self._partner_pids().items():
                if not is_alive(pid):
                    raise AnsinhError(
                        say("errors.local.service_ended", name=name),
                        say("errors.local.service_ended_fix", folder=self.home / "run" / "logs"),
                    )
            self._reap_orphans()

    def _reap_orphans(self) -> None:
        """Collect finished processes that fell to us; our own children are collected by those who wait for them."""
        ours = {process.pid for process in self.components.values()} | set(self._partner_pids().values())
        with contextlib.suppress(ChildProcessError):
            while ready := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if ready.si_pid in ours:
                    return
                os.waitpid(ready.si_pid, os.WNOHANG)

    def _revive(self, name: str, code: int) -> None:
        self.restarts += 1
        with contextlib.suppress(OSError):  # a full disk must not end the services: they go on when there is room
            print(f"{name} ended with {code}; restart {self.restarts}", file=sys.stderr, flush=True)
        if self.restarts > _RESTARTS:
            raise AnsinhError(
                say("errors.local.airflow_keeps_ending", name=name),
                say("errors.local.airflow_keeps_ending_fix", log=airflow.log_file(self.home, name)),
            )
        self.components[name] = airflow.spawn(self.home, name, self.environ)
        self.told["services"][name] = {"pid": self.components[name].pid, "port": self.told["services"][name]["port"]}
        self._save()

    def _partner_pids(self) -> dict[str, int]:
        services = self.told.get("services", {})
        return {name: services[name]["pid"] for name in ("postgres", *_PARTNERS) if name in services}

    def _write(self, warehouse: str, port: int, remotes: dict[str, dict[str, Any]]) -> None:
        url = f"http://127.0.0.1:{port}"
        services: dict[str, dict[str, int | None]] = {}
        server = None if self.external_dsn else postgres.running(self.home)
        if server:
            services["postgres"] = {"pid": server.pid, "port": server.port}
        for name in _PARTNERS:
            found = child.running(self.home, name)
            if found:
                services[name] = {"pid": found.pid, "port": found.port}
        for name, process in self.components.items():
            services[name] = {"pid": process.pid, "port": port if name == "api-server" else None}
        the_bank = services.get(bank_server.NAME)
        self.told = {
            "dsn": warehouse,
            "airflow_url": url,
            "console_url": f"{url}/ansinh/",
            "services": services,
            "remotes": remotes,
            "national_id_service": national_id_service.described(self.home, load_settings().national_id.source),
            "bank_url": f"http://127.0.0.1:{the_bank['port']}" if the_bank else None,
        }
        self._save()

    def _save(self) -> None:
        target = services_file(self.home)
        fresh = target.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.told, file, indent=1)
        fresh.replace(target)

    def end(self) -> None:
        """Take everything down: Airflow, the partners, the database, then whatever is still below us."""
        services_file(self.home).unlink(missing_ok=True)
        self._end_components()
        national_id_service.stop(self.home)
        bank.stop(self.home)
        sftp.stop(self.home)
        if not self.external_dsn:
            postgres.stop(self.home)
        for pid in descendants(os.getpid()):
            stop_process(pid, seconds=1.0)
        state_file(self.home).unlink(missing_ok=True)

    def _end_components(self) -> None:
        for process in self.components.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        for process in self.components.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        keep = set(self._partner_pids().values())
        server = postgres.running(self.home) if not self.external_dsn else None
        keep |= {server.pid} if server else set()
        keep |= {found.pid for name in _PARTNERS if (found := child.running(self.home, name))}
        for pid in descendants(os.getpid(), except_below=keep):
            stop_process(pid, first="SIGKILL")
        self.components = {}

    def _say(self, **line: Any) -> None:
        announce(**line)


# Airflow's own migration takes some seconds: it runs beside ours, in a process of its own.
_MIGRATE = """
import os, sys
from pathlib import Path
from ansinh.local import airflow
airflow.migrate(Path(sys.argv[1]), dict(os.environ))
"""


def announce(**line: Any) -> None:
    """One JSON line to whoever started us; nobody listening any more is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _has_register_service() -> bool:
    """Whether somebody connected a service of the register; then the stand-in stays away."""
    from ansinh.identity.service import VARIABLE

    named = os.environ.get("AIRFLOW_CONN_ANSINH_NATIONAL_ID", "")
    return (
        VARIABLE in os.environ or "AIRFLOW_CONN_ANSINH_NATIONAL_ID_SERVICE" in os.environ or named.startswith("http") or '"http"' in named
    )


def _asked(*_: object) -> None:
    raise _Stop


def main(argv: list[str]) -> int:
    """Run the services of the home named by the first argument until told to stop."""
    home = Path(argv[0])
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _asked)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    state_file(home).parent.mkdir(parents=True, exist_ok=True)
    state_file(home).write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    ours = Supervisor(home)
    code = 0
    try:
        ours.start()
        announce(ready=True)
        _let_go_of_starter()
        ours.watch()
    except _Stop:
        announce(error={"reason": "Đã dừng theo yêu cầu.", "instruction": "", "exit_code": 1})
    except AnsinhError as error:
        code = error.exit_code
        announce(error={"reason": error.reason, "instruction": error.instruction, "exit_code": code})
        print(error, file=sys.stderr, flush=True)
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)  # the way out is not interrupted
        ours.end()
    return code


def _let_go_of_starter() -> None:
    """Our stdout is a pipe to a process that is about to end: send what follows to nowhere."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
