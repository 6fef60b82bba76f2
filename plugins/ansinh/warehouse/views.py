"""Views of other stages that stand on a table about to be replaced: remembered, dropped with it, put back over the new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view's definition (names fully qualified by PostgreSQL), its options and its comment."""

    schema: str
    name: str
    definition: str
    options: tuple[str, ...]
    comment: str | None


# Every view that reads one of the relations, directly or through other views, nearest first.
_DEPENDENTS: LiteralString = """
with recursive reads as (
    select distinct rewrite.ev_class as reader, depend.refobjid as read
    from pg_depend depend join pg_rewrite rewrite on rewrite.oid = depend.objid
    where depend.classid = 'pg_rewrite'::regclass and depend.refclassid = 'pg_class'::regclass
        and rewrite.ev_class <> depend.refobjid
), above (oid, depth) as (
    select reads.reader, 1 from reads where reads.read = any(%(roots)s)
    union
    select reads.reader, above.depth + 1 from above join reads on reads.read = above.oid where above.depth < 50
)
select n.nspname, c.relname, pg_get_viewdef(c.oid), coalesce(c.reloptions, '{}'), obj_description(c.oid, 'pg_class')
from above join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'v' and right(n.nspname, 5) <> '_next'
group by c.oid, n.nspname, c.relname
order by max(above.depth), 1, 2
"""


def save_views(connection: Connection, relations: list[tuple[str, str]]) -> list[SavedView]:
    """The published views, not themselves among `relations`, that dropping `relations` would take along."""
    roots = [
        row[0]
        for schema, name in relations
        for row in connection.execute(
            "select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = %s and c.relname = %s",
            (schema, name),
        ).fetchall()
    ]
    rows = connection.execute(_DEPENDENTS, {"roots": roots}).fetchall()
    mine = set(relations)
    return [SavedView(str(s), str(n), str(d), tuple(o), c) for s, n, d, o, c in rows if (s, n) not in mine]


def restore_views(connection: Connection, saved: list[SavedView]) -> list[SavedView]:
    """Create them again; returns those that no longer fit the new tables (their own stage builds them anew)."""
    lost: list[SavedView] = []
    for view in saved:
        name = sql.Identifier(view.schema, view.name)
        try:
            with connection.transaction():
                connection.execute(sql.SQL("create view {} as ").format(name) + sql.SQL(view.definition))
                for option in view.options:
                    connection.execute(sql.SQL("alter view {} set ({})").format(name, sql.SQL(option)))
                if view.comment:
                    connection.execute(sql.SQL("comment on view {} is {}").format(name, sql.Literal(view.comment)))
        except (psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedTable):
            lost.append(view)
    return lost
