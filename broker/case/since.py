"""Since when a record has said what it now says, whatever else in it changed meanwhile."""
from collections.abc import Callable
from typing import TypeVar, cast

from broker.case.case import Case, RecordKey
from broker.event.envelope import Statement
from broker.vocabulary.words import State

S = TypeVar("S", bound=Statement)


def said_since(case: Case, statement: S, what: Callable[[S], object]) -> S:
    """The first version of the unbroken run up to this one that says the same of `what`.

    Evidence that points at this version does not change when an unrelated field does, so that
    what people decided about it still holds.
    """
    versions = case.histories.get(RecordKey.of(statement), ())
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
