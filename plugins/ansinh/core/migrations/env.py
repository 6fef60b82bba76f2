"""Alembic's entry point: it runs on the connection `ansinh.core.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="public", version_table="ansinh_version")
with context.begin_transaction():
    context.run_migrations()
