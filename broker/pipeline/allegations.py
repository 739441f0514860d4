"""A person releases an allegation against a home, or takes that back: an event, audited.

While an allegation stands that nobody has released, no notice about the child goes to the home.
The statements about the child stay with who made them for as long as it stands at all: to let the
home have its notices is not to tell it what was alleged.
"""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from broker.audit.chain import Draft, subject_digest
from broker.errors import ConfigError, Conflict
from broker.event.agency import Agency
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.own import AllegationDecided
from broker.event.subject import parts_of, person_key_of
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.families import children_with
from broker.pipeline.messages import message_of
from broker.pipeline.tables import ALLEGATIONS_DECIDED, STATEMENTS
from broker.policy.allegations import Allegation, allegations_of
from broker.ports import Reading, Row, Store, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import AllegationDecision, AuditAction
from broker.wire.codec import Codec

WAITING, LOOKED_AT = "waiting", "looked at"
_SHOWN_BY = "`concord allegations list` shows them"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAsked:
    """What is to be decided: of this home and the child of these records (subject keys), on the
    allegations with these ids, or on the only one where none is named."""

    home: Agency
    members: tuple[str, ...]
    decision: AllegationDecision
    named: tuple[str, ...]
    by: str
    reason: str


def decisions_on(reading: Reading, codec: Codec,
                 members: Collection[str]) -> tuple[AllegationDecided, ...]:
    """All that was ever decided of allegations about the child of these records."""
    found = []
    for row in reading.find(ALLEGATIONS_DECIDED, "person_key", sorted(members)):
        assert isinstance(row[4], bytes)
        decided = codec.decode(row[4])
        assert isinstance(decided, AllegationDecided)
        found.append(decided)
    return tuple(found)


def allegations_in(reading: Reading, codec: Codec, home: Agency,
                   members: Collection[str]) -> tuple[Allegation, ...]:
    """What stands against a home about the child of these records; nothing where the home does
    not hold the child."""
    if home.code not in {parts_of(key)[0] for key in members}:
        return ()
    said = []
    for row in reading.find(STATEMENTS, "person_key", sorted(members)):
        assert isinstance(row[3], bytes)
        statement = codec.decode(row[3])
        assert isinstance(statement, Statement)
        said.append(statement)
    return allegations_of(said, home, decisions_on(reading, codec, members))


def decide_allegations(store: Store, codec: Codec, asked: DecisionAsked,
                       now: datetime) -> tuple[AllegationDecided, ...]:
    """Release allegations, or take their release back; what was decided, one for each.

    Delivery gives the home what it may be told from then on, once, and whoever else has a notice
    that speaks of it is told anew. `ConfigError` where there is nothing to decide on."""
    with store.begin() as unit:
        children = children_with(unit, asked.members)
        if len(children) > 1:
            raise ConfigError("The records of this child have come apart into "
                              f"{len(children)} children meanwhile: name one of them again.")
        members = next(iter(children.values()), asked.members)
        made = []
        for each in _chosen(allegations_in(unit, codec, asked.home, members), asked):
            made_at = _later_than(each.decision, now)
            decided = AllegationDecided(
                decision_id=derived_id("allegation", asked.home.code, str(each.said.event_id),
                                       asked.decision, asked.by, asked.reason,
                                       str(milliseconds_of(made_at))),
                recipient=asked.home.code, subject=person_key_of(each.said),
                allegation=each.said.event_id, decision=asked.decision, by=asked.by,
                reason=asked.reason, made_at=made_at)
            message = message_of(codec, decided, now)
            unit.put(ALLEGATIONS_DECIDED, [row_of(decided, message.value)])
            unit.send(Lane(topics.DECISIONS, 0), [message])
            made.append(decided)
        local_id = min(parts_of(key)[1] for key in members
                       if parts_of(key)[0] == asked.home.code)
        digest = subject_digest(salt_of(unit), f"{asked.home.code}:{local_id}")
        record_audit(unit, codec, [Draft(
            action=AuditAction.DECISION, actor=asked.by, recipient=None, subject_digest=digest,
            why=asked.reason, at=now,
            detail=f"allegation {each.allegation} {each.decision} for {asked.home.code}")
            for each in made])
    return tuple(made)


def _chosen(standing: Sequence[Allegation], asked: DecisionAsked) -> list[Allegation]:
    """What is to be decided on; `ConfigError` where there is nothing, or more than was named."""
    releasing = asked.decision is AllegationDecision.RELEASED
    name = asked.home.name
    open_to_it = {str(each.said.event_id): each for each in standing
                  if each.is_released is not releasing}
    if not open_to_it:
        raise ConfigError(
            f"No allegation about this child keeps notices from {name}: {_SHOWN_BY}."
            if releasing else
            f"No release about this child stands for {name}: {_SHOWN_BY}.")
    unknown = sorted(set(asked.named) - open_to_it.keys())
    if unknown:
        raise ConfigError(f"There is no allegation {unknown[0]} about this child to decide on for "
                          f"{name}: {_SHOWN_BY}, each as it stands now.")
    if releasing and not asked.named and len(open_to_it) > 1:
        raise ConfigError(f"{len(open_to_it)} allegations about this child keep notices from "
                          f"{name}: name each that you release with --allegation; {_SHOWN_BY}.")
    return [each for event_id, each in open_to_it.items() if event_id in (asked.named or
                                                                          open_to_it)]


def _later_than(last: AllegationDecided | None, now: datetime) -> datetime:
    """Now, or just after the last decision where a clock stands still or another's was ahead."""
    if last is None or last.made_at < now:
        return now
    return moment_of(milliseconds_of(last.made_at) + 1)


def row_of(decided: AllegationDecided, value: bytes | None, state: str = WAITING) -> Row:
    """A decision as it is kept."""
    return (str(decided.decision_id), decided.subject, milliseconds_of(decided.made_at), state,
            value)


def keep_decided(unit: Unit, decided: AllegationDecided, value: bytes | None) -> None:
    """Take in a decision from the log; one that is known changes nothing."""
    unit.insert_new(ALLEGATIONS_DECIDED, [row_of(decided, value)])


def not_looked_at(reading: Reading) -> list[Row]:
    """The decisions that delivery has not acted on yet, as they are kept."""
    return reading.find(ALLEGATIONS_DECIDED, "state", [WAITING])


def note_looked_at(unit: Unit, rows: Iterable[Row]) -> None:
    """Delivery has acted on these; `Conflict` where somebody else has, or one is gone."""
    for row in rows:
        unit.swap(ALLEGATIONS_DECIDED, row, (*row[:3], LOOKED_AT, row[4]))


def refuse_decided_since(unit: Unit, codec: Codec, members: Collection[str],
                         planned: Iterable[AllegationDecided]) -> None:
    """`Conflict` where more was decided on these people than whoever planned had seen."""
    if set(decisions_on(unit, codec, members)) != set(planned):
        raise Conflict("an allegation was decided on meanwhile: look again")


def forget_decided(unit: Unit, codec: Codec, erased: Collection[UUID]) -> None:
    """Take out what was decided of allegations that are erased: its reason may quote them."""
    gone = []
    for row in unit.scan(ALLEGATIONS_DECIDED, "decision_id"):
        assert isinstance(row[4], bytes)
        decided = codec.decode(row[4])
        if isinstance(decided, AllegationDecided) and decided.allegation in erased:
            gone.append((row[0],))
    unit.delete(ALLEGATIONS_DECIDED, gone)
