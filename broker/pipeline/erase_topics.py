"""Takes the values of what was erased out of every topic; safe to run again at any time."""
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import FindingChanged, FindingDecided, NoticeAnswered, NoticeIssued
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.erase_quotes import (
    FINDING_ERASED,
    REASON_ERASED,
    cites,
    names,
)
from broker.pipeline.evaluate import finding_of_row
from broker.pipeline.notify import NOTICE_ERASED, notice_in
from broker.pipeline.subject import Subject, logged_in
from broker.pipeline.tables import FINDINGS, NOTICES, SUPPRESSED
from broker.ports import EventLog, Store
from broker.wire.codec import Codec

_ID_BYTES = 16


def sweep_topics(store: Store, log: EventLog, codec: Codec, agencies: Sequence[str],
                 gone: Collection[str] = (), number: Subject | None = None) -> set[Lane]:
    """Remove the values of all suppressed ids, of what quotes them, of what names subject keys
    that are gone, and of what was told to an agency of its `number`, if that is gone altogether;
    from which lanes. Whatever an earlier run was stopped before is done by the
    next. What is removed is suppressed as well, as a log may take its time to forget it."""
    with store.view() as view:
        keys = [row[0] for row in view.scan(SUPPRESSED, "event_id") if isinstance(row[0], bytes)]
        over = {each.finding_id for each in (finding_of_row(codec, row) for row
                                             in view.scan(FINDINGS, "finding_id"))
                if each.sentence == FINDING_ERASED}
        ended = {each.notice_id for each in (notice_in(codec, row[5]) for row
                                             in view.scan(NOTICES, "notice_id"))
                 if each.sentence == NOTICE_ERASED}
    erased = {UUID(bytes=key) for key in keys if len(key) == _ID_BYTES}
    subjects = set(gone)
    swept = {lane for lane in _lanes_of_statements(log, agencies)
             if keys and log.erase(lane, keys)}
    feeds = {topics.feed(agency) for agency in agencies}
    answers: dict[str, list[bytes]] = {}
    for lane in _lanes(log, [topics.FINDINGS, topics.PEOPLE, topics.DECISIONS,
                             *map(topics.notices, agencies), *sorted(feeds)]):
        quoting = []
        for each in logged_in(log, lane):
            assert each.record.value is not None
            what: Any = codec.decode(each.record.value)
            if (_quotes(what, erased, over, ended) or _names(what, subjects)
                    or (number is not None and _spoke_to(lane.topic, what, number))):
                quoting.append(each.record.key)
                if isinstance(what, NoticeAnswered):
                    answers.setdefault(what.recipient, []).append(each.record.key)
        if quoting:
            if lane.topic not in feeds:  # their keys are those of statements that stay
                with store.begin() as unit:
                    unit.put(SUPPRESSED, [(key,) for key in quoting])
            log.erase(lane, quoting)
            swept.add(lane)
    # An agency's own system answered by its inbox, where the answer still lies.
    swept.update(lane for agency, keys in sorted(answers.items())
                 for lane in _lanes(log, [topics.inbox(agency)]) if log.erase(lane, keys))
    return swept


def _quotes(what: object, erased: set[UUID], over: set[str], ended: set[str]) -> bool:
    if isinstance(what, FindingChanged):
        return cites(what.finding.evidence, erased)
    if isinstance(what, NoticeIssued):
        return cites(what.evidence, erased)
    if isinstance(what, FindingDecided):
        return what.finding_id in over
    if isinstance(what, own.AllegationDecided):
        return what.allegation in erased
    return isinstance(what, NoticeAnswered) and what.notice_id in ended


def _names(what: object, subjects: set[str]) -> bool:
    if isinstance(what, own.PeopleChanged):
        return any(key in subjects for each in (*what.before, *what.after)
                   for key in each.members)
    return isinstance(what, own.JudgementMade) and what.reason != REASON_ERASED and (
        what.left in subjects or what.right in subjects)


def _spoke_to(topic: str, what: object, gone: Subject) -> bool:
    """Whether it was delivered to the subject's agency under the subject's own local id."""
    if isinstance(what, NoticeIssued):
        return names(what, gone)
    return isinstance(what, Statement) and topic == topics.feed(gone.agency) and gone.local_id in (
        what.subject, getattr(what, "child", None))


def _lanes(log: EventLog, names_of_topics: Iterable[str]) -> Iterator[Lane]:
    for name in names_of_topics:
        for partition in range(log.partitions(name)):
            if log.end(Lane(name, partition)):
                yield Lane(name, partition)


def _lanes_of_statements(log: EventLog, agencies: Sequence[str]) -> Iterator[Lane]:
    """Where a statement or its reject may lie under its own id."""
    of_agencies = (kind(agency) for agency in agencies
                   for kind in (topics.inbox, topics.held, topics.rejected, topics.feed))
    return _lanes(log, [*topics.SHARED, *of_agencies])
