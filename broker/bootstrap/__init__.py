"""The composition root: the one place that names backends and finds adapters."""
import gc
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from broker.backends.clock import FixedClock, ManualClock, NeverBefore, SystemClock
from broker.backends.journal import Journal
from broker.backends.memory import MemoryLog, MemoryStore
from broker.backends.registry import TABLES as REGISTRY_TABLES
from broker.backends.registry import StoreRegistry
from broker.backends.sqlite import SqliteFile, SqliteLog, SqliteStore
from broker.backends.whole import Everything
from broker.bootstrap.declaring import (
    LOOKING,
    SHARING,
    File,
    as_in_force,
    declare,
    look_again,
    others_in_force,
)
from broker.config import FILE_NAME, AgencySettings, Settings, load
from broker.errors import ConfigError
from broker.event.envelope import Statement
from broker.identity.model import Model
from broker.pipeline.as_of import Present, refuse_untellable
from broker.pipeline.auditing import SALT
from broker.pipeline.check import CheckCount, Progress, check
from broker.pipeline.deliver import Delivery, DeliveryCount
from broker.pipeline.escalate import NoticeTerms
from broker.pipeline.evaluate import Evaluator
from broker.pipeline.everybody import (
    keep_to_model,
    note_model,
    note_rebuilding,
    refuse_another_model,
)
from broker.pipeline.fold import Fold
from broker.pipeline.intake import Intake
from broker.pipeline.looking import Share
from broker.pipeline.publish import Feed, Publisher
from broker.pipeline.rebuild import Rebuilt, rebuild
from broker.pipeline.received import RECEIVED
from broker.pipeline.redrive import Redriven, redrive
from broker.pipeline.relay import relay
from broker.pipeline.retell import Progress as Told
from broker.pipeline.retell import Retelling, Terms
from broker.pipeline.stored import STORED
from broker.pipeline.tables import COUNTERS, SECRETS
from broker.pipeline.tracing import UNTRACED, Tracer
from broker.ports import Assignment, Clock, EventLog, Reading, Registry, Store, Table
from broker.rules.limits import Limits
from broker.sdk.adapter import Adapter
from broker.vocabulary.times import day_of, moment_of
from broker.vocabulary.words import AgencyKind, SettingKind
from broker.wire.codec import Codec

TABLES: tuple[Table, ...] = (*STORED, *REGISTRY_TABLES)
ADAPTER_GROUP = "concord.adapters"


OBJECTS_BETWEEN_COLLECTIONS = 200_000


def collect_seldom() -> None:
    """Let Python look for circular garbage seldom, and never among what was imported.

    Batches hold hundreds of thousands of live values and no cycles; looking through them at the
    default rate was half the time of a run.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 100)


def adapters() -> dict[str, Adapter]:
    """Every installed adapter, by name: agencies come by entry point, never by import."""
    return {name: make() for name, make in _makers().items()}


@cache
def _makers() -> dict[str, Callable[[], Adapter]]:
    """What makes each adapter that was installed when this process began to ask; to look through
    all that is installed for every folder would take longer than to read most folders."""
    return {each.name: each.load() for each in entry_points(group=ADAPTER_GROUP)}


@dataclass(slots=True)
class Concord:
    """A partnership's pipeline over some log, store, registry and clock.

    `ahead` is the time of the last record received where that lies ahead of the clock given: the
    pipeline then goes by it. `divide` gives a stage's workers their shares, where there are
    several; `tracer` follows statements from step to step; `closing` lets go what was opened;
    `tell` is told in a sentence what an operator should know.
    """

    settings: Settings
    log: EventLog
    store: Store
    registry: Registry
    codec: Codec
    clock: Clock
    model: Model
    journal: Journal
    adapters: Callable[[], dict[str, Adapter]] = adapters
    ahead: datetime | None = None
    divide: Callable[[str, Sequence[str]], Assignment] | None = None
    tracer: Tracer = UNTRACED
    closing: tuple[Callable[[], None], ...] = ()
    tell: Callable[[str], None] = lambda _: None
    _noted: frozenset[SettingKind] = field(default=frozenset(), init=False, repr=False,
                                           compare=False)
    _noted_of: Settings | None = field(default=None, init=False, repr=False, compare=False)

    def close(self) -> None:
        """Let its connections and files go."""
        for each in self.closing:
            each()

    @property
    def limits(self) -> Limits:
        """The limits in force now."""
        return self.settings.dated_limits.at(self.clock.now())

    def sharing(self, stage: str, names: Sequence[str]) -> Assignment:
        """This worker's share of a stage's lanes in these topics: all of them where nobody
        divides the work. To be closed by whoever asked."""
        return self.divide(stage, names) if self.divide else Everything(self.log, names)

    def go_by(self, now: datetime) -> None:
        """Go by a clock that stands at this moment from here on: rehearsals, day by day."""
        self.clock = FixedClock(now)

    def feed(self, code: str) -> Feed:
        """An agency's way in; `ConfigError` names the agencies there are."""
        known = self.agency(code)
        found = self.adapters()
        if known.adapter not in found:
            raise ConfigError(f"The adapter {known.adapter!r} is not installed: install the "
                              "package that brings it.")
        homes = self.settings.partnership.of_kind(AgencyKind.CARE_HOME)
        others = frozenset(each.home_urn for each in homes if each.home_urn) - {
            known.agency.home_urn} if known.agency in homes else frozenset()
        return Feed(known.agency, found[known.adapter], known.extract, known.drop, others)

    def agency(self, code: str) -> AgencySettings:
        """What is configured of an agency."""
        if code not in self.settings.agencies:
            raise ConfigError(f"There is no agency {code!r} in the configuration; there are "
                              f"{', '.join(sorted(self.settings.agencies))}.")
        return self.settings.agencies[code]

    def publisher(self) -> Publisher:
        """Files in, messages in the agency's inbox."""
        return Publisher(self.store, self.log, self.codec, self.clock, self.tracer)

    def intake(self, share: Assignment | None = None) -> Intake:
        """Inboxes to shared topics."""
        return Intake(self.store, self.log, self.codec, self.clock,
                      sorted(self.settings.agencies), self.settings.agreements, share,
                      self.tracer)

    def fold(self, handover: dict[bytes, Statement] | None = None,
             share: Assignment | None = None) -> Fold:
        """Shared topics to people and their statements."""
        return Fold(self.store, self.log, self.codec, self.model,
                    {} if handover is None else handover, share, self.tracer)

    def evaluator(self, fold: Fold | None = None,
                  share: Callable[[], Share | None] = lambda: None) -> Evaluator:
        """Children to findings."""
        return Evaluator(self.store, self.log, self.codec, self.clock, self.settings.partnership,
                         self.settings.dated_limits, fold.decoded if fold else None, share,
                         self.tracer, stands=self._judges_by_those_in_force)

    def delivery(self, share: Assignment | None = None) -> Delivery:
        """Statements and findings to feeds and notices."""
        terms = NoticeTerms(self.settings.contacts, self.settings.dated_limits)
        return Delivery(self.store, self.log, self.codec, self.clock,
                        self.settings.partnership, self.settings.agreements, terms, share,
                        self.tracer)

    def relay(self) -> int:
        """Move what waits in the outbox to the log."""
        return relay(self.store, self.log, self.codec, self.clock.now())

    def take_in(self) -> Intake:
        """Run intake alone until the inboxes are empty."""
        self.note_settings()
        intake = self.intake()
        while intake.step() or self.relay():
            intake.handover.clear()
        intake.beat()
        self.relay()
        self.journal.note("intake", **asdict(intake.count))
        return intake

    def check(self, progress: Progress | None = None) -> CheckCount:
        """Drain the inboxes, run to the end of the log, look at everybody concerned."""
        self.note_settings(SHARING | LOOKING)
        intake = self.intake()
        fold = self.fold(intake.handover)
        count = check(intake, fold, self.evaluator(fold), self.relay, progress)
        self.journal.note("check", **asdict(count))
        return count

    def deliver(self) -> DeliveryCount:
        """Give each agency what the agreements now in force allow."""
        self.note_settings()
        self.relay()  # what a delivery left behind that ended before it heard of its commit
        delivery = self.delivery()
        while delivery.step():
            self.relay()
        self.journal.note("deliver", **asdict(delivery.count))
        return delivery.count

    def redrive(self, agency: str | None, by: str, reason: str, *, dry_run: bool,
                written_as: str | None = None) -> Redriven:
        """Send rejected messages to their inbox again, or only say what would happen; those with
        an unknown schema id are read as this record's newest schema writes."""
        now = self.clock.now()
        newest = self.registry.latest(written_as) if written_as is not None else None
        if written_as is not None and newest is None:
            raise ConfigError(f"No record is called {written_as!r}: `concord schemas list` shows "
                              "what there is.")
        allowed = self.settings.agreements.in_force(day_of(now))
        done = redrive(self.store, self.log, self.codec, allowed, agency, by, reason, now,
                       dry_run=dry_run, written_as=None if newest is None else newest[1])
        self.relay()
        if not dry_run:
            self.journal.note("redrive", **asdict(done))
        return done

    def rebuild(self, by: str, reason: str) -> Rebuilt:
        """Throw away what was derived; the next check derives it anew from the log."""
        self.relay()
        with self.store.begin() as unit:
            note_rebuilding(unit)
        done = rebuild(self.store, self.log, self.codec, self.model, by, reason,
                       self.clock.now())
        with self.store.begin() as unit:
            note_model(unit, self.model)
        self._noted -= LOOKING  # its model is in force from here on
        self.relay()
        self.journal.note("rebuild", **asdict(done))
        return done

    def as_of(self, moment: datetime, progress: Told = lambda _: None) -> "Concord":
        """What was known at `moment`: everything received by then told again in memory, under
        today's code and the model and limits in force at each time. `ConfigError` for a time of
        which nothing is held any longer, or that has not come."""
        return next(self.as_of_each([moment], progress))

    def as_of_each(self, moments: Sequence[datetime],
                   progress: Told = lambda _: None) -> Iterator["Concord"]:
        """What was known at each of these moments, in order of time, in one telling: what is given
        goes on to the next when the next is asked for."""
        for each in moments:
            refuse_untellable(each, self.clock.now(), self.settings.history_days)
        return self.retold(moments, Terms(self.settings.dated_limits, self.model), progress)

    def retold(self, moments: Sequence[datetime], terms: Terms,
               progress: Told = lambda _: None) -> Iterator["Concord"]:
        """The log told again up to each of these moments in memory, under these terms; nothing is
        written here, and its schemas are shared."""
        moments = sorted(moments)
        clock = ManualClock(moments[0])
        past = Concord(self.settings, MemoryLog(), MemoryStore(), self.registry, self.codec,
                       clock, self.model, Journal(clock.now, None))
        with past.store.begin() as unit:
            unit.insert_new(SECRETS, [(SALT, secrets.token_hex(32))])
        retelling = Retelling(Present(self.store, self.log, self.codec),
                              Present(past.store, past.log, past.codec), clock,
                              self.settings.partnership, terms, moments[-1])
        for moment in moments:
            retelling.until(moment, progress)
            past.model = retelling.model
            past.settings = replace(self.settings, model=retelling.model,
                                    limits=retelling.limits.first,
                                    limits_from=retelling.limits.changes)
            yield past

    def note_settings(self, kinds: frozenset[SettingKind] = SHARING) -> None:
        """Write these parts of the configuration to the decisions topic where they differ from
        what is in force and this file is the later one; else go by what is in force. People are
        linked under the model of before alone. Under other limits than before everybody is looked
        at again. A part is declared once: what others have declared since then stands."""
        linking = SettingKind.MODEL in kinds
        if linking:
            with self.store.view() as view:
                refuse_another_model(view, self.model)
        noted = self._noted if self._noted_of is self.settings else frozenset()
        new = kinds - noted
        if linking or new:
            with self.store.begin() as unit:
                if linking:
                    keep_to_model(unit, self.model)
                declare(unit, self.codec, self._file, new, self.clock.now())
        with self.store.view() as view:
            others = others_in_force(view, self._file, kinds)
        if new or others:  # whoever declared may have died before it moved that on
            self.relay()
        self._noted = noted | kinds
        for kind in others:
            self.settings, sentence = as_in_force(
                Present(self.store, self.log, self.codec), self._file, kind)
            self.tell(sentence)
        self._noted_of = self.settings
        if linking:
            look_again(self.store)

    def is_superseded(self, kinds: frozenset[SettingKind]) -> bool:
        """Whether other agreements or limits have come into force than those this goes by."""
        with self.store.view() as view:
            return bool(others_in_force(view, self._file, kinds))

    @property
    def _file(self) -> File:
        return File(self.settings, self.model)

    def _judges_by_those_in_force(self, reading: Reading) -> bool:
        return not others_in_force(reading, self._file, LOOKING)


def assemble(settings: Settings, log: EventLog, store: Store, clock: Clock,
             journal: Path | None = None, registry: Registry | None = None) -> Concord:
    """A pipeline over given backends, its schemas registered and its audit salt made; `journal`
    is the file in which each stage notes what it came to, `registry` another than the store's
    own. It goes by the time of the last record received where that lies ahead of the clock."""
    registry = registry or StoreRegistry(store)
    codec = Codec(registry)
    codec.register_all()
    with store.view() as view:
        salted = view.get(SECRETS, [(SALT,)])
        rows = view.get(COUNTERS, [(RECEIVED,)])
    if not salted:
        with store.begin() as unit:
            unit.insert_new(SECRETS, [(SALT, secrets.token_hex(32))])
    floor = moment_of(int(rows[0][1] or 0)) if rows else None
    ahead = floor if floor is not None and floor > clock.now() else None
    if ahead is not None:
        clock = NeverBefore(clock, ahead)
    concord = Concord(settings, log, store, registry, codec, clock, settings.model,
                      Journal(lambda: concord.clock.now(), journal), ahead=ahead)
    return concord


def open_home(home: Path, *, config: Path | None = None, now: datetime | None = None,
              journal: Path | None = None, plaintext: bool = False) -> Concord:
    """A partnership as its configuration says: embedded, with log and store in one SQLite file in
    `home`, or served, over Kafka, a registry and PostgreSQL. `plaintext` says for the second time
    that services elsewhere may be spoken to without encryption."""
    settings = load(config or home / FILE_NAME)
    clock: Clock = FixedClock(now) if now else SystemClock()
    if settings.served is not None:
        # Loaded where they are needed: a command on the embedded form should not wait for them.
        from broker.bootstrap.served import open_served
        return open_served(settings, settings.served, clock, journal, plaintext=plaintext)
    file = SqliteFile(home)
    concord = assemble(settings, SqliteLog(file), SqliteStore(file, TABLES), clock, journal)
    concord.closing = (file.close,)
    return concord


def open_memory(settings: Settings, clock: Clock) -> Concord:
    """The same pipeline with nothing kept: for tests, rehearsals and looking at the past."""
    return assemble(settings, MemoryLog(), MemoryStore(), clock)
