"""Revision 0006: what became of each notice, a row a step; and which rejects are settled."""
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables alone."""
    op.create_table(
        "notice_steps",
        sa.Column("notice_id", sa.Text(collation="C"), nullable=False),
        sa.Column("step_key", sa.Text(collation="C"), nullable=False),
        sa.Column("finding_id", sa.Text(collation="C")),
        sa.Column("recipient", sa.Text(collation="C")),
        sa.Column("at_ms", sa.BigInteger()),
        sa.Column("step", sa.Text(collation="C")),
        sa.Column("who", sa.Text(collation="C")),
        sa.Column("next_step", sa.Text(collation="C")),
        sa.Column("answered_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("notice_id", "step_key"))
    op.create_index("notice_steps_by_finding_id", "notice_steps", ["finding_id"])
    op.create_table(
        "rejected_rows",
        sa.Column("reject_id", sa.Text(collation="C"), nullable=False),
        sa.Column("table_key", sa.Text(collation="C")),
        sa.Column("row_key", sa.Text(collation="C")),
        sa.PrimaryKeyConstraint("reject_id"))
    op.create_index("rejected_rows_by_table_key", "rejected_rows", ["table_key"])
    op.create_table(
        "settled_rejects",
        sa.Column("reject_id", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("reject_id"))


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_table("settled_rejects")
    op.drop_index("rejected_rows_by_table_key", "rejected_rows")
    op.drop_table("rejected_rows")
    op.drop_index("notice_steps_by_finding_id", "notice_steps")
    op.drop_table("notice_steps")
