"""Parents of raw rows are looked up once a statement instead of once a row."""

from ansinh.core.migrate import run_script

revision = "0002_intake_load"
down_revision = "0001"


def upgrade() -> None:
    run_script(revision)
