"""A look that has a memory of earlier ones finds what a look without one finds, whatever came."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from bench.one_child_made import MIXTURES, NOW, PARTNERSHIP, told
from broker.case.case import Case, Link, Partnership, Received, build_case
from broker.case.descriptions import Happening, described_by_several
from broker.case.memory import Memory
from broker.case.occasions import occasions_of
from broker.case.reach import Reach, Refused
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.envelope import Statement, ToldBy
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.findings.reconcile import Reconciled, reconcile
from broker.rules.catalogue import RULES
from broker.rules.evaluate import Evaluation, evaluate
from broker.rules.limits import Limits
from broker.rules.windows import windows_of
from broker.vocabulary.words import State, System, Whereabouts

STEPS = 12
OTHER_LIMITS = replace(Limits(), police_told_minutes=10, occasion_incident_hours=3,
                       historical_after_days=20)
OTHERS = Partnership({**PARTNERSHIP.agencies, "riverside": replace(
    PARTNERSHIP.agencies["riverside"], name="Riverside Lodge")})

Found = tuple[Evaluation, Reconciled, tuple[Happening, ...], tuple[object, ...]]


def found_in(case: Case, limits: Limits) -> Found:
    """All that a look finds."""
    evaluation = evaluate(case, limits, RULES)
    assert {} == {each.rule.code: each.crashed for each in evaluation.answers if each.crashed}
    return (evaluation, reconcile(case.child, [], evaluation, case, [], NOW),
            described_by_several(case, windows_of(limits), timedelta(hours=24)),
            occasions_of(case, windows_of(limits)))


class Life:
    """A child of whom statements come, go and are written anew, heard as far as may be."""

    def __init__(self, chance: Random, mixtures: Sequence[str]) -> None:
        self.chance = chance
        self.waiting: list[Statement] = []
        for mixture in mixtures:
            self.waiting += told(mixture, 90)[-70:]
        self.waiting = [self._with_id(each) for each in [*told("visits", 32), *self.waiting]]
        chance.shuffle(self.waiting)
        self.held: list[Statement] = []
        self.now, self.reach = NOW, Reach()
        self.limits, self.partnership, self.link = Limits(), PARTNERSHIP, Link()

    def _with_id(self, said: Statement, **fields: Any) -> Statement:
        return replace(said, event_id=UUID(int=self.chance.getrandbits(120)), **fields)

    def step(self) -> None:
        """Something happens."""
        for _ in range(self.chance.choice((1, 1, 2, 40))):
            if self.waiting:
                self.held.append(self.waiting.pop())
        for _ in range(self.chance.choice((0, 1, 2))):
            self.held.append(self._anew(self.chance.choice(self.held)))
        what = self.chance.choice(("", "", "time", "heard", "limits", "gone", "name", "sure"))
        if what == "time":
            self.now = NOW + timedelta(days=self.chance.choice((-40, -9, -1, 0, 0, 1, 30, 400)),
                                       minutes=self.chance.randrange(1440))
        elif what == "heard":
            self.reach = self._heard()
        elif what == "limits":
            self.limits = self.chance.choice((Limits(), OTHER_LIMITS))
        elif what == "gone":
            self.held.remove(self.chance.choice(self.held))
        elif what == "name":
            self.partnership = self.chance.choice((PARTNERSHIP, OTHERS))
        elif what == "sure":
            self.link = Link(self.chance.choice((1.0, 0.9)))

    def _anew(self, said: Statement) -> Statement:
        """Another version of a record, written before or after."""
        written = said.recorded_at + timedelta(hours=self.chance.choice((-300, -1, 1, 300)))
        change: dict[str, object] = {}
        what = self.chance.choice(("", "withdrawn", "open", "word", "number", "copy"))
        if what == "withdrawn":
            change["state"] = State.WITHDRAWN
        elif what == "copy":
            other = self.chance.choice(self.held)
            change["told_by"] = ToldBy(agency=other.agency, record=other.record)
        elif isinstance(said, MissingEpisodeRecorded):
            if what == "open":
                change |= {"returned": None, "found": None}
            elif what == "word":
                change["classification"] = self.chance.choice(list(Whereabouts))
            elif what == "number":
                change["references"] = self.chance.choice(self.held).references
        elif isinstance(said, IncidentRecorded) and what == "open":
            change |= {"closed": None, "category_closed": None, "attended": None,
                       "allocated": None}
        return self._with_id(said, recorded_at=written, **change)

    def _heard(self) -> Reach:
        """Feeds heard to different times, some never, and some with rows or files that could not
        be read."""
        until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = {}
        unreadable, refused = {}, {}
        for agency in PARTNERSHIP.agencies:
            system = System.SSD if agency == "council" else System.FILES
            for name in STATEMENT_BY_NAME:
                if self.chance.random() < 0.85:
                    until[agency, system, name] = (self._some_time(), (name,))
                if self.chance.random() < 0.03:
                    unreadable[agency, system, name] = self._some_time()
                if self.chance.random() < 0.03:
                    first, last = sorted((self._some_time(), self._some_time()))
                    refused[agency, system, name] = Refused(first, last, (name,))
        return Reach(until, unreadable, refused=refused)

    def _some_time(self) -> datetime:
        return self.now - timedelta(days=self.chance.choice((0, 0, 0, 1, 20, 200)))

    def case(self, memory: Memory | None) -> Case:
        """The child as it is now."""
        received = [Received(each, NOW - timedelta(days=500)) for each in self.held]
        if memory is None:
            self.chance.shuffle(received)
        return build_case("child", received, now=self.now, partnership=self.partnership,
                          reach=self.reach, link=self.link, memory=memory)


@pytest.mark.parametrize("seed", [
    *range(1, 5), *(pytest.param(each, marks=pytest.mark.slow) for each in (0, *range(5, 12)))])
def test_a_look_with_a_memory_finds_what_one_without_finds(seed: int) -> None:
    """After every step: statements in any order, versions from before, erasures, time moved on
    and back, feeds, limits, names of agencies and certainty changed."""
    chance = Random(seed)
    life = Life(chance, chance.sample(list(MIXTURES), 2))
    memory = Memory()
    for _ in range(STEPS):
        life.step()

        remembered = found_in(life.case(memory), life.limits)

        assert found_in(life.case(None), life.limits) == remembered
