"""Airflow of one home: its secrets, its settings as environment variables, its components' command lines.

Nothing is imported from Airflow here. Settings are documented by Airflow; what differs from its defaults has a
reason beside it. Users: `maker` starts runs, `checker` and `approver` answer the approval step, `admin` the rest.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ansinh.core.db import dsn_parts
from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.settings import project_root
from ansinh.local.unprivileged import follow_parent
from ansinh.text import say

USERS = {"maker": "op", "checker": "op", "approver": "op", "auditor": "viewer", "admin": "admin"}
COMPONENTS = {
    "api-server": ["airflow", "api-server"],
    "scheduler": ["ansinh.local.scheduler", "scheduler", "--skip-serve-logs"],  # the api-server reads the same log folder
    "dag-processor": ["airflow", "dag-processor"],
}
_WAREHOUSE = "ansinh_warehouse"


def folder(home: Path) -> Path:
    """`AIRFLOW_HOME` of this home."""
    return home / "run" / "airflow"


def log_file(home: Path, component: str) -> Path:
    return home / "run" / "logs" / f"airflow-{component}.log"


def passwords(home: Path) -> dict[str, str]:
    """Generated password per user; made on first use, readable by the owner only."""
    return _kept(folder(home) / "passwords.json", lambda: {user: secrets.token_urlsafe(12) for user in USERS})


def _secrets(home: Path) -> dict[str, str]:
    return _kept(
        folder(home) / "secrets.json",
        lambda: {
            "fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "jwt": secrets.token_urlsafe(64),
            "session": secrets.token_urlsafe(32),
        },
    )


def _kept(path: Path, make: Any) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(make(), file)
        fresh.replace(path)
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def free_port() -> int:
    """A port of 127.0.0.1 nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, *, warehouse: str, metadata: str, port: int, remotes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The whole environment of every Airflow component of this home."""
    kept = _secrets(home)
    passwords(home)
    url = f"http://127.0.0.1:{port}"
    root = project_root()
    ours = {
        "AIRFLOW_HOME": str(folder(home)),
        "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(root / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",  # the default starts 32 workers
        "AIRFLOW__CORE__FERNET_KEY": kept["fernet"],
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",  # else tasks call port 8080
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{user}:{role}" for user, role in USERS.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder(home) / "passwords.json"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": kept["session"],
        "AIRFLOW__API_AUTH__JWT_SECRET": kept["jwt"],
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _alchemy(metadata),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder(home) / "logs"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(folder(home) / "logs" / "dag_processor"),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",  # a month is a chain of short tasks
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__METRICS__STATSD_ON": "False",
        "ANSINH_HOME": str(home),
        "ANSINH_DSN": warehouse,
        "ANSINH_PROJECT": str(root),
        "ANSINH_SCHEDULES": "off",  # a home on one's own machine runs a month when told to, not by the calendar
        "DO_NOT_TRACK": "1",
        "SPT_NOENV": "1",  # process titles must not overwrite the environment other programs identify us by
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **connections(warehouse, remotes), **ours}


def connections(warehouse: str, remotes: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The four connections as AIRFLOW_CONN_* JSON; one that is already in our environment is somebody's choice and stays."""
    parts = dsn_parts(warehouse)
    found = {
        _WAREHOUSE: {
            "conn_type": "postgres",
            "host": parts.get("host", "127.0.0.1"),
            "port": int(parts.get("port", "5432")),
            "login": parts.get("user", ""),
            "password": parts.get("password", ""),
            "schema": parts.get("dbname", ""),
        }
    }
    for name, remote in remotes.items():
        extra = {key: remote[key] for key in ("key_file", "host_key", "base")}
        found[name] = {"conn_type": "sftp", "host": remote["host"], "port": remote["port"], "login": remote["user"], "extra": extra}
    wanted = {f"AIRFLOW_CONN_{name.upper()}": json.dumps(value) for name, value in found.items()}
    return {name: value for name, value in wanted.items() if name not in os.environ}


def _alchemy(dsn: str) -> str:
    return "postgresql+psycopg2://" + dsn.split("://", 1)[1]  # bare postgresql:// means another driver since SQLAlchemy 2.1


def metadata_dsn(warehouse: str) -> str:
    """Airflow's own database beside a warehouse that is not ours: `<name>_airflow`, made when missing.

    Raises UsageError when the account may not create it, PartnerUnavailable when the server does not answer.
    """
    parts = dsn_parts(warehouse)
    name = f"{parts.get('dbname', 'ansinh')}_airflow"
    try:
        with psycopg.connect(warehouse, autocommit=True, connect_timeout=10) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise UsageError(say("errors.local.airflow_may_not", name=name), say("errors.local.airflow_may_not_fix", name=name)) from error
    except psycopg.OperationalError as error:
        raise PartnerUnavailable(say("errors.local.dsn_unreachable"), say("errors.local.dsn_unreachable_fix")) from error
    from ansinh.core.db import engine

    return engine(warehouse).url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def migrate(home: Path, environ: dict[str, str]) -> None:
    """Bring Airflow's database to its version, once per version and database. Raises AnsinhError."""
    stamp = folder(home) / "migrated"
    now = f"{_version()} {environ['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN'].rsplit('/', 1)[1]}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now and _has_tables(environ):
        return
    log = log_file(home, "migrate")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        done = subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], env=environ, stdout=sink, stderr=sink, check=False)
    if done.returncode != 0:
        raise AnsinhError(say("errors.local.airflow_database"), say("errors.local.airflow_database_fix", log=log))
    stamp.write_text(now, encoding="utf-8")


def _has_tables(environ: dict[str, str]) -> bool:
    with psycopg.connect("postgresql://" + environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].split("://", 1)[1]) as connection:
        row = connection.execute("select to_regclass('dag_run') is not null").fetchone()
    return bool(row and row[0])


def _version() -> str:
    from importlib.metadata import version

    return version("apache-airflow-core")


def spawn(home: Path, component: str, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start one component; it is told to end when the starting process dies."""
    log = log_file(home, component)
    log.parent.mkdir(parents=True, exist_ok=True)
    argv = follow_parent([sys.executable, "-m", *COMPONENTS[component]], "SIGTERM")
    with log.open("ab") as sink:
        return subprocess.Popen(argv, env=environ, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, cwd=str(home))
