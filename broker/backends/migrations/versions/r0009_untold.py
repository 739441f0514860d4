"""Revision 0009: findings for named leads alone that reach nobody, as no lead is named."""
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table alone."""
    op.create_table(
        "untold",
        sa.Column("finding_id", sa.Text(collation="C"), nullable=False),
        sa.Column("since_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("finding_id"))


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_table("untold")
