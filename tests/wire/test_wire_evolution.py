"""Messages written under an older or a newer schema are read as our own."""
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import fastavro
import pytest

from broker.event.envelope import Moment, Occurred, Reference
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import Precision, Risk, State, System, Whereabouts
from broker.wire.codec import Codec
from broker.wire.schemas import Json, named_types, text_of
from tests.wire.registry import ListRegistry

NAME = "MissingEpisodeRecorded"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPISODE = MissingEpisodeRecorded(
    event_id=UUID("10000000-0000-5000-8000-000000000003"), agency="police", system=System.FILES,
    record="MR1", subject="N1", recorded_at=NOON, state=State.CURRENT,
    occurred=Occurred(start=NOON, precision=Precision.DAY),
    references=(Reference(scheme="log", value="17"),), classification=Whereabouts.MISSING,
    risk_first=Risk.LOW, risk_now=Risk.HIGH, risk_changed=Moment(at=NOON), looked_after=True,
    last_seen=Moment(at=NOON), found=Moment(at=NOON, precision=Precision.DAY))
SAID = {
    "event_id": str(EPISODE.event_id), "agency": "police", "system": "files", "record": "MR1",
    "subject": "N1", "recorded_at": NOON, "state": "CURRENT",
    "occurred": {"start": NOON, "end": None, "precision": "DAY"},
    "references": [{"scheme": "log", "value": "17"}], "classification": "MISSING",
    "risk_first": "LOW", "risk_now": "HIGH", "risk_changed": {"at": NOON}, "looked_after": True,
    "last_seen": {"at": NOON}, "found": {"at": NOON, "precision": "DAY"},
}
DROPPED: dict[str, Any] = {
    "occurred": None, "risk_changed": None, "last_seen": None, "references": (),
    "classification": None, "risk_first": None, "looked_after": None,
}


def schema_of(fields: list[Json], whole: Json) -> Json:
    """A schema of some of a record's fields, each shared type defined where it is first used."""
    named, seen = named_types(whole), set[str]()

    def placed(node: Json) -> Json:
        if isinstance(node, list):
            return [placed(each) for each in node]
        node = named.get(node, node) if isinstance(node, str) else node
        if isinstance(node, str):
            return node
        if "name" in node:
            if node["name"] in seen:
                return node["name"]
            seen.add(node["name"])
        if "fields" in node:
            return {**node, "fields": [
                {**field, "type": placed(field["type"])} for field in node["fields"]]}
        return {**node, "items": placed(node["items"])} if "items" in node else node

    return {**whole, "fields": [{**field, "type": placed(field["type"])} for field in fields]}


def decoded(schema: Json, said: dict[str, Any]) -> object:
    """What the codec makes of a message that fastavro wrote under another schema."""
    body = BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(schema), said)
    registry = ListRegistry()
    number = registry.register(NAME, json.dumps(schema))
    return Codec(registry).decode(b"\x00" + number.to_bytes(4, "big") + body.getvalue())


@pytest.mark.parametrize(("field", "default"), DROPPED.items())
def test_a_field_the_writer_did_not_know_has_its_default(field: str, default: Any) -> None:
    """Also where it is the field in which a shared type is defined."""
    whole = json.loads(text_of(NAME))
    older = schema_of([each for each in whole["fields"] if each["name"] != field], whole)

    assert replace(EPISODE, **{field: default}) == decoded(older, SAID)


def test_a_field_we_do_not_know_is_passed_over() -> None:
    """The types it defines are still known to the fields after it."""
    whole = json.loads(text_of(NAME))
    newer = schema_of([
        {"name": "places", "type": {"type": "array", "items": "Occurred"}, "default": []},
        {"name": "heard", "type": ["null", "Moment"], "default": None}, *whole["fields"],
    ], whole)

    assert EPISODE == decoded(newer, {
        **SAID, "places": [{"start": NOON}], "heard": {"at": NOON}})


def test_fields_in_another_order_are_matched_by_name() -> None:
    """The writer's order is how it is read, ours is how it is said."""
    whole = json.loads(text_of(NAME))

    assert EPISODE == decoded(schema_of(whole["fields"][::-1], whole), SAID)


def test_a_word_we_do_not_know_is_unmapped() -> None:
    """A newer writer's word says nothing to us, and does not stop the rest."""
    newer = json.loads(text_of(NAME), object_hook=lambda node: (
        {**node, "symbols": [*node["symbols"], "EXTREME"]} if node.get("name") == "Risk"
        else node))

    assert replace(EPISODE, risk_now=Risk.UNMAPPED) == decoded(
        newer, {**SAID, "risk_now": "EXTREME"})
