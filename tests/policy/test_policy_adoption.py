"""That a child is placed for adoption is told to nobody, by no way round."""
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.finding import Evidence, Finding
from broker.policy.agreements import Agreement, Agreements
from broker.policy.visibility import may_be_told
from broker.vocabulary.words import (
    AgencyKind,
    PlacementType,
    Purpose,
    Severity,
    State,
    Stream,
    System,
)

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EVENT = UUID(int=7)
BOTH = frozenset({"council", "riverside"})
ALLOWED = Agreements((Agreement(BOTH, BOTH, frozenset(Stream), frozenset(Purpose),
                                date(2020, 1, 1)),)).in_force(AT.date())
HOME = Agency(code="riverside", kind=AgencyKind.CARE_HOME, name="Riverside", home_urn="SC012345")
COUNCIL = Agency(code="council", kind=AgencyKind.SOCIAL_CARE, name="Council")


def _evidence(agency: str, event_id: UUID) -> Evidence:
    return Evidence(event_id=event_id, agency=agency, system=System.FILES,
                    type_name="PlacementRecorded", stream=Stream.CARE, record="P", subject="S",
                    says="a placement", recorded_at=AT)


FINDING = Finding(
    finding_id="L01-1", code="L01", name="care.placement_differs", severity=Severity.HIGH,
    since=AT, sentence="Another placement.", action="Confirm.", would_change="A correction.",
    source="Regulations", anchor="P", evidence_digest="d",
    evidence=(_evidence("council", EVENT), _evidence("riverside", UUID(int=8))))


@pytest.mark.parametrize(("kind", "recipient", "told"), [
    (PlacementType.K2, HOME, True),
    (PlacementType.A3, HOME, False),
    (PlacementType.A6, HOME, False),
    (PlacementType.A3, COUNCIL, True),
])
def test_a_finding_that_rests_on_an_adoption_placement_is_told_to_its_owner_alone(
        kind: PlacementType, recipient: Agency, told: bool) -> None:
    """A home that still holds the child as its resident must not learn why it is wrong."""
    placement = PlacementRecorded(
        event_id=EVENT, agency="council", system=System.SSD, record="P", subject="C1",
        recorded_at=AT, state=State.CURRENT, type=kind)

    assert told == may_be_told(FINDING, recipient, ALLOWED, [placement], alleged=False)
