"""Keep the size of the list beside the term frequencies: the chance that two random rows are one person depends on it."""

from alembic import op

revision = "0007_identity_listed"
down_revision = "0006_cash"


def upgrade() -> None:
    op.execute("alter table ops.term_frequency drop constraint term_frequency_kind_check")
    op.execute(
        "alter table ops.term_frequency add constraint term_frequency_kind_check"
        " check (kind in ('name', 'surname', 'middle', 'given', 'commune', 'people', 'listed'))"
    )
