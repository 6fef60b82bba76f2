"""Parents of raw rows are looked up once a statement instead of once a row."""

from pathlib import Path

from alembic import op

revision = "0002_intake_load"
down_revision = "0001"

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    script = (_SQL / "0002_intake_load.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(script)
