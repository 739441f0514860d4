"""What a finding may be told of is kept from whoever is not meant by it."""
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from broker.event.agency import Agency
from broker.event.finding import Evidence, Finding
from broker.policy.agreements import Agreement, Agreements
from broker.policy.visibility import OWNER_ONLY, POLICE_ONLY, may_be_told, shown_evidence
from broker.vocabulary.words import AgencyKind, Purpose, Severity, Stream, System

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ALL = frozenset({"police", "council", "riverside"})
ALLOWED = Agreements((Agreement(ALL, ALL, frozenset(Stream), frozenset(Purpose),
                                date(2020, 1, 1)),)).in_force(AT.date())
POLICE = Agency(code="police", kind=AgencyKind.POLICE, name="Police")
COUNCIL = Agency(code="council", kind=AgencyKind.SOCIAL_CARE, name="Council")
HOME = Agency(code="riverside", kind=AgencyKind.CARE_HOME, name="Riverside", home_urn="SC012345")


def _said(agency: str, number: int, neutral: str = "") -> Evidence:
    return Evidence(event_id=UUID(int=number), agency=agency, system=System.FILES,
                    type_name="PersonRecorded", stream=Stream.PERSON, record=f"R{number}",
                    subject=f"S{number}", says="a record", neutral=neutral, recorded_at=AT)


def _finding(code: str, *evidence: Evidence) -> Finding:
    return Finding(
        finding_id=f"{code}-1", code=code, name="a.rule", child="child", severity=Severity.HIGH,
        since=AT, sentence="It differs.", action="Look.", would_change="A correction.",
        source="A law", anchor="a", evidence_digest="d", evidence=evidence)


@pytest.mark.parametrize(("code", "neutrals", "told"), [
    ("D02", ("", ""), []),
    ("D05", ("", ""), []),
    ("P02", ("", ""), ["police", "council"]),
    ("P02", (POLICE_ONLY, ""), ["police"]),
    ("P02", ("", OWNER_ONLY), ["council"]),
    ("P02", (POLICE_ONLY, OWNER_ONLY), []),
    ("D03", ("", ""), ["police", "council"]),
    ("D06", ("", ""), ["police", "council"]),
])
def test_who_is_told(code: str, neutrals: tuple[str, str], told: list[str]) -> None:
    """Police hold the first record of the evidence, the council the second, the home none."""
    finding = _finding(code, *(_said(agency, number, neutral) for number, (agency, neutral) in
                               enumerate(zip(("police", "council"), neutrals, strict=True), 1)))

    assert told == [each.code for each in (POLICE, COUNCIL, HOME)
                    if may_be_told(finding, each, ALLOWED, (), alleged=False)]


def test_a_death_is_told_to_a_named_lead() -> None:
    """What is addressed to the lead is; what anybody of the agency reads is not."""
    finding = _finding("D05", _said("police", 1), _said("council", 2))
    council = replace(COUNCIL, lead="Designated doctor")

    assert [True, False] == [
        may_be_told(finding, council, ALLOWED, (), alleged=False, to_lead=to_lead)
        for to_lead in (True, False)]


def test_of_two_children_an_agency_is_shown_its_own_records() -> None:
    """Of either child, under its own local ids; nothing that another has said."""
    finding = _finding("D03", _said("council", 1), _said("police", 2), _said("council", 3))

    assert ["S1", "S3"] == [each.subject for each in shown_evidence(finding, COUNCIL, "S1")]


def test_of_one_child_everything_is_shown_under_the_readers_own_id() -> None:
    """The senders' local ids stay inside Concord."""
    finding = _finding("D01", _said("council", 1), _said("police", 2))

    assert ["N1", "N1"] == [each.subject for each in shown_evidence(finding, POLICE, "N1")]
