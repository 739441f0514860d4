"""What becomes of one message in an inbox: accepted, held for a person, or rejected."""
from dataclasses import dataclass

from broker.event.envelope import Statement
from broker.policy.agreements import InForce
from broker.vocabulary.words import Sharing

ANOTHER_AGENCY = "agency in the envelope is not the inbox's"
ERASED = "erased: this statement's id is on the suppression list"
NO_AGREEMENT = "no agreement lets this agency publish "
CONDITIONAL = "handling is conditional"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The statement goes to the shared topic of its stream."""


@dataclass(frozen=True, slots=True)
class Held:
    """Handling is conditional: a person decides whether it may be shared."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be taken; the reason is fit for a histogram."""

    reason: str


_ACCEPTED = Accepted()


def judge_arrival(
    statement: Statement, inbox_agency: str, allowed: InForce, *, suppressed: bool,
) -> Accepted | Held | Refused:
    """The verdict on a decoded statement, duplicates aside."""
    if statement.agency != inbox_agency:
        return Refused(ANOTHER_AGENCY)
    if suppressed:
        return Refused(ERASED)
    if not allowed.may_publish(statement.agency, statement.stream, statement.purpose):
        return Refused(NO_AGREEMENT + statement.stream.value)
    if statement.handling.sharing is not Sharing.PERMITTED:
        return Held(CONDITIONAL)
    return _ACCEPTED
