"""The log told again from its beginning, a moment at a time, into a store of its own.

A live checker and this one take the same steps in the same order: at each moment what was
received then, and between two moments every timer at the moment it was due. So what was raised,
resolved and withdrawn comes out as it did, whoever was running when.
"""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from broker.case.case import Partnership
from broker.event import own
from broker.event.envelope import Statement
from broker.event.finding import FindingDecided
from broker.event.own import JudgementMade
from broker.event.subject import key_of
from broker.identity.model import Model
from broker.pipeline.agencies import marks_of
from broker.pipeline.allegations import keep_decided
from broker.pipeline.as_of import (
    DECISIONS_LANE,
    Happened,
    Present,
    first_model,
    happenings,
    limits_set,
    model_set,
)
from broker.pipeline.evaluate import Evaluator, findings_in
from broker.pipeline.everybody import mark_everybody
from broker.pipeline.fold import Fold, tell_people_changed
from broker.pipeline.linking import fold_judgement
from broker.pipeline.looking import mark_dirty
from broker.pipeline.reaches import note_untaken
from broker.pipeline.rebuild import rebuild
from broker.pipeline.tables import DECISIONS, TIMERS
from broker.ports import Clock, Unit
from broker.rules.catalogue import RULES
from broker.rules.dated import DatedLimits
from broker.rules.rule import Rule
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import SettingKind

Progress = Callable[[int], None]
AUTHOR = "concord"
SAID_KEPT = 200_000
"""Statements kept as they were decoded: each is looked at many times."""


class MovedClock(Clock, Protocol):
    """A clock moved by hand."""

    def set(self, now: datetime) -> None:
        """Stand at this moment from here on."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what the log is told again.

    `as_set` lets limits and model follow what was in force at each time by the log; those given
    then stand for the time of which the log does not say.
    """

    limits: DatedLimits
    model: Model
    rules: Sequence[Rule] = RULES
    as_set: bool = True


class Retelling:
    """One telling of a log into an empty past, of what was received by `upto`; `model` and
    `limits` are those now in force in it.

    The past shares the present's codec: values are copied as they are.
    """

    def __init__(self, present: Present, past: Present, clock: MovedClock,
                 partnership: Partnership, terms: Terms, upto: datetime):
        self._present = present
        self._past = past
        self._clock = clock
        self._partnership = partnership
        self._terms = terms
        self._handover: dict[bytes, object] = {}
        self._said: dict[bytes, Statement] = {}
        self._limits_known = False
        self._coming = (list(group) for _, group in groupby(
            happenings(present, sorted(partnership.agencies), upto), key=lambda each: each.at))
        self._next = next(self._coming, None)
        self.limits = terms.limits
        self.model = first_model(present, terms.model) if terms.as_set else terms.model
        self._stage()

    def _stage(self) -> None:
        """The stages under what is now in force."""
        past = self._past
        self._fold = Fold(past.store, past.log, past.codec, self.model, self._handover)
        self._evaluator = Evaluator(past.store, past.log, past.codec, self._clock,
                                    self._partnership, self.limits, self._fold.decoded,
                                    rules=self._terms.rules, kept=self._said)

    def until(self, moment: datetime, progress: Progress = lambda _: None) -> None:
        """Tell all that was received by `moment`, and fire every timer due by it; `progress` is
        told how many records more were told. May go on from an earlier moment."""
        while self._next is not None and self._next[0].at <= moment:
            at = self._next[0].at
            self._fire(milliseconds_of(at) - 1)
            self._clock.set(at)
            self._tell(self._next)
            progress(len(self._next))
            self._next = next(self._coming, None)
        self._fire(milliseconds_of(moment))
        self._clock.set(moment)

    def _tell(self, happened: Sequence[Happened]) -> None:
        """What was received at one moment: settings first, as a check notes them before it takes
        anything in; what people decided last, for they had seen the rest."""
        decided: list[object] = []
        news = False
        for each in happened:
            if each.lane == DECISIONS_LANE and each.logged is not None:
                self._past.log.append(each.lane, [each.logged.record])
                made = self._decoded(each)
                if isinstance(made, own.SettingChanged):
                    self._set(made)
                    news = True
                else:
                    decided.append(made)
        if self._receive([each for each in happened if each.lane != DECISIONS_LANE]) or news:
            self._look()
        if decided:
            with self._past.store.begin() as unit:
                for made in decided:
                    self._decide(unit, made)
            self._look()

    def _decoded(self, happened: Happened) -> object:
        assert happened.logged is not None
        value = happened.logged.record.value
        assert value is not None
        return self._past.codec.decode(value)

    def _receive(self, happened: Iterable[Happened]) -> bool:
        """Whether anything of it is news."""
        news = False
        untaken = []
        for each in happened:
            if each.logged is None:
                untaken.append(each)
                continue
            said = self._decoded(each)
            if isinstance(said, own.Heartbeat) and not (said.reaches or said.unread):
                continue  # it only says that somebody listens
            key = each.logged.record.key
            self._handover[key] = said
            if isinstance(said, Statement) and len(self._said) < SAID_KEPT:
                self._said[key] = said
            self._past.log.append(each.lane, [each.logged.record])
            news = True
        if untaken:
            with self._past.store.begin() as unit:
                for each in untaken:
                    note_untaken(unit, each.agency, each.types, each.at)
        return news

    def _set(self, made: own.SettingChanged) -> None:
        """Another part of the configuration comes into force."""
        if not self._terms.as_set:
            return
        past = self._past
        if made.kind is SettingKind.LIMITS:
            self.limits = limits_set(made)
            if self._limits_known:
                mark_everybody(past.store)
            self._limits_known = True
            self._stage()
        elif made.kind is SettingKind.MODEL:
            self.model = model_set(made)
            rebuild(past.store, past.log, past.codec, self.model, AUTHOR, "another model",
                    self._clock.now())
            self._stage()

    def _decide(self, unit: Unit, made: object) -> None:
        """What a person said of two records, of a finding, or of an allegation."""
        codec = self._past.codec
        if isinstance(made, JudgementMade):
            changes = fold_judgement(unit, made, self.model)
            mark_dirty(unit, {made.left, made.right} | tell_people_changed(
                unit, codec, changes, self._clock.now()))
        elif isinstance(made, FindingDecided):
            unit.put(DECISIONS, [(str(made.decision_id), made.finding_id,
                                  milliseconds_of(made.made_at), codec.encode(made))])
            found = findings_in(unit, codec, [made.finding_id]).values()
            mark_dirty(unit, {key_of(said.agency, said.system, said.subject)
                              for finding in found for said in finding.evidence}
                       | {mark for finding in found for mark in marks_of(finding)})
        elif isinstance(made, own.AllegationDecided):
            keep_decided(unit, made, codec.encode(made))

    def _fire(self, upto_ms: int) -> None:
        """Every timer due by then, each at its own moment."""
        while True:
            with self._past.store.view() as view:
                due = view.scan(TIMERS, "due_ms", upto=upto_ms, limit=1)
            if not due:
                return
            self._clock.set(max(moment_of(int(due[0][1] or 0)), self._clock.now()))
            self._look()

    def _look(self) -> None:
        """Fold what was received, and look at everybody concerned."""
        while self._fold.step():
            pass
        self._evaluator.wake()
        while self._evaluator.step():
            pass
