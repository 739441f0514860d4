"""Records and their versions: what was received about one child, in order."""
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from broker.event.envelope import Statement
from broker.vocabulary.words import State, System


class RecordKey(NamedTuple):
    """A record: (agency, system, type, reference, subject)."""

    agency: str
    system: System
    type_name: str
    record: str
    subject: str

    @classmethod
    def of(cls, statement: Statement) -> "RecordKey":
        """The record that a statement is a version of."""
        return tuple.__new__(cls, (  # as `cls(...)` does, at half the cost: keys are made often
            statement.agency, statement.system, type(statement).__name__, statement.record,
            statement.subject))


class Received(NamedTuple):
    """A statement and when the broker accepted it."""

    statement: Statement
    received_at: datetime


Histories = dict[RecordKey, tuple[Statement, ...]]
Standing = dict[str, tuple[Statement, ...]]


def histories_of(statements: Iterable[Statement]) -> Histories:
    """Every record's versions, each once and oldest first, in order of their keys."""
    histories: dict[RecordKey, dict[UUID, Statement]] = {}
    for said in statements:
        histories.setdefault(RecordKey.of(said), {})[said.event_id] = said
    return {key: in_order(versions.values()) for key, versions in sorted(histories.items())}


def standing_of(histories: Mapping[RecordKey, tuple[Statement, ...]]) -> Standing:
    """The latest version of each record that is not withdrawn, by type, oldest first."""
    by_type: dict[str, list[Statement]] = {}
    for key, versions in histories.items():
        if stands(versions):
            by_type.setdefault(key.type_name, []).append(versions[-1])
    return {name: in_order(each) for name, each in by_type.items()}


def stands(versions: Sequence[Statement]) -> bool:
    """Whether the last of a record's versions has not withdrawn it."""
    return versions[-1].state is not State.WITHDRAWN


def in_order(versions: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements, the oldest first."""
    found = tuple(versions)
    return found if len(found) == 1 else tuple(sorted(found, key=place_of))


def place_of(statement: Statement) -> tuple[datetime, int]:
    """The order of `Statement.version`, cheaper: an id's number sorts as its text does."""
    return statement.recorded_at, statement.event_id.int
