"""Raw landing, identity registry, checks and the ledger."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    for part in ("raw", "identity", "graph", "warehouse", "quality", "money", "money_guards", "money_books", "money_roles"):
        script = (_SQL / f"0001_{part}.sql").read_text(encoding="utf-8")
        op.get_bind().connection.cursor().execute(script)  # the driver itself: a script's % signs are its own
