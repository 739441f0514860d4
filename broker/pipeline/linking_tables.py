"""What identity keeps in the store, and its rows as values.

A subject key names a subject (event.subject). Times are whole milliseconds since 1970.
"""
import json
from collections.abc import Mapping
from functools import lru_cache

from broker.identity.cluster import Child, Edge, Pair
from broker.ports import Row, Table

# Made once: json.dumps makes an encoder for each call that is not of the plainest.
_WRITE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

PEOPLE_RECORDS = Table(
    "people_records",
    (("subject_key", "text"), ("record", "text"), ("recorded_ms", "integer"),
     ("event_id", "text"), ("first_ms", "integer"), ("document", "bytes")),
    key=("subject_key", "record"),
)
"""The latest version of each record that says who a subject is (document None: withdrawn)."""

PEOPLE_WAITING = Table(
    "people_waiting",
    (("subject_key", "text"), ("changed_ms", "integer"), ("posted", "bytes")),
    key=("subject_key",),
)
"""Subjects whose records say something new since they were last linked, with when that came in,
and the keys they are still posted under (eight bytes each)."""

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

PEOPLE = Table(
    "people",
    (("record_id", "text"), ("subject_key", "text"), ("child", "text"), ("certainty", "real"),
     ("document", "bytes")),
    key=("record_id",),
)
"""Each subject with a person record, under its record id, and its child. A child's id is the
record id of its least member: that row also has its certainty, members and blocked pairs."""

PEOPLE_REVIEW = Table(
    "people_review",
    (("lesser", "text"), ("greater", "text"), ("probability", "real"), ("reason", "text")),
    key=("lesser", "greater"),
)
"""Pairs for people to look at."""

LINKING_TABLES: tuple[Table, ...] = (
    PEOPLE_RECORDS, PEOPLE_WAITING, PEOPLE_KEYS, PEOPLE_EDGES, PEOPLE_JUDGEMENTS, PEOPLE,
    PEOPLE_REVIEW,
)


def edge_of_row(row: Row) -> Edge:
    """The scored pair of a row."""
    lesser, greater, weight, forbidden, held = row
    assert isinstance(weight, float)
    return Edge(str(lesser), str(greater), weight,
                None if forbidden is None else str(forbidden),
                None if held is None else str(held))


def rows_of_child(child: Child, ids: Mapping[str, str]) -> list[Row]:
    """The rows of a child's members; `ids` are the record ids of subject keys."""
    document: list[tuple[object, ...]] = [child.members, child.blocked, child.unsure, child.apart]
    while not document[-1]:
        document.pop()
    text = _WRITE(document).encode()
    child_id = ids[child.members[0]]
    rows: list[Row] = [(ids[key], key, child_id, None, None) for key in child.members[1:]]
    return [(child_id, child.members[0], child_id, child.certainty, text), *rows]


def child_of_row(row: Row) -> Child | None:
    """The child of a row, if it is that of a child's least member."""
    certainty, document = row[3:]
    if not isinstance(document, bytes):
        return None
    assert isinstance(certainty, float)
    members, blocked, unsure, apart = _read(document)
    return Child(members, certainty, blocked, unsure, apart)


@lru_cache(8192)
def _read(document: bytes) -> tuple[
    tuple[str, ...], tuple[tuple[str, str, str], ...], tuple[str, ...], tuple[Pair, ...]
]:
    """Members, blocked pairs, who is unsure and who is apart; what is empty at the end is left
    out. A child looked at is read several times."""
    members, blocked, unsure, apart = (*json.loads(document.decode()), (), (), ())[:4]
    return (tuple(members), tuple((left, right, why) for left, right, why in blocked),
            tuple(unsure), tuple((left, right) for left, right in apart))
