"""What a worker remembers of large children: bounded, and read anew where it is stored anew."""
from collections.abc import Sequence

import pytest

from broker.event.envelope import Statement
from broker.pipeline import evaluate
from broker.pipeline.remembered import Memories
from tests.case.told import EVENING, call
from tests.pipeline.conftest import ABSENCES, KAYLEIGH_AT_HOME, MISSING_FROM_HOME, RESIDENTS, Bench


class Read:
    """Reads statements from bytes, and notes which."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def __call__(self, event_id: bytes, value: bytes) -> Statement:
        self.read.append(value)
        return call(f"NV{event_id.decode()}/{value.decode()}", EVENING)


def records(said: Sequence[Statement]) -> list[str]:
    """The records that these are of."""
    return [each.record for each in said]


def test_the_same_bytes_are_read_once() -> None:
    """Only what came since is read."""
    remembered, read = Memories(many=2), Read()
    first = remembered.read("home:c1", [(b"1", b"a"), (b"2", b"b")], read)

    second = remembered.read("home:c1", [(b"1", b"a"), (b"3", b"c"), (b"2", b"b")], read)

    assert [b"a", b"b", b"c"] == read.read
    assert ["NV1/a", "NV3/c", "NV2/b"] == records(second)
    assert first[0] is second[0]


def test_what_is_stored_anew_under_its_id_is_read_anew() -> None:
    """It is known by all that is stored of it."""
    remembered, read = Memories(many=1), Read()
    remembered.read("home:c1", [(b"1", b"a")], read)

    assert ["NV1/b"] == records(remembered.read("home:c1", [(b"1", b"b")], read))


def test_what_is_stored_no_more_is_not_remembered() -> None:
    """An erased statement goes with the next look."""
    remembered, read = Memories(many=1), Read()
    remembered.read("home:c1", [(b"1", b"a"), (b"2", b"b")], read)
    remembered.read("home:c1", [(b"2", b"b")], read)

    remembered.read("home:c1", [(b"1", b"a"), (b"2", b"b")], read)

    assert [b"a", b"b", b"a"] == read.read


def test_of_few_statements_nothing_is_remembered() -> None:
    """Nor is what was, once they are few."""
    remembered = Memories(many=3)
    memory = remembered.of("child", 3)

    assert memory is remembered.of("child", 4)
    assert remembered.of("child", 2) is None
    assert remembered.of("child", 3) not in (memory, None)


def test_who_was_not_looked_at_for_longest_is_forgotten_first() -> None:
    """So that all together stay within bounds."""
    remembered = Memories(many=1, at_most=10)
    first, second = remembered.of("first", 4), remembered.of("second", 4)
    assert remembered.of("first", 5) is first

    remembered.of("third", 5)

    assert remembered.of("first", 5) is first
    assert remembered.of("second", 4) is not second


def test_a_look_that_is_broken_off_leaves_nothing(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have left half of what it was about to remember."""
    made: list[Memories] = []

    def remembered() -> Memories:
        made.append(Memories())
        return made[-1]

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluate, "Memories", remembered)
    monkeypatch.setattr(evaluate, "may_stand", interrupt)
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    with pytest.raises(KeyboardInterrupt):
        bench.concord.check()

    assert 2 == len(made)
    assert made[0] is not made[1]
