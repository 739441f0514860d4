"""Contacts named later: notices that nobody has acknowledged go to them too."""
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from broker.errors import Conflict
from broker.event.finding import NoticeIssued
from broker.pipeline.contacts import Contact, next_opening
from broker.pipeline.escalate import ESCALATE, NoticeTerms, is_unacknowledged
from broker.pipeline.notice_steps import offices_told
from broker.pipeline.notify import notice_in
from broker.pipeline.tables import NOTICE_TIMERS, NOTICES, SETTINGS, UNREACHED
from broker.ports import Reading, Row, Store
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

CONTACTS_UNDER = "contacts under"


def serve_new_contacts(store: Store, codec: Codec, terms: NoticeTerms, now: datetime) -> int:
    """Where contacts were configured since the last delivery, set a time for each critical notice
    that waits and that nobody is told of next: when the first contact who was not told is on
    duty. How many; 1 where something changed meanwhile."""
    digest = sha256(repr(sorted((code, tuple(each)) for code, each in terms.contacts.items()
                                if each)).encode()).hexdigest()
    with store.view() as view:
        if view.get(SETTINGS, [(CONTACTS_UNDER,)]) == [(CONTACTS_UNDER, digest)]:
            return 0
    try:
        with store.begin() as unit:
            times = [each for code, contacts in sorted(terms.contacts.items())
                     for each in _times(unit, codec, code, contacts, now)]
            for before, row in times:
                unit.swap(NOTICE_TIMERS, before, row)
            unit.put(SETTINGS, [(CONTACTS_UNDER, digest)])
    except Conflict:
        return 1
    return len(times)


def _times(reading: Reading, codec: Codec, code: str, contacts: Sequence[Contact],
           now: datetime) -> Iterator[tuple[Row | None, Row]]:
    """(the time that is kept, the time to keep) of this agency's notices."""
    waiting: list[NoticeIssued] = [
        notice for row in reading.find(NOTICES, "recipient", [code])
        if is_unacknowledged(notice := notice_in(codec, row[5]))]
    told = offices_told(reading, waiting)
    ids = sorted(told)
    kept = {row[0]: row for row in reading.get(NOTICE_TIMERS, [(each, ESCALATE) for each in ids])}
    unreached = {row[0] for row in reading.get(UNREACHED, [(each,) for each in ids])}
    for notice_id in ids:
        before = kept.get(notice_id)
        opening = next_opening(contacts, told[notice_id], now)
        if opening is None or (before is not None and notice_id not in unreached):
            continue
        if before is None or milliseconds_of(opening) < int(before[2] or 0):
            yield before, (notice_id, ESCALATE, milliseconds_of(opening),
                           json.dumps(told[notice_id]))
