"""Everything the store holds on one subject of one agency: what erasure and access start from."""
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from broker.errors import ConfigError, RecordRejected
from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import NoticeAnswered
from broker.event.risk import RiskLinkRecorded
from broker.event.subject import (
    RETURN_NAMES,
    in_own_system,
    key_of,
    parts_of,
    person_key_of,
)
from broker.log import topics
from broker.log.records import Lane, Logged
from broker.pipeline.intake import CONSUMER
from broker.pipeline.positions import CHECKER, positions_of, shared_lanes
from broker.pipeline.tables import HELD, REJECTS, STATEMENTS
from broker.ports import EventLog, Reading, Store
from broker.vocabulary.times import moment_of
from broker.vocabulary.words import Stream, System
from broker.wire.codec import Codec

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as one agency knows them: in all its systems, which may give one number to two
    children, or by the `only` subject key."""

    agency: str
    local_id: str
    only: str | None = None

    @property
    def key(self) -> str:
        """`agency:local id`, as operators write it and the audit chain digests it."""
        return self.only or f"{self.agency}:{self.local_id}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The subject keys its records may be filed under."""
        if self.only is not None:
            return (self.only,)
        return tuple(sorted({key_of(self.agency, each, self.local_id) for each in System}))

    @property
    def in_every_system(self) -> "Subject":
        """Whoever has this local id in any system of the agency."""
        return Subject(self.agency, self.local_id)

    def key_in(self, said: Statement) -> str | None:
        """By which of its keys a statement is about this person; None where it is not."""
        if said.agency != self.agency \
                or self.local_id not in (said.subject, getattr(said, "child", None)):
            return None
        key = key_of(said.agency, said.system, self.local_id)
        return key if self.only in (None, key) else None

    def is_in(self, said: Statement) -> bool:
        """Whether a statement is about this person."""
        return self.key_in(said) is not None


@dataclass(frozen=True, slots=True)
class Filed:
    """One accepted statement, where it is filed and when it was received."""

    person_key: str
    said: Statement
    received_at: datetime


@dataclass(frozen=True, slots=True)
class HeldOn:
    """What is held on a subject. `rejects` are messages that can be read as statements about it;
    `mentions` are other rejects of its agency whose raw bytes hold its local id: whether they are
    about this person is for people to see. `answers` are those that can be read as an answer to a
    notice, whomever that is about, with the notice's id."""

    filed: tuple[Filed, ...]
    waiting: tuple[Statement, ...]
    rejects: tuple[own.RecordRejected, ...]
    rejected: tuple[Statement, ...]
    mentions: tuple[own.RecordRejected, ...]
    answers: tuple[tuple[own.RecordRejected, str], ...]


def subject_named(text: str) -> Subject:
    """The subject an operator named as AGENCY:LOCAL_ID, in all systems of the agency, or as
    AGENCY:LOCAL_ID@RETURN, in that return alone; `ConfigError` if it is none."""
    agency, local_id = parts_of(text)
    if not agency or not local_id:
        raise ConfigError("Name the person as AGENCY:LOCAL_ID, as in police:N1 (`concord people "
                          "list` shows them).")
    return Subject(agency, local_id, None if in_own_system(text) else text)


def names_well(subject: Subject) -> bool:
    """Whether a subject on whom nothing is held was surely named as whom it was meant to be: what
    stands behind an @ may be a system that there is not."""
    return "@" not in subject.local_id


def way_out_of_none(subject: Subject) -> str:
    """What an operator can do who named somebody on whom nothing is held, in one sentence."""
    who = "`concord people list` shows who is known"
    if names_well(subject):
        return f"{who}."
    return (f"{who}; after @ a system is named {' or '.join(RETURN_NAMES)}, in small letters, and "
            "anything else is taken for a part of the local id (`--system own` is the agency's "
            "own).")


def subject_of(key: str) -> Subject:
    """The subject of this subject key, and of no other of the same number."""
    return Subject(*parts_of(key), key)


def logged_in(log: EventLog, lane: Lane, position: int = 0) -> Iterator[Logged]:
    """Every record of a lane from a position on that has a value, in order."""
    while page := log.read(lane, position, PAGE):
        yield from (each for each in page if each.record.value is not None)
        position = page[-1].position + 1


def waits_to_be_read(store: Store, log: EventLog, codec: Codec, subject: Subject) -> bool:
    """Whether a message that may be about this person has not been taken in or filed yet. Not to
    be called within a transaction."""
    if store.waiting():
        return True
    inbox = topics.inbox(subject.agency)
    with store.view() as view:
        positions = {
            **positions_of(view, CONSUMER, topics.lanes_of(inbox, log.partitions(inbox))),
            **positions_of(view, CHECKER, shared_lanes(log))}
    return any(_may_be_about(codec, each.record.value, subject)
               for lane, position in positions.items() for each in logged_in(log, lane, position))


def _may_be_about(codec: Codec, value: bytes | None, subject: Subject) -> bool:
    assert value is not None
    try:
        said = codec.decode(value)
    except RecordRejected:
        return _naming(subject).search(value) is not None
    return isinstance(said, Statement) and subject.is_in(said)


def risk_links_of(log: EventLog, codec: Codec, subject: Subject) -> list[RiskLinkRecorded]:
    """The risk links whose person posing risk this is: they are filed under the child, so only
    the log can tell. Not to be called within a transaction."""
    topic = topics.shared(Stream.RISK)
    lane = Lane(topic, topics.partition_of(subject.in_every_system.key, log.partitions(topic)))
    found = []
    for each in logged_in(log, lane):
        assert each.record.value is not None
        said = codec.decode(each.record.value)
        if isinstance(said, RiskLinkRecorded) and subject.is_in(said):
            found.append(said)
    return found


def said_in_rejects(store: Store, codec: Codec) -> dict[UUID, Statement | NoticeAnswered]:
    """What rejected messages say, by the ids of their rejects, where they can be read at all. Not
    to be called within a transaction: the registry may have to be asked for their schemas."""
    with store.view() as view:
        rejects = [_reject_in(codec, row[5]) for row in view.scan(REJECTS, "rejected_ms")]
    found = {each.reject_id: _said_in(codec, each.raw) for each in rejects
             if each.topic is not None}
    return {number: said for number, said in found.items()
            if isinstance(said, Statement | NoticeAnswered)}


def held_on(reading: Reading, codec: Codec, subject: Subject, links: Iterable[RiskLinkRecorded],
            in_rejects: Mapping[UUID, Statement | NoticeAnswered]) -> HeldOn:
    """All statements, held statements and rejects about a subject; `links` as `risk_links_of`
    and `in_rejects` as `said_in_rejects` found them."""
    waiting = [said for said in (_said_in(codec, row[5]) for row in
                                 reading.find(HELD, "agency", [subject.agency]))
               if isinstance(said, Statement) and subject.is_in(said)]
    rejects, rejected, mentions, answers = [], [], [], []
    named = _naming(subject)
    for row in reading.scan(REJECTS, "rejected_ms"):
        reject = _reject_in(codec, row[5])
        said = in_rejects.get(reject.reject_id)
        if isinstance(said, NoticeAnswered):
            answers.append((reject, said.notice_id))
        if isinstance(said, Statement) and subject.is_in(said):
            rejects.append(reject)
            rejected.append(said)
        elif reject.agency == subject.agency and (
                named.search(reject.raw) or named.search((reject.value or "").encode())):
            mentions.append(reject)
    return HeldOn(tuple(_filed(reading, codec, subject, links)), tuple(waiting), tuple(rejects),
                  tuple(rejected), tuple(mentions), tuple(answers))


def _naming(subject: Subject) -> re.Pattern[bytes]:
    """What finds the local id in raw bytes."""
    return re.compile(rb"(?<![0-9A-Za-z])" + re.escape(subject.local_id.encode())
                      + rb"(?![0-9A-Za-z])")


def _filed(reading: Reading, codec: Codec, subject: Subject,
           links: Iterable[RiskLinkRecorded]) -> Sequence[Filed]:
    rows = {(row[0], row[1]): row for row in reading.find(STATEMENTS, "person_key", subject.keys)}
    elsewhere = [(person_key_of(each), each.event_id.bytes) for each in links]
    rows.update({(row[0], row[1]): row for row in reading.get(STATEMENTS, elsewhere)})
    filed = []
    for person_key, _, received_ms, value in rows.values():
        assert isinstance(value, bytes)
        said = codec.decode(value)
        assert isinstance(said, Statement)
        filed.append(Filed(str(person_key), said, moment_of(int(received_ms or 0))))
    return sorted(filed, key=lambda each: (each.received_at, each.said.version))


def _said_in(codec: Codec, value: object) -> object:
    assert isinstance(value, bytes)
    try:
        return codec.decode(value)
    except RecordRejected:
        return None


def _reject_in(codec: Codec, value: object) -> own.RecordRejected:
    assert isinstance(value, bytes)
    reject = codec.decode(value)
    assert isinstance(reject, own.RecordRejected)
    return reject
