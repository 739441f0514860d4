"""Subject keys: how one agency's system names one person, as a single word.

The council's two returns (CIN, SSDA903) use the same local ids as its case system but join it
only if birth date or UPN agrees, so each return's subject is a record of its own until identity
says otherwise. Police and home files and the same agency's API are one system of names.
"""
from hashlib import sha256

from broker.event.envelope import Statement
from broker.event.risk import RiskLinkRecorded
from broker.vocabulary.words import System

_OWN_NAMES = {System.CIN: "@cin", System.SSDA903: "@ssda903"}
RETURN_NAMES = tuple(_OWN_NAMES.values())


def key_of(agency: str, system: System, local_id: str) -> str:
    """`council:123`, or `council:123@cin` for a return that stands apart until joined."""
    return f"{agency}:{local_id}{_OWN_NAMES.get(system, '')}"


def person_key_of(statement: Statement) -> str:
    """The key of the person a statement is about (for a risk link: the child, where known)."""
    if isinstance(statement, RiskLinkRecorded) and statement.child is not None:
        return key_of(statement.agency, statement.system, statement.child)
    return key_of(statement.agency, statement.system, statement.subject)


def parts_of(key: str) -> tuple[str, str]:
    """(agency, local id) of a subject key; a return's suffix is dropped."""
    agency, _, local_id = key.partition(":")
    for suffix in _OWN_NAMES.values():
        local_id = local_id.removesuffix(suffix)
    return agency, local_id


def in_own_system(key: str) -> bool:
    """Whether a subject key is of an agency's own system, and not of a return."""
    return not key.endswith(tuple(_OWN_NAMES.values()))


def record_id_of(key: str) -> str:
    """A short stable id that tells nothing of its record (a child's id is one of these)."""
    return sha256(b"concord/record/" + key.encode()).hexdigest()[:16]
