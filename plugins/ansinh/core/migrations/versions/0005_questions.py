"""Answers to what intake asks: confirmed column layouts, workbooks to be read again."""

from ansinh.core.migrate import run_script

revision = "0005_questions"
down_revision = "0004_bank_reopen"


def upgrade() -> None:
    run_script(revision)
