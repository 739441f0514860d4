"""What is kept of earlier looks at a child, and when it is worked out again."""
import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import FunctionType, ModuleType
from uuid import UUID

import pytest

from broker.case.absences import accounts_of
from broker.case.calendar import day_of
from broker.case.case import Case, Received, RecordKey, build_case
from broker.case.memory import Memory
from broker.case.occasions import occasions_of
from broker.case.reach import Reach, Refused
from broker.case.recall import SPARE, each_of
from broker.event.care import PlanRecorded
from broker.event.envelope import Statement
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import State, System, Whereabouts
from tests.case.told import EVENING, away, call, case_of, dates, hours, made

DAY = timedelta(days=1)
NOW = EVENING + 30 * DAY
UNHEARD = Reach()


class Asked:
    """A judge of rows that counts how often it is asked, and says what `says` gives of a case."""

    def __init__(self, says: object) -> None:
        self.says = says
        self.times = 0

    def __call__(self, case: Case, _: object, row: MissingEpisodeRecorded) -> Iterator[object]:
        self.times += 1
        assert callable(self.says)
        yield self.says(case, row)


def looked(memory: Memory | None, *said: Statement, now: datetime = NOW,
           reach: Reach = UNHEARD) -> Case:
    """The child with these records, as of `now`."""
    like = case_of()
    return build_case("child", [Received(each, EVENING) for each in said], now=now,
                      partnership=like.partnership, reach=reach, memory=memory)


def night(number: int, log: str | None = None) -> MissingEpisodeRecorded:
    """A home's account of a night so many days after the first."""
    start = EVENING + number * DAY
    return away("riverside", f"A{number}", start, start + hours(3), log=log,
                recorded_at=start + hours(4))


def answers(judge: Asked, case: Case, given: object = None) -> list[object]:
    """What the judge says of every row."""
    return list(each_of(case, given, case.current(MissingEpisodeRecorded), judge))


def accounts(case: Case) -> list[list[str]]:
    """The records of each account of an absence."""
    return [[row.record for row in each.rows] for each in accounts_of(case)]


def held_by(root: object) -> Iterator[object]:
    """All that can be come to from here, classes and functions aside."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and not isinstance(each, type | FunctionType | ModuleType):
            seen.add(id(each))
            yield each
            waiting += gc.get_referents(each)


def test_what_is_as_it_was_is_not_asked_again() -> None:
    """Only the new night is."""
    memory, judge = Memory(), Asked(lambda _, row: row.record)
    answers(judge, looked(memory, night(0), night(1)))
    judge.times = 0

    found = answers(judge, looked(memory, night_0 := night(0), night(1), night(2)))

    assert ["A0", "A1", "A2"] == found
    assert 3 == judge.times, "they were other objects: nothing is taken for what it may not be"
    judge.times = 0
    again = looked(memory, night_0)
    assert (["A0"], 1) == (answers(judge, again), judge.times), "some are gone: all is asked anew"
    assert (["A0"], 1) == (answers(judge, looked(memory, night_0)), judge.times)


def test_an_earlier_version_that_comes_later_is_noticed() -> None:
    """The record now says the same, and has said something else before."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, row: len(case.versions(row)))
    earlier = replace(row, event_id=UUID(int=9), recorded_at=row.recorded_at - DAY)
    assert [1] == answers(judge, looked(memory, row))

    assert [2] == answers(judge, looked(memory, row, earlier))


def test_a_moment_that_comes_and_goes_is_noticed() -> None:
    """The answer is kept from one such moment to the next, and not behind it or before."""
    memory, row, due = Memory(), night(0), EVENING + 3 * DAY
    judge = Asked(lambda case, _: (case.now < due, case.now <= due,
                                   case.now - EVENING > 9 * DAY))
    times = (EVENING, due - hours(1), due, due + hours(1), due + 8 * DAY, due, EVENING)

    found = [answers(judge, looked(memory, row, now=each))[0] for each in times]

    before, at_it, after = (True, True, False), (False, True, False), (False, False, False)
    assert [before, before, at_it, after, (False, False, True), at_it, before] == found
    assert 6 == judge.times


def test_a_feed_that_is_heard_further_matters_once_it_is_heard_that_far() -> None:
    """Being heard a little further changes no answer."""
    memory, row, due = Memory(), night(0), EVENING + 3 * DAY

    def heard(case: Case, _: object) -> str:
        until = case.reach.of("riverside", "MissingEpisodeRecorded")
        return "never" if until is None else "not so far" if until < due else "so far"

    judge = Asked(heard)
    reaches = [Reach(), *(Reach({("riverside", System.FILES, "all"): (
        at, ("MissingEpisodeRecorded",))}) for at in (EVENING, due - hours(1), due))]

    found = [answers(judge, looked(memory, row, reach=each))[0] for each in reaches]

    assert ["never", "not so far", "not so far", "so far"] == found
    assert 3 == judge.times


def test_a_feed_that_is_heard_no_more_at_all_is_noticed() -> None:
    """Also by who asked no more than whether it had ever been heard."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, _: case.reach.of("riverside", "MissingEpisodeRecorded") is None)
    heard = Reach({("riverside", System.FILES, "all"): (NOW, ("MissingEpisodeRecorded",))})

    found = [answers(judge, looked(memory, row, reach=each))[0]
             for each in (heard, Reach(), heard)]

    assert [False, True, False] == found


def test_nothing_is_kept_of_what_is_stored_no_more() -> None:
    """Neither a statement that was erased, nor what was made of it."""
    memory, judge = Memory(), Asked(lambda _, row: row.record)
    gone = night(1)
    for said in ((night(0), gone), (night(0),)):
        case = looked(memory, *said)
        answers(judge, case)
        occasions_of(case)
        del case, said

    assert [] == [each for each in held_by(memory) if each is gone
                  or (isinstance(each, RecordKey) and each == RecordKey.of(gone))]


def test_rows_that_could_not_be_read_are_noticed() -> None:
    """Also where nothing was unreadable before."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, _: case.reach.unreadable_since(
        "riverside", "MissingEpisodeRecorded", EVENING))
    table = "riverside", System.FILES, "all"
    told: dict[tuple[str, System, str], tuple[datetime, tuple[str, ...]]] = {
        table: (NOW, ("MissingEpisodeRecorded",))}
    assert [False] == answers(judge, looked(memory, row, reach=Reach(told)))

    assert [True] == answers(judge, looked(memory, row, reach=Reach(told, {table: NOW})))


def test_files_that_could_not_be_read_are_noticed() -> None:
    """Whether, and since when; also where all could be read before, or can be now."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, _: case.reach.refused_since(
        "riverside", "MissingEpisodeRecorded", EVENING))
    table = "riverside", System.FILES, "all"
    refused = [{}, *({table: Refused(at, NOW, ("MissingEpisodeRecorded",))}
                     for at in (NOW, EVENING)), {}]

    found = [answers(judge, looked(memory, row, reach=Reach(refused=each)))[0]
             for each in refused]

    assert [None, NOW, EVENING, None] == found


@pytest.mark.parametrize("through_a_fact", [False, True])
def test_records_that_were_looked_at_are_noticed(through_a_fact: bool) -> None:
    """A plan matters to whoever asked for plans, be it through what was worked out of them."""
    memory, row = Memory(), night(0)

    def plans(case: Case, _: object) -> int:
        return case.once("plans", lambda: len(case.current(PlanRecorded))) if through_a_fact \
            else len(case.current(PlanRecorded))

    judge, plan = Asked(plans), made(PlanRecorded, "council", "P1")
    other = call("NV1/1", EVENING)
    ended = replace(plan, event_id=UUID(int=8), state=State.WITHDRAWN,
                    recorded_at=plan.recorded_at + DAY)

    found = [answers(judge, looked(memory, *said))[0] for said in (
        (row,), (row, other), (row, other, plan), (row, other, plan, ended), (row, other, plan))]

    assert [0, 0, 1, 0, 1] == found
    assert 4 == judge.times


def test_other_limits_are_noticed() -> None:
    """What a judge is given is part of what its answer rests on."""
    memory, row, judge = Memory(), night(0), Asked(lambda *_: "said")
    case = looked(memory, row)

    assert ["said"] == answers(judge, case, 1) == answers(judge, case, 2) == answers(
        judge, case, 2)
    assert 2 == judge.times


def test_the_name_of_an_agency_that_changed_is_noticed() -> None:
    """Sentences name agencies."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, _: case.partnership.agencies["riverside"].name)
    case = looked(memory, row)
    agencies = case.partnership.agencies
    renamed = replace(case.partnership, agencies={
        **agencies, "riverside": replace(agencies["riverside"], name="The Lodge")})
    before = answers(judge, case)

    case.partnership = renamed

    assert ["The Lodge"] == answers(judge, case)
    assert ["The Lodge"] != before


def test_what_asks_for_the_day_it_is_is_asked_every_time() -> None:
    """A day cannot be noted as a moment can."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, _: day_of(case.now))

    found = [answers(judge, looked(memory, row, now=NOW + number * DAY))[0]
             for number in range(3)]

    assert [day_of(NOW + number * DAY) for number in range(3)] == found


def test_a_moment_that_moves_is_not_kept_in_an_answer() -> None:
    """An answer that holds the time of the look is one of that look alone."""
    memory, row = Memory(), night(0)
    judge = Asked(lambda case, row: (row.record, min(case.now, NOW + 99 * DAY)))

    found = [answers(judge, looked(memory, row, now=NOW + number * DAY))[0]
             for number in range(2)]

    assert [("A0", NOW), ("A0", NOW + DAY)] == found


def test_a_log_number_brings_nights_together_that_nothing_else_does() -> None:
    """A record that names the number of a night long ago is divided anew with that night."""
    memory, nights = Memory(), [night(0, log="NV123"), night(1)]
    occasions_of(looked(memory, *nights))
    far = away("police", "M1", EVENING + 9 * DAY, EVENING + 10 * DAY, log="NV123")

    found = occasions_of(looked(memory, *nights, far))

    assert occasions_of(looked(None, *nights, far)) == found
    assert [{"A0", "M1"}, {"A1"}] == [{row.record for row in each.rows} for each in found]


def test_a_night_that_has_to_do_with_nothing_new_stays_the_very_same() -> None:
    """So all that was worked out of it stays."""
    memory, nights = Memory(), [night(0), night(1)]
    before = occasions_of(looked(memory, *nights))

    after = occasions_of(looked(memory, *nights, night(2)))

    assert [True, True] == [one is other for one, other in zip(before, after, strict=False)]
    assert 3 == len(after)


@pytest.mark.parametrize("remembered", [True, False])
def test_a_councils_episode_in_dates_that_comes_later_is_joined_to_the_one_it_touches(
    remembered: bool,
) -> None:
    """Away to a known place and then missing, told one at a time, is one account of one absence;
    and two again once the council has withdrawn one of them."""
    memory, home = Memory(), night(20)
    first = dates("A", EVENING, EVENING + DAY, kind=Whereabouts.AWAY_KNOWN)
    then = dates("M", EVENING + DAY, EVENING + 2 * DAY)
    last = dates("Z", EVENING + 3 * DAY, EVENING + 4 * DAY, kind=Whereabouts.AWAY_KNOWN)
    withdrawn = replace(then, event_id=UUID(int=7), state=State.WITHDRAWN,
                        recorded_at=then.recorded_at + DAY)
    steps = [(home, first, last), (home, first, last, then), (home, first, last, then, withdrawn)]

    found = [accounts(looked(memory if remembered else None, *said)) for said in steps]

    assert [[["A"], ["Z"], ["A20"]], [["A", "M", "Z"], ["A20"]],
            [["A"], ["Z"], ["A20"]]] == found


def test_an_account_goes_with_its_record_and_the_others_stay_the_very_same() -> None:
    """A night that the home has withdrawn is none; one that it writes anew is another."""
    memory, nights = Memory(), [night(0), night(1), night(2)]
    before = accounts_of(looked(memory, *nights))
    withdrawn = replace(nights[1], event_id=UUID(int=7), state=State.WITHDRAWN,
                        recorded_at=nights[1].recorded_at + DAY)
    anew = replace(nights[2], event_id=UUID(int=8), recorded_at=nights[2].recorded_at + DAY)

    after = accounts_of(looked(memory, *nights, withdrawn, anew))

    assert [(nights[0],), (anew,)] == [each.rows for each in after]
    assert before[0] is after[0]
    episode = dates("E", EVENING - 9 * DAY, EVENING - 8 * DAY)
    later = accounts_of(looked(memory, *nights, withdrawn, anew, episode))
    assert [True, True] == [any(one is each for one in later) for each in after]


@pytest.mark.parametrize(("kept", "asked_again"), [(2, 0), (1 + SPARE, 0), (2 + SPARE, 1 + SPARE)])
def test_answers_about_what_is_asked_about_no_more_are_let_go_once_they_are_many(
    kept: int, asked_again: int,
) -> None:
    """A few are kept beside those that are asked about, in case they come back."""
    memory, judge = Memory(), Asked(lambda _, row: row.record)
    case = looked(memory, *(night(number) for number in range(kept)))
    rows = case.current(MissingEpisodeRecorded)
    for about in (rows, rows[:1]):
        list(each_of(case, None, about, judge))
    judge.times = 0

    assert [row.record for row in rows] == answers(judge, case)
    assert asked_again == judge.times
