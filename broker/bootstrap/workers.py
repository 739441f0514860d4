"""The stages as workers: what one turn of each does, over this worker's share of the lanes."""
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from broker.bootstrap import Concord
from broker.bootstrap.declaring import LOOKING, SHARING
from broker.bootstrap.watching import watchers
from broker.log import topics
from broker.pipeline.everybody import refuse_another_model
from broker.pipeline.health import CONSUMERS, topics_read
from broker.pipeline.looking import Share, mark_again, share_of
from broker.pipeline.positions import refuse_a_shorter_log
from broker.pipeline.settle import settle_waiting
from broker.pipeline.worker import Stage, Sums, Watcher, Worker
from broker.ports import Assignment, Clock
from broker.vocabulary.words import SettingKind, Stream

# By what of the configuration the workers of each stage judge; what others are, declare others.
JUDGED_BY: Mapping[Stage, frozenset[SettingKind]] = {
    Stage.INTAKE: SHARING, Stage.CHECK: LOOKING, Stage.DELIVER: SHARING}
HOUR = timedelta(hours=1)  # a filler each: compaction takes days
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def topics_of(concord: Concord, stage: Stage) -> tuple[str, ...]:
    """The topics whose lanes the workers of a stage divide among themselves."""
    return topics_read(stage, concord.settings.agencies)


def refuse_to_begin(concord: Concord, stage: Stage) -> None:
    """`ConfigError` where no worker of a stage can begin over this log and store; nothing is
    written."""
    lanes = [lane for topic in topics_of(concord, stage)
             for lane in topics.lanes_of(topic, concord.log.partitions(topic))]
    refuse_a_shorter_log(concord.store, concord.log, CONSUMERS[stage], lanes)
    if stage is Stage.CHECK:
        with concord.store.view() as view:
            refuse_another_model(view, concord.model)


def worker_of(concord: Concord, stage: Stage, share: Assignment, watcher: Watcher) -> Worker:
    """One worker of a stage; what it judges by is written down once it can begin."""
    kinds: dict[Stage, type[_Intake] | type[_Check] | type[_Deliver]] = {
        Stage.INTAKE: _Intake, Stage.CHECK: _Check, Stage.DELIVER: _Deliver}
    refuse_to_begin(concord, stage)
    work = kinds[stage](concord, share)
    before = concord.settings
    concord.note_settings(JUDGED_BY[stage])
    if concord.settings is not before:  # it goes by what others have declared
        work = kinds[stage](concord, share)
    return Worker(stage, work, watcher)


def watching(concord: Concord, stage: Stage, host: str,
             port: int | None) -> AbstractContextManager[Watcher]:
    """Who is told how a worker of a stage gets on: the journal, and whoever asks at the port."""
    return watchers(concord, stage, host, port)


class _Now:
    """Says yes at its first question, and then when so much time has gone by."""

    def __init__(self, clock: Clock, every: timedelta):
        self._clock = clock
        self._every = every
        self._last: datetime | None = None

    def __call__(self) -> bool:
        now = self._clock.now()
        if self._last is not None and now - self._last < self._every:
            return False
        self._last = now
        return True


class _Intake:
    """Inboxes to shared topics."""

    def __init__(self, concord: Concord, share: Assignment):
        self._concord = concord
        self._intake = concord.intake(share)
        self._is_minute = _Now(concord.clock, MINUTE)
        self._is_hour = _Now(concord.clock, HOUR)

    def turn(self) -> int:
        """A batch of every inbox of this worker's share."""
        done = self._intake.step()
        self._intake.handover.clear()  # the checker is another process
        if self._is_minute():
            self._intake.beat()
        if self._is_hour():
            settle_waiting(self._concord.store, self._concord.log)
        return done + self._concord.relay()

    def sums(self) -> Sums:
        """Messages read and what became of them."""
        count = self._intake.count
        return Sums(read=count.read, accepted=count.accepted, duplicates=count.duplicates,
                    held=count.held, rejected=dict(self._intake.refused),
                    conflicts=self._intake.conflicts)

    def delays(self) -> Sequence[float]:
        """None: findings are the checker's."""
        return ()


class _Check:
    """Shared topics to findings."""

    def __init__(self, concord: Concord, share: Assignment):
        self._concord = concord
        self._share = share
        self._fold = concord.fold(share=share)
        self._evaluator = concord.evaluator(self._fold, self._people)
        self._partitions = concord.log.partitions(topics.shared(Stream.PERSON))
        self._is_second = _Now(concord.clock, SECOND)
        mark_again(concord.store)

    def _people(self) -> Share | None:
        """Whom this worker looks at, by its lanes of the person stream."""
        person = topics.shared(Stream.PERSON)
        return share_of([lane.partition for lane in self._share.lanes() if lane.topic == person],
                        self._partitions)

    def turn(self) -> int:
        """A batch of every shared lane of this worker's share, then a unit of children."""
        # People are linked before anybody is looked at: a record not yet joined to its child
        # would be missed where it counts.
        done = self._fold.read()
        while linked := self._fold.link():
            done += linked
        if self._is_second():
            self._evaluator.wake()
        return done + self._evaluator.step() + self._concord.relay()

    def sums(self) -> Sums:
        """Statements folded, children looked at, and what came of it."""
        return Sums(statements=self._fold.folded, children=self._evaluator.evaluated,
                    finding_changes=self._evaluator.changed,
                    crashed=dict(self._evaluator.crashed), conflicts=self._fold.conflicts)

    def delays(self) -> Sequence[float]:
        """Of the findings raised since this was last asked."""
        delays = tuple(self._evaluator.delays)
        self._evaluator.delays.clear()
        return delays


class _Deliver:
    """Statements and findings to feeds and notices."""

    def __init__(self, concord: Concord, share: Assignment):
        self._concord = concord
        self._delivery = concord.delivery(share)

    def turn(self) -> int:
        """A batch of every topic of this worker's share."""
        return self._delivery.step() + self._concord.relay()

    def sums(self) -> Sums:
        """What was given."""
        return Sums(delivered=self._delivery.count.statements,
                    notices=self._delivery.count.notices, conflicts=self._delivery.conflicts)

    def delays(self) -> Sequence[float]:
        """None: findings are the checker's."""
        return ()
