"""Revision 0002: several checkers at once, and a log that forgets what was erased in its own time.

Whose people wait is told by their part, and by a stamp whether they came again meanwhile.
"""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows that wait already keep an empty stamp and part."""
    op.add_column("dirty", sa.Column("stamp", sa.BigInteger()))
    op.add_column("dirty", sa.Column("part", sa.BigInteger()))
    op.create_index("dirty_by_part", "dirty", ["part"])
    op.create_table(
        "unsettled",
        sa.Column("topic", sa.Text(collation="C"), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("since_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("topic", "part"))


def downgrade() -> None:
    """Only for a version that never asks: what waits is kept, its part is lost."""
    op.drop_table("unsettled")
    op.drop_index("dirty_by_part")
    op.drop_column("dirty", "part")
    op.drop_column("dirty", "stamp")
