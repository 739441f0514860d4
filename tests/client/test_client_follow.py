"""A consuming system: what it is told, from where it had come, whatever lies in between."""
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from broker.client import Agency, Message, Unreadable
from broker.client.following import UNEXPECTED, Start
from broker.errors import ConfigError, RecordRejected, TemporarilyUnavailable
from broker.event.envelope import Statement
from broker.event.finding import NoticeIssued
from broker.event.own import Heartbeat
from broker.log import topics
from broker.log.records import Lane, Logged, Record
from broker.pipeline.messages import message_of
from broker.wire.codec import BAD_MAGIC_BYTE, UNKNOWN_SCHEMA_ID
from tests.client.conftest import AT, Connect, girl
from tests.pipeline.conftest import Bench

FEED = Lane(topics.feed("riverside"), topics.partition_of("riverside:riverside-1", 4))


def shown(messages: Iterable[Message]) -> list[str]:
    """What each message is, in a word."""
    return [each.value.code if isinstance(each.value, NoticeIssued)
            else each.value.type_name if isinstance(each.value, Statement)
            else each.value.reason for each in messages]


def put(bench: Bench, *values: bytes | None) -> None:
    """Write into the home's feed what Concord did not say."""
    bench.concord.log.append(FEED, [
        Record(bytes([number]), value, bench.clock.now()) for number, value in enumerate(values)])


def test_a_home_is_told_its_notices_and_what_others_say(told: Bench, connect: Connect) -> None:
    """Notices first; each as a value of its type, under the home's own id."""
    messages = list(connect("riverside").follow(wait=False))

    assert ["M01", "PersonRecorded", "IncidentRecorded"] == shown(messages)
    assert {"riverside-1"} == {
        each.value.local_id if isinstance(each.value, NoticeIssued) else each.value.subject
        for each in messages if not isinstance(each.value, Unreadable)}


def test_each_message_says_where_it_was_and_which_it_is(told: Bench, connect: Connect) -> None:
    """So that a program can keep its own positions, and know what it has seen."""
    [message, _] = connect("riverside").follow(notices=False, wait=False)

    assert isinstance(message.value, Statement)
    assert (FEED, 0, message.value.event_id, told.clock.now()) == (
        message.lane, message.position, message.event_id, message.logged_at)
    assert "Thornton" not in repr(message)


def test_a_follower_goes_on_where_it_was(
    told: Bench, connect: Connect, tmp_path: Path,
) -> None:
    """A restart repeats nothing that was handled."""
    file = tmp_path / "riverside.positions"
    first = shown(connect("riverside").follow(positions=file, wait=False))
    put(told, b"\xff")

    assert ["M01", "PersonRecorded", "IncidentRecorded"] == first
    assert [BAD_MAGIC_BYTE] == shown(connect("riverside").follow(positions=file, wait=False))
    assert [] == shown(connect("riverside").follow(positions=file, wait=False))


def test_what_was_not_handled_comes_again(
    told: Bench, connect: Connect, tmp_path: Path,
) -> None:
    """The message at hand when a program breaks off counts as not handled."""
    home = connect("riverside")
    for message in home.follow(notices=False, positions=tmp_path / "positions"):
        if message.position == 1:
            break
    home.close()

    assert ["IncidentRecorded"] == shown(connect("riverside").follow(
        notices=False, positions=tmp_path / "positions", wait=False))


def test_closing_saves_what_was_handled(
    told: Bench, connect: Connect, tmp_path: Path,
) -> None:
    """Also where somebody still holds the follower, as a traceback does."""
    with connect("riverside") as home:
        following = home.follow(positions=str(tmp_path / "positions"))
        next(following), next(following)

    assert ["PersonRecorded", "IncidentRecorded"] == shown(connect("riverside").follow(
        positions=tmp_path / "positions", wait=False))
    assert [] == list(following)


@pytest.mark.parametrize(("start", "expected"), [
    ("earliest", ["PersonRecorded", "IncidentRecorded", BAD_MAGIC_BYTE]),
    ("latest", []),
    (AT + timedelta(hours=2), [BAD_MAGIC_BYTE]),
    ({FEED: 1}, ["IncidentRecorded", BAD_MAGIC_BYTE]),
])
def test_a_follower_begins_where_it_is_told(
    told: Bench, connect: Connect, start: Start, expected: list[str],
) -> None:
    """What has no saved position begins at the start, the end, a moment, or a position."""
    told.later(hours=3)
    put(told, b"\xff")

    assert expected == shown(connect("riverside").follow(
        notices=False, start=start, wait=False))


def test_a_poisonous_message_stops_nothing(told: Bench, connect: Connect) -> None:
    """It comes as what it is, with its bytes, between its neighbours; tombstones are passed."""
    concord = told.concord
    beat = message_of(concord.codec, Heartbeat(
        heartbeat_id=girl(connect("police")).event_id, agency="police", beat_at=AT), AT)
    unknown = b"\x00\x00\x00\xff\xff--"
    put(told, b"junk", None, unknown, beat.value, None)
    concord.log.append(FEED, [Record(b"k", concord.codec.encode(girl(connect("police"))), AT)])

    messages = list(connect("riverside").follow(notices=False, wait=False))[2:]

    assert [BAD_MAGIC_BYTE, UNKNOWN_SCHEMA_ID, UNEXPECTED, "PersonRecorded"] == shown(messages)
    assert [b"junk", unknown, beat.value] == [
        each.value.raw for each in messages if isinstance(each.value, Unreadable)]


def test_by_choice_it_is_raised_and_the_next_follower_goes_on_behind_it(
    told: Bench, connect: Connect, tmp_path: Path,
) -> None:
    """A program that wants no values it does not know is stopped by each one once."""
    put(told, b"junk")
    told.concord.log.append(
        FEED, [Record(b"k", told.concord.codec.encode(girl(connect("police"))), AT)])

    def follow() -> list[str]:
        return shown(connect("riverside").follow(
            positions=tmp_path / "positions", unreadable=False, wait=False))

    with pytest.raises(RecordRejected, match=BAD_MAGIC_BYTE):
        follow()
    assert ["PersonRecorded"] == follow()


class Away:
    """A log that now and then is not there."""

    def __init__(self, bench: Bench, times: int):
        self.log = bench.concord.log
        self.times = times

    def read_each(
        self, starts: Mapping[Lane, int], limit: int, ends: Mapping[Lane, int] | None = None,
    ) -> dict[Lane, list[Logged]]:
        if self.times:
            self.times -= 1
            raise TemporarilyUnavailable("away")
        return self.log.read_each(starts, limit, ends)

    def __getattr__(self, name: str) -> object:
        return getattr(self.log, name)


def away(bench: Bench, times: int) -> Agency:
    """The home's system, on a log that is away so many times."""
    log: object = Away(bench, times)
    return Agency("riverside", log, bench.concord.codec, bench.clock)  # type: ignore[arg-type]


def test_a_follower_waits_for_a_service_that_is_away(told: Bench) -> None:
    """It goes on when the service is back, and nobody has to start it again."""
    following = away(told, 1).follow(notices=False)

    assert ["PersonRecorded", "IncidentRecorded"] == shown([next(following), next(following)])


def test_a_follower_that_does_not_wait_says_so(told: Bench) -> None:
    """What reads to the end and leaves must know that it has not been there."""
    with pytest.raises(TemporarilyUnavailable):
        list(away(told, 1).follow(wait=False))


def test_a_follower_ends_when_it_is_stopped(told: Bench, connect: Connect) -> None:
    """As from a signal: after the message at hand, which counts as handled."""
    home = connect("riverside")
    seen = []
    for message in home.follow():
        seen.append(message)
        home.stop()

    assert ["M01"] == shown(seen)


def test_a_position_behind_the_end_is_not_followed_in_silence(
    told: Bench, connect: Connect, tmp_path: Path,
) -> None:
    """A topic that was made anew would otherwise be waited at for ever."""
    (tmp_path / "positions").write_text(f'{{"{FEED.topic}/{FEED.partition}": 3}}')

    with pytest.raises(ConfigError, match="made anew"):
        list(connect("riverside").follow(positions=tmp_path / "positions", wait=False))


class Kept:
    """Positions in a program's own hands."""

    def __init__(self) -> None:
        self.positions: dict[Lane, int] = {}

    def saved(self, lanes: Collection[Lane]) -> Mapping[Lane, int]:
        return {lane: self.positions[lane] for lane in lanes if lane in self.positions}

    def save(self, positions: Mapping[Lane, int]) -> None:
        self.positions |= positions


class Share:
    """A lane that a group gives to one worker, takes away, and gives back, turn by turn."""

    def __init__(self, kept: Kept):
        self.kept = kept
        self.turns = 0
        self.closed = False

    def lanes(self) -> frozenset[Lane]:
        self.turns += 1
        if self.turns == 2:
            return frozenset()
        if self.turns == 3:
            self.kept.positions[FEED] -= 1  # whoever had it meanwhile
        return frozenset({FEED})

    def close(self) -> None:
        self.closed = True


def test_a_worker_of_a_group_goes_on_from_the_shared_positions(told: Bench) -> None:
    """Where another worker left a lane, and not where this one once was in it."""
    kept = Kept()
    share = Share(kept)
    asked: list[object] = []

    def divide(*group: object) -> Share:
        asked.append(group)
        return share

    home = Agency("riverside", told.concord.log, told.concord.codec, told.clock, divide=divide)
    following = home.follow(positions=kept, group="desk")
    seen = shown(next(following) for _ in range(3))
    home.close()

    assert ["PersonRecorded", "IncidentRecorded", "IncidentRecorded"] == seen
    assert [("riverside.desk",
             [topics.notices("riverside"), topics.feed("riverside")])] == asked
    assert share.closed


def test_a_group_does_not_share_a_file(connect: Connect, tmp_path: Path) -> None:
    """Two processes would each overwrite what the other had read."""
    with pytest.raises(ConfigError, match="a file is for one process"):
        connect("riverside").follow(group="desk", positions=tmp_path / "positions")
