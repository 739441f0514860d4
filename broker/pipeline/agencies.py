"""Agencies looked at as a whole: their feeds and their words, by the counts that were kept.

An agency is marked, claimed and crossed off like a person, so several workers take it once; its
timers are kept with the others. Reading is done on a view of the store; the writing transaction
takes what nobody has changed meanwhile.
"""
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from broker.case.case import Case, Partnership
from broker.case.descriptions import described_by_several
from broker.event.finding import Finding, FindingChanged, FindingDecided
from broker.findings.agency import agency_finding_id_of, reconcile_agency
from broker.findings.reconcile import Reconciled
from broker.log import topics
from broker.pipeline.feeds import (
    agency_key,
    agency_of_key,
    all_written,
    kind_written,
    note_kinds,
    read_described,
    read_feed,
)
from broker.pipeline.feeds_lately import described_lately, read_lately
from broker.pipeline.looking import claim, mark_dirty
from broker.pipeline.positions import checked_until, positions_of
from broker.pipeline.tables import DECISIONS, DIRTY, TIMERS
from broker.ports import EventLog, Reading, Store, Unit
from broker.rules.agency.facts import AgencyFacts, BeyondHeld
from broker.rules.agency.rule import AgencyAnswer, evaluate_agency
from broker.rules.catalogue import AGENCY_RULES
from broker.rules.dated import DatedLimits
from broker.rules.limits import Limits
from broker.rules.windows import windows_of
from broker.vocabulary.times import milliseconds_of
from broker.wire.codec import Codec

INTAKE = "intake"
Findings = Callable[[Reading, Codec, Iterable[str]], dict[str, Finding]]
Writing = Callable[[Unit, Codec, Sequence[tuple[FindingChanged, Sequence[str]]],
                    Iterable[FindingChanged]], None]
# Eight months of an hourly feed; more are read only where a rule has to look further back.
_ROWS_AT_MOST = (6_000, 30_000)
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class AgencyLook:
    """One agency looked at: what came out, and by which mark."""

    key: str
    stamp: int | None
    answers: tuple[AgencyAnswer, ...]
    look_again: datetime | None
    result: Reconciled
    before: dict[str, Finding]


class Agencies:
    """Looks at agencies that are marked. `findings_in` and `write` read and keep findings; `still`
    raises `Conflict` where other limits are in force by now."""

    def __init__(self, store: Store, log: EventLog, codec: Codec, partnership: Partnership,
                 limits: DatedLimits, findings_in: Findings, write: Writing,
                 still: Callable[[Reading], None]):
        self._store = store
        self._log = log
        self._codec = codec
        self._partnership = partnership
        self._limits = limits
        self._findings_in = findings_in
        self._write = write
        self._still = still

    def step(self, keys: Sequence[str], now: datetime) -> int:
        """Look at these marked agencies, as of when everything has been folded up to; how many
        changes of findings have been written for good."""
        at = checked_until(self._store, self._log, now)
        behind = agencies_behind(self._store, self._log, self._partnership)
        with self._store.view() as view:
            marks = claim(view, keys)
            looks = [self.looked(view, code, at, marks[key], behind)
                     for key in keys if key in marks
                     if (code := agency_of_key(key)) in self._partnership.agencies]
        gone = [key for key in keys if agency_of_key(key) not in self._partnership.agencies]
        with self._store.begin() as unit:
            self._still(unit)
            stamps = claim(unit, keys)
            valid = [each for each in looks if stamps.get(each.key, -1) == each.stamp
                     and self._findings_in(unit, self._codec, each.before) == each.before]
            for each in valid:
                self._write(unit, self._codec, [(change, ()) for change in each.result.changes],
                            each.result.quiet)
            done = [*gone, *(each.key for each in valid)]
            unit.delete(TIMERS, [(key,) for key in done])
            # Not all of a log that is still being read is silence: at its end it is looked at.
            unit.put(TIMERS, [(each.key, milliseconds_of(again)) for each in valid if (
                again := each.look_again if at == now else at + _TICK) is not None])
            unit.delete(DIRTY, [(key,) for key in done])
        return sum(len(each.result.changes) for each in valid)

    def looked(self, reading: Reading, code: str | None, at: datetime,
               stamp: int | None = None, behind: Collection[str] = ()) -> AgencyLook:
        """What looking at one agency gives; nothing is written."""
        assert code is not None, "a mark of an agency"
        for most in _ROWS_AT_MOST:
            try:
                return self._looked(reading, facts_of(
                    reading, self._partnership, code, at, behind, most), stamp)
            except BeyondHeld:
                continue
        return self._looked(reading, facts_of(reading, self._partnership, code, at, behind),
                            stamp)

    def _looked(self, reading: Reading, facts: AgencyFacts, stamp: int | None) -> AgencyLook:
        code, at = facts.agency.code, facts.now
        limits = self._limits.at(at)
        answers, again = evaluate_agency(facts, limits, AGENCY_RULES)
        change = self._limits.next_change(at)
        times = [each for each in (again, change) if each is not None]
        ids = [agency_finding_id_of(rule.code, code) for rule in AGENCY_RULES]
        before = self._findings_in(reading, self._codec, ids)
        result = reconcile_agency(facts, list(before.values()), answers,
                                  self._decisions(reading, before), limits)
        return AgencyLook(agency_key(code), stamp, answers, min(times, default=None), result,
                          before)

    def _decisions(self, reading: Reading, ids: Iterable[str]) -> list[FindingDecided]:
        decisions = []
        for row in reading.find(DECISIONS, "finding_id", sorted(ids)):
            assert isinstance(row[3], bytes)
            decided = self._codec.decode(row[3])
            assert isinstance(decided, FindingDecided)
            decisions.append(decided)
        return decisions


def facts_of(reading: Reading, partnership: Partnership, code: str, at: datetime,
             behind: Collection[str] = (), most: int | None = None) -> AgencyFacts:
    """What is known of an agency's records as a whole, as of `at`; `behind` are the agencies of
    which something waits. Of each table `most` rows, the last ones."""
    reads, receipts, held = (*read_feed(reading, code), None) if most is None \
        else read_lately(reading, code, most)
    described, described_from = (read_described(reading, code), None) if most is None \
        else described_lately(reading, code, most)
    return AgencyFacts(
        agency=partnership.agencies[code], now=at,
        reads=tuple(each for each in reads if each.at <= at), receipts=receipts,
        described=described, is_behind=code in behind,
        held=held, described_from=described_from)


def agencies_behind(store: Store, log: EventLog, partnership: Partnership) -> frozenset[str]:
    """The agencies in whose inbox something waits that intake has not come to. Not to be called
    within a transaction: the log may be in the same file."""
    lanes = {lane: code for code in partnership.agencies for lane in topics.lanes_of(
        topics.inbox(code), log.partitions(topics.inbox(code)))}
    with store.view() as view:
        positions = positions_of(view, INTAKE, list(lanes))
    ends = log.ends(lanes)
    return frozenset(code for lane, code in lanes.items() if positions[lane] < ends[lane])


class ChildLook(Protocol):
    """A child looked at."""

    @property
    def members(self) -> tuple[str, ...]:
        """The keys of all its records."""

    @property
    def kinds(self) -> str | None:
        """How its happenings are described, as it is kept."""


def kinds_of(case: Case, limits: Limits) -> str | None:
    """How several agencies describe a child's happenings, as it is kept beside the child."""
    happenings = described_by_several(
        case, windows_of(limits), timedelta(hours=limits.collapsed_together_hours))
    return all_written(case.of_each(None, happenings, kind_written))


def note_described(unit: Unit, looks: Iterable[ChildLook]) -> None:
    """Keep how the happenings of these children are described, and have the agencies looked at
    whose counts that changes."""
    mark_agencies(unit, note_kinds(unit, {each.members: each.kinds for each in looks}))


def mark_agencies(unit: Unit, codes: Iterable[str]) -> None:
    """Have these agencies looked at."""
    mark_dirty(unit, {agency_key(code) for code in codes})


def marks_of(finding: Finding) -> set[str]:
    """The mark by which the agency that a finding is about is looked at; none for a child's."""
    return {agency_key(finding.agency)} if finding.child is None and finding.agency else set()

