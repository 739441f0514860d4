"""Revision 0004: where records of two people meet, by a number or by a postcode.

What was received before is filed by `concord rebuild`; from the upgrade on it is filed as it
comes.
"""
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables alone."""
    op.create_table(
        "traces",
        sa.Column("trace", sa.BigInteger(), nullable=False),
        sa.Column("person_key", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("trace", "person_key"))
    op.create_table(
        "risk_places",
        sa.Column("trace", sa.BigInteger(), nullable=False),
        sa.Column("person_key", sa.Text(collation="C"), nullable=False),
        sa.Column("event_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("trace", "person_key", "event_id"))


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_table("risk_places")
    op.drop_table("traces")
