"""Revision 0007: what people decided of allegations against homes."""
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table alone."""
    op.create_table(
        "allegations_decided",
        sa.Column("decision_id", sa.Text(collation="C"), nullable=False),
        sa.Column("person_key", sa.Text(collation="C")),
        sa.Column("made_ms", sa.BigInteger()),
        sa.Column("state", sa.Text(collation="C")),
        sa.Column("value", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("decision_id"))
    op.create_index("allegations_decided_by_person_key", "allegations_decided", ["person_key"])
    op.create_index("allegations_decided_by_state", "allegations_decided", ["state"])


def downgrade() -> None:
    """Only for a version that never asks."""
    op.drop_index("allegations_decided_by_state", "allegations_decided")
    op.drop_index("allegations_decided_by_person_key", "allegations_decided")
    op.drop_table("allegations_decided")
