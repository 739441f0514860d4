"""How surely each row of a file belongs to its person, and where a person should look."""
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from broker.identity.table.doubts import (
    KIN,
    OTHER_ROWS,
    RIVALS,
    Bounds,
    Doubtful,
    Doubts,
    doubts_of,
)
from broker.identity.table.entities import Settings
from broker.identity.table.fitted import Fitted
from broker.identity.table.link import link, link_columns
from broker.identity.table.people import people_of

NOTHING_KNOWN = Fitted((), 0.5)
FATHER, SON = 500, 900
CLOSE_KIN = {"given": ["Ann", "Amy", "Ben"], "family": ["Wragg", "Wragg", "Okonjo"],
             "birth_date": ["2010-08-08", "2010-08-08", "2004-02-19"],
             "postcode": ["YO1 7HH", "YO1 7HH", "LS1 4AP"], "phone": ["01904 111222"] * 2 + [""]}


def doubts(group: Sequence[int], edges: Mapping[tuple[int, int], float], *,
           least: float = 0.2, threshold: float = 0.95, most: int = 10,
           days: Mapping[int, int] | None = None) -> Doubts:
    """The doubts about people put together by hand, from scored pairs."""
    one, other = (np.array([pair[side] for pair in edges], np.int64) for side in (0, 1))
    born = np.full(len(group), -1, np.int64)
    for row, day in (days or {}).items():
        born[row] = day
    return doubts_of(np.array(group), born, (one, other, np.array(list(edges.values()),
                                                                   np.float32)),
                     Settings(join_bits=4.25), NOTHING_KNOWN, Bounds(least, threshold, most))


def rounded(found: Doubts) -> list[float]:
    """Each row's probability to six places."""
    return [round(each, 6) for each in found.probabilities.tolist()]


def looked_at(found: Doubts) -> list[tuple[int, int, float, bool]]:
    """What to look at, without what speaks for and against it."""
    return [(each.one, each.other, round(each.probability, 6), each.joined)
            for each in found.doubtful]


def test_a_row_is_weighed_against_every_person_and_against_being_somebody_else() -> None:
    """Six bits are odds of 64; of two rows, one never compared (-6), the average is doubled."""
    found = doubts([0, 0, 2], {(0, 1): 6.0, (0, 2): 1.0})

    assert rounded(found) == [
        round(64 / (64 + 2 + 1), 6), round(64 / (64 + 1), 6), round(1 / (1 + 2 * 2 ** -2.5), 6)]


def test_one_pair_however_strong_does_not_make_certain() -> None:
    """It counts twelve bits, as where people are put together."""
    assert [round(4096 / 4097, 6)] * 2 == rounded(doubts([0, 0], {(0, 1): 30.0}))


def test_a_row_that_nothing_resembles_is_certainly_somebody_of_its_own() -> None:
    """And one that resembles another is so less, where nobody was joined."""
    assert [0.2, 0.2, 1.0] == rounded(doubts([0, 1, 2], {(0, 1): 2.0}))


def test_the_likeliest_mistakes_come_first_whether_joined_or_left_apart() -> None:
    """Each with its strongest pair, and with what else speaks against it."""
    found = doubts([0, 0, 2], {(0, 1): 6.0, (0, 2): 1.0, (1, 2): -3.0}, threshold=0.96)
    odds = 2 * 2 ** -1  # of two rows, each one bit against it

    assert [Doubtful(0, 2, odds / (odds + 1), False, (), (OTHER_ROWS,)),
            Doubtful(0, 1, 64 / 67, True, (), ())] == list(found.doubtful)
    assert 0 == found.left_out


def test_a_row_that_fits_two_people_alike_is_shown_with_both() -> None:
    """As each alone would be likely."""
    found = doubts([0, 1, 2], {(0, 2): 2.0, (1, 2): 2.0})

    assert [(0, 2, round(4 / 9, 6), False), (1, 2, round(4 / 9, 6), False)] == looked_at(found)
    assert {(RIVALS,)} == {each.speaks_against for each in found.doubtful}


def test_two_people_left_apart_are_shown_once_by_their_strongest_pair() -> None:
    """The smaller is weighed as a whole: six pairs of three bits, before a larger one."""
    every = {(row, other): 3.0 for row in (0, 1, 2) for other in (3, 4)}
    inside = {(0, 1): 12.0, (0, 2): 12.0, (1, 2): 12.0, (3, 4): 12.0}
    found = doubts([0, 0, 0, 3, 3], {**every, **inside, (2, 3): 4.0})
    odds = 3 * 2 ** (19 / 6)

    assert [(2, 3, round(odds / (odds + 1), 6), False)] == looked_at(found)


def test_two_rows_of_one_person_in_doubt_because_of_each_other_are_shown_once() -> None:
    """With the lower of the two probabilities."""
    found = doubts([0, 0, 2], {(0, 1): 3.0, (0, 2): -1.0})

    assert [(0, 1, round(8 / (8 + 0.5 + 1), 6), True)] == looked_at(found)


@pytest.mark.parametrize(("least", "shown"), [(0.8, 1), (0.81, 0)])
def test_what_lies_below_the_bound_is_not_shown(least: float, shown: int) -> None:
    """Two bits are four to one."""
    assert shown == len(doubts([0, 1], {(0, 1): 2.0}, least=least).doubtful)


@pytest.mark.parametrize(("threshold", "shown"), [(0.8, 0), (0.81, 1)])
def test_what_was_joined_is_shown_below_the_threshold(threshold: float, shown: int) -> None:
    """Two bits are four to one."""
    assert shown == len(doubts([0, 0], {(0, 1): 2.0}, threshold=threshold).doubtful)


def test_no_more_is_shown_than_may_be_and_what_is_left_out_is_counted() -> None:
    """The likeliest stay."""
    pairs = {(2 * row, 2 * row + 1): float(row) for row in range(4)}
    found = doubts(list(range(8)), pairs, most=2)

    assert [(6, 7), (4, 5)] == [(each.one, each.other) for each in found.doubtful]
    assert 2 == found.left_out


def test_two_people_born_on_two_days_are_not_in_doubt() -> None:
    """Several rows of each say so, and neither speaks against the other's."""
    edges = {(0, 1): 10.0, (2, 3): 10.0, (0, 2): 9.0, (1, 3): 9.0}
    days = {0: FATHER, 1: FATHER, 2: SON, 3: SON}

    assert [] == looked_at(doubts([0, 0, 2, 2], edges, days=days))
    assert [round(1024 / 1025, 6)] * 4 == rounded(doubts([0, 0, 2, 2], edges, days=days))
    assert [(0, 2)] == [(one, other) for one, other, _, _ in looked_at(
        doubts([0, 0, 2, 2], edges))]


def test_what_speaks_for_and_against_is_said_strongest_first_with_its_bits() -> None:
    """And that kin may have as much in common: two girls of one household, born on one day."""
    found = link(people_of(CLOSE_KIN, {}), bounds=Bounds(0.01, 0.95, 10)).doubts

    assert found is not None
    assert [(("birth date: same date (+13.2)", "postcode: same (+7.6)",
              "name: another given name, 8 bits or more in common (+6.0)"),
             (f"{KIN} (-17.0)", "phone: same, 0 bits rare (-0.3)"))] == [
        (each.speaks_for, each.speaks_against) for each in found.doubtful]


@pytest.mark.parametrize("columns", [
    {"given": ["Amy"]}, {"given": ["", ""]}, {"given": ["Amy", "Ben"]}],
    ids=["one row", "no name", "nothing in common"])
def test_where_nothing_is_compared_nobody_is_in_doubt(columns: dict[str, list[str]]) -> None:
    """Each row is somebody of its own."""
    found = link(people_of(columns, {}), bounds=Bounds(0.5, 0.95, 10)).doubts

    assert found is not None
    assert ([1.0] * len(columns["given"]), ()) == (found.probabilities.tolist(), found.doubtful)


def test_the_order_of_rows_is_no_matter() -> None:
    """The same rows are in doubt, by their new places."""
    order = [2, 0, 1]
    shuffled = {name: [texts[row] for row in order] for name, texts in CLOSE_KIN.items()}
    bounds = Bounds(0.01, 0.95, 10)
    found = link_columns(CLOSE_KIN, {}, ["1", "2", "3"], bounds=bounds).doubts
    again = link_columns(shuffled, {}, ["3", "1", "2"], bounds=bounds).doubts

    assert found is not None
    assert again is not None
    assert [(0, 1)] == [(each.one, each.other) for each in found.doubtful]
    assert [(1, 2)] == [(each.one, each.other) for each in again.doubtful]
    assert found.probabilities[order].tolist() == again.probabilities.tolist()


def test_who_is_one_person_does_not_depend_on_asking_for_doubts() -> None:
    """Nor is anything looked for unasked."""
    asked = link_columns(CLOSE_KIN, {}, ["1", "2", "3"], bounds=Bounds(0.01, 0.95, 10))
    unasked = link_columns(CLOSE_KIN, {}, ["1", "2", "3"])

    assert asked.people.tolist() == unasked.people.tolist()
    assert unasked.doubts is None


def test_a_twin_whose_name_is_the_wrong_way_round_is_shown() -> None:
    """She fits the other's row in all but the given name."""
    found = link(people_of({
        "given": ["Ava", "Isla", "Thornbeck"], "family": ["Thornbeck", "Thornbeck", "Ava"],
        "birth_date": ["2012-05-06"] * 3, "postcode": ["ES2 2AA"] * 3}, {}),
        bounds=Bounds(0.5, 0.95, 10))

    assert found.doubts is not None
    assert [(1, 2, False)] == [(each.one, each.other, each.joined)
                               for each in found.doubts.doubtful]
