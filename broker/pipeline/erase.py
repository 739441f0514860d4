"""Erasure: a decision that takes what is held on a subject out of the store and every topic.

What intake accepted is suppressed by id, so that publishing the folder again does not bring it
back. First one transaction (`erase`), then the topics (`finish`): whatever a crash leaves undone
in the topics, the next run does.
"""
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from broker.audit.chain import Draft, batch_digest, subject_digest
from broker.errors import ConfigError
from broker.event import own
from broker.event.care import CarePeriodRecorded
from broker.event.digest import derived_id
from broker.event.envelope import Statement
from broker.event.finding import Finding, NoticeIssued
from broker.event.person import PersonRecorded
from broker.event.subject import in_own_system
from broker.identity.model import Model
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.allegations import forget_decided
from broker.pipeline.auditing import record_audit, salt_of
from broker.pipeline.erase_publisher import forget_adapter_memory, forget_records
from broker.pipeline.erase_quotes import (
    end_notices,
    findings_citing,
    notices_citing,
    refile_findings,
    restate_judgements,
    withdraw_findings,
)
from broker.pipeline.erase_topics import sweep_topics
from broker.pipeline.families import children_with
from broker.pipeline.feeds import forget_kinds, forget_receipts
from broker.pipeline.fold import tell_people_changed
from broker.pipeline.linking import PeopleChange, fold_care_periods, fold_people, forget_people
from broker.pipeline.looking import mark_dirty
from broker.pipeline.meeting import forget_met
from broker.pipeline.messages import message_of
from broker.pipeline.relay import relay
from broker.pipeline.settle import settle
from broker.pipeline.settled import forget_rejects
from broker.pipeline.subject import (
    Filed,
    HeldOn,
    Subject,
    held_on,
    risk_links_of,
    said_in_rejects,
)
from broker.pipeline.tables import (
    DELIVERED,
    DIRTY,
    HELD,
    STATEMENTS,
    SUPPRESSED,
    TIMERS,
    WAITING,
)
from broker.ports import EventLog, Reading, Row, Store, Unit
from broker.vocabulary.times import milliseconds_of
from broker.vocabulary.words import AuditAction
from broker.wire.codec import Codec


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAsked:
    """What is to go: everything on the subject, or only some events; and rejects by their ids,
    where only a person can tell whom they are about."""

    subject: Subject
    events: frozenset[UUID] = frozenset()
    rejects: frozenset[UUID] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether everything on the subject is to go."""
        return not self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What would go, and what only people can tell (`mentions`). `held_as` says under which
    subject keys the number that was asked about is held at all, and how many records each."""

    asked: ErasureAsked
    held_as: Mapping[str, int]
    filed: tuple[Filed, ...]
    staying: tuple[Filed, ...]
    waiting: tuple[Statement, ...]
    rejects: tuple[own.RecordRejected, ...]
    mentions: tuple[own.RecordRejected, ...]
    event_ids: frozenset[UUID]
    findings: tuple[Finding, ...]
    notices: tuple[NoticeIssued, ...]

    @property
    def gone(self) -> tuple[str, ...]:
        """The subject keys under which nothing is filed afterwards."""
        staying = {each.person_key for each in self.staying}
        return tuple(key for key in self.asked.subject.keys if key not in staying)

    @property
    def others(self) -> tuple[str, ...]:
        """The subject keys of the same number that are not asked about: perhaps another child."""
        return tuple(sorted(self.held_as.keys() - set(self.asked.subject.keys)))

    @property
    def number_gone(self) -> Subject | None:
        """The subject, where everything on it goes and nobody else of its agency has its number:
        what the agency was told of somebody under that number was told of the subject."""
        return self.asked.subject if self.asked.whole and not self.others else None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.event_ids or self.rejects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who erases, who authorised it, and why; the reason names nobody, as it is kept."""

    by: str
    authorised_by: str
    reason: str


class Eraser:
    """Plans and carries out erasures over one store and log."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, model: Model,
                 agencies: Collection[str]):
        self._store = store
        self._log = log
        self._codec = codec
        self._model = model
        self._agencies = sorted(agencies)

    def plan(self, asked: ErasureAsked) -> ErasurePlan:
        """What would go; nothing is changed. `ConfigError` names an id that is not held."""
        number = asked.subject.in_every_system
        links = risk_links_of(self._log, self._codec, number)
        said = said_in_rejects(self._store, self._codec)
        with self._store.view() as view:
            return self._plan(view, asked, held_on(view, self._codec, number, links, said))

    def erase(self, asked: ErasureAsked, authority: Authority, now: datetime) -> ErasurePlan:
        """Erase, and what was erased. Ends findings and notices that quote it; the children
        concerned are looked at again by the next check."""
        number = asked.subject.in_every_system
        links = risk_links_of(self._log, self._codec, number)
        said = said_in_rejects(self._store, self._codec)
        inbox_keys = self._inbox_keys(self.plan(asked))
        with self._store.begin() as unit:
            plan = self._plan(unit, asked, held_on(unit, self._codec, number, links, said))
            if not plan.is_empty:
                self._suppress(unit, plan, inbox_keys)
                self._decide(unit, plan, authority, now)
                self._forget_people(unit, plan, now)
                self._take_out(unit, plan, now)
        self.finish(plan, now)
        return plan

    def finish(self, plan: ErasurePlan, now: datetime) -> None:
        """Take out of topics and files what is erased by now."""
        relay(self._store, self._log, self._codec, now)
        swept = sweep_topics(
            self._store, self._log, self._codec, self._agencies,
            plan.asked.subject.keys if plan.asked.whole else (), plan.number_gone)
        settle(self._store, self._log, swept, now)
        self._store.scrub()

    def _plan(self, reading: Reading, asked: ErasureAsked, held: HeldOn) -> ErasurePlan:
        named = {each.reject_id: each for each in (*held.rejects, *held.mentions)}
        unknown = [str(each) for each in asked.rejects if each not in named]
        if unknown:
            raise ConfigError(f"No reject {min(unknown)} mentions {asked.subject.key}: `concord "
                              "rejects list` shows them, and --reject takes those of its agency.")
        subject, number = asked.subject, asked.subject.in_every_system
        everywhere = [*(each.said for each in held.filed), *held.waiting, *held.rejected]
        held_as = Counter(filter(None, map(number.key_in, everywhere)))
        filed = [each for each in held.filed if subject.is_in(each.said)]
        ids = {each.event_id for each in everywhere if subject.is_in(each)}
        missing = [str(each) for each in asked.events - ids]
        if missing:
            raise ConfigError(f"Nothing about {asked.subject.key} is held under the event "
                              f"{min(missing)}: `concord access` shows what is.")
        going = ids if asked.whole else asked.events
        rejects = {each.reject_id: each for each, said in zip(
            held.rejects, held.rejected, strict=True) if said.event_id in going}
        rejects.update((each, named[each]) for each in asked.rejects)
        plan = ErasurePlan(
            asked=asked, held_as=held_as, event_ids=frozenset(going),
            rejects=tuple(rejects.values()),
            filed=tuple(each for each in filed if each.said.event_id in going),
            staying=tuple(each for each in filed if each.said.event_id not in going),
            waiting=tuple(each for each in held.waiting if each.event_id in going),
            mentions=tuple(each for each in held.mentions if each.reject_id not in rejects),
            findings=tuple(findings_citing(reading, self._codec, going)), notices=())
        plan = replace(plan, notices=tuple(
            notices_citing(reading, self._codec, going, plan.number_gone)))
        # What was to be done about the child, in its recipient's own words.
        ending = {each.notice_id for each in plan.notices}
        rejects.update((reject.reject_id, reject) for reject, notice_id in held.answers
                       if notice_id in ending)
        return replace(
            plan, rejects=tuple(rejects.values()),
            mentions=tuple(each for each in plan.mentions if each.reject_id not in rejects))

    def _inbox_keys(self, plan: ErasurePlan) -> set[bytes]:
        """The keys under which rejected messages still lie in their inbox: they need not be the
        ids of what they say."""
        found: set[bytes] = set()
        for each in plan.rejects:
            if each.topic is not None and each.position is not None:
                lane = Lane(each.topic, each.partition or 0)
                # A log that has forgotten that place gives the next one, which is another's.
                found.update(logged.record.key
                             for logged in self._log.read(lane, each.position, 1)
                             if logged.position == each.position)
        return found

    def _suppress(self, unit: Unit, plan: ErasurePlan, inbox_keys: set[bytes]) -> None:
        keys = {each.bytes for each in plan.event_ids} | inbox_keys
        keys.update(each.reject_id.bytes for each in plan.rejects)
        unit.put(SUPPRESSED, [(key,) for key in sorted(keys)])

    def _decide(self, unit: Unit, plan: ErasurePlan, authority: Authority,
                now: datetime) -> None:
        ids = sorted({*plan.event_ids, *(each.reject_id for each in plan.rejects)})
        digest = batch_digest(ids)
        erased = own.Erased(
            erasure_id=derived_id("erasure", digest, authority.by, str(milliseconds_of(now))),
            event_ids=tuple(ids), authorised_by=authority.authorised_by,
            reason=authority.reason, made_at=now)
        unit.send(Lane(topics.DECISIONS, 0), [message_of(self._codec, erased, now)])
        record_audit(unit, self._codec, [Draft(
            at=now, action=AuditAction.ERASURE, actor=authority.by, why=authority.reason,
            subject_digest=subject_digest(salt_of(unit), plan.asked.subject.key),
            detail=f"erasure {erased.erasure_id} authorised by {authority.authorised_by}: "
                   f"{len(ids)} records, digest {digest}")])

    def _forget_people(self, unit: Unit, plan: ErasurePlan, now: datetime) -> None:
        """Part the person from those they were joined with, and mark whom that concerns."""
        described = {each.person_key for each in plan.filed
                     if isinstance(each.said, PersonRecorded | CarePeriodRecorded)}
        concerned = {each.person_key for each in plan.filed} | set(plan.asked.subject.keys)
        family = {key for keys in children_with(unit, sorted(concerned)).values() for key in keys}
        changes = [*forget_people(unit, sorted(described), self._model)]
        staying = [each.said for each in plan.staying if each.person_key in described]
        changes += fold_people(
            unit, [each for each in staying if isinstance(each, PersonRecorded)], self._model)
        changes += fold_care_periods(
            unit, [each for each in staying if isinstance(each, CarePeriodRecorded)], self._model)
        if plan.asked.whole:
            restate_judgements(unit, self._codec, plan.asked.subject.keys, now)
        gone = set(plan.gone)
        told = [each for each in (_without(change, gone) for change in changes)
                if each.before or each.after or each.relinked]
        family |= tell_people_changed(unit, self._codec, told, now)
        refile_findings(unit, sorted(gone), sorted(family - gone))
        mark_dirty(unit, family - gone)

    def _take_out(self, unit: Unit, plan: ErasurePlan, now: datetime) -> None:
        number_gone = plan.number_gone
        withdraw_findings(unit, self._codec, plan.findings, plan.gone, now)
        end_notices(unit, self._codec, self._log, plan.notices, number_gone, now)
        unit.delete(STATEMENTS, [(each.person_key, each.said.event_id.bytes)
                                 for each in plan.filed])
        forget_decided(unit, self._codec, plan.event_ids)
        unit.delete(HELD, [(str(each.event_id),) for each in plan.waiting])
        forget_rejects(unit, [str(each.reject_id) for each in plan.rejects])
        given: list[Row] = [(f"{each.hex}/{agency}",) for each in plan.event_ids
                            for agency in self._agencies]
        if number_gone is not None:
            given += [(row[0],) for row in unit.find(
                DELIVERED, "person_key", [number_gone.in_every_system.key])]
        unit.delete(DELIVERED, given)
        for key in plan.gone:
            unit.delete(DIRTY, [(key,)])
            unit.delete(TIMERS, [(key,)])
        unit.delete(WAITING, unit.find(WAITING, "person_key", plan.gone))
        forget_kinds(unit, plan.gone)
        forget_receipts(unit, ((each.said, milliseconds_of(each.received_at))
                               for each in plan.filed))
        mark_dirty(unit, forget_met(unit, [(each.person_key, each.said) for each in plan.filed],
                                    [(each.person_key, each.said) for each in plan.staying])
                   - set(plan.gone))
        staying = [each.said for each in plan.staying]
        forget_records(unit, [each.said for each in plan.filed] + list(plan.waiting), staying)
        if plan.asked.whole and any(map(in_own_system, plan.asked.subject.keys)):
            forget_adapter_memory(unit, plan.asked.subject)


def _without(change: PeopleChange, gone: set[str]) -> PeopleChange:
    """The change as told to others: whoever is erased is not named once more."""
    def left(children: Sequence[own.ChildMembers]) -> tuple[own.ChildMembers, ...]:
        trimmed = [replace(each, members=tuple(key for key in each.members if key not in gone))
                   for each in children]
        return tuple(each for each in trimmed if each.members)

    return PeopleChange(left(change.before), left(change.after),
                        tuple(key for key in change.relinked if key not in gone))
