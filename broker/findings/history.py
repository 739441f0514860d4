"""What a rule would have answered at earlier times, by what agencies had written by then.

Whether a finding was resolved or never stood, and whether an unanswerable one still holds, are
judged by when agencies wrote and not by when the broker heard of it: so the order of arrival
has no say in what is open.
"""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broker.case.case import Case, RecordKey, as_written
from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.findings.finding import anchor_of, finding_id_of, record_of
from broker.findings.nearby import Nearby
from broker.rules.evaluate import IN_DOUBT, Answer, answer_of
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement, NotEvaluated, Rule

_TICK = timedelta(milliseconds=1)  # the finest time a statement carries


@dataclass(frozen=True, slots=True)
class _Answered:
    """A rule's answer at a time, by what it is about."""

    crashed: bool
    stood: dict[RecordKey, list[Disagreement]]
    unanswered: frozenset[tuple[RecordKey, str | None]]

    @classmethod
    def of(cls, answer: Answer) -> "_Answered":
        """An answer in order."""
        stood: dict[RecordKey, list[Disagreement]] = {}
        for each in answer.disagreements:
            stood.setdefault(RecordKey.of(each.anchor), []).append(each)
        return cls(answer.crashed is not None, stood, frozenset(
            (RecordKey.of(each.anchor), each.part) for each in answer.not_evaluated
            if each.anchor is not None))


@dataclass(slots=True)
class Past:
    """One case as it was written at earlier times; each time is made once. `limits_at` are the
    limits in force at a time."""

    case: Case
    limits_at: Callable[[datetime], Limits]
    _cases: dict[datetime, Case] = field(default_factory=dict)
    _answers: dict[tuple[str, datetime], Answer] = field(default_factory=dict)
    _answered: dict[tuple[str, datetime], _Answered] = field(default_factory=dict)
    _nearby: Nearby | None = None
    _around: dict[tuple[RecordKey, int], "Past"] = field(default_factory=dict)

    def answer(self, rule: Rule, at: datetime) -> Answer:
        """What the rule answers at this time about what was written by then."""
        known = self._answers.get((rule.code, at))
        if known is None:
            if at not in self._cases:
                self._cases[at] = as_written(self.case, at, at)
            known = answer_of(rule, self._cases[at], self.limits_at(at))
            self._answers[rule.code, at] = known
        return known

    def answered(self, rule: Rule, at: datetime) -> _Answered:
        """The same by what it is about."""
        known = self._answered.get((rule.code, at))
        if known is None:
            known = self._answered[rule.code, at] = _Answered.of(self.answer(rule, at))
        return known

    def asked_about(self, rule: Rule, anchor: RecordKey, start: datetime) -> tuple[
        "Past", Iterator[datetime]
    ]:
        """Where and when to ask a rule about one record, back to `start`: of a rule about one
        happening at a time the past of what is near, when any of it was written."""
        if self._nearby is None:
            self._nearby = Nearby(self.case)
        if rule.near_days is None or not self._nearby.knows(anchor):
            return self, self.moments_back_to(start)
        wanted = anchor, rule.near_days
        if wanted not in self._around:
            self._around[wanted] = Past(self._nearby.case_around(*wanted), self.limits_at)
        times = {each for each in self._nearby.written_near(anchor)
                 if start < each <= self.case.now}
        return self._around[wanted], _moments(sorted(times, reverse=True), start)

    def raised(self, rule: Rule, finding: Finding, at: datetime) -> bool:
        """Whether the finding stood at this time; what could not be answered then did."""
        return _may_raise(self.answer(rule, at), finding)

    def times_after(self, start: datetime) -> list[datetime]:
        """When anything was written after `start` and by now, latest first."""
        histories = (*self.case.histories.values(), *self.case.elsewhere.values())
        times = {each.recorded_at for versions in histories
                 for each in versions if start < each.recorded_at <= self.case.now}
        return sorted(times, reverse=True)

    def moments_back_to(self, start: datetime) -> Iterator[datetime]:
        """The moments from now back at which an answer could last have been another one.

        For each time of writing: just after it, then just before it.
        """
        return _moments(self.times_after(start), start)


def _moments(times: Sequence[datetime], start: datetime) -> Iterator[datetime]:
    for at in times:
        yield at
        if at - _TICK > start:
            yield at - _TICK


def id_of(rule: Rule, disagreement: Disagreement) -> str:
    """The id of the finding a disagreement makes."""
    return finding_id_of(rule.code, disagreement.anchor, disagreement.part)


def _may_raise(answer: Answer, finding: Finding) -> bool:
    """Whether a rule's answer raises the finding, or leaves unanswered what may have been it."""
    return answer.crashed is not None or any(
        finding.finding_id == id_of(answer.rule, each) for each in answer.disagreements
    ) or any(_could_be(answer.rule, each, finding) for each in answer.not_evaluated)


def _could_be(rule: Rule, missing: NotEvaluated, finding: Finding) -> bool:
    """Whether what could not be answered may have been this finding."""
    if missing.anchor is None:
        return False
    if missing.part is None:
        return finding.anchor == anchor_of(RecordKey.of(missing.anchor))
    return finding.finding_id == finding_id_of(rule.code, missing.anchor, missing.part)


def held_open(past: Past, rule: Rule, missing: NotEvaluated) -> tuple[Disagreement, ...]:
    """The disagreements that stood when the rule could last be answered on this anchor.

    A fact that becomes unreadable ends nothing. A thing without an anchor holds nothing.
    """
    if missing.anchor is None:
        return ()
    anchor = RecordKey.of(missing.anchor)
    asked, moments = past.asked_about(rule, anchor, _first_written(past.case, missing.anchor))
    for at in moments:
        answered = asked.answered(rule, at)
        if answered.crashed:
            continue
        stood = tuple(each for each in answered.stood.get(anchor, ())
                      if missing.part in (None, each.part))
        if stood:
            return stood
        if (anchor, missing.part) not in answered.unanswered:
            return ()
    return ()


def _first_written(case: Case, anchor: Statement) -> datetime:
    versions = case.histories.get(RecordKey.of(anchor))
    return (versions[0] if versions else anchor).recorded_at - _TICK


def stood_until(past: Past, rule: Rule, finding: Finding) -> tuple[bool, datetime | None]:
    """(whether it ever stood by all that is now known to have been written, when the version was
    written that ended it; None where time alone did).

    Judged at every time of writing since it began, so that a correction written before another
    agency's later account joined the evidence ends what stood, and does not unsay it. An earlier
    account of the same occasion, under another anchor, is the same disagreement.
    """
    after = None
    for at in (*past.moments_back_to(finding.since), finding.since):
        if past.raised(rule, finding, at) or _raised_in_part(past, rule, finding, at):
            return True, after
        after = at
    return False, None


def may_have_been_late(past: Past, answer: Answer, limits: Limits, finding: Finding) -> bool:
    """Whether by all that is on record now what was done late may have been so; `answer` is the
    rule's, by these limits.

    Judged by the limits in force when it was done: those changed since do not unsay it; nor does
    a record that waits for review.
    """
    then = past.limits_at(finding.until or finding.since)
    if then != limits:
        answer = answer_of(answer.rule, past.case, then)
    return _may_raise(answer, finding) or any(
        each.missing == IN_DOUBT for each in answer.not_evaluated)


def _raised_in_part(past: Past, rule: Rule, finding: Finding, at: datetime) -> bool:
    """Whether what stood then rested on some of the finding's records, or on all and more."""
    records = {record_of(each) for each in finding.evidence}
    for each in past.answer(rule, at).disagreements:
        theirs = {RecordKey.of(said.statement) for said in each.evidence}
        if len(theirs) > 1 and (theirs <= records or records <= theirs):
            return True
    return False
