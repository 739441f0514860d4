"""Health: how far behind each stage is, what waits, and when each agency was last heard."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from broker.case.case import Partnership
from broker.case.reach import Reach
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline import deliver, intake
from broker.pipeline.feeds import people_waiting
from broker.pipeline.leads import count_untold
from broker.pipeline.linking_tables import PEOPLE_REVIEW
from broker.pipeline.positions import CHECKER, positions_of
from broker.pipeline.reaches import read_reach
from broker.pipeline.settled import UnreadFile, count_open, files_unread
from broker.pipeline.tables import HELD, UNREACHED, UNSETTLED
from broker.pipeline.undescribed import Undescribed, undescribed
from broker.pipeline.worker import Service, Stage
from broker.ports import EventLog, Reading, Store
from broker.vocabulary.words import RETURNS

CONSUMERS = {Stage.INTAKE: intake.CONSUMER, Stage.CHECK: CHECKER, Stage.DELIVER: deliver.CONSUMER}


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind a stage is. `messages` is the most there can be: a log that has forgotten
    records of old counts their places too. `lanes` is how many lanes something waits in."""

    messages: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Heard:
    """When an agency was last heard, None for never. A statutory return speaks up to a 31 March:
    where an agency sends nothing else, an old date is no feed that has stopped."""

    until: datetime | None
    only_returns: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partnership stands at one moment, in numbers and codes of ours.

    `lag` and `heard` are None where the log could not be asked. `waiting` counts local records
    to be looked at, `rejects` those that are not settled, `outbox` and `unsettled` lanes: with
    something not yet in the log, and where something erased can still be read; `unreached`
    critical notices that nobody has acknowledged and that have no contact left to go to;
    `untold` critical findings that reach nobody, as no lead is named.
    `files_unread` are files refused whole that no other has covered; they are rejects too.
    `undescribed` are the systems that send rows and never who they are about.
    `pairs` counts records two by two that wait for a person to say whether they are one child.
    """

    lag: Mapping[Stage, Lag] | None
    heard: Mapping[str, Heard] | None
    rejects: int
    held: int
    waiting: int
    outbox: int
    unsettled: int
    unreached: int = 0
    files_unread: tuple[UnreadFile, ...] = ()
    untold: int = 0
    pairs: int = 0
    undescribed: tuple[Undescribed, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What could be seen: which services answer, and how the partnership stands as far as they
    say; without the store nothing is known of it."""

    services: Mapping[Service, bool]
    standing: Standing | None

    @property
    def away(self) -> list[Service]:
        """The services that do not answer."""
        return [service for service, answers in self.services.items() if not answers]


def topics_read(stage: Stage, agencies: Mapping[str, object]) -> tuple[str, ...]:
    """The topics that a stage reads."""
    if stage is Stage.INTAKE:
        return tuple(topics.inbox(code) for code in sorted(agencies))
    if stage is Stage.CHECK:
        return topics.SHARED
    return (*topics.SHARED, topics.PEOPLE, topics.FINDINGS)


def standing_of(store: Store, log: EventLog | None, partnership: Partnership) -> Standing:
    """How the partnership stands now; without a log what the store alone knows."""
    lanes: dict[Stage, list[Lane]] = {}
    ends: dict[Lane, int] = {}
    if log is not None:
        lanes = _lanes_read(log, partnership, Stage)
        ends = log.ends({lane for each in lanes.values() for lane in each})
    outbox = len(store.waiting())
    with store.view() as view:
        reach = read_reach(view, log) if log is not None else None
        return Standing(
            lag={stage: _lag(view, CONSUMERS[stage], each, ends)
                 for stage, each in lanes.items()} or None,
            heard=None if reach is None else {
                code: _heard(reach, code) for code in sorted(partnership.agencies)},
            rejects=count_open(view),
            held=sum(row[4] == "held" for row in view.scan(HELD, "event_id")),
            waiting=people_waiting(view), outbox=outbox, unsettled=view.count(UNSETTLED),
            unreached=view.count(UNREACHED), files_unread=tuple(files_unread(view)),
            untold=count_untold(view), pairs=view.count(PEOPLE_REVIEW),
            undescribed=() if reach is None else tuple(undescribed(reach)))


def not_yet_checked(store: Store, log: EventLog, partnership: Partnership) -> int:
    """How many messages wait to be taken in or looked at, at most."""
    lanes = _lanes_read(log, partnership, (Stage.INTAKE, Stage.CHECK))
    ends = log.ends({lane for each in lanes.values() for lane in each})
    with store.view() as view:
        return sum(_lag(view, CONSUMERS[stage], each, ends).messages
                   for stage, each in lanes.items())


def _lanes_read(
    log: EventLog, partnership: Partnership, stages: Iterable[Stage],
) -> dict[Stage, list[Lane]]:
    return {stage: [lane for name in topics_read(stage, partnership.agencies)
                    for lane in topics.lanes_of(name, log.partitions(name))]
            for stage in stages}


def _lag(reading: Reading, consumer: str, lanes: list[Lane], ends: Mapping[Lane, int]) -> Lag:
    positions = positions_of(reading, consumer, lanes)
    # The ends were asked for first: a stage may have come further since.
    behind = [max(0, ends[lane] - positions[lane]) for lane in lanes]
    return Lag(sum(behind), sum(each > 0 for each in behind))


def _heard(reach: Reach, agency: str) -> Heard:
    """When an agency was last heard; by its returns only where it has no other feed, as the date
    of a return says nothing of whether a feed still comes."""
    feeds = [until for (code, system, _), (until, _) in reach.until.items()
             if code == agency and system not in RETURNS]
    systems = {system for code, system, _ in reach.until if code == agency}
    return Heard(max(feeds, default=reach.heard(agency)), bool(systems) and systems <= RETURNS)
