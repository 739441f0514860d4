"""Escalation: a critical notice that nobody acknowledges goes to its recipient's next contact.

A time is kept for each notice that waits (`notice_timers`), and delivery tells what is due anew:
a restart, a clock that jumps or another delivery beside this one neither skips nor repeats a step.
Another such time keeps a finding that comes and goes from ending its notices each time.
"""
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broker.audit.chain import Draft
from broker.errors import Conflict
from broker.event.digest import derived_id
from broker.event.finding import NoticeIssued
from broker.pipeline.contacts import Contact, next_on_duty, next_opening
from broker.pipeline.notice_steps import note_nobody_left
from broker.pipeline.tables import NOTICE_TIMERS, NOTICES, UNREACHED
from broker.ports import Reading, Row, Unit
from broker.rules.dated import DatedLimits
from broker.rules.limits import Limits
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import AuditAction, FindingState, NoticeState, Severity

ESCALATE = "escalate"
SETTLE = "settle"
UNACKNOWLEDGED = frozenset({NoticeState.SENT, NoticeState.SEEN})
NOBODY_LEFT = "no contact of the recipient has acknowledged a critical notice, and none is left"
DUE_MAX = 500
# A person's dismissal is final until the evidence changes: only what rules resolve comes and goes.
_MAY_RETURN = frozenset({FindingState.RESOLVED, FindingState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """Who answers an agency's critical notices, by its code and in order, and how long anybody
    has for it."""

    contacts: Mapping[str, Sequence[Contact]]
    limits: DatedLimits


def is_unacknowledged(notice: NoticeIssued) -> bool:
    """Whether a critical notice waits for somebody to acknowledge it."""
    return notice.severity is Severity.CRITICAL and notice.state in UNACKNOWLEDGED


def due_findings(reading: Reading, now: datetime) -> set[str]:
    """The findings whose notices something is to be done about by now."""
    due = reading.scan(NOTICE_TIMERS, "due_ms", upto=milliseconds_of(now), limit=DUE_MAX)
    return {str(row[2]) for row in reading.get(NOTICES, {(each[0],) for each in due})}


def stop_waiting(unit: Unit, notice_id: str) -> None:
    """Nobody needs to acknowledge this notice any more."""
    unit.delete(NOTICE_TIMERS, [(notice_id, ESCALATE)])
    unit.delete(UNREACHED, [(notice_id,)])


class Waiting:
    """What is kept for the notices of one finding, in the transaction that tells it at `now`.

    What it is handed as `drafts` gets the audit entries that are owed."""

    def __init__(self, unit: Unit, terms: NoticeTerms, now: datetime, notice_ids: Iterable[str],
                 drafts: list[Draft]):
        self._unit = unit
        self._terms = terms
        self._now = now
        self._drafts = drafts
        self._rows = {(str(row[0]), str(row[1])): row
                      for row in unit.find(NOTICE_TIMERS, "notice_id", sorted(notice_ids))}

    @property
    def _limits(self) -> Limits:
        return self._terms.limits.at(self._now)

    def first_sent(self, notice: NoticeIssued, before: NoticeIssued | None) -> NoticeIssued:
        """A notice that is to be acknowledged anew, with the contact whom it is for: the first
        who is on duty. `before` is how it stood, where it was given before."""
        stop_waiting(self._unit, notice.notice_id)
        self._rows.pop((notice.notice_id, ESCALATE), None)
        settled = timedelta(minutes=self._limits.notice_settled_minutes)
        if before is not None and before.state is NoticeState.ENDED \
                and self._now - before.issued_at < settled:
            self._keep(notice.notice_id, SETTLE, self._now + settled)
        notice = replace(notice, sent_at=self._now)
        contacts = self._terms.contacts.get(notice.recipient, ())
        if not contacts or not is_unacknowledged(notice):
            return notice
        first = next_on_duty(contacts, (), self._now)
        if first is None:
            self._keep(notice.notice_id, ESCALATE, self._now + self._patience())
            return notice
        self._keep(notice.notice_id, ESCALATE, self._now + self._patience(), (first.name,))
        return replace(notice, contact=first.name, contact_since=self._now)

    def moved_on(self, notice: NoticeIssued) -> NoticeIssued:
        """The notice with its next contact, where the time for that has come; else as it is."""
        row = self._rows.get((notice.notice_id, ESCALATE))
        if row is None or not self._is_due(row) or not is_unacknowledged(notice):
            return notice
        contacts = self._terms.contacts.get(notice.recipient, ())
        told = tuple(json.loads(str(row[3])))
        following = next_on_duty(contacts, told, self._now)
        if following is None:
            self._nobody_left(notice, contacts, told)
            return notice
        self._keep(notice.notice_id, ESCALATE, self._now + self._patience(),
                   (*told, following.name))
        return replace(
            notice, contact=following.name, contact_since=moment_of(int(row[2] or 0)),
            event_id=derived_id("notice", str(notice.event_id), "contact", following.name))

    def is_settling(self, notice: NoticeIssued) -> bool:
        """Whether it has ended and come back so lately that it may well do so again."""
        row = self._rows.get((notice.notice_id, SETTLE))
        return row is not None and not self._is_due(row)

    def may_end(self, notice: NoticeIssued, finding_state: FindingState) -> bool:
        """Whether its recipient is to be told now that a notice has ended: not while it settles,
        unless a person has ended the finding."""
        return finding_state not in _MAY_RETURN or not self.is_settling(notice)

    def leave(self) -> None:
        """Nothing stays due: what could not be done, as the recipient may not be told now, comes
        due again."""
        for (notice_id, kind), row in list(self._rows.items()):
            if self._is_due(row) and kind == SETTLE:
                self._drop(notice_id, kind)
            elif self._is_due(row):
                self._keep(notice_id, kind, self._now + self._patience(),
                           tuple(json.loads(str(row[3]))))

    def _nobody_left(self, notice: NoticeIssued, contacts: Sequence[Contact],
                     told: Sequence[str]) -> None:
        if contacts and self._unit.insert_new(
                UNREACHED, [(notice.notice_id, milliseconds_of(self._now))]) == [True]:
            self._drafts.append(Draft(
                action=AuditAction.DISCLOSURE, actor="concord", recipient=notice.recipient,
                why=NOBODY_LEFT, detail=f"notice {notice.notice_id}", at=self._now))
            note_nobody_left(self._unit, notice, self._now)
        opening = next_opening(contacts, told, self._now)
        if opening is None:
            self._drop(notice.notice_id, ESCALATE)
        else:
            self._keep(notice.notice_id, ESCALATE, opening, tuple(told))

    def _is_due(self, row: Row) -> bool:
        return int(row[2] or 0) <= milliseconds_of(self._now)

    def _patience(self) -> timedelta:
        # At least a minute: what is due again at once would be looked at for ever.
        return timedelta(minutes=max(1, self._limits.notice_acknowledged_minutes))

    def _keep(self, notice_id: str, kind: str, due: datetime,
              told: Sequence[str] = ()) -> None:
        """Set a time, of which nobody else has made anything meanwhile."""
        row: Row = (notice_id, kind, milliseconds_of(due), json.dumps(told))
        self._unit.swap(NOTICE_TIMERS, self._rows.get((notice_id, kind)), row)
        self._rows[notice_id, kind] = row

    def _drop(self, notice_id: str, kind: str) -> None:
        del self._rows[notice_id, kind]
        if not self._unit.delete(NOTICE_TIMERS, [(notice_id, kind)]):
            raise Conflict("a notice has moved on meanwhile: look again")
