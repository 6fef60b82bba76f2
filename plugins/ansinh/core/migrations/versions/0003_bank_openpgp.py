"""The encrypted form of a bank file, fixed at the seal."""

from pathlib import Path

from alembic import op

revision = "0003_bank_openpgp"
down_revision = "0002_intake_load"

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.get_bind().connection.cursor().execute((_SQL / "0003_bank_openpgp.sql").read_text(encoding="utf-8"))
