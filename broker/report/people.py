"""People as views: children and their records, pairs to review, why a pair is joined."""
from typing import Any

from broker.errors import ConfigError
from broker.event.subject import key_of, parts_of, record_id_of
from broker.pipeline.linking import children_of, people_list
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.report.survey import people_with
from broker.vocabulary.words import System


def known_key(reading: Reading, text: str) -> str:
    """A record an operator typed (`agency:local id`); `ConfigError` where nothing is held."""
    if ":" not in text:
        raise ConfigError("A record is named AGENCY:LOCAL_ID, as in police:N1.")
    key = key_meant(reading, text)
    if key is None:
        raise ConfigError(f"Nothing is held under {text}: `concord people list` shows who is.")
    return key


def key_meant(reading: Reading, text: str) -> str | None:
    """The subject key that a record's name stands for, None where nothing is held under it;
    `ConfigError` where it is the name of two children."""
    agency, _, local_id = text.partition(":")
    if _is_held(reading, text):
        return text
    # A return's record stands apart until it is joined; agencies know it by the bare id.
    held = [key for key in dict.fromkeys(key_of(agency, each, local_id) for each in System)
            if _is_held(reading, key)]
    if len(set(children_of(reading, held).values())) > 1:
        raise ConfigError(f"{text} is held as {' and as '.join(held)}, which are not one child: "
                          "name one of them.")
    return held[0] if held else None


def _is_held(reading: Reading, key: str) -> bool:
    return bool(reading.find(STATEMENTS, "person_key", [key]))


def members_json(members: tuple[str, ...]) -> list[dict[str, str]]:
    """Records as {agency, local_id}; a return's record of the same local id is shown once."""
    parts = dict.fromkeys(parts_of(key) for key in members)
    return [{"agency": agency, "local_id": local_id} for agency, local_id in parts]


def people_listed(reading: Reading) -> list[dict[str, Any]]:
    """The machine form that other programs rely on; `records` are the names by which every
    command takes and shows them."""
    listed = []
    for child in people_list(reading):
        review = []
        for pair in child.review:
            other = pair.right if pair.left in child.members else pair.left
            agency, local_id = parts_of(other)
            review.append({"agency": agency, "local_id": local_id,
                           "probability": pair.probability, "why": pair.reason})
        listed.append({"child": child.child, "members": members_json(child.members),
                       "review": review, "records": list(child.members)})
    return listed


def undescribed(reading: Reading, listed: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(child, record) of every record under which something is filed and whom no person record
    describes yet: looked at as a child alone, and compared with nobody. `listed` are the others.
    """
    described = {key for each in listed for key in each["records"]}
    return [(record_id_of(key), key) for key in people_with(reading) if key not in described]
