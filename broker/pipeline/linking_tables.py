"""What identity keeps in the store, and its rows as values.

A subject key names a subject (event.subject). Times are whole milliseconds since 1970.
"""
import json

from broker.identity.cluster import Child, Edge
from broker.ports import Row, Table

PEOPLE_RECORDS = Table(
    "people_records",
    (("subject_key", "text"), ("record", "text"), ("recorded_ms", "integer"),
     ("event_id", "text"), ("first_ms", "integer"), ("document", "bytes")),
    key=("subject_key", "record"),
)
"""The latest version of each record that says who a subject is (document None: withdrawn)."""

PEOPLE_KEYS = Table(
    "people_keys", (("block", "integer"), ("subject_key", "text")),
    key=("block", "subject_key"),
)
"""Blocking keys: who is worth comparing with whom."""

PEOPLE_EDGES = Table(
    "people_edges",
    (("lesser", "text"), ("greater", "text"), ("weight", "real"), ("forbidden", "text"),
     ("held", "text")),
    key=("lesser", "greater"), indexes=(("greater",),),
)
"""Pairs of subjects that scored above the model's floor (weight in bits)."""

PEOPLE_JUDGEMENTS = Table(
    "people_judgements",
    (("judgement_id", "text"), ("lesser", "text"), ("greater", "text"), ("verdict", "text"),
     ("made_ms", "integer"), ("made_by", "text"), ("reason", "text")),
    key=("judgement_id",), indexes=(("lesser",), ("greater",)),
)
"""What people judged of pairs of subjects, every judgement ever made."""

PEOPLE_MEMBERS = Table(
    "people_members", (("subject_key", "text"), ("record_id", "text"), ("child", "text")),
    key=("subject_key",), indexes=(("record_id",),),
)
"""Which child each subject with a person record belongs to."""

PEOPLE_CHILDREN = Table(
    "people_children",
    (("child", "text"), ("certainty", "real"), ("document", "bytes")),
    key=("child",),
)
"""Each child with a person record: its members and what is blocked from it."""

PEOPLE_REVIEW = Table(
    "people_review",
    (("lesser", "text"), ("greater", "text"), ("probability", "real"), ("reason", "text")),
    key=("lesser", "greater"),
)
"""Pairs for people to look at."""

LINKING_TABLES: tuple[Table, ...] = (
    PEOPLE_RECORDS, PEOPLE_KEYS, PEOPLE_EDGES, PEOPLE_JUDGEMENTS, PEOPLE_MEMBERS,
    PEOPLE_CHILDREN, PEOPLE_REVIEW,
)


def edge_of_row(row: Row) -> Edge:
    """The scored pair of a row."""
    lesser, greater, weight, forbidden, held = row
    assert isinstance(weight, float)
    return Edge(str(lesser), str(greater), weight,
                None if forbidden is None else str(forbidden),
                None if held is None else str(held))


def row_of_child(child_id: str, child: Child) -> Row:
    """The row of a child."""
    document = [child.members, child.blocked, child.unsure]
    while len(document) > 1 and not document[-1]:
        document.pop()
    return (child_id, child.certainty,
            json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())


def child_of_row(row: Row) -> tuple[str, Child]:
    """(id, child) of a row."""
    assert isinstance(row[1], float)
    assert isinstance(row[2], bytes)
    members, *rest = json.loads(row[2])
    blocked = tuple((left, right, why) for left, right, why in rest[0]) if rest else ()
    return str(row[0]), Child(tuple(members), row[1], blocked, tuple(*rest[1:]))
