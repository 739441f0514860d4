"""Findings about an agency as a whole: raised, told, decided, ended, and known on a past day."""
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from broker.event.finding import Finding, NoticeIssued
from broker.findings.agency import agency_finding_id_of
from broker.pipeline.agencies import Agencies, AgencyLook
from broker.pipeline.decide import decide_finding
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.feeds import read_described, read_feed
from broker.pipeline.notify import notices_for
from broker.pipeline.subject import Subject
from broker.ports import Reading
from broker.report.findings import finding_json, stored_findings
from broker.rules.agency.facts import Described, Read, Receipts
from broker.vocabulary.times import day_of
from broker.vocabulary.words import FindingDecision, FindingState, NoticeState
from tests.pipeline import conftest
from tests.pipeline.conftest import Bench
from tests.pipeline.lines import ABSENCES, INCIDENTS, NOMINALS, NOTIFICATIONS, RESIDENTS, line

SILENT = agency_finding_id_of("A01", "police")
LATE = agency_finding_id_of("A02", "police")
COLLAPSED = agency_finding_id_of("K02", "police")
ROWS = 12


def nominals(bench: Bench, *, written_ago: timedelta, first: int = 0) -> None:
    """The police send twelve people as they were written so long ago."""
    at = bench.clock.now() - written_ago
    bench.publish("police", nominals=[NOMINALS, *(line(
        NOMINALS, nominal_id=f"N{number}", given_name=f"Anna{number}", surname="Fell",
        date_of_birth="2011-05-14", updated_at=stamp(at)) for number in range(
            first, first + ROWS))])


def stamp(at: datetime) -> str:
    """A time as agencies write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def about_agencies(bench: Bench) -> dict[str, Finding]:
    """Check, and every finding about an agency, by its id."""
    return {each.finding_id: each for each in bench.check() if each.child is None}


def told(bench: Bench, agency: str = "police") -> list[NoticeIssued]:
    """Deliver, and the agency's notices about itself."""
    bench.concord.deliver()
    with bench.concord.store.view() as view:
        return [each for each in notices_for(view, bench.concord.codec, agency)
                if each.local_id is None]


def daily(bench: Bench, days: int, *, sent: bool = True) -> dict[str, Finding]:
    """So many days, on each an extract (or none) and a check; what there is at the end."""
    found: dict[str, Finding] = {}
    for _ in range(days):
        if sent:
            nominals(bench, written_ago=timedelta(hours=1))
        found = about_agencies(bench)
        bench.later(days=1)
    return found


def test_a_silent_feed_is_raised_told_and_over(bench: Bench) -> None:
    """From the first midnight at which so little is no chance, until enough has come again."""
    assert {} == daily(bench, 45)
    first = bench.clock.now()
    daily(bench, 20, sent=False)
    [silent] = about_agencies(bench).values()
    [notice] = told(bench)

    assert (SILENT, "agency.silent", None, "police", FindingState.OPEN, ()) == (
        silent.finding_id, silent.name, silent.child, silent.agency, silent.state,
        silent.evidence)
    assert timedelta(days=9) < silent.since - first < timedelta(days=14)
    assert (silent.sentence, NoticeState.SENT, None) == (
        notice.sentence, notice.state, notice.local_id)

    over = daily(bench, 14)[SILENT]
    [ended] = told(bench)

    assert (FindingState.RESOLVED, silent.since) == (over.state, over.since)
    assert (NoticeState.ENDED, FindingState.RESOLVED) == (ended.state, ended.finding_state)


def test_it_is_shown_with_its_agency_and_no_child(bench: Bench) -> None:
    """The machine form keeps its keys."""
    daily(bench, 45)
    daily(bench, 15, sent=False)
    shown = finding_json(about_agencies(bench)[SILENT])

    assert (None, "police", "open", []) == (
        shown["child"], shown["agency"], shown["state"], shown["evidence"])


@pytest.mark.slow
def test_a_silence_is_known_on_a_past_day(bench: Bench) -> None:
    """Before it, in it, and after it, by what had come by then."""
    daily(bench, 45)
    before = bench.clock.now()
    daily(bench, 20, sent=False)
    within = bench.clock.now()
    raised = about_agencies(bench)[SILENT]
    daily(bench, 14)

    def known(at: datetime) -> dict[str, Finding]:
        past = bench.concord.as_of(at)
        with past.store.view() as view:
            return {each.finding_id: each for each in stored_findings(view, past.codec)
                    if each.child is None}

    assert {} == known(before)
    assert {SILENT: raised} == known(within)
    assert FindingState.RESOLVED == known(bench.clock.now())[SILENT].state


@pytest.mark.slow
def test_a_decision_holds_while_it_lasts_and_not_for_the_next(bench: Bench) -> None:
    """A dismissed silence is dismissed; another one is another."""
    daily(bench, 45)
    daily(bench, 20, sent=False)
    raised = about_agencies(bench)[SILENT]
    decide_finding(bench.concord.store, bench.concord.codec, SILENT, FindingDecision.DISMISSED,
                   "Ann Lead", "the system is being replaced", bench.clock.now())
    still = about_agencies(bench)[SILENT]
    bench.later(days=5)
    later = about_agencies(bench)[SILENT]
    daily(bench, 45)
    again = daily(bench, 20, sent=False)[SILENT]

    assert (FindingState.DISMISSED, FindingState.DISMISSED, raised.since) == (
        still.state, later.state, later.since)
    assert FindingState.OPEN == again.state
    assert again.evidence_digest != raised.evidence_digest


def test_what_waits_in_the_inbox_is_no_silence(bench: Bench) -> None:
    """Extracts that intake has not taken in yet have come."""
    daily(bench, 45)
    for _ in range(20):
        nominals(bench, written_ago=timedelta(hours=1))
        bench.later(days=1)

    assert {} == about_agencies(bench)


def test_the_same_log_in_two_tellings_gives_the_same_counts(bench: Bench) -> None:
    """Rebuilt from its beginning, nothing is counted twice and nothing is lost."""
    daily(bench, 8)
    with bench.concord.store.view() as view:
        before = read_feed(view, "police")
    bench.concord.rebuild("Ann Lead", "to see")
    bench.check()
    with bench.concord.store.view() as view:
        assert before == read_feed(view, "police")


def test_extracts_and_times_are_counted_by_the_hour(bench: Bench) -> None:
    """Rows read, unchanged ones included; how late records were, the first extract aside."""
    start = bench.clock.now()
    nominals(bench, written_ago=timedelta(days=400))
    bench.check()
    bench.later(days=1)
    nominals(bench, written_ago=timedelta(days=401))
    bench.check()
    bench.later(days=1)
    nominals(bench, written_ago=timedelta(hours=30), first=ROWS)
    bench.check()
    with bench.concord.store.view() as view:
        reads, receipts = read_feed(view, "police")

    assert tuple(Read(start + timedelta(days=each), ROWS) for each in range(3)) == reads
    assert (Receipts(start + timedelta(days=2), {30: ROWS}),) == receipts


@pytest.mark.parametrize(("written_ago", "raised"), [(24, False), (25, True)])
def test_late_records_are_raised_for_their_agency(bench: Bench, written_ago: int,
                                                  raised: bool) -> None:
    """Twenty-four records of two nights, each a day old or an hour more; the first is left out."""
    for night in range(3):
        nominals(bench, written_ago=timedelta(hours=written_ago), first=night * ROWS)
        found = about_agencies(bench)
        bench.later(days=1)

    assert ({LATE} if raised else set()) == set(found)


def described_alike(bench: Bench) -> None:
    """Eight children: missing or exploited by the home, each a concern for safety for police."""
    at = bench.clock.now() - timedelta(hours=3)
    people = ["Amira", "Bethany", "Callum", "Dilan", "Esther", "Freya", "Gareth", "Hassan"]
    bench.publish(
        "riverside",
        residents=[RESIDENTS, *(line(
            RESIDENTS, resident_ref=f"R{number}", given_name=name, surname=f"Fell{number}",
            date_of_birth=f"2011-05-{number + 10}", home_urn="SC012345",
            admitted_on="2025-09-01", updated_at=stamp(at))
            for number, name in enumerate(people))],
        absences=[ABSENCES, *(line(
            ABSENCES, absence_ref=f"A{number}", resident_ref=f"R{number}", category="missing",
            noticed_at=stamp(at), returned_at=stamp(at + timedelta(hours=1)),
            updated_at=stamp(at)) for number in range(4))],
        notifications=[NOTIFICATIONS, *(line(
            NOTIFICATIONS, notification_ref=f"F{number}", resident_ref=f"R{number}",
            occurred_at=stamp(at), kind="child_sexual_exploitation", updated_at=stamp(at))
            for number in range(4, 8))])
    bench.publish(
        "police",
        nominals=[NOMINALS, *(line(
            NOMINALS, nominal_id=f"N{number}", given_name=name, surname=f"Fell{number}",
            date_of_birth=f"2011-05-{number + 10}", updated_at=stamp(at))
            for number, name in enumerate(people))],
        incidents=[INCIDENTS, *(line(
            INCIDENTS, incident_ref=f"I{number}", nominal_id=f"N{number}",
            reported_at=stamp(at + timedelta(minutes=5)), caller_type="care_home",
            opening_category="Concern for safety", grade_initial="Priority",
            grade_final="Priority", updated_at=stamp(at)) for number in range(8))])


def test_lost_distinctions_are_raised_for_the_agency_that_lost_them(bench: Bench) -> None:
    """And for no other; it is told, as it is given what the others say."""
    described_alike(bench)
    found = about_agencies(bench)[COLLAPSED]

    assert {COLLAPSED} == set(about_agencies(bench))
    assert "8 of 8 happenings" in found.sentence
    assert "missing 4, sexual exploitation 4" in found.sentence
    assert [COLLAPSED] == [each.finding_id for each in told(bench)]
    assert [] == told(bench, "riverside")


def test_happenings_are_counted_once_however_often_looked_at(bench: Bench) -> None:
    """By agency and day, with nothing that tells of a child."""
    described_alike(bench)
    bench.check()
    bench.later(days=1)
    bench.publish("police", incidents=[INCIDENTS, line(
        INCIDENTS, incident_ref="I0", nominal_id="N0", closing_category="Missing person",
        reported_at=stamp(bench.clock.now() - timedelta(hours=27)),
        opening_category="Concern for safety", closed_at=stamp(bench.clock.now()),
        updated_at=stamp(bench.clock.now()))])
    bench.check()
    day = day_of(bench.clock.now() - timedelta(days=1))
    missing, concern = frozenset({"missing"}), frozenset({"concern for safety"})
    with bench.concord.store.view() as view:
        counted = read_described(view, "police")

    assert {Described(day, concern, missing, 3), Described(day, missing, missing, 1),
            Described(day, concern, frozenset({"sexual exploitation"}), 4)} == set(counted)


def test_an_erased_child_leaves_the_counts(bench: Bench) -> None:
    """What was kept beside the child goes with it, and seven are too few to speak."""
    described_alike(bench)
    raised = about_agencies(bench)[COLLAPSED]
    eraser = Eraser(bench.concord.store, bench.concord.log, bench.concord.codec,
                    bench.concord.model, ["police", "council", "riverside"])
    for agency, local_id in (("police", "N0"), ("riverside", "R0")):
        eraser.erase(ErasureAsked(subject=Subject(agency, local_id)), Authority(
            by="Ann Lead", authorised_by="Ann Head", reason="a court order"), bench.clock.now())
    over = about_agencies(bench)[COLLAPSED]
    with bench.concord.store.view() as view:
        left = sum(each.count for each in read_described(view, "police"))

    assert (FindingState.OPEN, 7) == (raised.state, left)
    assert FindingState.WITHDRAWN == over.state


def test_agencies_are_looked_at_once_after_the_children_whose_records_they_count(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look takes in much of what an agency sent: no child waits for it, and none is made twice.
    """
    looked: list[str | None] = []
    look = Agencies.looked

    def noted(agencies: Agencies, reading: Reading, code: str | None, at: datetime,
              stamp: int | None = None, behind: Collection[str] = ()) -> AgencyLook:
        looked.append(code)
        return look(agencies, reading, code, at, stamp, behind)

    monkeypatch.setattr(Agencies, "looked", noted)
    bench.publish("riverside", residents=[conftest.RESIDENTS, conftest.KAYLEIGH_AT_HOME],
                  absences=[conftest.ABSENCES, conftest.MISSING_FROM_HOME])
    bench.publish("police", nominals=[conftest.NOMINALS, conftest.KAYLEIGH_AT_POLICE],
                  incidents=[conftest.INCIDENTS, conftest.CONCERN_AT_POLICE])
    bench.check()

    assert ["police", "riverside"] == looked


def test_extracts_read_at_one_moment_count_together(bench: Bench) -> None:
    """Published one after the other with the clock set by hand, as in back-loading; the second
    reads the first one's row again, and two more."""
    bench.publish("police", nominals=[conftest.NOMINALS, conftest.KAYLEIGH_AT_POLICE])
    bench.publish("police", incidents=[
        conftest.INCIDENTS, conftest.CONCERN_AT_POLICE,
        conftest.CONCERN_AT_POLICE.replace("INC1", "INC2")])
    bench.check()

    with bench.concord.store.view() as view:
        assert (Read(conftest.START, 1 + 3),) == read_feed(view, "police")[0]


def test_what_was_recorded_before_the_first_extract_is_told_apart(bench: Bench) -> None:
    """History that is loaded bit by bit is not late: nobody was owed it by then."""
    start = bench.clock.now()
    nominals(bench, written_ago=timedelta(hours=1))
    bench.check()
    bench.later(days=1)
    nominals(bench, written_ago=timedelta(days=400), first=ROWS)
    bench.check()
    bench.later(days=1)
    nominals(bench, written_ago=timedelta(hours=48), first=2 * ROWS)
    bench.check()
    bench.later(days=1)
    nominals(bench, written_ago=timedelta(hours=73), first=3 * ROWS)
    bench.check()
    with bench.concord.store.view() as view:
        receipts = read_feed(view, "police")[1]

    assert (
        Receipts(start + timedelta(days=1), {9600: ROWS}, {9600: ROWS}),
        Receipts(start + timedelta(days=2), {48: ROWS}),
        Receipts(start + timedelta(days=3), {73: ROWS}, {73: ROWS}),
    ) == receipts
