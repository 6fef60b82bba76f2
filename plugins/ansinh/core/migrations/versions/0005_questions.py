"""Answers to what intake asks: confirmed column layouts, workbooks to be read again."""

from pathlib import Path

from alembic import op

revision = "0005_questions"
down_revision = "0004_bank_reopen"

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.get_bind().connection.cursor().execute((_SQL / "0005_questions.sql").read_text(encoding="utf-8"))
