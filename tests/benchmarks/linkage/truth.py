"""Right, wrong and missed pairs of an answer, counted in the database: a row id begins with its person's number."""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg import sql

_PAIRS: LiteralString = """
with answer as (select split_part(row_id, '.', 1) as person, {found} as found from {table} where row_id not like 'K%'),
both_agree as (select count(*) as n from answer group by person, found),
found as (select count(*) as n from answer group by found),
real as (select count(*) as n from answer group by person)
select (select sum(n * (n - 1) / 2) from both_agree), (select sum(n * (n - 1) / 2) from found), (select sum(n * (n - 1) / 2) from real)
"""


def judge(connection: psycopg.Connection[Any], table: str, found: str) -> dict[str, float]:
    """Pairwise precision and recall of column `found` of `table`."""
    query = sql.SQL(_PAIRS).format(table=sql.Identifier(*table.split(".")), found=sql.Identifier(found))
    row = connection.execute(query).fetchone()
    right, linked, real = (float(value or 0) for value in row or (0, 0, 0))
    return {"precision": round(right / max(1, linked), 5), "recall": round(right / max(1, real), 5)}
