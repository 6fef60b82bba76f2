"""A closed run opens again when the bank says something new of its money."""

from ansinh.core.migrate import run_script

revision = "0004_bank_reopen"
down_revision = "0003_bank_openpgp"


def upgrade() -> None:
    run_script(revision)
