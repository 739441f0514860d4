"""People as views: children and their records, pairs to review, why a pair is joined."""
from typing import Any

from broker.errors import ConfigError
from broker.event.subject import key_of, parts_of
from broker.pipeline.linking import people_list
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.vocabulary.words import System


def known_key(reading: Reading, text: str) -> str:
    """A record an operator typed (`agency:local id`), if anything is held under it."""
    if ":" not in text:
        raise ConfigError("A record is named AGENCY:LOCAL_ID, as in police:N1.")
    agency, _, local_id = text.partition(":")
    # A return's record stands apart until it is joined, and is listed under its bare id.
    for key in dict.fromkeys((text, *(key_of(agency, each, local_id) for each in System))):
        if reading.find(STATEMENTS, "person_key", [key]):
            return key
    raise ConfigError(f"Nothing is held under {text}: `concord people list` shows who is.")


def members_json(members: tuple[str, ...]) -> list[dict[str, str]]:
    """Records as {agency, local_id}; a return's record of the same local id is shown once."""
    parts = dict.fromkeys(parts_of(key) for key in members)
    return [{"agency": agency, "local_id": local_id} for agency, local_id in parts]


def people_listed(reading: Reading) -> list[dict[str, Any]]:
    """The machine form that other programs rely on."""
    listed = []
    for child in people_list(reading):
        review = []
        for pair in child.review:
            other = pair.right if pair.left in child.members else pair.left
            agency, local_id = parts_of(other)
            review.append({"agency": agency, "local_id": local_id,
                           "probability": pair.probability, "why": pair.reason})
        listed.append({"child": child.child, "members": members_json(child.members),
                       "review": review})
    return listed
