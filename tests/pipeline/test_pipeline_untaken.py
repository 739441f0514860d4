"""What intake refuses or holds is never taken for silence."""
import tomllib
from datetime import timedelta
from pathlib import Path

from broker.bootstrap import Concord, open_memory
from broker.case.reach import Reach
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline.reaches import read_reach
from tests.pipeline.conftest import (
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    NOMINALS,
    START,
    Bench,
)

NO_INCIDENTS = CONFIGURATION.replace('streams = ["person", "incident", ', 'streams = ["person", ')


def _reach(concord: Concord) -> Reach:
    with concord.store.view() as view:
        return read_reach(view, concord.log)


def _publish_incident(bench: Bench) -> None:
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                  incidents=[INCIDENTS, CONCERN_AT_POLICE])


def _without_incidents(folder: Path) -> Bench:
    bench = Bench(folder)
    bench.concord = open_memory(parse(tomllib.loads(NO_INCIDENTS)), bench.clock)
    return bench


def test_a_table_that_is_heard_reaches_as_far_as_its_extract(bench: Bench) -> None:
    """The case the others are compared with."""
    _publish_incident(bench)
    bench.check()

    assert START == _reach(bench.concord).of("police", "IncidentRecorded")


def test_a_stream_without_an_agreement_is_never_heard(tmp_path: Path) -> None:
    """An agency whose incidents are refused is not an agency without incidents."""
    bench = _without_incidents(tmp_path)
    _publish_incident(bench)
    bench.check()

    reach = _reach(bench.concord)

    assert None is reach.of("police", "IncidentRecorded")
    assert START == reach.of("police", "PersonRecorded")


def test_a_refused_statement_may_be_the_record_that_is_missed(tmp_path: Path) -> None:
    """Also after the agreement has been mended: what was refused before is still not read."""
    bench = _without_incidents(tmp_path)
    _publish_incident(bench)
    bench.check()

    reach = _reach(bench.concord)

    assert reach.unreadable_since("police", "IncidentRecorded", START)
    assert not reach.unreadable_since("police", "IncidentRecorded", START + timedelta(hours=1))
    assert not reach.unreadable_since("police", "PersonRecorded", START)


def test_bytes_that_cannot_be_read_may_be_a_record_of_any_type(bench: Bench) -> None:
    """Nobody can tell what they would have said."""
    bench.concord.log.append(Lane(topics.inbox("police"), 0), [Record(b"k", b"\xff", START)])
    bench.check()

    reach = _reach(bench.concord)

    assert reach.unreadable_since("police", "MissingEpisodeRecorded", START)
    assert not reach.unreadable_since("council", "MissingEpisodeRecorded", START)


def test_a_look_back_knows_what_had_not_been_taken_in(tmp_path: Path) -> None:
    """The past is judged with the same doubts as it was lived with."""
    bench = _without_incidents(tmp_path)
    _publish_incident(bench)
    bench.check()
    seen = bench.clock.now()
    bench.later(hours=1)
    bench.concord.log.append(Lane(topics.inbox("police"), 0),
                             [Record(b"k", b"\xff", bench.clock.now())])
    bench.check()

    past, present = _reach(bench.concord.as_of(seen)), _reach(bench.concord)

    assert {("police", "IncidentRecorded"): START} == past.untaken
    assert {"IncidentRecorded", ""} == {name for _, name in present.untaken}
