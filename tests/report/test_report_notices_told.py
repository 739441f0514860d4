"""Who was told of a finding, who took it up, and what they will do next."""
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.event.finding import Finding, NoticeIssued
from broker.pipeline.decide import answer_notice
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.notify import notices_for
from broker.pipeline.subject import Subject
from broker.pipeline.tables import NOTICE_STEPS
from broker.report.finding_told import finding_told, told_json, told_lines, told_page
from broker.report.notices_told import (
    NoticeTold,
    is_news,
    notice_told_json,
    notice_words,
    notices_told,
    rungs_of_notices,
)
from broker.report.reading import members_named, one_case
from broker.report.timeline import Kind
from broker.vocabulary.words import NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import START, Bench
from tests.pipeline.escalating import (
    CONTACTS,
    DUTY,
    LAST,
    configured,
    given,
    raised,
    recorded,
)
from tests.report.conftest import Reports


@pytest.fixture
def told(reports: Reports) -> Bench:
    """On a Sunday at 22:00 police and the home have their notice; police named contacts."""
    configured(reports, CONTACTS)
    raised(reports)
    return reports


def notice(bench: Bench, agency: str = "police") -> NoticeIssued:
    """An agency's M01 that has not ended."""
    with bench.concord.store.view() as view:
        [found] = [each for each in notices_for(view, bench.concord.codec, agency)
                   if each.code == "M01" and each.state is not NoticeState.ENDED]
    return found


def answered(bench: Bench, minutes: int, state: NoticeState, next_step: str | None = None,
             by: str = "a.sergeant") -> None:
    """So many minutes after ten somebody at the police does something with the notice."""
    bench.clock.set(START + timedelta(minutes=minutes))
    answer_notice(bench.concord.store, bench.concord.log, bench.concord.codec, "police",
                  notice(bench).notice_id, state, by, next_step, bench.clock.now())


def finding(bench: Bench) -> Finding:
    """M01 as it stands."""
    [found] = [each for each in bench.open() if each.code == "M01"]
    return found


def of_police(bench: Bench, upto: int | None = None) -> NoticeTold:
    """What police were told and did, up to so many minutes after ten."""
    concord, found = bench.concord, finding(bench)
    with concord.store.view() as view:
        notices = notices_told(
            view, concord.codec, [found], concord.settings.partnership, bench.clock.now(),
            None if upto is None else START + timedelta(minutes=upto))
    [of_them] = [each for each in notices[found.finding_id] if each.recipient == "police"]
    return of_them


def test_what_nobody_has_acknowledged_says_whose_it_is_and_for_how_long(told: Bench) -> None:
    """To have seen it is not to have taken it."""
    answered(told, 5, NoticeState.SEEN)
    told.clock.set(START + timedelta(minutes=12))

    assert (f"sent Sun 01 Mar 2026 22:00, for {DUTY}, seen by a.sergeant, Sun 01 Mar 2026 22:05, "
            "not acknowledged for 12 minutes") == notice_words(of_police(told))


def test_who_acknowledged_it_is_told_with_the_next_step(told: Bench) -> None:
    """In words and in the machine form, which has both times."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    of_them = of_police(told)

    assert ("acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; next: a car goes to the home"
            == notice_words(of_them))
    assert {"state": "acknowledged", "by": "a.sergeant", "at": "2026-03-01T22:10:00+00:00",
            "received_at": "2026-03-01T22:10:00+00:00",
            "next_step": "a car goes to the home", "again_by": None,
            "again_at": None} == notice_told_json(of_them)["answer"]
    assert (None, DUTY) == tuple(notice_told_json(of_them)[key] for key in (
        "unacknowledged_minutes", "contact"))


def test_who_acknowledged_it_first_stays_so(told: Bench) -> None:
    """Another's further answer is told beside it, with the last next step."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    answered(told, 20, NoticeState.ACKNOWLEDGED, by="an.inspector")
    answered(told, 30, NoticeState.ACKNOWLEDGED, "the officer on call is rung", "a.constable")
    of_them = of_police(told)

    assert ("acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; again by a.constable, "
            "Sun 01 Mar 2026 22:30; next: the officer on call is rung") == notice_words(of_them)
    assert ("a.sergeant", "2026-03-01T22:10:00+00:00", "the officer on call is rung",
            "a.constable", "2026-03-01T22:30:00+00:00") == tuple(
        notice_told_json(of_them)["answer"][key]
        for key in ("by", "at", "next_step", "again_by", "again_at"))


def test_an_answer_given_again_in_the_same_words_is_no_further_one(told: Bench) -> None:
    """Somebody pressed the key twice."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    answered(told, 20, NoticeState.ACKNOWLEDGED, "a car goes to the home")

    assert ("acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; next: a car goes to the home"
            == notice_words(of_police(told)))


def test_an_answer_given_again_tells_the_recipient_nothing(told: Bench) -> None:
    """It is a moment of the timeline, and no news of the finding."""
    answered(told, 10, NoticeState.ACKNOWLEDGED)
    answered(told, 20, NoticeState.ACKNOWLEDGED, "a car goes to the home", "an.inspector")

    assert [(10, Kind.ANSWERED, "acknowledged by a.sergeant"),
            (20, Kind.ANSWERED, "acknowledged by an.inspector; next: a car goes to the home")
            ] == [((each.at - START).total_seconds() / 60, each.kind, each.words)
                  for each in rungs_of_notices("M01", [of_police(told)])][1:]


def test_what_was_to_be_done_is_still_told_once_it_is_done(told: Bench) -> None:
    """Whoever says done need not say it again."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    answered(told, 40, NoticeState.DONE)

    assert ("done by a.sergeant, Sun 01 Mar 2026 22:40; next: a car goes to the home"
            == notice_words(of_police(told)))


def test_the_end_is_told_with_who_had_taken_it(told: Bench) -> None:
    """Police agree at eleven: over for everybody."""
    answered(told, 10, NoticeState.ACKNOWLEDGED)
    before = finding(told)
    told.clock.set(START + timedelta(hours=1))
    told.publish("police", incidents=[lines.INCIDENTS, lines.incident(
        "INC1", "N1", "Missing person", "2026-03-01T21:30:00Z",
        updated_at="2026-03-01T22:50:00Z")])
    given(told)
    with told.concord.store.view() as view:
        notices = notices_told(view, told.concord.codec, [before],
                               told.concord.settings.partnership, told.clock.now())

    assert {"police": "over since Sun 01 Mar 2026 23:00; acknowledged by a.sergeant, "
                      "Sun 01 Mar 2026 22:10",
            "riverside": "over since Sun 01 Mar 2026 23:00; never acknowledged in 1 hour"} == {
        each.recipient: notice_words(each) for each in notices[before.finding_id]}
    assert [None, 60] == [notice_told_json(each)["unacknowledged_minutes"]
                          for each in notices[before.finding_id]]
    assert [True, True] == [is_news(each) for each in notices[before.finding_id]]
    assert [(60, "Riverside House", "nobody had acknowledged the notice of M01")] == [
        ((each.at - START).total_seconds() / 60, each.who, each.words)
        for each in rungs_of_notices("M01", notices[before.finding_id])
        if each.kind is Kind.UNANSWERED]


def test_to_have_seen_a_notice_is_not_to_have_taken_it_up(told: Bench) -> None:
    """Once it is over, both are said."""
    answered(told, 10, NoticeState.SEEN)
    before = finding(told)
    told.clock.set(START + timedelta(hours=1))
    recorded(told, "Missing person", "2026-03-01T22:50:00Z")
    given(told)
    with told.concord.store.view() as view:
        police, _ = notices_told(view, told.concord.codec, [before],
                                 told.concord.settings.partnership,
                                 told.clock.now())[before.finding_id]

    assert ("over since Sun 01 Mar 2026 23:00; seen by a.sergeant, Sun 01 Mar 2026 22:10; never "
            "acknowledged in 1 hour" == notice_words(police))


def test_what_one_agency_alone_is_asked_is_told(told: Bench) -> None:
    """An allegation keeps the night from the home: the council's notice says so."""
    told.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14")])
    told.publish("police", ppn=[lines.PPN, lines.notice(
        "PPN1", "N1", "2026-03-01T21:45:00Z", "physical_abuse", alleged_source="home_staff",
        alleged_urn="SC012345")])
    given(told)
    found = finding(told)
    concord = told.concord
    with concord.store.view() as view:
        notices = notices_told(view, concord.codec, [found], concord.settings.partnership,
                               told.clock.now())[found.finding_id]
        before = notices_told(view, concord.codec, [found], concord.settings.partnership,
                              told.clock.now(), START - timedelta(minutes=1))
        shown = finding_told(view, concord.codec, found, concord.settings.partnership, None,
                             concord.limits, notices)
    asked = ("For the designated officer: while an allegation stands, this is kept from "
             f"Riverside House. {found.action}")

    assert [asked, None, None] == [notice_told_json(each)["action"] for each in notices]
    assert () == before[found.finding_id]
    assert f"    asked: {asked}" in list(told_lines(shown))
    assert f"<br>Asked: {asked}</li>" in told_page(shown, partnership="North Valley",
                                                   made_at=told.clock.now())


def test_what_was_told_later_was_not_known_then(told: Bench) -> None:
    """As known at five past ten nobody had acknowledged it."""
    answered(told, 10, NoticeState.ACKNOWLEDGED)

    assert ("sent", "acknowledged") == (of_police(told, upto=5).state, of_police(told).state)


def test_each_step_is_a_moment_of_the_timeline(told: Bench) -> None:
    """Sent, passed on, nobody left, acknowledged with the next step."""
    for minutes in (15, 30):
        told.clock.set(START + timedelta(minutes=minutes))
        told.concord.deliver()
    answered(told, 40, NoticeState.ACKNOWLEDGED, "a car goes to the home")

    assert [
        (0, Kind.TOLD, f"notice of M01 ({DUTY})"),
        (15, Kind.UNANSWERED, f"notice passed on to {LAST}"),
        (30, Kind.UNANSWERED, "no contact is left to pass the notice on to"),
        (40, Kind.ANSWERED, "acknowledged by a.sergeant; next: a car goes to the home"),
    ] == [((each.at - START).total_seconds() / 60, each.kind, each.words)
          for each in rungs_of_notices("M01", [of_police(told)])]


def test_an_answer_goes_on_under_another_record_of_the_occasion(told: Bench) -> None:
    """The council writes the night down too: its record is the least, and the id another."""
    answered(told, 3, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    earlier = finding(told).finding_id
    told.clock.set(START + timedelta(minutes=30))
    told.publish(
        "council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
            "P1", "Kayleigh", "Thornton", "2011-05-14")],
        ssd_missing=[lines.SSD_MISSING, lines.line(
            lines.SSD_MISSING, miss_table_id="E1", miss_person_id="P1",
            miss_missing_episode_start_date="2026-03-01", miss_missing_episode_type="M")])
    given(told)
    of_them = of_police(told)

    assert earlier != finding(told).finding_id
    assert ("acknowledged by a.sergeant, Sun 01 Mar 2026 22:03; next: a car goes to the home"
            == notice_words(of_them))
    assert [Kind.TOLD, Kind.ANSWERED, Kind.TOLD] == [
        each.kind for each in rungs_of_notices("M01", [of_them])]


def test_a_notice_from_before_steps_were_kept_shows_what_it_says_itself(told: Bench) -> None:
    """By whom is not known then."""
    answered(told, 10, NoticeState.ACKNOWLEDGED)
    with told.concord.store.begin() as unit:
        unit.delete(NOTICE_STEPS, [row[:2] for row in unit.scan(NOTICE_STEPS, "notice_id")])

    assert ("acknowledged (by whom was not kept), Sun 01 Mar 2026 22:10"
            == notice_words(of_police(told)))


def test_an_erasure_takes_what_somebody_said_they_would_do(told: Bench) -> None:
    """It may name the child."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "rang Kayleigh's mother")
    concord = told.concord
    Eraser(concord.store, concord.log, concord.codec, concord.model,
           concord.settings.agencies).erase(
        ErasureAsked(subject=Subject("riverside", "R1")),
        Authority(by="a.clerk", authorised_by="the officer", reason="asked"), told.clock.now())

    with concord.store.view() as view:
        assert [] == [row for row in view.scan(NOTICE_STEPS, "notice_id") if row[7] is not None]


def test_an_explanation_has_them_in_each_of_its_forms(told: Bench) -> None:
    """Terminal, machine and page."""
    answered(told, 10, NoticeState.ACKNOWLEDGED, "a car goes to the home")
    concord, found = told.concord, finding(told)
    with concord.store.view() as view:
        notices = notices_told(view, concord.codec, [found], concord.settings.partnership,
                               told.clock.now())[found.finding_id]
        case = one_case(view, concord.log, concord.evaluator(),
                        members_named(view, concord.codec, found.finding_id), told.clock.now())
        shown = finding_told(view, concord.codec, found, concord.settings.partnership, case,
                             concord.limits, notices)
    words = "acknowledged by a.sergeant, Sun 01 Mar 2026 22:10; next: a car goes to the home"
    page = told_page(shown, partnership="North Valley", made_at=told.clock.now())

    assert f"  North Valley Police: {words}" in list(told_lines(shown))
    assert [["sent", "acknowledged"], ["sent"]] == [
        [step["step"] for step in each["steps"]] for each in told_json(shown)["notices"]]
    assert f"<li><strong>North Valley Police</strong>: {words}</li>" in page
    assert "told: notice of M01" in page


def test_the_childs_return_is_a_moment_though_the_finding_does_not_rest_on_it(
        reports: Reports) -> None:
    """That she was back only the home has written down."""
    raised(reports, returned_at="2026-03-01T21:58:00Z")
    concord, found = reports.concord, finding(reports)
    police_only = [each for each in found.evidence if each.agency == "police"]
    with concord.store.view() as view:
        case = one_case(view, concord.log, concord.evaluator(),
                        members_named(view, concord.codec, found.finding_id),
                        reports.clock.now())
        shown = finding_told(view, concord.codec, replace(found, evidence=tuple(police_only)),
                             concord.settings.partnership, case, concord.limits)

    assert ("Riverside House", Kind.HAPPENED, "returned (A1)") in [
        (each.who, each.kind, each.words) for each in shown.rungs]
