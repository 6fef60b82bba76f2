"""Raw landing, identity registry, checks and the ledger."""

from ansinh.core.migrate import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    for part in ("raw", "identity", "graph", "warehouse", "quality", "money", "money_guards", "money_books", "money_roles"):
        run_script(f"0001_{part}")
