"""Connections to the warehouse. Always psycopg 3, always an explicit DSN, errors as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from ansinh.core.errors import PartnerUnavailable, UsageError
from ansinh.core.settings import warehouse_dsn
from ansinh.text import say

MINIMUM_VERSION = 170000


def dsn_parts(dsn: str) -> dict[str, str]:
    """host, port, user, password, dbname of a DSN. Raises UsageError when it cannot be read."""
    try:
        return {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    except psycopg.ProgrammingError as error:
        raise UsageError(say("errors.db.dsn_unreadable"), say("errors.db.dsn_unreadable_fix")) from error


@contextmanager
def connect(dsn: str | None = None, *, autocommit: bool = False) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One connection, committed at the end and rolled back on error (unless autocommit).

    Raises PartnerUnavailable when the server does not answer, UsageError when it is too old.
    """
    target = dsn or warehouse_dsn()
    dsn_parts(target)
    try:
        connection = psycopg.connect(target, autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise PartnerUnavailable(
            say("errors.db.unreachable"),
            say("errors.db.unreachable_fix"),
        ) from error
    with connection:
        if connection.info.server_version < MINIMUM_VERSION:
            raise UsageError(say("errors.db.too_old"), say("errors.db.too_old_fix"))
        yield connection


def engine(dsn: str | None = None) -> Engine:
    """The SQLAlchemy engine of a DSN over psycopg 3, without a pool: tasks are short-lived processes, and forks share no connection."""
    return _engine(dsn or warehouse_dsn())


@lru_cache(maxsize=8)
def _engine(dsn: str) -> Engine:
    """Made once a process: a new one asks the server six questions before its first statement."""
    parts = dsn_parts(dsn)
    from sqlalchemy.engine import URL

    host = parts.get("host", "127.0.0.1")
    is_socket = host.startswith("/")
    url = URL.create(
        "postgresql+psycopg",
        username=parts.get("user"),
        password=parts.get("password"),
        host=None if is_socket else host,
        port=int(parts.get("port", "5432")),
        database=parts.get("dbname"),
        query={"host": host} if is_socket else {},
    )
    return create_engine(url, poolclass=NullPool)


def copy_rows(connection: psycopg.Connection[tuple[Any, ...]], table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into `schema.table`; returns how many. About 1 µs a value; memory does not grow."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(_copy_statement(table, tuple(columns))) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def copy_bytes(connection: psycopg.Connection[tuple[Any, ...]], table: str, columns: Sequence[str], text: bytes) -> None:
    """COPY lines that already are in COPY's text format, UTF-8, into `schema.table`."""
    with connection.cursor() as cursor, cursor.copy(_copy_statement(table, tuple(columns))) as copy:
        copy.write(text)


@lru_cache(maxsize=64)
def _copy_statement(table: str, columns: tuple[str, ...]) -> str:
    target = sql.SQL(".").join(map(sql.Identifier, table.split(".")))
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("copy {} ({}) from stdin").format(target, names).as_string()
