"""The AsyncAPI document: which topics there are and what travels on each.

Topic names are written out here because the layers keep the wire apart from the log; a test
holds them against broker.log.topics.
"""
import json
from collections.abc import Mapping
from typing import NamedTuple

from broker.event.catalogue import BY_NAME, STATEMENTS
from broker.vocabulary.words import Stream
from broker.wire.schemas import NAMESPACE, Json, published, source_of

_ALL = tuple(kind.__name__ for kind in STATEMENTS)
_VERSION = "1.0.0"


class Channel(NamedTuple):
    """One topic, or one topic an agency: `{agency}` stands for an agency's code."""

    name: str
    address: str
    what: str
    messages: tuple[str, ...]


def _of_stream(stream: Stream) -> tuple[str, ...]:
    return tuple(kind.__name__ for kind in STATEMENTS if kind.stream is stream)


CHANNELS = (
    Channel("inbox", "safeguarding.inbox.{agency}",
            "What an agency says, and its answers to its notices; only that agency may write.",
            (*_ALL, "Heartbeat", "NoticeAnswered")),
    Channel("held", "safeguarding.held.{agency}",
            "Statements with conditions on handling: a person decides.", _ALL),
    Channel("rejected", "safeguarding.rejected.{agency}",
            "Raw bytes and reasons of what could not be used.", ("RecordRejected",)),
    *(Channel(f"shared_{stream.value}", f"safeguarding.shared.{stream.value}",
              f"Accepted statements of the {stream.value} stream; read by Concord alone.",
              (*_of_stream(stream), "Heartbeat")) for stream in Stream),
    Channel("people", "safeguarding.people",
            "Every joining and parting of records as one child.", ("PeopleChanged",)),
    Channel("findings", "safeguarding.findings",
            "Every step in the life of every finding.", ("FindingChanged",)),
    Channel("decisions", "safeguarding.decisions",
            "What people decided, and every change of what is in force.",
            ("JudgementMade", "FindingDecided", "AllegationDecided", "NoticeAnswered",
             "SettingChanged", "Erased")),
    Channel("audit", "safeguarding.audit",
            "The audit chain, as an export of the store's.", ("AuditEntry",)),
    Channel("feed", "safeguarding.feed.{agency}",
            "Others' statements about children this agency itself holds, as agreed.", _ALL),
    Channel("notices", "safeguarding.notices.{agency}",
            "The agency's notices.", ("NoticeIssued",)),
)


def _channel(channel: Channel) -> Json:
    parameters = {"agency": {"description": "Code of the agency, as configured."}}
    return {
        "address": channel.address,
        "description": channel.what,
        **({"parameters": parameters} if "{agency}" in channel.address else {}),
        "messages": {name: {"$ref": f"#/components/messages/{name}"}
                     for name in channel.messages},
    }


def _message(name: str) -> Json:
    message = {
        "name": f"{NAMESPACE}.{name}",
        "title": name,
        "summary": source_of(name)["doc"],
        "contentType": "application/avro",
        "payload": {
            "schemaFormat": "application/vnd.apache.avro+json;version=1.9.0",
            "schema": {"$ref": f"../schemas/published/{name}.v{len(published(name))}.avsc"},
        },
        "bindings": {"kafka": {"schemaIdLocation": "payload",
                               "schemaIdPayloadEncoding": "confluent",
                               "schemaLookupStrategy": "RecordNameStrategy",
                               "bindingVersion": "0.5.0"}},
    }
    if name in _ALL:
        message["headers"] = {"$ref": "#/components/schemas/Headers"}
    return message


_HEADERS = {
    "type": "object",
    "description": "CloudEvents in binary mode, and a W3C trace context.",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "traceparent"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "description": "The event id."},
        "ce_type": {"type": "string", "description": "The full name of the record type."},
        "ce_source": {"type": "string", "description": "/agency/system."},
        "ce_time": {"type": "string", "format": "date-time", "description": "recorded_at."},
        "traceparent": {"type": "string"},
    },
}


def asyncapi() -> Json:
    """The whole document, as JSON values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Concord",
            "version": _VERSION,
            "description": "Agencies say what their records say about a child; Concord flags "
                           "where they describe that child differently. Generated from schemas/.",
        },
        "defaultContentType": "application/avro",
        "channels": {channel.name: _channel(channel) for channel in CHANNELS},
        "operations": {
            "publish": {"action": "receive", "channel": {"$ref": "#/channels/inbox"},
                        "summary": "Concord takes in what an agency says."},
            "deliver": {"action": "send", "channel": {"$ref": "#/channels/feed"},
                        "summary": "Concord gives an agency what it has agreed to be given."},
            "notify": {"action": "send", "channel": {"$ref": "#/channels/notices"},
                       "summary": "Concord tells an agency what does not agree."},
        },
        "components": {
            "messages": {name: _message(name) for name in BY_NAME},
            "schemas": {"Headers": _HEADERS},
        },
    }


def yaml_of(node: Json, depth: int = 0) -> str:
    """JSON values as YAML in blocks; every text in double quotes, so none is misread."""
    pad = "  " * depth
    lines = []
    if isinstance(node, Mapping):
        for key, value in node.items():
            name = key if key.replace("_", "").isalnum() else json.dumps(key)
            lines.append(f"{pad}{name}:{_nested(value, depth)}")
    else:
        lines = [f"{pad}-{_nested(each, depth)}" for each in node]
    return "\n".join(lines)


def _nested(value: Json, depth: int) -> str:
    if isinstance(value, Mapping | list):
        return "\n" + yaml_of(value, depth + 1)
    return " " + json.dumps(value, ensure_ascii=False)
