"""Revision 0001: the store as it was when it first came to PostgreSQL.

Written out, and never changed again: what is declared today may differ.
"""
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")  # in order of code points, as everywhere
WHOLE = sa.BigInteger()
REAL: sa.Double[float] = sa.Double()
BYTES = sa.LargeBinary()

# Table; columns; primary key; indexes.
TABLES: tuple[tuple[
    str, dict[str, sa.types.TypeEngine[Any]], tuple[str, ...], tuple[tuple[str, ...], ...],
], ...] = (
    ("extracts",
     {"table_key": TEXT, "extracted_ms": WHOLE},
     ("table_key",), ()),
    ("last_said",
     {"record_key": TEXT, "run": WHOLE, "source_ms": WHOLE, "recorded_ms": WHOLE, "last":
      BYTES, "said": BYTES, "said_before": BYTES},
     ("record_key",), ()),
    ("snapshot_rows",
     {"record_key": TEXT, "table_key": TEXT, "row_key": TEXT, "value": BYTES},
     ("record_key",), (("table_key",),)),
    ("adapter_memory",
     {"scope_key": TEXT, "value": TEXT},
     ("scope_key",), ()),
    ("counters",
     {"name": TEXT, "value": WHOLE},
     ("name",), ()),
    ("secrets",
     {"name": TEXT, "value": TEXT},
     ("name",), ()),
    ("positions",
     {"consumer_lane": TEXT, "position": WHOLE},
     ("consumer_lane",), ()),
    ("accepted",
     {"event_id": BYTES},
     ("event_id",), ()),
    ("suppressed",
     {"event_id": BYTES},
     ("event_id",), ()),
    ("held",
     {"event_id": TEXT, "agency": TEXT, "held_ms": WHOLE, "reason": TEXT, "state": TEXT,
      "value": BYTES},
     ("event_id",), (("agency",),)),
    ("rejects",
     {"reject_id": TEXT, "agency": TEXT, "rejected_ms": WHOLE, "reason": TEXT, "state":
      TEXT, "value": BYTES},
     ("reject_id",), (("agency",), ("rejected_ms",))),
    ("audit",
     {"number": WHOLE, "at_ms": WHOLE, "subject_digest": TEXT, "value": BYTES},
     ("number",), (("subject_digest",),)),
    ("statements",
     {"person_key": TEXT, "event_id": BYTES, "received_ms": WHOLE, "value": BYTES},
     ("person_key", "event_id"), ()),
    ("reaches",
     {"reach_key": TEXT, "agency": TEXT, "system": TEXT, "table_name": TEXT, "types": TEXT,
      "lane": TEXT, "until_ms": WHOLE, "rejected_ms": WHOLE},
     ("reach_key",), (("agency",),)),
    ("untaken",
     {"agency_type": TEXT, "at_ms": WHOLE},
     ("agency_type",), ()),
    ("dirty",
     {"person_key": TEXT},
     ("person_key",), ()),
    ("timers",
     {"person_key": TEXT, "due_ms": WHOLE},
     ("person_key",), (("due_ms",),)),
    ("waiting",
     {"person_key": TEXT, "agency": TEXT},
     ("person_key", "agency"), (("agency",),)),
    ("findings",
     {"finding_id": TEXT, "child": TEXT, "state": TEXT, "code": TEXT, "since_ms": WHOLE,
      "value": BYTES},
     ("finding_id",), (("state",),)),
    ("finding_people",
     {"person_key": TEXT, "finding_id": TEXT},
     ("person_key", "finding_id"), ()),
    ("finding_redirects",
     {"finding_id": TEXT, "now_id": TEXT},
     ("finding_id",), ()),
    ("finding_decisions",
     {"decision_id": TEXT, "finding_id": TEXT, "made_ms": WHOLE, "value": BYTES},
     ("decision_id",), (("finding_id",),)),
    ("delivered",
     {"event_agency": TEXT, "delivered_ms": WHOLE, "person_key": TEXT},
     ("event_agency",), (("person_key",),)),
    ("notices",
     {"notice_id": TEXT, "recipient": TEXT, "finding_id": TEXT, "state": TEXT, "issued_ms":
      WHOLE, "value": BYTES},
     ("notice_id",), (("recipient",), ("finding_id",))),
    ("settings_in_force",
     {"kind": TEXT, "digest": TEXT},
     ("kind",), ()),
    ("people_records",
     {"subject_key": TEXT, "record": TEXT, "recorded_ms": WHOLE, "event_id": TEXT,
      "first_ms": WHOLE, "document": BYTES},
     ("subject_key", "record"), ()),
    ("people_waiting",
     {"subject_key": TEXT, "changed_ms": WHOLE, "posted": BYTES},
     ("subject_key",), ()),
    ("people_keys",
     {"block": WHOLE, "subject_key": TEXT},
     ("block", "subject_key"), ()),
    ("people_edges",
     {"lesser": TEXT, "greater": TEXT, "weight": REAL, "forbidden": TEXT, "held": TEXT},
     ("lesser", "greater"), (("greater",),)),
    ("people_judgements",
     {"judgement_id": TEXT, "lesser": TEXT, "greater": TEXT, "verdict": TEXT, "made_ms":
      WHOLE, "made_by": TEXT, "reason": TEXT},
     ("judgement_id",), (("lesser",), ("greater",))),
    ("people",
     {"record_id": TEXT, "subject_key": TEXT, "child": TEXT, "certainty": REAL, "document":
      BYTES},
     ("record_id",), ()),
    ("people_review",
     {"lesser": TEXT, "greater": TEXT, "probability": REAL, "reason": TEXT},
     ("lesser", "greater"), ()),
)


def upgrade() -> None:
    """Make the store: the pipeline's tables, the outbox, and what is true of the whole."""
    for name, columns, key, indexes in TABLES:
        op.create_table(
            name,
            *(sa.Column(each, kind, nullable=each not in key) for each, kind in columns.items()),
            sa.PrimaryKeyConstraint(*key))
        for index in indexes:
            op.create_index(f"{name}_by_{'_'.join(index)}", name, list(index))
    op.create_table(
        "concord_outbox",
        sa.Column("number", WHOLE, sa.Identity(always=True), primary_key=True),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("part", WHOLE, nullable=False),
        sa.Column("key", BYTES, nullable=False),
        sa.Column("stamp", WHOLE, nullable=False),
        sa.Column("headers", BYTES),
        sa.Column("value", BYTES))
    op.create_index("concord_outbox_by_lane", "concord_outbox", ["topic", "part", "number"])
    op.create_table(
        "concord_settings",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False))


def downgrade() -> None:
    """There is nothing before the first revision."""
    raise RuntimeError("the first revision cannot be taken back: drop the schema")
