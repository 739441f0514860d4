"""Delivery: each agency is given what an agreement allows, under its own ids, and no more."""

import pytest

from broker.errors import ConfigError
from broker.event.care import PlacementRecorded
from broker.log import topics
from broker.pipeline.decide import answer_notice, decide_finding, judge
from broker.report.operations import rejects_listed
from broker.report.people import known_key
from broker.vocabulary.words import FindingDecision, NoticeState, Stream, Verdict
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.feeds import (
    EVENING,
    GIRL,
    GIRL_AT_POLICE,
    a_girl_missing,
    feed,
    given,
    in_topic,
    notices,
    under,
    words_in,
)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """A girl missing from the home and misfiled by police; a stranger only police know."""
    return a_girl_missing(bench)


# -- feeds ----------------------------------------------------------------------------------


def test_a_home_is_given_what_others_say_of_the_child_it_holds(told: Bench) -> None:
    """The police's person and incident, the council's person; nothing it said itself."""
    assert [("council", "PersonRecorded"), ("police", "IncidentRecorded"),
            ("police", "PersonRecorded")] == sorted(
        (each.agency, each.type_name) for each in feed(told, "riverside"))


def test_a_home_is_given_nothing_about_a_child_it_does_not_hold(told: Bench) -> None:
    """The stranger's records go to nobody else."""
    everything = [*feed(told, "riverside"), *feed(told, "council")]

    assert [] == [each for each in everything if "Lund" in str(each) or "INC7" in str(each)]


def test_a_home_is_given_nothing_of_the_risk_stream(told: Bench) -> None:
    """The council is told of the link; the home is not."""
    assert (0, 1) == tuple(
        sum(each.stream is Stream.RISK for each in feed(told, agency))
        for agency in ("riverside", "council"))


@pytest.mark.parametrize(("agency", "own"), [
    ("riverside", "R1"), ("council", "C1"), ("police", "N1")])
def test_a_feed_names_the_child_by_the_recipients_own_id_and_no_other(
        told: Bench, agency: str, own: str) -> None:
    """Ids of other agencies, and Concord's own, stay inside."""
    fed = [each for each in feed(told, agency) if each.stream is not Stream.RISK]

    assert {own} == {each.subject for each in fed}
    assert not {"R1", "C1", "N1"} - {own} & {word for each in fed for word in words_in(each)}


def test_what_was_given_is_not_given_twice(told: Bench) -> None:
    """A second delivery has nothing to say."""
    before = len(feed(told, "riverside"))
    told.later(minutes=5)
    given(told)

    assert before == len(feed(told, "riverside"))


def test_revoking_an_agreement_stops_the_next_delivery(told: Bench) -> None:
    """What police say from now on reaches the home no more; the council still gets it."""
    under(told, 'to = ["police", "council", "riverside"]', 'to = ["police", "council"]')
    told.later(minutes=30)
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC2", "N1", "Suspicious circumstances", "2026-03-01T22:10:00Z")])
    given(told)

    assert ([], ["INC2"]) == tuple(
        [each.record for each in feed(told, agency) if each.record.startswith("INC2")]
        for agency in ("riverside", "council"))


def test_an_agreement_that_has_ended_gives_nothing(told: Bench) -> None:
    """The day after the last day is too late."""
    before = len(feed(told, "council"))
    under(told, "# ends = 2027-12-31", "ends = 2026-03-01 #")
    told.later(hours=20)
    told.publish("riverside", absences=[lines.ABSENCES, lines.absence(
        "A1", "R1", EVENING, returned_at="2026-03-02T10:00:00Z",
        updated_at="2026-03-02T10:05:00Z")])
    given(told)

    assert before == len(feed(told, "council"))
    with told.concord.store.view() as view:
        assert ["no agreement lets this agency publish missing"] == [
            each["reason"] for each in rejects_listed(view, told.concord.codec, None)]


def test_a_child_newly_joined_brings_what_was_said_before(bench: Bench) -> None:
    """The join comes after the statements: both agencies catch up."""
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], incidents=[
        lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                        "2026-03-01T21:30:00Z")])
    given(bench)
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL])
    given(bench)

    assert ["IncidentRecorded", "PersonRecorded"] == sorted(
        each.type_name for each in feed(bench, "riverside"))


def test_a_protected_address_never_leaves(bench: Bench) -> None:
    """The person goes without it."""
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14", home_address="3 Hidden Lane",
        home_postcode="LS1 4AP", address_protected="Y")])
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL])
    given(bench)

    [person] = feed(bench, "riverside")
    assert () == getattr(person, "addresses", None)
    assert "LS1 4AP" not in str(person)


@pytest.mark.parametrize(("kind", "shown"), [("A3", False), ("A6", False), ("U6", True)])
def test_an_adoption_placement_never_leaves_nor_the_address_since(
        bench: Bench, kind: str, shown: bool) -> None:  # a table's column
    """Neither the placement nor where the child lives."""
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE])
    bench.publish(
        "council",
        ssd_person=[lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton",
                                                       "2011-05-14")],
        ssd_address=[lines.SSD_ADDRESS, lines.line(
            lines.SSD_ADDRESS, addr_table_id="AD1", addr_person_id="C1",
            addr_address_start_date="2026-02-01", addr_address_postcode="LS1 4AP")],
        ssd_cla_placement=[lines.SSD_CLA_PLACEMENT, lines.line(
            lines.SSD_CLA_PLACEMENT, clap_cla_placement_id="PL1", clap_person_id="C1",
            clap_cla_id="K1", clap_cla_placement_start_date="2026-02-01",
            clap_cla_placement_type=kind, clap_cla_placement_postcode="LS1 4AP")])
    given(bench)

    fed = feed(bench, "police")
    assert shown == any(isinstance(each, PlacementRecorded) for each in fed)
    assert shown == any("LS1 4AP" in str(each) for each in fed)


def test_a_census_reference_is_given_without_the_councils_own_id(bench: Bench) -> None:
    """A return names its referral by the child's id and a date: only the date may leave."""
    path = bench.folder / "cin.xml"
    path.write_text(CENSUS, encoding="utf-8")
    bench.publish("police", nominals=[lines.NOMINALS, lines.nominal(
        "N1", "Kayley", "Thornton", "2011-05-14")])
    bench.publish_path("council", path)
    bench.check()
    concord = bench.concord
    with concord.store.view() as view:
        census = known_key(view, "council:C77")
    judge(concord.store, concord.codec, concord.model, census, "police:N1", Verdict.SAME,
          "a.reviewer", "known to both", bench.clock.now())
    given(bench)

    fed = feed(bench, "police")
    assert "AssessmentRecorded" in {each.type_name for each in fed}
    assert not {word for each in fed for word in words_in(each)} & {"C77"}


CENSUS = """<?xml version="1.0" encoding="utf-8"?>
<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>
<ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
<Source><LEA>815</LEA><DateTime>2026-02-28T11:00:00</DateTime></Source></Header>
<Children><Child><ChildIdentifiers><LAchildID>C77</LAchildID>
<PersonBirthDate>2011-05-14</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>
<CINdetails><CINreferralDate>2026-01-05</CINreferralDate><ReferralSource>6</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>0</ReferralNFA>
<Assessments><AssessmentActualStartDate>2026-01-06</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2026-01-20</AssessmentAuthorisationDate>
<FactorsIdentifiedAtAssessment><AssessmentFactors>10A</AssessmentFactors>
</FactorsIdentifiedAtAssessment></Assessments></CINdetails></Child></Children></Message>
"""


# -- notices --------------------------------------------------------------------------------


def test_the_home_and_the_police_are_told_of_the_finding(told: Bench) -> None:
    """M01, each under its own id of the child."""
    assert [("M01", "R1")] == [(each.code, each.local_id) for each in notices(told, "riverside")]
    assert ("M01", "N1") in [(each.code, each.local_id) for each in notices(told, "police")]


def told_of_m01(bench: Bench, agency: str) -> list[str | None]:
    """Under which local ids an agency was sent M01, once for each message."""
    return [each.local_id for each in in_topic(bench, topics.notices(agency))
            if each.code == "M01"]


def test_an_agency_that_comes_to_hold_the_child_is_told_what_already_stands(
    bench: Bench,
) -> None:
    """The council's record joins after the finding was raised: nothing of the finding changed."""
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], incidents=[
        lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                        "2026-03-01T21:30:00Z")])
    given(bench)
    assert [] == told_of_m01(bench, "council")
    bench.publish("council", ssd_person=[
        lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")])
    given(bench)

    assert (["C1"], ["R1"]) == (told_of_m01(bench, "council"), told_of_m01(bench, "riverside"))


def test_a_new_agreement_brings_notice_of_what_already_stands(bench: Bench) -> None:
    """Nobody said anything new; the council may now be told."""
    under(bench, 'to = ["police", "council", "riverside"]', 'to = ["police", "riverside"]')
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], incidents=[
        lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                        "2026-03-01T21:30:00Z")])
    bench.publish("council", ssd_person=[
        lines.SSD_PERSON, lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")])
    given(bench)
    assert [] == told_of_m01(bench, "council")
    under(bench, 'name = "North Valley"', 'name = "North Valley"')
    given(bench)

    assert ["C1"] == told_of_m01(bench, "council")


def test_what_was_dismissed_before_it_was_delivered_is_told_to_nobody(bench: Bench) -> None:
    """A decision made in time discloses nothing."""
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], incidents=[
        lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                        "2026-03-01T21:30:00Z")])
    [finding] = [each for each in bench.check() if each.code == "M01"]
    concord = bench.concord
    decide_finding(concord.store, concord.codec, finding.finding_id, FindingDecision.DISMISSED,
                   "a.reviewer", "the home had rung back", bench.clock.now())
    given(bench)

    assert ([], []) == (told_of_m01(bench, "riverside"), told_of_m01(bench, "police"))


def test_nobody_is_told_the_same_twice(told: Bench) -> None:
    """Something else is said of the child; the notice stands as it was."""
    told.later(minutes=30)
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC2", "N1", "Domestic incident", "2026-02-20T22:10:00Z")])
    given(told)

    assert ["R1"] == told_of_m01(told, "riverside")


def test_a_notice_names_no_other_agencys_id(told: Bench) -> None:
    """Neither in its evidence nor in its words."""
    [notice] = notices(told, "riverside")

    assert {"R1"} == {each.subject for each in notice.evidence}
    assert not {"N1", "C1"} & words_in(notice)


def test_no_notice_goes_to_a_home_while_an_allegation_against_it_stands(bench: Bench) -> None:
    """Nor anything in its feed: the home under suspicion is not told what is known."""
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL],
                  absences=[lines.ABSENCES, lines.absence("A1", "R1", EVENING)])
    bench.publish(
        "police", nominals=[lines.NOMINALS, GIRL_AT_POLICE],
        incidents=[lines.INCIDENTS, lines.incident("INC1", "N1", "Concern for safety",
                                                   "2026-03-01T21:30:00Z")],
        ppn=[lines.PPN, lines.notice("PPN1", "N1", "2026-03-01T21:45:00Z", "physical_abuse",
                                     alleged_source="home_staff", alleged_urn="SC012345")])
    given(bench)

    assert ([], []) == (notices(bench, "riverside"), feed(bench, "riverside"))
    assert "M01" in [each.code for each in notices(bench, "police")]


def test_an_allegation_that_was_taken_back_no_longer_holds_them(bench: Bench) -> None:
    """A later version of the record names somebody else: the home is told again."""
    test_no_notice_goes_to_a_home_while_an_allegation_against_it_stands(bench)
    bench.later(hours=1)
    bench.publish("police", ppn=[lines.PPN, lines.notice(
        "PPN1", "N1", "2026-03-01T21:45:00Z", "physical_abuse", alleged_source="other_adult",
        updated_at="2026-03-01T22:30:00Z")])
    given(bench)

    assert "IncidentRecorded" in [each.type_name for each in feed(bench, "riverside")]


def test_a_home_is_told_of_missing_placement_and_detail_findings_only(bench: Bench) -> None:
    """A lowered grade is the police's and the council's business."""
    bench.publish("riverside", residents=[lines.RESIDENTS, GIRL])
    bench.publish("police", nominals=[lines.NOMINALS, GIRL_AT_POLICE], incidents=[
        lines.INCIDENTS, lines.incident(
            "INC2", "N1", "Domestic incident", "2026-03-01T18:00:00Z",
            grade_initial="Immediate", grade_final="Scheduled",
            grade_changed_at="2026-03-01T18:20:00Z", updated_at="2026-03-01T18:30:00Z")])
    given(bench)

    assert ([], ["G01"]) == tuple([each.code for each in notices(bench, agency)]
                                  for agency in ("riverside", "police"))


def test_whoever_got_a_notice_gets_its_end_even_after_revocation(told: Bench) -> None:
    """The agreement is gone, and the home still learns that the matter is over."""
    under(told, 'to = ["police", "council", "riverside"]', 'to = ["police", "council"]')
    told.later(hours=1)
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Missing person", "2026-03-01T21:30:00Z",
        updated_at="2026-03-01T22:50:00Z")])
    given(told)

    assert [NoticeState.ENDED] == [each.state for each in notices(told, "riverside")]


def test_a_notice_is_sent_acknowledged_and_done(told: Bench) -> None:
    """Who answered and what they will do is kept with it."""
    [notice] = notices(told, "riverside")
    states = [notice.state]
    for state in (NoticeState.ACKNOWLEDGED, NoticeState.DONE):
        told.later(minutes=5)
        answer_notice(told.concord.store, told.concord.log, told.concord.codec, "riverside",
                      notice.notice_id, state, "duty.manager", "rang the police",
                      told.clock.now())
        states.append(notices(told, "riverside")[0].state)

    assert [NoticeState.SENT, NoticeState.ACKNOWLEDGED, NoticeState.DONE] == states


def test_nobody_answers_another_agencys_notice(told: Bench) -> None:
    """It is the recipient's to answer."""
    [notice] = notices(told, "riverside")

    with pytest.raises(ConfigError, match="council has no notice"):
        answer_notice(told.concord.store, told.concord.log, told.concord.codec, "council",
                      notice.notice_id, NoticeState.DONE, "somebody", None, told.clock.now())
