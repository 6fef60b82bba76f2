"""Cash lists come back, and what was not collected is carried once."""

from pathlib import Path

from alembic import op

revision = "0006_cash"
down_revision = "0005_questions"

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    script = (_SQL / "0006_cash.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(script)  # the driver itself: a script's % signs are its own
