"""The encrypted form of a bank file, fixed at the seal."""

from ansinh.core.migrate import run_script

revision = "0003_bank_openpgp"
down_revision = "0002_intake_load"


def upgrade() -> None:
    run_script(revision)
