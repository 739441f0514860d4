"""Erasure of one thing that was said, under its own id, and what stays of all others."""
import pytest

from broker.errors import ConfigError
from broker.pipeline.erase import ErasureAsked
from broker.pipeline.subject import Subject
from broker.vocabulary.words import FindingState
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)
from tests.pipeline.erasing import (
    GIRL,
    LINKS,
    PPNS,
    TWIN_AT_HOME,
    TWIN_AT_POLICE,
    erase,
    eraser_of,
    everything,
    m01,
    told,
)

__all__ = ["told"]


def test_one_event_can_be_erased_and_the_person_stays(told: Bench) -> None:
    """The finding that rested on it is withdrawn; the child remains joined."""
    [incident] = [each.said.event_id for each in eraser_of(told).plan(
        ErasureAsked(subject=GIRL)).filed if each.said.type_name == "IncidentRecorded"]

    erase(told, ErasureAsked(subject=GIRL, events=frozenset({incident})))

    assert FindingState.WITHDRAWN is m01(told.check()).state
    assert ["police:N1", "riverside:R1"] in told.people()
    assert [False, True] == [each in everything(told) for each in (b"INC1", b"Kayley")]


def test_erasing_the_person_record_alone_parts_the_child(told: Bench) -> None:
    """What identity knew of them is forgotten too."""
    [person] = [each.said.event_id for each in eraser_of(told).plan(
        ErasureAsked(subject=GIRL)).filed if each.said.type_name == "PersonRecorded"]

    erase(told, ErasureAsked(subject=GIRL, events=frozenset({person})))
    told.check()

    assert [["police:N2"], ["riverside:R1"]] == sorted(told.people())
    assert b"Kayley" not in everything(told)


def test_a_reject_is_erased_by_its_id_and_stays_away(told: Bench) -> None:
    """Whom a row that could not be read is about only a person can tell."""
    bad = KAYLEIGH_AT_POLICE.replace("2026-01-12T09:00:00Z", "yesterday")
    told.later(minutes=1)
    told.publish("police", nominals=[NOMINALS, bad])
    [mention] = eraser_of(told).plan(ErasureAsked(subject=GIRL)).mentions

    erase(told, ErasureAsked(subject=GIRL, rejects=frozenset({mention.reject_id})))
    for path in sorted(told.folder.iterdir()):
        told.publish_path(path.name.partition("-")[0], path)
    told.check()

    assert b"Kayley" not in everything(told)


def test_an_unknown_event_is_refused_before_anything_is_erased(told: Bench) -> None:
    """An operator's slip erases nothing."""
    before = everything(told)
    [other] = [each.said.event_id for each in
               eraser_of(told).plan(ErasureAsked(subject=Subject("police", "N2"))).filed]

    with pytest.raises(ConfigError, match="Nothing about police:N1 is held under the event"):
        erase(told, ErasureAsked(subject=GIRL, events=frozenset({other})))

    assert before == everything(told)


def test_a_statement_that_waits_for_release_goes_too(told: Bench) -> None:
    """It is held under conditions and never reached the shared topics."""
    told.publish("police", ppn=[
        PPNS, "PPN-6,,N1,2026-03-01T14:00:00Z,,awaiting supervisor,neglect,Low,Y,Y,parent,C,"
              "not to tell aunt Mabel,2026-03-01T14:00:00Z"])
    told.check()
    assert b"Mabel" in everything(told)

    plan = erase(told)

    assert ["ConcernRecorded"] == [each.type_name for each in plan.waiting]
    assert b"Mabel" not in everything(told)


def test_a_person_posing_risk_is_erased_under_their_own_id(told: Bench) -> None:
    """Their link is filed under the child, who stays."""
    told.publish("police", risk_links=[
        LINKS, "RL-1,N1,N3,registered_sex_offender,uncle,2 Station Road,ZZ1 9XY,2025-12-01,,"
               "2026-01-04T10:00:00Z",
        "RL-2,,N3,registered_sex_offender,,2 Station Road,ZZ1 9XY,2025-12-01,,"
        "2026-01-04T10:00:00Z"])
    told.check()
    told.concord.deliver()
    assert b"Station Road" in everything(told)

    plan = erase(told, ErasureAsked(subject=Subject("police", "N3")))
    told.check()

    assert ["RL-1", "RL-2"] == sorted(each.said.record for each in plan.filed)
    assert [False, True] == [each in everything(told) for each in (b"Station Road", b"Kayley")]
    assert FindingState.OPEN is m01(told.check()).state


def test_what_others_were_told_of_other_children_stays(told: Bench) -> None:
    """Erasing one child withdraws nothing about another."""
    told.publish("riverside", residents=[RESIDENTS, TWIN_AT_HOME], absences=[
        ABSENCES, MISSING_FROM_HOME.replace("A1,R1", "A2,R2")])
    told.publish("police", nominals=[NOMINALS, TWIN_AT_POLICE], incidents=[
        INCIDENTS, CONCERN_AT_POLICE.replace("INC1,N1", "INC2,N9")])
    told.check()
    told.concord.deliver()

    erase(told)

    states = {each.evidence[0].record if each.evidence else "": each.state
              for each in told.check() if each.code == "M01"}
    assert FindingState.WITHDRAWN is states.pop("")
    assert [FindingState.OPEN] == list(states.values())
