"""Raw landing, identity registry, checks and the ledger."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    for part in ("raw", "identity", "quality", "money"):
        op.get_bind().exec_driver_sql((_SQL / f"0001_{part}.sql").read_text(encoding="utf-8"))
