"""Warning markers on a child, and links from people who pose a risk to children."""
from datetime import date
from typing import ClassVar

from pydantic.dataclasses import dataclass

from broker.event.envelope import CONFIG, LocalId, Moment, Statement, Text, Word
from broker.vocabulary.words import MarkerKind, RiskLinkCategory, Stream


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class MarkerRecorded(Statement):
    """A police warning marker on a child."""

    stream: ClassVar[Stream] = Stream.RISK

    kind: MarkerKind | None = None
    kind_word: Word | None = None
    set: Moment | None = None
    cleared: Moment | None = None
    reviewed: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=CONFIG)
class RiskLinkRecorded(Statement):
    """A person posing risk; `subject` is that person, who never enters identity.

    `child` is the local id, at the same agency, of the child the person is linked to, if known.
    """

    stream: ClassVar[Stream] = Stream.RISK

    category: RiskLinkCategory | None = None
    category_word: Word | None = None
    child: LocalId | None = None
    relationship: Word | None = None
    address_line: Text | None = None
    postcode: Word | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    disclosed_to: Text | None = None
    disclosed: Moment | None = None
    withheld_reason: Text | None = None
    review_due: date | None = None
