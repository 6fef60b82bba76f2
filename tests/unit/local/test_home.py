"""What a home keeps for its services: secrets of its own, connections, findings of the doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansinh.core.errors import PartnerUnavailable
from ansinh.local import airflow, doctor, services
from ansinh.local.processes import descendants, session_members, wait_gone

_REMOTE = {"host": "127.0.0.1", "port": 2222, "user": "bank", "key_file": "/k", "host_key": "ssh-ed25519 AAAA", "base": ""}


def test_secrets_are_made_once_per_home_and_closed_to_others(home: Path) -> None:
    first = airflow.passwords(home)
    assert set(first) == {"maker", "checker", "approver", "auditor", "admin"}
    assert len(set(first.values())) == 5
    assert airflow.passwords(home) == first
    environ = airflow.environment(home, warehouse="postgresql://u:p@h:1/a", metadata="postgresql://u:p@h:1/b", port=4, remotes={})
    again = airflow.environment(home, warehouse="postgresql://u:p@h:1/a", metadata="postgresql://u:p@h:1/b", port=4, remotes={})
    assert environ["AIRFLOW__CORE__FERNET_KEY"] == again["AIRFLOW__CORE__FERNET_KEY"]
    for name in ("passwords.json", "secrets.json"):
        assert (airflow.folder(home) / name).stat().st_mode & 0o077 == 0


def test_another_home_has_other_secrets(tmp_path: Path) -> None:
    assert airflow.passwords(tmp_path / "a") != airflow.passwords(tmp_path / "b")


def test_connections_are_given_unless_somebody_set_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_ANSINH_BANK", raising=False)
    found = airflow.connections("postgresql://u:p@h:5433/a", {"ansinh_bank": _REMOTE})
    assert json.loads(found["AIRFLOW_CONN_ANSINH_WAREHOUSE"]) == {
        "conn_type": "postgres", "host": "h", "port": 5433, "login": "u", "password": "p", "schema": "a",
    }  # fmt: skip
    assert json.loads(found["AIRFLOW_CONN_ANSINH_BANK"])["extra"]["host_key"] == "ssh-ed25519 AAAA"
    monkeypatch.setenv("AIRFLOW_CONN_ANSINH_BANK", "{}")
    assert "AIRFLOW_CONN_ANSINH_BANK" not in airflow.connections("postgresql://u:p@h:5433/a", {"ansinh_bank": _REMOTE})


def test_airflows_tables_go_beside_a_warehouse_of_ones_own(dsn: str) -> None:
    import psycopg
    from psycopg import sql

    beside = airflow.metadata_dsn(dsn)
    try:
        with psycopg.connect(beside) as connection:
            assert connection.info.dbname == dsn.rsplit("/", 1)[1] + "_airflow"
        assert airflow.metadata_dsn(dsn) == beside
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(beside.rsplit("/", 1)[1])))


def test_a_server_that_does_not_answer_is_a_partner_away() -> None:
    with pytest.raises(PartnerUnavailable):
        airflow.metadata_dsn("postgresql://u:p@127.0.0.1:1/a")


def test_nothing_runs_in_a_new_home_and_stopping_it_is_no_error(home: Path) -> None:
    assert services.status(home) == {
        "running": False, "console_url": None, "airflow_url": None, "dsn": None, "bank_url": None, "services": {},
    }  # fmt: skip
    services.down(home)


def test_a_stale_supervisor_file_that_names_a_stranger_harms_nobody(home: Path) -> None:
    (home / "run").mkdir()
    (home / "run" / "supervisor.json").write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    services.down(home)  # would have ended this very process
    assert not (home / "run" / "supervisor.json").exists()


def test_the_doctor_is_content_with_a_new_home(home: Path) -> None:
    findings = doctor.examine()
    assert [one.exit_code for one in findings] == [0] * 10, findings


def test_the_doctor_names_a_broken_settings_file(home: Path) -> None:
    (home / "ansinh.toml").write_text("[debtor]\nnam = 'x'\n", encoding="utf-8")
    codes = {one.title: one.exit_code for one in doctor.examine()}
    assert codes["Cài đặt"] == 2


def test_the_doctor_names_a_database_that_does_not_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_DSN", "postgresql://u:p@127.0.0.1:1/a")
    assert {one.title: one.exit_code for one in doctor.examine()}["Cơ sở dữ liệu"] == 4


def test_descendants_and_members_of_a_dead_session_are_found() -> None:
    code = "import subprocess,sys; p=subprocess.Popen(['sleep','60']); print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        assert descendants(os.getpid()).index(child) < descendants(os.getpid()).index(parent.pid)
        assert child not in descendants(os.getpid(), except_below={parent.pid})
        assert session_members(parent.pid) == []  # its leader lives: not ours to touch
        parent.kill()
        parent.wait()
        assert session_members(parent.pid) == [child]
    finally:
        parent.stdout.close()
        os.kill(child, 9)
        wait_gone(child, 5)
