"""Access: what is held on a person and who was told, itself on record."""
from collections.abc import Callable
from typing import Any

import pytest

from broker.errors import ConfigError
from broker.pipeline.access import POLICE, PROTECTED, access
from broker.pipeline.subject import Subject, subject_named
from tests.pipeline.conftest import NOMINALS, Bench

Told = Callable[[], Bench]


def answer(bench: Bench, subject: str = "riverside:R1") -> dict[str, Any]:
    """What the council's officer is shown."""
    concord = bench.concord
    return access(concord.store, concord.log, concord.codec, subject_named(subject),
                  "council:d.officer", "subject access request 7",
                  sorted(concord.settings.agencies), bench.clock.now())


def test_it_holds_every_record_of_the_child(missing_girl: Told) -> None:
    """Also what other agencies say, under their own ids."""
    bench = missing_girl()
    bench.check()

    held = answer(bench)

    assert ["riverside:R1", "police:N1"] == held["held_as"]
    assert [("police", "IncidentRecorded"), ("police", "PersonRecorded"),
            ("riverside", "CarePeriodRecorded"), ("riverside", "MissingEpisodeRecorded"),
            ("riverside", "PersonRecorded"), ("riverside", "PlacementRecorded")] == sorted(
        (each["agency"], each["type"]) for each in held["statements"])


def test_it_says_who_was_told_what(missing_girl: Told) -> None:
    """Statements by the feed, findings by notices."""
    bench = missing_girl()
    bench.check()
    bench.concord.deliver()

    told = [(each["recipient"], each["what"]) for each in answer(bench)["told"]]

    assert [("police", "CarePeriodRecorded"), ("police", "MissingEpisodeRecorded"),
            ("police", "PersonRecorded"), ("police", "PlacementRecorded"),
            ("police", "notice M01, SENT"), ("riverside", "IncidentRecorded"),
            ("riverside", "PersonRecorded"), ("riverside", "notice M01, SENT")] == sorted(told)


def test_it_quotes_the_audit_and_is_in_it(missing_girl: Told) -> None:
    """The reading itself is a consultation that the next reading shows."""
    bench = missing_girl()
    bench.check()
    bench.concord.deliver()
    answer(bench)

    entries = answer(bench)["audit"]

    assert {"DISCLOSURE", "CONSULTATION"} == {each["action"] for each in entries}
    assert [("council:d.officer", "subject access request 7")] * 2 == [
        (each["actor"], each["why"]) for each in entries if each["action"] == "CONSULTATION"]


def test_it_names_what_a_reviewer_must_weigh(bench: Bench) -> None:
    """Police restrictions and protected addresses are for people to decide on."""
    bench.publish("police", nominals=[
        NOMINALS.replace(",updated_at", ",address_protected,updated_at"),
        "N7,Kay,Lund,,2012-05-14,Female,W1,1 Mill Lane,YO61 3QQ,,,,Y,2026-01-12T09:00:00Z"])
    bench.check()

    [said] = answer(bench, "police:N7")["statements"]

    assert [POLICE, PROTECTED] == said["review"]


def test_nobody_is_said_to_be_nobody(bench: Bench) -> None:
    """An empty answer would read as if the person had been looked up and cleared."""
    with pytest.raises(ConfigError, match="Nothing is held on police:N404"):
        answer(bench, "police:N404")


def test_a_word_without_an_agency_names_nobody() -> None:
    """The operator is told how to write it."""
    assert Subject("council", "12") == subject_named("council:12")
    assert Subject("council", "12", "council:12@cin") == subject_named("council:12@cin")
    with pytest.raises(ConfigError, match="AGENCY:LOCAL_ID"):
        subject_named("N1")
