"""Since when a record has said what it now says, whatever else in it changed meanwhile."""
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, cast

from broker.case.calendar import latest
from broker.case.case import Case, RecordKey
from broker.event.envelope import Moment, Statement
from broker.vocabulary.words import State, System

S = TypeVar("S", bound=Statement)

# Formats whose rows say nothing of when they were written.
UNDATED_SYSTEMS = frozenset({System.SSD, System.CIN, System.SSDA903})


def said_since(case: Case, statement: S, what: Callable[[S], object]) -> S:
    """The first version of the unbroken run up to this one that says the same of `what`.

    Evidence that points at this version does not change when an unrelated field does, so that
    what people decided about it still holds.
    """
    key = RecordKey.of(statement)
    versions = case.histories.get(key) or case.elsewhere.get(key, ())
    if len(versions) < 2:
        return statement
    same, first = what(statement), statement
    for each in reversed(versions):
        if each.version > statement.version:
            continue
        earlier = cast(S, each)  # versions of one record are of one type
        if each.state is State.WITHDRAWN or what(earlier) != same:
            break
        first = earlier
    return first


def heard_since(case: Case, statement: S, what: Callable[[S], object]) -> datetime:
    """When the partnership could first know what a record says of `what`: when the first of that
    run of versions was accepted, and never before it was written."""
    first = said_since(case, statement, what)
    run = {each.event_id for each in case.versions(statement)
           if first.version <= each.version <= statement.version}
    accepted = [each.received_at for each in case.received if each.statement.event_id in run]
    return max(first.recorded_at, min(accepted, default=first.recorded_at))


def on_record_by(case: Case, statement: Statement, done: Moment | None) -> datetime:
    """By when the agency had written this down: `done` is the act that is itself a writing (an
    assessment authorised, a plan made).

    A row's own time of writing says so. Tables and returns without one are dated by their
    extract, which may be long after the agency knew and must not make it look as if it had not.
    """
    first = case.versions(statement)[0].recorded_at
    if done is None or statement.system not in UNDATED_SYSTEMS:
        return first
    return min(first, latest(done))
