"""The main job: agencies' files in, the contradiction out, and its end."""
from collections.abc import Callable

from broker.findings.finding import lasted
from broker.pipeline.decide import judge
from broker.vocabulary.words import FindingState, Verdict
from tests.pipeline import lines
from tests.pipeline.conftest import (
    CONCERN_AT_POLICE,
    INCIDENTS,
    Bench,
)

Told = Callable[[], Bench]


def test_a_missing_child_recorded_as_a_concern_is_found_at_once(missing_girl: Told) -> None:
    """M01 cites both records, and nothing else is raised."""
    bench = missing_girl()

    found = bench.open()

    assert [("M01", "CRITICAL", [("police", "INC1/N1"), ("riverside", "A1")])] == [
        (each.code, each.severity.value,
         sorted((said.agency, said.record) for said in each.evidence)) for each in found]


def test_the_records_of_the_two_agencies_are_one_child(missing_girl: Told) -> None:
    """A name spelt a little differently does not hide the child."""
    bench = missing_girl()
    bench.check()

    assert [["police:N1", "riverside:R1"]] == bench.people()


def test_correcting_the_police_record_resolves_it(missing_girl: Told) -> None:
    """A later version ends the disagreement, and the finding says how long it lasted."""
    bench = missing_girl()
    bench.check()
    bench.later(hours=2)
    bench.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace("21:35:00Z", "23:50:00Z")])

    [finding] = [each for each in bench.check() if each.code == "M01"]

    assert FindingState.RESOLVED == finding.state
    assert "It lasted 2 hours 15 minutes, until 23:50 on 1 March 2026." == lasted(finding)


def test_declaring_the_children_different_withdraws_it(missing_girl: Told) -> None:
    """What rested on a join falls with it."""
    bench = missing_girl()
    bench.check()
    concord = bench.concord
    judge(concord.store, concord.codec, concord.model, "police:N1", "riverside:R1",
          Verdict.DIFFERENT, "a.reviewer", "two cousins of one name", bench.clock.now())

    findings = bench.check()

    assert [FindingState.WITHDRAWN] == [each.state for each in findings if each.code == "M01"]
    assert [["police:N1"], ["riverside:R1"]] == sorted(bench.people())


def test_publishing_the_same_folder_again_changes_nothing(missing_girl: Told) -> None:
    """It says so, and nothing is sent."""
    bench = missing_girl()
    bench.later(minutes=1)

    reports = [bench.publish_path(path.name.partition("-")[0], path)
               for path in sorted(bench.folder.iterdir())]

    assert [("police", 2, 0, 2, 0), ("riverside", 2, 0, 2, 0)] == [
        (each.agency, each.read, each.published, each.unchanged, each.statements)
        for each in reports]


def test_a_correction_written_before_the_councils_extract_resolves_it(
    missing_girl: Told,
) -> None:
    """The council's account joined later; what stood from the evening on stood all the same."""
    bench = missing_girl()
    bench.check()
    bench.later(hours=7)
    bench.publish(
        "council",
        ssd_person=[lines.SSD_PERSON,
                    lines.ssd_person("C1", "Kayleigh", "Thornton", "2011-05-14")],
        ssd_missing=[lines.SSD_MISSING, "ME1,C1,2026-03-01,M,,,"])
    bench.check()
    bench.later(hours=1)
    bench.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace(
        "2026-03-01T21:35:00Z", "2026-03-02T04:50:00Z")])

    [finding] = [each for each in bench.check() if each.code == "M01"
                 and each.state is not FindingState.WITHDRAWN]

    assert (FindingState.RESOLVED, "2026-03-02T04:50:00+00:00") == (
        finding.state, finding.until.isoformat() if finding.until else None)
