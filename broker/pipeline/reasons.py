"""Why a message was rejected, as one of a closed list of phrases: fit for a count by reason."""
import json
from collections.abc import Iterator
from functools import cache

from broker.event.catalogue import BY_NAME
from broker.pipeline import answers, intake
from broker.pipeline.step import arrival
from broker.vocabulary.words import Stream
from broker.wire import codec
from broker.wire.schemas import Json, text_of

OTHER = "other"
INVALID = codec.INVALID.rstrip(": ")
REASONS = frozenset({
    codec.BAD_MAGIC_BYTE, codec.UNKNOWN_SCHEMA_ID, codec.UNKNOWN_TYPE, codec.UNDECODABLE,
    arrival.ANOTHER_AGENCY, arrival.ERASED,
    *(arrival.NO_AGREEMENT + stream.value for stream in Stream),
    answers.NOT_AN_ANSWER, answers.NOT_ITS_OWN, answers.NO_SUCH_NOTICE, answers.ENDED,
    answers.ERASED_NOTICE,
    intake.NOT_TO_BE_SENT, intake.ERASED_ANSWER,
})


def closed(reason: str) -> str:
    """The reason as a phrase of the list, an invalid field by its name in our schemas; a phrase
    that is in no list is "other", so that whatever it may say is not counted by."""
    if reason in REASONS:
        return reason
    if not reason.startswith(codec.INVALID):
        return OTHER
    path = reason.removeprefix(codec.INVALID)
    return reason if set(path.split(".")) <= field_names() else INVALID


@cache
def field_names() -> frozenset[str]:
    """The name of every field of every record that travels."""
    return frozenset(name for kind in BY_NAME for name in _names_in(json.loads(text_of(kind))))


def _names_in(node: Json) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _names_in(each)
    elif isinstance(node, dict):
        for each in node.get("fields", ()):
            yield each["name"]
            yield from _names_in(each["type"])
        for inner in ("type", "items"):
            yield from _names_in(node.get(inner))
