"""A missing child whom the police hold under a second record, with the log number given."""
from collections.abc import Sequence

import pytest

from broker.cli.judging import make
from broker.event.finding import Finding
from broker.identity.cluster import Pair
from broker.vocabulary.words import Severity, Verdict
from tests.pipeline.conftest import ABSENCES, INCIDENTS, NOMINALS, RESIDENTS, Bench
from tests.pipeline.pairs import nominal, queue_of, resident

HOME = resident("R1", "Kayleigh", "Thornton", "2011-05-14")
POLICE = (nominal("N1", "Kayleigh", "Thornton", "2011-05-14"),
          nominal("N2", "Kayleigh", "Thornton", "2011-05-14"))
AWAY = ("A1,R1,missing,2026-03-01T19:20:00Z,2026-03-01T19:00:00Z,high,2026-03-01T19:25:00Z,"
        "NV-26-0771,2026-03-01T19:30:00Z,,,,2026-03-01T19:31:00Z")
SEARCH = ("NV-26-0771,N2,2026-03-01T19:30:00Z,care_home,SC012345,Missing person,,"
          "Priority,Priority,,,2026-03-01T19:40:00Z,2026-03-01T19:50:00Z,,,,,"
          "2026-03-01T20:35:00Z")
# What the police have had of her before, so that the home's record is joined with their first.
EARLIER = ("NV-26-0100,N1,2026-01-20T12:00:00Z,public,,Other,Other,Scheduled,Scheduled,,,,,,,"
           "2026-01-20T13:00:00Z,,2026-01-20T13:00:00Z")
FILES = {"riverside": ("residents", "absences"), "police": ("nominals", "incidents")}
HEADS = {"residents": RESIDENTS, "absences": ABSENCES, "nominals": NOMINALS,
         "incidents": INCIDENTS}
ROWS: dict[str, Sequence[str]] = {
    "residents": [HOME], "absences": [AWAY], "nominals": POLICE, "incidents": [EARLIER, SEARCH]}


def told(bench: Bench, order: Sequence[str] = ("riverside", "police"),
         **rows: Sequence[str]) -> list[Finding]:
    """What stands when these agencies have published in this order, checked after each."""
    for agency in order:
        bench.publish(agency, **{name: [HEADS[name], *(rows.get(name) or ROWS[name])]
                                 for name in FILES[agency]})
        found = bench.open()
    return found


def not_with_police(found: Sequence[Finding]) -> list[str]:
    """The states of findings that the police hold no record of an absence."""
    return [each.state.value for each in found if each.code == "M02"]


def waiting(bench: Bench) -> list[tuple[Pair, list[str], Severity | None]]:
    """The pairs in review in order, with what each holds back, and the worst it exposes."""
    return [(each.pair, [one.code for one in each.holds_back or ()], each.worst)
            for each in queue_of(bench).pairs]


@pytest.mark.parametrize("order", [("riverside", "police"), ("police", "riverside")])
def test_what_the_police_hold_under_a_second_record_is_no_silence(
    bench: Bench, order: Sequence[str]
) -> None:
    """Whoever is heard first: nothing stands of the absence, and the pair comes first."""
    found = told(bench, order)

    assert [] == not_with_police(found)
    assert [("M02", Severity.CRITICAL)] == [
        (code, worst) for _, kept, worst in waiting(bench)[:1] for code in kept]


def test_once_told_apart_the_police_hold_nothing(bench: Bench) -> None:
    """Of every pair that may be one child: then the absence is not with the police."""
    told(bench)
    pairs = [pair for pair, _, _ in waiting(bench)]
    for pair in pairs:
        make(bench.concord, pair, Verdict.DIFFERENT, "a.reviewer", "cousins")

    assert ["OPEN"] == not_with_police(bench.open())


def test_once_joined_nothing_is_to_be_said(bench: Bench) -> None:
    """The search is for this girl."""
    told(bench)
    [first, *_] = waiting(bench)
    make(bench.concord, first[0], Verdict.SAME, "a.reviewer", "one girl, written down twice")

    assert [] == not_with_police(bench.open())


def test_two_girls_of_one_home_under_one_number_are_not_one(bench: Bench) -> None:
    """The police hold the number for one of them; the other nobody looks for."""
    both = [HOME, resident("R2", "Kayleigh", "Thornton", "2011-05-14")]
    away = [AWAY, AWAY.replace("A1,R1", "A2,R2")]
    found = told(bench, residents=both, absences=away, nominals=[POLICE[1]],
                 incidents=[SEARCH])

    assert ["OPEN"] == not_with_police(found)


BARE = "N2,{},{},,,Female,,,,,,,2026-03-01T19:35:00Z"


@pytest.mark.parametrize("name", [("Kayleigh", "Thornton"), ("Kayley", "Thorntonn")])
@pytest.mark.parametrize("order", [("riverside", "police"), ("police", "riverside")])
def test_a_second_record_that_says_no_more_than_a_name_waits_too(
    bench: Bench, order: Sequence[str], name: tuple[str, str]
) -> None:
    """Whoever took the call wrote neither a birth date nor a home, and perhaps misheard her."""
    found = told(bench, order, nominals=[POLICE[0], BARE.format(*name)])

    assert [] == not_with_police(found)
    assert {("police:N1", "police:N2"), ("police:N2", "riverside:R1")} == {
        pair for pair, _, _ in waiting(bench)}
    assert ["M02"] == waiting(bench)[0][1]
