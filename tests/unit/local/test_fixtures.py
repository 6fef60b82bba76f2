"""The fixtures hand every test a migrated database nobody else writes to."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg


def _leave_a_mark(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        connection.execute("insert into ops.person (person_id, created_period) values ('P1', '2026-11')")
        row = connection.execute("select count(*) from ops.person").fetchone()
    assert row is not None
    return int(row[0])


def test_a_database_is_fresh_and_migrated(dsn: str, home: Path) -> None:
    assert os.environ["ANSINH_DSN"] == dsn
    assert os.environ["ANSINH_HOME"] == str(home)
    assert _leave_a_mark(dsn) == 1


def test_the_next_test_does_not_see_what_the_last_one_wrote(dsn: str) -> None:
    assert _leave_a_mark(dsn) == 1
