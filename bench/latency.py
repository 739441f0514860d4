"""From publishing to finding: a steady stream of statements, and when each contradiction stands.

Each child is one girl whom a home has missing. The police have nine in ten of them missing too,
and the tenth as a concern for safety: the police's statement is the last of four, and the finding
M01 is due from its publishing on.
"""
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from threading import Thread
from time import perf_counter, sleep
from uuid import UUID

from broker.backends.clock import SystemClock
from broker.bootstrap import Concord, open_home
from broker.event.digest import digest_of, event_id_of
from broker.event.envelope import Occurred, Statement
from broker.event.finding import FindingChanged
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import Name, PersonRecorded
from broker.log import topics
from broker.log.records import Lane, Record
from broker.vocabulary.words import State, System
from broker.wire.headers import headers_of

TICKS_A_SECOND = 20
STATEMENTS_A_CHILD = 4
CONCERN_EVERY = 10
WAITED_SECONDS_MAX = 60.0
SYLLABLES = ("ba", "cor", "den", "fal", "gri", "hol", "jun", "kes", "lor", "mar", "nev", "ost",
             "pel", "quin", "rus", "sel", "tor", "ul", "ver", "wyn")


@dataclass(slots=True)
class Due:
    """When the last statement of each contradiction was published, and how long its finding
    took, in seconds."""

    published: dict[UUID, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)


def word(number: int) -> str:
    """A name for a number, unlike those of its neighbours."""
    parts = []
    number = number * 7919 % 3_200_000
    for _ in range(4):
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
    return "".join(parts).capitalize()


class Stream:
    """Statements of one child after another, as messages for the inboxes."""

    def __init__(self, concord: Concord, home: str):
        self._concord = concord
        self._home = home
        self.due = Due()

    def __iter__(self) -> Iterator[tuple[Lane, Record, UUID | None]]:
        """Lane, message, and the event id where it completes a contradiction."""
        number = 0
        while True:
            yield from self._child(number)
            number += 1

    def _child(self, number: int) -> Iterator[tuple[Lane, Record, UUID | None]]:
        now = SystemClock().now()
        born = (now - timedelta(days=4000 + number * 37 % 1500)).date()
        differs = number % CONCERN_EVERY == 0
        subject = f"S{number}"
        person = {"names": (Name(given=word(number), family=word(number + 7)),),
                  "birth_date": born, "recorded_at": now}
        happened = {"occurred": Occurred(start=now - timedelta(minutes=30)), "recorded_at": now}
        for agency in (self._home, "police"):
            yield self._message(PersonRecorded, agency, f"P{number}", subject, person)
        yield self._message(MissingEpisodeRecorded, self._home, f"A{number}", subject,
                            {**happened, "classification": "MISSING"})
        lane, record, _ = self._message(
            IncidentRecorded, "police", f"I{number}", subject,
            {**happened, "category_opened": "CONCERN_FOR_SAFETY" if differs
             else "MISSING_PERSON"})
        yield lane, record, UUID(bytes=record.key) if differs else None

    def _message(self, kind: type[Statement], agency: str, reference: str, subject: str,
                 said: dict[str, object]) -> tuple[Lane, Record, UUID | None]:
        made: Statement = kind(
            event_id=UUID(int=0), agency=agency, system=System.API, record=reference,
            subject=subject, state=State.CURRENT,
            **said)  # type: ignore[arg-type] # fields differ from kind to kind
        event_id = event_id_of(made, digest_of(made), made.recorded_at)
        value = self._concord.codec.encode(made, event_id=event_id)
        topic = topics.inbox(agency)
        lane = Lane(topic, topics.partition_of(made.subject_key,
                                               self._concord.log.partitions(topic)))
        return lane, Record(event_id.bytes, value, made.recorded_at,
                            headers_of(made, event_id=event_id)), None

    def publish(self, rate: int, seconds: int) -> int:
        """Send so many a second for so long; how many were sent."""
        messages = iter(self)
        begun = perf_counter()
        sent = 0
        for tick in range(seconds * TICKS_A_SECOND):
            by_lane: dict[Lane, list[Record]] = {}
            completed = []
            while sent < (tick + 1) * rate // TICKS_A_SECOND:
                lane, record, event_id = next(messages)
                by_lane.setdefault(lane, []).append(record)
                completed += [] if event_id is None else [event_id]
                sent += 1
            at = perf_counter()
            self.due.published.update(dict.fromkeys(completed, at))
            for lane, records in by_lane.items():
                self._concord.log.append(lane, records)
            sleep(max(0.0, begun + (tick + 1) / TICKS_A_SECOND - perf_counter()))
        return sent


def watch(concord: Concord, due: Due, expected: int) -> None:
    """Follow the topic of findings until all that is due stands, or nothing comes any more."""
    lane = Lane(topics.FINDINGS, 0)
    position, last = 0, perf_counter()
    while len(due.took) < expected and perf_counter() - last < WAITED_SECONDS_MAX:
        page = concord.log.read(lane, position, 1000)
        for each in page:
            position = each.position + 1
            assert each.record.value is not None
            change = concord.codec.decode(each.record.value)
            assert isinstance(change, FindingChanged)
            for said in change.finding.evidence:
                at = due.published.pop(said.event_id, None)
                if at is not None and change.finding.code == "M01":
                    last = perf_counter()
                    due.took.append(last - at)
        if not page:
            sleep(0.01)


def steady(home: Path, rate: int, seconds: int) -> str:
    """Publish at a rate and say what the findings took."""
    publisher, reader = open_home(home), open_home(home)
    homes = [code for code, each in publisher.settings.agencies.items()
             if each.adapter == "care_home"]
    stream = Stream(publisher, min(homes))
    expected = rate * seconds // STATEMENTS_A_CHILD // CONCERN_EVERY
    watching = Thread(target=watch, args=(reader, stream.due, expected))
    watching.start()
    begun = perf_counter()
    sent = stream.publish(rate, seconds)
    took = perf_counter() - begun
    watching.join()
    cuts = quantiles(stream.due.took, n=100) if len(stream.due.took) > 1 else [0.0] * 99
    return (f"{sent} statements at {sent / took:.0f} a second for {took:.0f} s: "
            f"{len(stream.due.took)} of {expected} findings stood after {cuts[49]:.2f} s "
            f"(median), {cuts[98]:.2f} s (99 in 100), {max(stream.due.took, default=0):.2f} s at "
            "most")
