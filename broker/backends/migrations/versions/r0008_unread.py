"""Revision 0008: what stands unread of each table, rows and whole files."""
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table alone."""
    op.create_table(
        "unread",
        sa.Column("reach_key", sa.Text(collation="C"), nullable=False),
        sa.Column("agency", sa.Text(collation="C")),
        sa.Column("system", sa.Text(collation="C")),
        sa.Column("table_name", sa.Text(collation="C")),
        sa.Column("types", sa.Text(collation="C")),
        sa.Column("lane", sa.Text(collation="C")),
        sa.Column("beat_ms", sa.BigInteger()),
        sa.Column("rows_ms", sa.BigInteger()),
        sa.Column("files_first_ms", sa.BigInteger()),
        sa.Column("files_last_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("reach_key"))


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_table("unread")
