"""Revision 0003: what each agency sends, how late, and how it describes what others describe.

What was received before is counted by `concord rebuild`; from the upgrade on it is counted as it
comes.
"""
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(collation="C"), nullable=not key)


def upgrade() -> None:
    """New tables alone."""
    op.create_table(
        "feed_extracts", _text("extract_key", key=True),
        sa.Column("rows_read", sa.BigInteger()), sa.Column("received_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("extract_key"))
    op.create_table(
        "feed_receipts", _text("receipt_key", key=True), _text("delays"),
        sa.PrimaryKeyConstraint("receipt_key"))
    op.create_table(
        "kinds_of_child", _text("person_key", key=True), _text("kinds"),
        sa.PrimaryKeyConstraint("person_key"))
    op.create_table(
        "kinds_described", _text("kinds_key", key=True),
        sa.Column("happenings", sa.BigInteger()), sa.PrimaryKeyConstraint("kinds_key"))


def downgrade() -> None:
    """Only for a version that never asks."""
    for name in ("kinds_described", "kinds_of_child", "feed_receipts", "feed_extracts"):
        op.drop_table(name)
