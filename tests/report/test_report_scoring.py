"""Findings against what was planted."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from broker.event.finding import Evidence, Finding
from broker.report.scoring import Plant, RuleScore, score
from broker.vocabulary.words import Severity, Stream, System

EVENING = datetime(2026, 1, 9, 23, 30, tzinfo=UTC)
ABSENT = Plant("M01", "m01.log_number", frozenset({("police", "N1"), ("riverside", "R1")}),
               frozenset({"A1", "INC1/N1"}), EVENING)
DECOY = Plant("M01", "m01.decoy_twin", frozenset({("police", "N2")}), frozenset({"INC2/N2"}),
              EVENING, decoy=True)


def finding(code: str = "M01", agency: str = "police", record: str = "INC1/N1",
            subject: str = "N1", **changes: object) -> Finding:
    """A finding on one record."""
    made = Finding(
        finding_id=f"{code}-{record}", code=code, name="a.rule", child="c1",
        severity=Severity.CRITICAL, since=EVENING, sentence="s", action="a", would_change="w",
        source="s", anchor="a", evidence_digest="d", evidence=(Evidence(
            event_id=UUID(int=1), agency=agency, system=System.FILES, type_name="T",
            stream=Stream.MISSING, record=record, subject=subject, says="x",
            recorded_at=EVENING),))
    return replace(made, **changes)  # type: ignore[arg-type] # a test names real fields


def known(*findings: Finding, at: datetime = EVENING) -> dict[str, datetime]:
    """All first published at one time."""
    return {each.finding_id: at for each in findings}


def test_a_finding_on_a_planted_record_finds_it() -> None:
    """Code and record agree."""
    one = finding()

    scored = score([ABSENT, DECOY], [one], known(one))

    assert (RuleScore("M01", planted=1, found=1, late=0, decoys=1, decoys_flagged=0,
                      other_alarms=0),) == scored.rules
    assert (1.0, 1.0) == (scored.recall.share, scored.precision.share)


def test_a_finding_about_the_child_finds_it_too() -> None:
    """Another record of the planted child, cited under its local id."""
    one = finding(agency="riverside", record="A9", subject="R1")

    assert 1 == score([ABSENT], [one], known(one)).found


def test_another_rule_does_not_find_it() -> None:
    """It is missed, and the finding is a false alarm of its own rule."""
    one = finding(code="M02")

    scored = score([ABSENT], [one], known(one))

    assert (ABSENT,) == scored.missed
    assert [("M01", 0, 0), ("M02", 0, 1)] == [
        (each.code, each.found, each.other_alarms) for each in scored.rules]


def test_a_decoy_that_takes_it_in_is_counted_once() -> None:
    """Two findings on one decoy: one decoy flagged, two false alarms, none of them other."""
    one, two = finding(record="INC2/N2", subject="N2"), finding(record="X", subject="N2")

    scored = score([ABSENT, DECOY], [one, two], known(one, two))

    assert (1, 0, 2) == (scored.rules[0].decoys_flagged, scored.rules[0].other_alarms,
                         len(scored.false_alarms))


def test_what_is_found_too_late_is_found_and_said() -> None:
    """Known an hour after the files showed it."""
    one = finding()

    scored = score([ABSENT], [one], known(one, at=EVENING + timedelta(hours=1)))

    assert (1, (ABSENT,)) == (scored.found, scored.late)


def test_history_is_no_alarm() -> None:
    """What back-loading finds in old records is not held against the rule."""
    one = finding(record="OLD", subject="N9", historical=True)

    assert () == score([ABSENT], [one], known(one)).false_alarms


def test_what_stands_beside_counts_neither_way() -> None:
    """Rightly raised besides: no alarm with a finding, no miss without."""
    beside = replace(ABSENT, code="M03", beside=True)
    one = finding(code="M03")

    assert () == score([beside], [one], known(one)).false_alarms
    assert 0 == score([beside], [], {}).planted
