"""Traces: which statements have gone through a step, and when, told to whoever follows them.

A statement's trace is named by its event id, so that every process can say what it did to the
statement without being handed anything beside it.
"""
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Protocol

from broker.event.envelope import Statement


class Step(StrEnum):
    """The steps of a statement's way, in their order."""

    PUBLISH = "publish"
    INTAKE = "intake"
    CHECK = "check"
    EVALUATE = "evaluate"
    DELIVER = "deliver"


class Outcome(StrEnum):
    """What became of a statement at a step."""

    PUBLISHED = "published"
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    HELD = "held"
    REJECTED = "rejected"
    FOLDED = "folded"
    LOOKED_AT = "looked at"
    FINDING = "finding"
    GIVEN = "given"


class Traced(NamedTuple):
    """One statement at one step: its event id, and otherwise only codes of ours."""

    event_id: bytes
    record_type: str
    agency: str
    outcome: Outcome


class Tracer(Protocol):
    """Who follows statements on their way."""

    @property
    def on(self) -> bool:
        """Whether anything is followed at all."""

    def began(self) -> int:
        """The present, to be handed to `told` when a step is over: nanoseconds since 1970."""

    def told(self, step: Step, began: int, statements: Iterable[Traced]) -> None:
        """These statements have gone through a step, for good, since it began.

        To be handed as a generator: where nothing is followed it costs nothing a statement.
        """

    def close(self) -> None:
        """Send what waits to be sent; give up where nobody takes it."""


class Untraced:
    """Follows nothing: what a pipeline has where no traces are configured."""

    on = False

    def began(self) -> int:
        """No moment."""
        return 0

    def told(self, step: Step, began: int, statements: Iterable[Traced]) -> None:
        """Nothing: the statements are not looked at."""

    def close(self) -> None:
        """Nothing waits."""


UNTRACED = Untraced()


def traced(said: Statement, outcome: Outcome, *, event_id: bytes | None = None,
           agency: str | None = None) -> Traced:
    """A statement at a step. `agency` stands in for the one of the envelope: whom the step was
    for, or whose inbox it was where the envelope cannot be believed."""
    return Traced(event_id or said.event_id.bytes, said.type_name, agency or said.agency, outcome)
