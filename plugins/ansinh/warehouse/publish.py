"""Publish a stage: in one transaction every relation it built takes the place of the one people read.

Readers see the old month or the new one, never half of each. Comments and indexes travel with the relation;
views of later stages that stood on a replaced table are put back over the new one.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg import sql

from ansinh.core.db import connect
from ansinh.core.errors import AnsinhError, UsageError
from ansinh.core.period import Period
from ansinh.text import say
from ansinh.warehouse.views import SavedView, restore_views, save_views

Connection = psycopg.Connection[tuple[Any, ...]]
_LOCK = 7_204_001
_LAST_LAYERS = ("", "marts")

# The relations of the newest build of this stage and month that went through its last layer without a failure.
_BUILT: LiteralString = """
with run as (
    select run_id from ops.warehouse_node
    where stage = %(stage)s and period = %(period)s
    group by run_id order by max(at) desc limit 1
)
select n.schema_name, n.relation_name,
       bool_or(n.layer = any(%(last)s)) over () as is_whole,
       count(*) filter (where n.status in ('error', 'fail', 'skipped')) over () as bad
from ops.warehouse_node n join run using (run_id)
where n.stage = %(stage)s
order by 1, 2
"""


def publish(stage: str, period: str) -> int:
    """Swap the stage's `<schema>_next` relations in; returns how many.

    For stage `warehouse` the persons found are registered in `ops` in the same transaction, so an id that was
    shown is an id that is kept. Raises AnsinhError (code NOTHING_TO_PUBLISH) when the newest build of that month
    is missing, red or unfinished, PartnerUnavailable when the warehouse does not answer.
    """
    month = str(Period.parse(period))
    with connect() as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        relations = _built_relations(connection, stage, month)
        _swap(connection, relations)
        _grant(connection, sorted({schema for schema, _ in relations}))
        if stage == "warehouse":
            from ansinh.identity.registry import register_persons

            register_persons(connection, month)
        connection.execute(
            "insert into ops.warehouse_publication (stage, period, relations) values (%s, %s, %s)", (stage, month, len(relations))
        )
    return len(relations)


def _built_relations(connection: Connection, stage: str, period: str) -> list[tuple[str, str]]:
    rows = connection.execute(_BUILT, {"stage": stage, "period": period, "last": list(_LAST_LAYERS)}).fetchall()
    if not rows or not rows[0][2] or rows[0][3]:
        raise AnsinhError(
            say("errors.warehouse.nothing_built", stage=stage, period=period),
            say("errors.warehouse.nothing_built_fix"),
            code="NOTHING_TO_PUBLISH",
        )
    found = [(str(schema).removesuffix("_next"), str(name)) for schema, name, _, _ in rows if schema]
    there = {
        (str(schema), str(name))
        for schema, name in connection.execute(
            "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'v')"
        ).fetchall()
    }
    if any((f"{schema}_next", name) not in there for schema, name in found):
        raise AnsinhError(
            say("errors.warehouse.already", stage=stage, period=period), say("errors.warehouse.already_fix"), code="NOTHING_TO_PUBLISH"
        )
    return found


def _swap(connection: Connection, relations: list[tuple[str, str]]) -> None:
    saved: list[SavedView] = save_views(connection, relations)
    for schema in sorted({schema for schema, _ in relations}):
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    for schema, name in relations:
        kind = _kind(connection, schema, name)
        if kind:
            connection.execute(sql.SQL("drop {} if exists {} cascade").format(sql.SQL(kind), sql.Identifier(schema, name)))
    for schema, name in relations:
        kind = _kind(connection, f"{schema}_next", name)
        connection.execute(
            sql.SQL("alter {} {} set schema {}").format(
                sql.SQL(kind or "table"), sql.Identifier(f"{schema}_next", name), sql.Identifier(schema)
            )
        )
    restore_views(connection, saved)


def _kind(connection: Connection, schema: str, name: str) -> LiteralString | None:
    row = connection.execute(
        "select c.relkind::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s and c.relname = %s",
        (schema, name),
    ).fetchone()
    if row is None:
        return None
    return "view" if row[0] == "v" else "table"


def ensure_analyst(connection: Connection) -> None:
    """The role analysts log in with. Raises UsageError when it is missing and we may not create it."""
    if connection.execute("select 1 from pg_roles where rolname = 'analyst'").fetchone():
        return
    try:
        with connection.transaction():
            connection.execute("create role analyst nologin")
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        return
    except psycopg.errors.InsufficientPrivilege as error:
        raise UsageError(say("errors.warehouse.no_analyst"), say("errors.warehouse.no_analyst_fix")) from error


def _grant(connection: Connection, schemas: list[str]) -> None:
    """Analysts read `analytics` and the reference lists; every other schema stays closed to them."""
    ensure_analyst(connection)
    for schema in schemas:
        name = sql.Identifier(schema)
        if schema in ("analytics", "reference"):
            connection.execute(sql.SQL("grant usage on schema {} to analyst").format(name))
            connection.execute(sql.SQL("grant select on all tables in schema {} to analyst").format(name))
        else:
            connection.execute(sql.SQL("revoke all on all tables in schema {} from analyst").format(name))
