"""Revision 0005: when a notice goes to its recipient's next contact, and those with none left."""
import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables alone."""
    op.create_table(
        "notice_timers",
        sa.Column("notice_id", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(collation="C"), nullable=False),
        sa.Column("due_ms", sa.BigInteger()),
        sa.Column("told", sa.Text(collation="C")),
        sa.PrimaryKeyConstraint("notice_id", "kind"))
    op.create_index("notice_timers_by_due_ms", "notice_timers", ["due_ms"])
    op.create_table(
        "unreached",
        sa.Column("notice_id", sa.Text(collation="C"), nullable=False),
        sa.Column("since_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("notice_id"))


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_table("unreached")
    op.drop_index("notice_timers_by_due_ms", "notice_timers")
    op.drop_table("notice_timers")
