"""The SQLAlchemy tables say what the database is."""

from __future__ import annotations

import pytest
from ansinh.core.db import engine
from ansinh.payment.tables import metadata
from sqlalchemy import inspect


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_a_table_in_code_equals_the_migrated_one(module_dsn: str, name: str) -> None:
    table = metadata.tables[name]
    with engine(module_dsn).connect() as connection:
        found = inspect(connection)
        columns = {c["name"]: (str(c["type"]).split("(")[0], c["nullable"]) for c in found.get_columns(table.name, schema="ops")}
        key = set(found.get_pk_constraint(table.name, schema="ops")["constrained_columns"])
    said = {column.name: (str(column.type.compile(engine(module_dsn).dialect)).split("(")[0], column.nullable) for column in table.columns}
    assert {name: kind.replace(" WITH TIME ZONE", "") for name, (kind, _) in said.items()} == {
        name: kind.replace(" WITH TIME ZONE", "") for name, (kind, _) in columns.items()
    }
    assert {name: nullable for name, (_, nullable) in said.items()} == {name: nullable for name, (_, nullable) in columns.items()}
    assert {column.name for column in table.primary_key} == key
