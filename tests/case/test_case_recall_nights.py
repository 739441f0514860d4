"""Nights in a row that a council dates, remembered: divided as by a look without a memory."""
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from broker.case.case import Case, Received, build_case
from broker.case.memory import Memory
from broker.case.occasions import occasions_of
from broker.case.reach import Reach
from broker.event.envelope import Statement
from broker.vocabulary.words import State
from tests.case.told import EVENING, away, call, case_of, dates, heard, hours

DAY = timedelta(days=1)
NIGHTS, STEPS = 9, 25


def told_of(chance: Random, number: int, late: timedelta) -> Iterator[Statement]:
    """What a home, the police and a council have of one night of a row: any of them may have
    nothing, and the council may date it so much later than it was."""
    start = EVENING + number * DAY
    end = start + hours(chance.choice((0.5, 0.5, 0.5, 3)))
    if chance.random() < 0.9:
        yield away("riverside", f"A{number}", start, end)
    if chance.random() < 0.3:
        yield away("police", f"M{number}", start, end)
    if chance.random() < 0.3:
        yield call(f"NV{number}/1", start + hours(1))
    if chance.random() < 0.9:
        yield dates(f"E{number}", start + late, end + late)


def case(memory: Memory | None, held: list[Statement], reach: Reach) -> Case:
    """The child with these records, of agencies heard so far."""
    return build_case("child", [Received(each, EVENING) for each in held],
                      now=EVENING + 30 * DAY, partnership=case_of().partnership, reach=reach,
                      memory=memory)


@pytest.mark.parametrize("seed", range(24))
def test_nights_in_a_row_are_divided_as_without_a_memory(seed: int) -> None:
    """In whatever order they came, one by one or several at once, withdrawn and gone again;
    and however far the agencies were heard meanwhile."""
    chance, memory = Random(seed), Memory()
    waiting = [replace(each, event_id=UUID(int=chance.getrandbits(120)),
                       recorded_at=EVENING + 20 * DAY)
               for number in range(NIGHTS)
               for each in told_of(chance, number, chance.choice((0, 1, 1, 1, 1, 1)) * DAY)]
    chance.shuffle(waiting)
    held = [waiting.pop() for _ in range(len(waiting) // 2)]
    occasions_of(case(memory, held, heard(EVENING + 30 * DAY)))
    for _ in range(STEPS):
        held += [waiting.pop() for _ in range(chance.choice((1, 1, 1, 2, 5))) if waiting]
        what = chance.choice(("", "", "", "withdrawn", "gone"))
        if what == "withdrawn":
            said = chance.choice(held)
            held.append(replace(said, event_id=UUID(int=chance.getrandbits(120)),
                                state=State.WITHDRAWN, recorded_at=said.recorded_at + DAY))
        elif what == "gone":
            waiting.append(held.pop(chance.randrange(len(held))))
        reach = heard(EVENING + chance.choice((30, 30, 30, chance.randrange(2 * NIGHTS))) * DAY)

        remembered = occasions_of(case(memory, held, reach))

        assert occasions_of(case(None, held, reach)) == remembered
