"""What is for named leads alone: what is said while nobody is named, and who is named later."""
import tomllib

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import Finding, NoticeIssued
from broker.pipeline.decide import answer_notice, decide_finding
from broker.pipeline.health import standing_of
from broker.pipeline.notify import notices_for
from broker.report.finding_told import NO_LEAD, finding_told, told_json, told_lines, told_page
from broker.vocabulary.words import FindingDecision, NoticeState
from tests.pipeline import lines
from tests.pipeline.conftest import Bench

DOCTOR = "Designated doctor"
PAEDIATRICIAN = "Designated paediatrician"
SECTIONS = {"council": 'name = "North Valley Council"\n', "police": 'force_code = "12"\n',
            "riverside": 'home_urn = "SC012345"\n'}


def name_leads(bench: Bench, **leads: str) -> None:
    """The configuration from now on: these agencies have named a lead, the others none."""
    text = CONFIGURATION
    for code, lead in leads.items():
        text = text.replace(SECTIONS[code], f'{SECTIONS[code]}lead = "{lead}"\n')
    bench.concord.settings = parse(tomllib.loads(text))


def told_of(bench: Bench, agency: str) -> list[NoticeIssued]:
    """The agency's notices of the death."""
    with bench.concord.store.view() as view:
        return [each for each in notices_for(view, bench.concord.codec, agency)
                if each.code == "D05"]


def untold(bench: Bench) -> int:
    """How many findings reach nobody, as status and metrics have it."""
    concord = bench.concord
    return standing_of(concord.store, concord.log, concord.settings.partnership).untold


def died(bench: Bench) -> Finding:
    """The finding."""
    return next(each for each in bench.check() if each.code == "D05")


def tell_death(bench: Bench, day: str = "2026-02-26") -> None:
    """The council records her death; the home had her back after it."""
    bench.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date=day)])
    bench.publish("riverside", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14")], absences=[lines.ABSENCES, lines.absence(
            "A1", "R1", "2026-02-28T21:00:00Z", returned_at="2026-02-28T23:00:00Z")])
    bench.check()


@pytest.fixture
def unled(bench: Bench) -> Bench:
    """A death that no agency has named a lead for, delivered."""
    tell_death(bench)
    bench.concord.deliver()
    return bench


def test_what_reaches_nobody_is_counted(unled: Bench) -> None:
    """No agency is told, and how it stands says so."""
    assert (1, [], []) == (untold(unled), told_of(unled, "council"), told_of(unled, "riverside"))


def test_a_lead_named_later_is_told_what_still_stands(unled: Bench) -> None:
    """At the next delivery, though no record has changed; nothing reaches nobody any more."""
    name_leads(unled, council=DOCTOR)
    count = unled.concord.deliver()
    (to_council,) = told_of(unled, "council")

    assert (1, 0) == (count.notices, untold(unled))
    assert to_council.action.startswith(f"For {DOCTOR} alone. ")
    assert [] == told_of(unled, "riverside")


def test_nobody_is_told_twice(unled: Bench) -> None:
    """Neither by delivering again, nor as a second agency names its lead, nor as one is taken
    away and named again."""
    name_leads(unled, council=DOCTOR)
    unled.concord.deliver()
    counts = [unled.concord.deliver().notices]
    for leads in ({"council": DOCTOR, "riverside": "Manager"}, {"riverside": "Manager"},
                  {"council": DOCTOR, "riverside": "Manager"}):
        name_leads(unled, **leads)
        counts.append(unled.concord.deliver().notices)

    assert [0, 1, 0, 0] == counts


def test_another_lead_gets_the_notice_in_their_name_as_it_was_taken_up(unled: Bench) -> None:
    """It is for somebody else now; the agency has acknowledged it already."""
    name_leads(unled, council=DOCTOR)
    unled.concord.deliver()
    (notice,) = told_of(unled, "council")
    concord = unled.concord
    answer_notice(concord.store, concord.log, concord.codec, "council", notice.notice_id,
                  NoticeState.ACKNOWLEDGED, "a.doctor", None, unled.clock.now())
    name_leads(unled, council=PAEDIATRICIAN)

    assert 1 == unled.concord.deliver().notices
    assert [(NoticeState.ACKNOWLEDGED, True)] == [
        (each.state, each.action.startswith(f"For {PAEDIATRICIAN} alone. "))
        for each in told_of(unled, "council")]


def test_a_lead_taken_away_leaves_what_was_told(unled: Bench) -> None:
    """Somebody has been told: nothing reaches nobody."""
    name_leads(unled, council=DOCTOR)
    unled.concord.deliver()
    name_leads(unled)
    unled.concord.deliver()

    assert (0, 1) == (untold(unled), len(told_of(unled, "council")))


def test_what_comes_back_once_no_lead_is_left_reaches_nobody(unled: Bench) -> None:
    """The lead was told of it and of its end, and not of its return."""
    name_leads(unled, council=DOCTOR)
    unled.concord.deliver()
    for day, lead in (("", {"council": DOCTOR}), ("2026-02-26", {})):
        unled.later(hours=2)
        name_leads(unled, **lead)
        unled.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
            "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date=day)])
        unled.check()
        unled.concord.deliver()

    assert (1, [NoticeState.ENDED]) == (
        untold(unled), [each.state for each in told_of(unled, "council")])


def test_what_a_person_dismisses_reaches_nobody_no_more(unled: Bench) -> None:
    """Nothing stands, and a lead named afterwards is told nothing."""
    concord = unled.concord
    decide_finding(concord.store, concord.codec, died(unled).finding_id,
                   FindingDecision.DISMISSED, "a.lead", "rang the home", unled.clock.now())
    unled.check()
    unled.concord.deliver()
    before = untold(unled)
    name_leads(unled, council=DOCTOR)

    assert (0, 0) == (before, unled.concord.deliver().notices)


def test_what_old_records_show_is_history_and_waits_for_nobody(bench: Bench) -> None:
    """A death of years ago that a record of years ago contradicts."""
    bench.publish("council", ssd_person=[lines.SSD_PERSON, lines.ssd_person(
        "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date="2021-02-26")])
    bench.publish("riverside", residents=[lines.RESIDENTS, lines.resident(
        "R1", "Kayleigh", "Thornton", "2011-05-14")], absences=[lines.ABSENCES, lines.absence(
            "A1", "R1", "2021-02-28T21:00:00Z", returned_at="2021-02-28T23:00:00Z")])
    finding = died(bench)
    bench.concord.deliver()

    assert (True, 0) == (finding.historical, untold(bench))


def test_explaining_it_says_that_nobody_is_told_and_why(unled: Bench) -> None:
    """On the terminal, for a machine and on the page; no more once a lead is named."""
    def said() -> tuple[bool, bool, bool, bool]:
        concord, finding = unled.concord, died(unled)
        with concord.store.view() as view:
            told = finding_told(view, concord.codec, finding, concord.settings.partnership, None,
                                concord.limits)
        found = list(told_lines(told))
        return ("Who was told, and who took it up:" in found, f"  {NO_LEAD}" in found,
                told_json(told)["untold"], NO_LEAD in told_page(
                    told, partnership="North Valley", made_at=unled.clock.now()))

    before = said()
    name_leads(unled, council=DOCTOR)
    unled.concord.deliver()

    assert ((True, True, True, True), (False, False, False, False)) == (before, said())


def test_a_rebuilt_store_tells_nobody_anew(unled: Bench) -> None:
    """Who has been told is kept, and so is what reaches nobody."""
    unled.concord.rebuild("a.admin", "rehearsal")
    unled.check()
    kept = untold(unled)
    name_leads(unled, council=DOCTOR)
    told = unled.concord.deliver().notices
    unled.concord.rebuild("a.admin", "rehearsal")
    unled.check()

    assert (1, 1, 0, 0) == (kept, told, unled.concord.deliver().notices, untold(unled))
