"""Whatever a judge asks of a case, its answers are those it would give without a memory."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from broker.case.case import Case, Received, RecordKey, build_case
from broker.case.memory import Memory
from broker.case.reach import Reach
from broker.case.recall import each_of, made_of
from broker.case.since import heard_since, said_since
from broker.case.watched import UnwatchedError, Watched
from broker.event.care import PlanRecorded
from broker.event.envelope import Moment, Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import PlanKind, State, System
from tests.case.told import EVENING, away, case_of, hours, made

DAY = timedelta(days=1)
NIGHTS, PLANS, STEPS = 4, 3, 60
PLAN, NIGHT = PlanRecorded.__name__, MissingEpisodeRecorded.__name__
Row = MissingEpisodeRecorded


def plan_of(row: Row) -> RecordKey:
    """The plan that bears a night's number; nothing but its key leads to it."""
    number = int(row.record.removeprefix("A")) % PLANS
    return RecordKey.of(made(PlanRecorded, "council", f"P{number}"))


def since(case: Case, row: Row) -> object:
    """Since when the plan has been of its kind."""
    versions = case.histories.get(plan_of(row), ())
    return said_since(case, versions[-1], lambda each: getattr(each, "kind", None)).recorded_at \
        if versions else None


def first(case: Case, row: Row) -> object:
    """The first version of the plan, taken for granted."""
    try:
        return case.histories[plan_of(row)][0]
    except KeyError:
        return None


def heard(case: Case, row: Row) -> object:
    """Whether plans have been heard as far as the night, or ever."""
    until = case.reach.of("council", PLAN)
    return None if until is None else row.last_seen is not None and until >= row.last_seen.at


ASKED: dict[str, Callable[[Case, Row], object]] = {
    "another record's versions": lambda case, row: case.histories.get(plan_of(row), ()),
    "whether there is another record": lambda case, row: plan_of(row) in case.histories,
    "another record, or nothing": first,
    "since when another record says so": since,
    "another record through a fact": lambda case, row: case.once(
        f"plan {plan_of(row)}", lambda: len(case.histories.get(plan_of(row), ()))),
    "the records of a type": lambda case, _: case.current(PlanRecorded),
    "what is made of the records of a type": lambda case, _: case.of_type(
        PlanRecorded, "first plans", 2, lambda held: held[:2]),
    "the records of a type by its name": lambda case, _: len(case.named(PLAN)),
    "its own versions": lambda case, row: case.versions(row),
    "whether it is past": lambda case, row: case.now >= row.recorded_at + 3 * DAY,
    "how far another was heard": heard,
}


class Life:
    """A child whose nights and plans come, go and are written anew."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.held: list[Statement] = []
        self.now, self.reach = EVENING + 5 * DAY, Reach()

    def step(self) -> None:
        """Something happens."""
        what = self.chance.choice(("night", "plan", "plan", "plan", "earlier", "withdrawn", "gone",
                                   "time", "heard", ""))
        if what == "night":
            self._night()
        elif what == "plan":
            self._plan(hours(self.chance.randrange(1, 99)))
        elif what == "earlier":
            self._plan(-hours(self.chance.randrange(1, 99)))
        elif what == "withdrawn" and self.held:
            said = self.chance.choice(self.held)
            self._hold(replace(said, state=State.WITHDRAWN,
                               recorded_at=said.recorded_at + hours(1)))
        elif what == "gone" and self.held:
            self.held.remove(self.chance.choice(self.held))
        elif what == "time":
            self.now = EVENING + self.chance.randrange(9) * DAY
        elif what == "heard":
            self.reach = self._heard()

    def _night(self) -> None:
        number = self.chance.randrange(NIGHTS)
        start = EVENING + number * DAY
        self._hold(away("riverside", f"A{number}", start, start + hours(3),
                        recorded_at=start + hours(self.chance.randrange(4, 40))))

    def _plan(self, after: timedelta) -> None:
        plan = made(PlanRecorded, "council", f"P{self.chance.randrange(PLANS)}",
                    start=Moment(at=EVENING), recorded_at=EVENING + after)
        self._hold(replace(plan, kind=self.chance.choice((PlanKind.CP, PlanKind.CIN))))

    def _hold(self, said: Statement) -> None:
        self.held.append(replace(said, event_id=UUID(int=self.chance.getrandbits(120))))

    def _heard(self) -> Reach:
        until: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = {}
        if self.chance.random() < 0.7:
            until["council", System.SSD, "all"] = (
                EVENING + self.chance.randrange(6) * DAY, (PLAN,))
        return Reach(until)

    def case(self, memory: Memory | None) -> Case:
        """The child as it is now."""
        return build_case("child", [Received(each, EVENING - DAY) for each in self.held],
                          now=self.now, partnership=case_of().partnership, reach=self.reach,
                          memory=memory)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("seed", range(4))
def test_an_answer_is_kept_only_while_all_that_was_asked_for_it_is_the_same(
    asked: str, seed: int
) -> None:
    """Whatever a judge looks at of records that its answer is not about, and whatever became of
    them meanwhile."""
    def judge(case: Case, _: None, row: Row) -> Iterator[object]:
        yield row, ASKED[asked](case, row)

    life, memory = Life(seed), Memory()
    for _ in range(STEPS):
        life.step()
        without, with_one = (
            list(each_of(case, None, case.current(Row), judge))
            for case in (life.case(None), life.case(memory)))

        assert without == with_one


def test_when_something_was_received_is_not_handed_out_to_who_is_watched() -> None:
    """Taken for nobody having heard it, an answer would rest on when it was written instead."""
    life = Life(0)
    life.step()
    night = away("riverside", "A0", EVENING, EVENING + hours(3), recorded_at=EVENING)
    life.held.append(night)

    with pytest.raises(UnwatchedError):
        heard_since(Watched(life.case(None)), night, lambda each: each.returned)


def together(rows: Sequence[Row]) -> tuple[str, ...]:
    """What a group is made into."""
    return tuple(each.record for each in rows)


def test_of_the_very_same_things_the_very_same_is_made() -> None:
    """And of others anew: of the same records in other versions, and of more of them."""
    life, memory = Life(0), Memory()
    nights = [away("riverside", f"A{each}", EVENING + each * DAY, recorded_at=EVENING + each * DAY)
              for each in range(3)]
    life.held += nights
    first, second, third = nights
    groups = [(first, second), (third,), (third,)]

    before = made_of(life.case(memory), groups, together)
    after = made_of(life.case(memory), [(first, second, third), (third,)], together)

    assert [("A0", "A1"), ("A2",), ("A2",)] == before
    assert [("A0", "A1", "A2"), ("A2",)] == after
    assert before[1] is after[1]
    assert made_of(life.case(None), groups, together) == before


def test_what_is_made_of_the_records_of_a_type_is_kept_while_they_are_the_same() -> None:
    """A record of another type changes nothing; one more of the type, or another limit, does."""
    memory, plan = Memory(), made(PlanRecorded, "council", "P1", start=Moment(at=EVENING))
    life = Life(0)

    def records(given: int, *said: Statement) -> list[str]:
        life.held += said
        return life.case(memory).of_type(PlanRecorded, "records", given, lambda held: [
            each.record for each in held][:given])

    first = records(2, plan)
    same = records(2, away("riverside", "A1", EVENING))
    fewer = records(0)
    more = records(2, made(PlanRecorded, "council", "P2", start=Moment(at=EVENING)))

    assert first is same
    assert (["P1"], [], ["P1", "P2"]) == (first, fewer, more)
