"""Records of two people that meet: found from either, in any order, told to each without the
other, and forgotten when erased."""
import tomllib
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.event.finding import Finding, NoticeIssued
from broker.pipeline.decide import judge
from broker.pipeline.erase import Authority, Eraser, ErasureAsked
from broker.pipeline.rebuild import rebuild
from broker.pipeline.subject import Subject
from broker.pipeline.tables import FINDING_PEOPLE, RISK_PLACES, TRACES
from broker.vocabulary.words import FindingState, Severity, Verdict
from tests.pipeline import lines
from tests.pipeline.conftest import Bench
from tests.pipeline.feeds import given, notices

NUMBER = "9991230017"
OTHER_NUMBER = "9991230033"
GIRL = ("police", "nominals", lines.NOMINALS, lines.nominal(
    "N1", "Kayleigh", "Thornton", "2011-05-14", nhs_number=NUMBER))
BOY = ("council", "ssd_person", lines.SSD_PERSON, lines.ssd_person(
    "C9", "Amir", "Khan", "2015-07-21", pers_sex="M", pers_common_child_id=NUMBER))
GIRL_AT_HOME = ("riverside", "residents", lines.RESIDENTS, lines.resident(
    "R1", "Kayleigh", "Thornton", "2011-05-14"))
LODGER = ("police", "risk_links", lines.RISK_LINKS, lines.line(
    lines.RISK_LINKS, link_ref="K1", child_nominal_id="N77", subject_nominal_id="A5",
    subject_category="registered_sex_offender", address_line="4 Weir Terrace",
    address_postcode="LS3 1BD", from_date="2025-12-01", handling_code="P",
    updated_at="2026-01-04T10:00:00Z"))
AT_THE_TERRACE = ("council", "ssd_address", lines.SSD_ADDRESS, lines.line(
    lines.SSD_ADDRESS, addr_table_id="AD1", addr_person_id="C9", addr_address_type="Home",
    addr_address_start_date="2025-06-01", addr_address_postcode="ls31bd",
    addr_address_json='{"HOUSE": "4", "STREET": "Weir Terrace", "TOWN": "Northvale"}'))
BOY_UNNUMBERED = (*BOY[:3], BOY[3].replace(NUMBER, ""))
WHO = Authority(by="r.manager", authorised_by="d.officer", reason="court order 12")

Told = tuple[str, str, str, str]


def tell(bench: Bench, *told: Told) -> None:
    """Each file by itself, checked at once, a minute apart."""
    for agency, name, header, row in told:
        bench.publish(agency, **{name: [header, row]})
        bench.concord.check()
        bench.later(minutes=1)


def of(found: Sequence[Finding], code: str) -> list[Finding]:
    """The findings of one rule."""
    return [each for each in found if each.code == code]


def cited(finding: Finding) -> list[str]:
    """Whose records a finding rests on."""
    return sorted(f"{each.agency}:{each.subject}" for each in finding.evidence)


def row_count(bench: Bench) -> tuple[int, int]:
    """How many rows the index has: of children, of links."""
    with bench.concord.store.view() as view:
        return view.count(TRACES), view.count(RISK_PLACES)


@pytest.mark.parametrize("order", list(permutations((GIRL, BOY, GIRL_AT_HOME))))
def test_a_shared_number_is_one_finding_whatever_came_first(bench: Bench,
                                                            order: tuple[Told, ...]) -> None:
    """Both children are looked at again when the other comes; one of them has the finding."""
    tell(bench, *order)
    (found,) = of(bench.check(), "D03")

    assert (FindingState.OPEN, Severity.HIGH, ["council:C9", "police:N1"]) == (
        found.state, found.severity, cited(found))


def test_a_shared_number_has_one_id_whatever_came_first(tmp_path: Path) -> None:
    """The id comes from the record that comes first, not from who came first."""
    ids = set()
    for name, order in (("one", (GIRL, BOY)), ("other", (BOY, GIRL))):
        (tmp_path / name).mkdir()
        bench = Bench(tmp_path / name)
        tell(bench, *order)
        ids.add(tuple(each.finding_id for each in of(bench.check(), "D03")))

    assert 1 == len(ids)
    assert [1] == [len(each) for each in ids]


def test_a_number_corrected_at_either_child_ends_the_finding(bench: Bench) -> None:
    """Also where the other child, not the one it is kept with, is corrected."""
    tell(bench, GIRL, BOY, (*GIRL[:3], lines.nominal(
        "N1", "Kayleigh", "Thornton", "2011-05-14", nhs_number=OTHER_NUMBER,
        updated_at="2026-03-01T22:02:30Z")))

    assert [FindingState.RESOLVED] == [each.state for each in of(bench.check(), "D03")]


def test_a_number_corrected_where_the_finding_is_kept_ends_it(bench: Bench) -> None:
    """The council's record comes first, so the boy has it."""
    tell(bench, GIRL, BOY, (*BOY[:3], BOY[3].replace(NUMBER, OTHER_NUMBER)))

    assert [FindingState.RESOLVED] == [each.state for each in of(bench.check(), "D03")]


def test_children_judged_to_be_one_share_nothing(bench: Bench) -> None:
    """What was two children never was; the finding is withdrawn."""
    tell(bench, GIRL, BOY)
    concord = bench.concord
    judge(concord.store, concord.codec, concord.model, "council:C9", "police:N1", Verdict.SAME,
          "r.ahmed", "one card, read twice", bench.clock.now())

    assert [FindingState.WITHDRAWN] == [each.state for each in of(bench.check(), "D03")]


@pytest.mark.parametrize("key", ["council:C9", "police:N1"])
def test_the_finding_is_filed_under_both_children(bench: Bench, key: str) -> None:
    """Whoever looks at either sees it."""
    tell(bench, GIRL, BOY)
    with bench.concord.store.view() as view:
        filed = {str(row[1])[:3] for row in view.find(FINDING_PEOPLE, "person_key", [key])}

    assert "D03" in filed


def told_of(bench: Bench, agency: str, code: str) -> list[NoticeIssued]:
    """An agency's notices of one rule."""
    given(bench)
    return [each for each in notices(bench, agency) if each.code == code]


def test_each_agency_is_told_of_its_own_child_alone(bench: Bench) -> None:
    """Its own local id and its own record; neither the other's, nor whose it is."""
    tell(bench, GIRL, BOY)
    (to_police,) = told_of(bench, "police", "D03")
    (to_council,) = told_of(bench, "council", "D03")

    assert ("N1", ["police:N1"]) == (to_police.local_id, [
        f"{each.agency}:{each.subject}" for each in to_police.evidence])
    assert ("C9", ["council:C9"]) == (to_council.local_id, [
        f"{each.agency}:{each.subject}" for each in to_council.evidence])
    assert [] == [word for word in ("C9", "Council", NUMBER)
                  if word in f"{to_police.sentence} {to_police.action}"]


def test_who_holds_the_child_without_the_number_is_not_told(bench: Bench) -> None:
    """The home has the girl and no number of hers: there is nothing for it to mend."""
    tell(bench, GIRL, BOY, GIRL_AT_HOME)

    assert [] == told_of(bench, "riverside", "D03")


def test_a_lodger_is_met_by_his_address(bench: Bench) -> None:
    """The link is to another child; the boy's case finds it by the postcode."""
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, LODGER)
    (found,) = of(bench.check(), "P02")

    assert (FindingState.OPEN, Severity.CRITICAL, ["council:C9", "police:A5"]) == (
        found.state, found.severity, cited(found))


@pytest.mark.parametrize("order", list(permutations((BOY_UNNUMBERED, AT_THE_TERRACE, LODGER))))
def test_a_lodger_is_met_whatever_came_first(bench: Bench, order: tuple[Told, ...]) -> None:
    """The link, the child and its address in any order."""
    tell(bench, *order)

    assert [FindingState.OPEN] == [each.state for each in of(bench.check(), "P02")]


def test_a_lodger_who_moves_away_is_met_no_more(bench: Bench) -> None:
    """The children at the old address are looked at again when the link's changes."""
    moved = LODGER[3].replace("LS3 1BD", "LS9 9ZZ").replace("2026-01-04", "2026-02-27")
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, LODGER, (*LODGER[:3], moved))

    assert [FindingState.WITHDRAWN] == [each.state for each in of(bench.check(), "P02")]


def test_a_lodger_who_moves_in_is_met(bench: Bench) -> None:
    """A later version of the link comes to the child's postcode."""
    before = LODGER[3].replace("LS3 1BD", "LS9 9ZZ")
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, (*LODGER[:3], before), (
        *LODGER[:3], LODGER[3].replace("2026-01-04", "2026-02-27")))

    assert [FindingState.OPEN] == [each.state for each in of(bench.check(), "P02")]


def test_police_and_council_are_told_of_the_lodger_and_no_home(bench: Bench) -> None:
    """Under the local id of the child at the terrace; the other child and the man stay unnamed."""
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, LODGER, (
        "police", "nominals", lines.NOMINALS, lines.nominal(
            "N9", "Amir", "Khan", "2015-07-21", home_address="4 Weir Terrace",
            home_postcode="LS3 1BD", gender="Male")))
    (to_council,) = told_of(bench, "council", "P02")
    (to_police,) = told_of(bench, "police", "P02")

    assert ("C9", "N9") == (to_council.local_id, to_police.local_id)
    assert [] == [word for word in ("A5", "N77", "LS3", "Weir") if word in str(to_council)]
    assert [] == told_of(bench, "riverside", "P02")


def test_just_the_postcode_is_for_the_police_alone(bench: Bench) -> None:
    """The council is not told while the door may be another one."""
    other_door = LODGER[3].replace("4 Weir Terrace", "9 Weir Terrace")
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, (*LODGER[:3], other_door), (
        "police", "nominals", lines.NOMINALS, lines.nominal(
            "N9", "Amir", "Khan", "2015-07-21", home_address="4 Weir Terrace",
            home_postcode="LS3 1BD", gender="Male")))

    assert ([Severity.MEDIUM], []) == (
        [each.severity for each in told_of(bench, "police", "P02")],
        told_of(bench, "council", "P02"))


def test_a_refuge_met_by_a_lodger_is_told_to_its_owner_alone(bench: Bench) -> None:
    """The police must not learn from a notice where the refuge is."""
    refuge = AT_THE_TERRACE[3].replace("Home", "Refuge")
    tell(bench, BOY_UNNUMBERED, (*AT_THE_TERRACE[:3], refuge), LODGER, (
        "police", "nominals", lines.NOMINALS, lines.nominal(
            "N9", "Amir", "Khan", "2015-07-21", gender="Male")))

    assert ([["C9"]], []) == ([[each.local_id] for each in told_of(bench, "council", "P02")],
                              told_of(bench, "police", "P02"))


DEAD = ("council", "ssd_person", lines.SSD_PERSON, lines.ssd_person(
    "C1", "Kayleigh", "Thornton", "2011-05-14", pers_death_date="2026-02-26"))
SEEN = ("riverside", "absences", lines.ABSENCES, lines.absence(
    "A1", "R1", "2026-02-28T21:00:00Z"))


def test_a_death_is_told_to_the_lead_that_an_agency_has_named_and_to_nobody_else(
        bench: Bench) -> None:
    """The council has named one, the police and the home have not."""
    settings = parse(tomllib.loads(CONFIGURATION.replace(
        '# lead = "Designated doctor for child deaths"', 'lead = "Designated doctor"')))
    bench.concord.settings = settings
    tell(bench, GIRL, GIRL_AT_HOME, DEAD, SEEN)
    (to_council,) = told_of(bench, "council", "D05")

    assert to_council.action.startswith("For Designated doctor alone. Named leads: ")
    assert [] == [*told_of(bench, "police", "D05"), *told_of(bench, "riverside", "D05")]


def test_erasing_one_child_takes_its_part_out_of_the_index(bench: Bench) -> None:
    """The finding is withdrawn, and nothing of the erased child is left to be met."""
    tell(bench, GIRL, BOY)
    before = row_count(bench)
    erase(bench, Subject("police", "N1"))
    with bench.concord.store.view() as view:
        left = {str(row[1]) for row in view.scan(TRACES, "trace")}

    assert ((2, 0), {"council:C9"}) == (before, left)
    assert [FindingState.WITHDRAWN] == [each.state for each in of(bench.check(), "D03")]


def test_erasing_the_person_who_poses_a_risk_empties_the_index(bench: Bench) -> None:
    """Filed under another child, found by the person all the same."""
    tell(bench, BOY_UNNUMBERED, AT_THE_TERRACE, LODGER)
    before = row_count(bench)
    erase(bench, Subject("police", "A5"))

    assert ((1, 2), (1, 0)) == (before, row_count(bench))
    assert [FindingState.WITHDRAWN] == [each.state for each in of(bench.check(), "P02")]


def erase(bench: Bench, subject: Subject) -> None:
    """Erase all that is held on a person."""
    concord = bench.concord
    Eraser(concord.store, concord.log, concord.codec, concord.model,
           concord.settings.agencies).erase(ErasureAsked(subject=subject), WHO,
                                            bench.clock.now())


def test_a_rebuilt_index_finds_the_same(bench: Bench) -> None:
    """Thrown away and filled anew from the log; no finding changes its state."""
    tell(bench, GIRL, BOY, AT_THE_TERRACE, LODGER)
    before = row_count(bench), [(each.finding_id, each.state) for each in bench.check()]
    concord = bench.concord
    rebuild(concord.store, concord.log, concord.codec, concord.model, "ops", "a test",
            bench.clock.now())

    found = [(each.finding_id, each.state) for each in bench.check()]
    assert before == (row_count(bench), found)
