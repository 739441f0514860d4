"""What intake holds until a named person releases it, and what it never takes in."""
import pytest

from broker.errors import ConfigError
from broker.event.own import RecordRejected
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.decide import release_held
from broker.report.operations import held_listed
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.feeds import (
    EVENING,
    GIRL_AT_POLICE,
    a_girl_missing,
    feed,
    given,
    in_topic,
)


def test_what_has_conditions_is_held_until_a_named_person_releases_it(bench: Bench) -> None:
    """Until then nobody is told; then it goes with its conditions."""
    bench.publish("council", ssd_person=[
        lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], ppn=[
        lines.PPN, lines.notice("PPN1", "N1", EVENING, "physical_abuse", handling_code="C",
                                handling_conditions="not to be told to the parents")])
    given(bench)
    before = [each.type_name for each in feed(bench, "council")]
    with bench.concord.store.view() as view:
        [held] = held_listed(view, bench.concord.codec)
    release_held(bench.concord.store, bench.concord.log, bench.concord.codec, held["event_id"],
                 "duty.sergeant", "the council must know", bench.clock.now())
    given(bench)

    assert ["PersonRecorded"] == before
    [concern] = [each for each in feed(bench, "council") if each.record == "PPN1"]
    assert "not to be told to the parents" == concern.handling.conditions


def test_nothing_is_released_twice(bench: Bench) -> None:
    """Somebody has decided already."""
    test_what_has_conditions_is_held_until_a_named_person_releases_it(bench)
    [concern] = [each for each in feed(bench, "council") if each.record == "PPN1"]

    with pytest.raises(ConfigError, match="Nothing is held"):
        release_held(bench.concord.store, bench.concord.log, bench.concord.codec,
                     str(concern.event_id), "a", "b", bench.clock.now())


def test_an_agency_cannot_speak_for_another(bench: Bench) -> None:
    """A statement in the wrong inbox is rejected with its bytes, and changes nothing."""
    told = a_girl_missing(bench)
    log = told.concord.log
    [record] = [each.record for partition in range(log.partitions(topics.inbox("police")))
                for each in log.read(Lane(topics.inbox("police"), partition), 0, 100)
                if b"INC1" in (each.record.value or b"")]
    log.append(Lane(topics.inbox("riverside"), 0), [record])
    before = told.people()

    told.check()

    [reject] = list(in_topic(told, topics.rejected("riverside")))
    assert isinstance(reject, RecordRejected)
    assert ("agency in the envelope is not the inbox's", record.value) == (
        reject.reason, reject.raw)
    assert before == told.people()
