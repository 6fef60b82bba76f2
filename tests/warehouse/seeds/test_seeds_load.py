"""Every seed stands in the warehouse exactly as in its file, and loading all of them costs a month only moments."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
import pytest
from ansinh.core.db import dsn_parts
from ansinh.core.settings import project_root

PROJECT = project_root() / "dbt_project"


@pytest.fixture
def loaded(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[psycopg.Connection[Any], dict[str, float]]]:
    """A warehouse with all seeds loaded by dbt, and the seconds each took."""
    from dbt.cli.main import dbtRunner

    parts = dsn_parts(dsn)
    for name in ("host", "port", "user", "password", "dbname"):
        monkeypatch.setenv(f"ANSINH_DBT_{name.upper()}", parts.get(name, ""))
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    folders = [
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--target-path",
        str(tmp_path / "t"),
        "--log-path",
        str(tmp_path / "l"),
    ]
    done = dbtRunner().invoke(["seed", *folders, "--vars", "{period: '2026-11', stage: warehouse}", "--quiet"])
    assert done.success, done.exception
    with psycopg.connect(dsn) as connection:
        yield connection, {n.node.name: n.execution_time for n in done.result}


def as_written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def same(stored: str, written: str) -> bool:
    if stored == written:
        return True
    try:
        return Decimal(stored) == Decimal(written)  # 2.50 and 2.5
    except ArithmeticError:
        return False


def key(line: list[str]) -> list[str]:
    """Sorts 2.50 and 2.5 to the same place."""
    return [cell.rstrip("0").rstrip(".") if "." in cell else cell for cell in line]


def test_every_seed_is_stored_cell_by_cell_as_its_file_says_and_quickly(loaded: tuple[psycopg.Connection[Any], dict[str, float]]) -> None:
    connection, seconds = loaded
    assert set(seconds) == {p.stem for p in (PROJECT / "seeds").glob("*.csv")}
    for name in seconds:
        found = connection.execute("select table_schema from information_schema.tables where table_name = %s", (name,)).fetchall()
        assert len(found) == 1, name
        rows = connection.execute(psycopg.sql.SQL("select * from {}").format(psycopg.sql.Identifier(found[0][0], name)))
        header = [c.name for c in rows.description or []]
        stored = [[as_written(v) for v in row] for row in rows.fetchall()]
        with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        assert header == written[0]
        assert len(stored) == len(written) - 1
        pairs = zip(sorted(stored, key=key), sorted(written[1:], key=key), strict=True)
        assert all(same(s, w) for line, other in pairs for s, w in zip(line, other, strict=True)), name
    assert sum(seconds.values()) < 15  # about 3 s alone on two cores; cell-by-cell loading took more than 10 s
    assert seconds["communes"] < 3
