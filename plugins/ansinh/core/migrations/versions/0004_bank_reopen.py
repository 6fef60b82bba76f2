"""A closed run opens again when the bank says something new of its money."""

from pathlib import Path

from alembic import op

revision = "0004_bank_reopen"
down_revision = "0003_bank_openpgp"

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.get_bind().connection.cursor().execute((_SQL / "0004_bank_reopen.sql").read_text(encoding="utf-8"))
