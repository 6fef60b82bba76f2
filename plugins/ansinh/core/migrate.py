"""Bring the `raw` and `ops` schemas of a warehouse to the newest version (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command, op
from alembic.config import Config

from ansinh.core.db import engine

_HERE = Path(__file__).parent / "migrations"


def upgrade(dsn: str | None = None) -> None:
    """Apply every missing migration; does nothing when there is none. Raises PartnerUnavailable."""
    from ansinh.core.db import connect

    with connect(dsn):
        pass  # a clear sentence before Alembic's own traceback
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with engine(dsn).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def run_script(name: str) -> None:
    """For a migration: run `migrations/sql/<name>.sql` on the connection of the upgrade."""
    script = (_HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(script)  # the driver itself: a script's % signs are its own
