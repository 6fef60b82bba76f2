"""The embedded PostgreSQL starts anywhere, recovers from anything, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from ansinh.core.errors import UsageError
from ansinh.local import postgres, postgres_place, unprivileged
from ansinh.local.postgres_config import settings
from ansinh.local.processes import is_alive, stop_process, wait_gone


@pytest.fixture
def place(tmp_path: Path):
    yield tmp_path
    postgres.stop(tmp_path)


def test_a_server_starts_once_and_stops_once(place: Path) -> None:
    first = postgres.start(place, durable=False)
    assert postgres.start(place, durable=False) == first
    assert postgres.running(place) == first
    with psycopg.connect(first.dsn) as connection:
        assert connection.info.dbname == "ansinh"
        row = connection.execute("select datcollversion, datlocprovider, datlocale from pg_database where datname = 'ansinh'").fetchone()
        assert row is not None and row[1:] == ("b", "C.UTF-8")
    postgres.stop(place)
    postgres.stop(place)
    assert not is_alive(first.pid)
    assert postgres.running(place) is None


def test_both_databases_exist_and_the_extensions_work(place: Path) -> None:
    server = postgres.start(place, durable=False)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        for name in ("pg_trgm", "unaccent", "fuzzystrmatch"):
            connection.execute(f"create extension {name}")
        assert connection.execute("select unaccent('Nguyễn'), levenshtein('Tài', 'Tai')").fetchone() == ("Nguyen", 1)
    psycopg.connect(server.database("airflow")).close()


def test_only_the_generated_password_opens_it_and_only_on_loopback(place: Path) -> None:
    server = postgres.start(place, durable=False)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://ansinh:wrong@127.0.0.1:{server.port}/ansinh")
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    assert (place / "postgres" / "password").stat().st_mode & 0o077 == 0


def test_a_killed_server_comes_back_with_its_data(place: Path) -> None:
    server = postgres.start(place)
    with psycopg.connect(server.dsn) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    os.kill(server.pid, signal.SIGKILL)
    assert wait_gone(server.pid, 10)
    again = postgres.start(place)
    with psycopg.connect(again.dsn) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)


def test_a_stale_pid_file_that_names_a_stranger_is_ignored(place: Path) -> None:
    server = postgres.start(place, durable=False)
    postgres.stop(place)
    (place / "postgres" / "data" / "postmaster.pid").write_text(
        f"{os.getpid()}\n{place}/postgres/data\n1\n{server.port}\n", encoding="utf-8"
    )
    assert postgres.running(place) is None
    assert postgres.start(place, durable=False).pid != os.getpid()


def test_an_occupied_port_makes_it_choose_another(place: Path) -> None:
    first = postgres.start(place, durable=False)
    postgres.stop(place)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first.port))
        other.listen()
        second = postgres.start(place, durable=False)
        assert second.port != first.port
        psycopg.connect(second.dsn).close()


def test_an_initdb_cut_off_half_way_is_thrown_away(place: Path) -> None:
    half = place / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    psycopg.connect(postgres.start(place, durable=False).dsn).close()
    assert not half.exists()


def test_data_of_another_major_version_is_refused_with_a_sentence(place: Path) -> None:
    data = place / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n", encoding="ascii")
    (place / "postgres" / "password").write_text("x", encoding="ascii")
    with pytest.raises(UsageError, match="PostgreSQL 15"):
        postgres.start(place)


def test_the_server_dies_with_a_killed_starter(place: Path) -> None:
    code = (
        "import sys,time; from pathlib import Path; from ansinh.local import postgres\n"
        "print(postgres.start(Path(sys.argv[1]), durable=False, with_parent=True).pid, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert is_alive(pid)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    assert wait_gone(pid, 15)


@pytest.mark.needs_root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: drops to the account nobody")
def test_as_root_without_namespaces_it_runs_as_nobody(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = unprivileged._ordinary_account()
    monkeypatch.setattr(postgres_place, "find_way", lambda: unprivileged.Way("drop", account.pw_uid, account.pw_gid))
    before = place.stat().st_mode
    server = postgres.start(place, durable=False)
    elsewhere = Path((place / "postgres" / "elsewhere").read_text(encoding="utf-8"))
    try:
        assert Path(f"/proc/{server.pid}").stat().st_uid == account.pw_uid
        psycopg.connect(server.dsn).close()
        postgres.stop(place)
        assert psycopg.connect(postgres.start(place, durable=False).dsn).close() is None
        assert place.stat().st_mode == before
    finally:
        postgres.stop(place)
        shutil.rmtree(elsewhere)


def test_memory_settings_stay_within_bounds_on_any_machine() -> None:
    small = settings(port=1, durable=True, memory=1 << 30, cores=1)
    large = settings(port=1, durable=True, memory=1 << 40, cores=64)
    assert (small["shared_buffers"], large["shared_buffers"]) == ("64MB", "384MB")
    assert (small["work_mem"], large["work_mem"]) == ("8MB", "48MB")
    assert (small["max_parallel_workers_per_gather"], large["max_parallel_workers_per_gather"]) == ("1", "4")
    assert "fsync" not in small
    assert settings(port=1, durable=False)["fsync"] == "off"


def test_the_log_keeps_values_and_statements_out(place: Path) -> None:
    server = postgres.start(place, durable=False)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("create table p (so_dinh_danh text primary key)")
        connection.execute("insert into p values ('079200012345')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into p values ('079200012345')")
    text = (place / "postgres" / "postgres.log").read_text(encoding="utf-8")
    assert "duplicate key" in text
    assert "079200012345" not in text


def test_stopping_a_process_that_ignores_the_polite_signal_still_ends_it() -> None:
    stubborn = subprocess.Popen(
        [sys.executable, "-c", "import signal,time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    began = time.monotonic()
    stop_process(stubborn.pid, seconds=0.3)
    stubborn.stdout.close()
    assert not is_alive(stubborn.pid)
    assert time.monotonic() - began < 5
