"""What Concord writes says by its headers what it is, and says it no oftener than it must."""
from collections.abc import Callable

from broker.cli.replay import all_topics
from broker.event.own import Heartbeat
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.decide import judge
from broker.vocabulary.words import Stream, Verdict
from tests.pipeline.conftest import Bench


def _records(bench: Bench, name: str) -> list[Record]:
    log = bench.concord.log
    return [each.record for partition in range(log.partitions(name))
            for each in log.read(Lane(name, partition), 0, 1000)]


def test_every_message_on_every_topic_has_headers(missing_girl: Callable[[], Bench]) -> None:
    """Who lists a topic need not read a body; the key in the headers is the message's own."""
    bench = missing_girl()
    concord = bench.concord
    concord.log.append(Lane(topics.inbox("police"), 0),
                       [Record(b"k", b"\xff", bench.clock.now(), (("ce_id", b"k"),))])
    bench.check()
    concord.deliver()
    judge(concord.store, concord.codec, concord.model, "police:N1", "riverside:R1",
          Verdict.DIFFERENT, "a.reviewer", "two cousins of one name", bench.clock.now())
    bench.check()
    concord.deliver()
    said = {name: _records(bench, name) for name in all_topics(concord.settings.agencies)}

    assert {name for name, records in said.items() if records} >= {
        topics.FINDINGS, topics.PEOPLE, topics.DECISIONS, topics.AUDIT,
        topics.rejected("police"), topics.notices("police"), topics.shared(Stream.PERSON)}
    assert [] == [name for name, records in said.items() for each in records
                  if "ce_id" not in dict(each.headers)]


def test_concord_beats_at_most_once_a_minute(bench: Bench) -> None:
    """A watcher looks every few seconds; the shared topics are kept for years."""
    for _ in range(4):
        bench.check()
        bench.later(seconds=25)

    beats = [bench.concord.codec.decode(each.value or b"")
             for each in _records(bench, topics.shared(Stream.RISK))]
    partitions = bench.concord.log.partitions(topics.shared(Stream.RISK))

    assert 2 * partitions == len(beats)
    assert all(isinstance(each, Heartbeat) and each.agency == "concord" for each in beats)
