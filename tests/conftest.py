"""Fixtures every test may use: a real PostgreSQL, a migrated database of one's own, a home folder of one's own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from ansinh.core import migrate
from ansinh.local import postgres as embedded
from ansinh.local.postgres import PostgresInfo
from psycopg import sql

_TEMPLATE = "template_ansinh"
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """A polite kill ends the session the way Ctrl-C does, so fixtures take their servers down."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@pytest.fixture(autouse=True, scope="session")
def _no_leftover_environment() -> None:
    """A developer's own ANSINH_* variables must not reach the tests."""
    for name in [name for name in os.environ if name.startswith("ANSINH_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresInfo]:
    """One running server for the whole session; it stops with it, even when pytest is killed."""
    home = tmp_path_factory.mktemp("postgres")
    try:
        yield embedded.start(home, durable=False, with_parent=True)
    finally:
        embedded.stop(home)


@pytest.fixture(scope="session")
def _template(postgres: PostgresInfo) -> str:
    with psycopg.connect(postgres.database("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(_TEMPLATE)))
    migrate.upgrade(postgres.database(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `$ANSINH_HOME` for this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("ANSINH_HOME", str(folder))
    return folder


@pytest.fixture
def dsn(postgres: PostgresInfo, _template: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A fresh migrated warehouse for this test alone: `ANSINH_DSN` and `ANSINH_HOME` point to it."""
    with new_database(postgres, _template) as target:
        monkeypatch.setenv("ANSINH_DSN", target)
        yield target


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Like `home`, shared by the tests of one module."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSINH_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def module_dsn(postgres: PostgresInfo, _template: str, module_home: Path) -> Iterator[str]:
    """Like `dsn`, shared by the tests of one module (built once, read many times)."""
    with new_database(postgres, _template) as target, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSINH_DSN", target)
        yield target


class new_database:  # noqa: N801 - used as a context manager
    """A database cloned from a template, dropped at the end even if somebody is still connected."""

    def __init__(self, server: PostgresInfo, template: str) -> None:
        self.server, self.template, self.name = server, template, f"test_{os.getpid()}_{next(_numbers)}"

    def __enter__(self) -> str:
        self._run(sql.SQL("create database {} template {}").format(sql.Identifier(self.name), sql.Identifier(self.template)))
        return self.server.database(self.name)

    def __exit__(self, *_: object) -> None:
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server.database("postgres"), autocommit=True) as connection:
            connection.execute(statement)
