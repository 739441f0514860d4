"""Dividing lanes among workers through a real consumer group."""
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import pytest
from kafka import KafkaAdminClient

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_group import GroupAssignment
from broker.backends.memory import MemoryLog
from broker.backends.whole import Everything
from broker.errors import ConfigError
from broker.log import topics
from broker.log.records import Lane
from broker.log.settings import settings_of
from compose.local.servers import KafkaServer
from tests.backends.kafka_places import address_of, make

TOPICS = (topics.inbox("police"), topics.inbox("council"), topics.PEOPLE)
EVERY = frozenset((*(Lane(topic, number) for topic in TOPICS[:2] for number in range(4)),
                   Lane(topics.PEOPLE, 0)))
DIVIDED_SECONDS_MAX = 60.0


@pytest.fixture
def address(kafka_server: KafkaServer, namespace: str) -> KafkaAddress:
    """A namespace of this test's own, with topics."""
    address = address_of(kafka_server, namespace)
    make(address, *map(settings_of, TOPICS))
    return address


@pytest.fixture
def join(address: KafkaAddress) -> Iterator[Callable[[], GroupAssignment]]:
    """Add a worker; all leave at the end."""
    joined: list[GroupAssignment] = []

    def another() -> GroupAssignment:
        joined.append(GroupAssignment(address, "intake", TOPICS))
        return joined[-1]

    yield another
    for each in joined:
        each.close()


def divided(*workers: GroupAssignment, having: int = 0) -> list[frozenset[Lane]]:
    """What each has once every lane has one of these workers, all of whom (or so many of them)
    have some."""
    end = monotonic() + DIVIDED_SECONDS_MAX
    while monotonic() < end:
        shares = [each.lanes() for each in workers]
        if (EVERY == frozenset().union(*shares) and len(EVERY) == sum(map(len, shares))
                and (having or len(workers)) == sum(map(bool, shares))):
            return shares
        sleep(0.01)
    raise AssertionError(f"not divided: {[sorted(each) for each in shares]}")


def test_one_worker_has_everything(join: Callable[[], GroupAssignment]) -> None:
    """The share of whoever is alone."""
    assert [EVERY] == divided(join())


def test_every_lane_has_one_worker_whoever_comes_and_goes(
    join: Callable[[], GroupAssignment],
) -> None:
    """Added, added, removed, added, removed."""
    first, second = join(), join()
    sizes = [len(divided(first, second))]
    third = join()
    sizes.append(len(divided(first, second, third)))
    first.close()
    sizes.append(len(divided(second, third)))
    fourth = join()
    sizes.append(len(divided(second, third, fourth)))
    second.close()
    third.close()
    sizes.append(len(divided(fourth)))

    assert [2, 3, 2, 3, 1] == sizes


def test_lanes_of_one_number_go_to_one_worker(join: Callable[[], GroupAssignment]) -> None:
    """What different topics say of a subject meets there."""
    shares = divided(join(), join())
    numbers = [{lane.partition for lane in share if lane.topic == topic}
               for topic in TOPICS[:2] for share in shares]

    assert (numbers[0], numbers[1]) == (numbers[2], numbers[3])
    assert not numbers[0] & numbers[1]


def test_a_worker_too_many_has_nothing(join: Callable[[], GroupAssignment]) -> None:
    """And waits until another goes."""
    workers = [join() for _ in range(5)]
    shares = divided(*workers, having=4)
    idle = shares.index(frozenset())
    workers[(idle + 1) % 5].close()

    assert 4 == len(divided(*(each for each in workers if each is not workers[(idle + 1) % 5])))


def test_one_that_left_is_asked_again(join: Callable[[], GroupAssignment]) -> None:
    """It joins anew: nobody has to build another."""
    worker = join()
    divided(worker)
    worker.close()

    assert [EVERY] == divided(worker)


def test_one_that_stops_asking_is_taken_for_gone(
    address: KafkaAddress, join: Callable[[], GroupAssignment],
) -> None:
    """Its lanes go to whoever still asks; it has them again when it asks again."""
    stuck = GroupAssignment(address, "intake", TOPICS, silence_seconds_max=3.0)
    divided(stuck)
    other = join()
    divided(other, having=1)
    both = divided(other, stuck)
    stuck.close()

    assert [True, True] == [bool(share) for share in both]


def test_nothing_is_committed_for_the_group(
    address: KafkaAddress, join: Callable[[], GroupAssignment],
) -> None:
    """Positions are the store's."""
    divided(join())
    admin = KafkaAdminClient(**address.admin())
    committed = admin.list_group_offsets(address.topic("intake"))
    admin.close()

    assert not [each for each in committed.values() if each]


def test_a_topic_that_is_missing_is_an_error(address: KafkaAddress) -> None:
    """And is not made by asking for it."""
    with pytest.raises(ConfigError, match=r"no topic safeguarding\.inbox\.riverside"):
        GroupAssignment(address, "intake", [*TOPICS, topics.inbox("riverside")])


def test_whoever_works_alone_has_everything() -> None:
    """Where there is no group there is no division."""
    share = Everything(MemoryLog(), TOPICS)
    lanes = share.lanes()
    share.close()

    assert EVERY == lanes
