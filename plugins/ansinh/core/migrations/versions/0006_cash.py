"""Cash lists come back, and what was not collected is carried once."""

from ansinh.core.migrate import run_script

revision = "0006_cash"
down_revision = "0005_questions"


def upgrade() -> None:
    run_script(revision)
