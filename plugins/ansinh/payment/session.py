"""One transaction over the money tables, under the hand that may do the step, with the database's refusals as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from ansinh.core.db import engine
from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable
from ansinh.text import keys, say

Role = Literal["maker", "checker", "sender", "auditor"]
_GUARD = re.compile(r"^([A-Z][A-Z_]+):")


@contextmanager
def money(role: Role | None = None, dsn: str | None = None) -> Iterator[Connection]:
    """A transaction: commits at the end, rolls back on error.

    Raises BlockedByData (code of the guard) when the database refuses, PartnerUnavailable when it does not answer.
    A constraint's own message may quote a whole row; it is never passed on.
    """
    try:
        with engine(dsn).begin() as connection:
            if role:
                act_as(connection, role)
            yield connection
    except OperationalError as error:
        raise PartnerUnavailable(say("payment.database_down"), say("payment.database_down_fix")) from error.orig
    except DBAPIError as error:
        raise _refusal(error) from None


def act_as(connection: Connection, role: Role) -> bool:
    """SET LOCAL ROLE until the transaction ends; False where this login may not take the role (a server without our roles)."""
    name = f"ansinh_{role}"
    connection.execute(text("reset role"))  # a role taken earlier in the transaction must not decide
    able = connection.scalar(
        text("select exists (select from pg_roles r where r.rolname = :name and pg_has_role(session_user, r.oid, 'SET'))"), {"name": name}
    )
    if able:
        connection.execute(text(f"set local role {name}"))
    return bool(able)


def rows(connection: Connection, statement: str, **values: object) -> list[Any]:
    """All rows of one SQL statement with `:named` values."""
    return list(connection.execute(text(statement), values))


def run(connection: Connection, statement: str, **values: object) -> int:
    """Execute one SQL statement with `:named` values; how many rows it touched."""
    return int(connection.execute(text(statement), values).rowcount)


def driver(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """The psycopg connection below, for COPY and server-side cursors."""
    found = connection.connection.driver_connection
    if not isinstance(found, psycopg.Connection):
        raise TypeError("psycopg 3 is expected")
    return found


def _refusal(error: DBAPIError) -> AnsinhError:
    original = error.orig
    message = original.diag.message_primary or "" if isinstance(original, psycopg.Error) else ""
    state = original.sqlstate or "" if isinstance(original, psycopg.Error) else ""
    guard = _GUARD.match(message)
    if guard and f"payment.guards.{guard[1]}" in keys():
        return BlockedByData(say(f"payment.guards.{guard[1]}"), say("payment.guards_fix"), code=guard[1])
    if state.startswith("23"):
        name = original.diag.constraint_name if isinstance(original, psycopg.Error) else ""
        return BlockedByData(say("payment.constraint", name=name or state), say("payment.guards_fix"), code="CONSTRAINT")
    # class 42 speaks of tables, columns and rights; other classes may quote a value, which may be a person's
    detail = f" ({message})" if state.startswith("42") else ""
    return AnsinhError(
        say("payment.database_error", state=state or type(original).__name__) + detail, say("payment.database_error_fix"), code=state
    )
