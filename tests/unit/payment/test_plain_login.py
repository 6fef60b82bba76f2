"""A province whose DBA gives a plain login (no superuser, no CREATEROLE) can still migrate and pay; the guards stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from ansinh.core import migrate
from ansinh.core.errors import BlockedByData
from ansinh.local.postgres import PostgresInfo
from ansinh.payment import approve
from ansinh.payment.session import act_as, money
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.paylist import CHECKER, MAKER, entitlement, sealed

LOGIN = "so_y_te_plain"


@pytest.fixture
def plain_dsn(postgres: PostgresInfo, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    admin = postgres.database("postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"create role {LOGIN} login password 'x' nosuperuser nocreaterole nocreatedb")
        connection.execute(f"create database {LOGIN} owner {LOGIN}")
    parts = conninfo_to_dict(admin) | {"user": LOGIN, "password": "x", "dbname": LOGIN}
    target = f"postgresql://{LOGIN}:x@{parts['host']}:{parts['port']}/{LOGIN}"
    monkeypatch.setenv("ANSINH_DSN", target)
    try:
        yield target
    finally:
        with psycopg.connect(make_conninfo(admin), autocommit=True) as connection:
            connection.execute(f"drop database {LOGIN} with (force)")
            connection.execute(f"drop role {LOGIN}")


def test_a_plain_login_migrates_seals_and_is_still_held_to_four_eyes(plain_dsn: str) -> None:
    migrate.upgrade(plain_dsn)
    with money() as connection:
        assert not act_as(connection, "maker"), "this login may not take our roles"
        assert connection.exec_driver_sql("select current_user").scalar() == LOGIN
    run_id = sealed(plain_dsn, [entitlement("P1"), entitlement("P2", channel="cash")])
    with pytest.raises(BlockedByData) as error:
        approve.decide(run_id, MAKER, "approve")
    assert error.value.code == "FOUR_EYES"
    assert approve.decide(run_id, CHECKER, "approve").state == "approved"
