"""What one agency may be shown of what others said: judged at the moment of delivery.

Cross-agency ids stay inside Concord: whatever is shown names the child by the recipient's own
local id, and drops the sender's local id from the sender's record reference.
"""
from collections.abc import Iterable
from dataclasses import replace

from broker.event.agency import Agency
from broker.event.care import PlacementRecorded
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Reference, Statement, ToldBy
from broker.event.finding import Evidence, Finding
from broker.event.person import PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.policy.agreements import InForce
from broker.vocabulary.words import (
    AgencyKind,
    AllegedSource,
    PlacementType,
    Purpose,
    State,
    Stream,
)

ADOPTION_PLACEMENTS = frozenset({
    PlacementType.A3, PlacementType.A4, PlacementType.A5, PlacementType.A6,
})
HOME_THEMES = ("M", "L", "D")
INTERNAL_CODES = frozenset({"D02"})
LEADS_ONLY_CODES = frozenset({"D05"})
# Findings on two children: who holds the one is told nothing that was said of the other.
ON_TWO_CHILDREN = frozenset({"D03"})
COMPARING_CODES = frozenset({"K02"})
DESCRIBING = frozenset({Stream.INCIDENT, Stream.MISSING, Stream.CONCERN})
# Neutral words of a piece of evidence that say who may be told of what rests on it.
POLICE_ONLY = "police only"
OWNER_ONLY = "owner only"


def shown_record(record: str, subject: str, local_id: str) -> str:
    """A record's reference without the sender's local id of the child."""
    parts = [part for part in record.split("/") if part != subject]
    return "/".join(parts) or local_id


def _shown_references(statement: Statement) -> tuple[Reference, ...]:
    """The numbers of other records that it names, without the sender's local id of the child."""
    shown = (replace(each, value=shown_record(each.value, statement.subject, ""))
             for each in statement.references)
    return tuple(each for each in shown if each.value)


def _shown_source(statement: Statement, recipient: Agency) -> ToldBy | None:
    """Whose record it was copied from; a third agency's reference may hold its own local id."""
    told_by = statement.told_by
    return told_by if told_by is not None and told_by.agency == recipient.code else None


def alleges_against(statements: Iterable[Statement], home: Agency) -> bool:
    """Whether a standing statement about the child alleges harm by this home or its staff.

    Of each record its latest version counts: one corrected or taken back alleges nothing."""
    latest: dict[tuple[str, str], ConcernRecorded] = {}
    for said in statements:
        if isinstance(said, ConcernRecorded):
            key = (said.agency, said.record)
            if key not in latest or latest[key].version < said.version:
                latest[key] = said
    return any(alleges(said, home) for said in latest.values())


def alleges(said: ConcernRecorded, home: Agency) -> bool:
    """Whether this version of a record alleges harm by this home or its staff."""
    if said.state is State.WITHDRAWN:
        return False
    if said.alleged_urn is not None and said.alleged_urn == home.home_urn:
        return True
    # Which home is not said: held from every home that holds the child.
    return said.alleged_source is AllegedSource.HOME_STAFF and said.alleged_urn is None


def placed_for_adoption(statements: Iterable[Statement]) -> frozenset[str]:
    """The agencies that have ever said the child is placed for adoption: where it lives since
    never leaves them."""
    return frozenset(each.agency for each in statements if never_leaves(each))


def shown_statement(statement: Statement, recipient: Agency, local_id: str, allowed: InForce,
                    *, alleged: bool, adoption: bool = False) -> Statement | None:
    """The statement as the recipient may be given it, or None.

    `alleged` holds back from a home everything but what it said itself, while an allegation
    against it stands. Addresses that are protected, and adoption placements, never leave their
    owner; where the sender has placed the child for adoption (`adoption`), none of its addresses
    of the child do. A statement with conditions on its handling is only ever among those asked
    about when a named person has released it; it goes with its conditions."""
    if statement.agency == recipient.code:
        return None
    if not allowed.may_receive(statement.agency, recipient.code, statement.stream,
                               statement.purpose):
        return None
    if alleged and recipient.kind is AgencyKind.CARE_HOME:
        return None
    if never_leaves(statement):
        return None
    record = shown_record(statement.record, statement.subject, local_id)
    references = _shown_references(statement)
    told_by = _shown_source(statement, recipient)
    if isinstance(statement, PersonRecorded):
        return replace(
            statement, subject=local_id, record=record, references=references, told_by=told_by,
            identifiers=(), addresses=() if adoption else tuple(
                each for each in statement.addresses if not each.protected))
    if isinstance(statement, RiskLinkRecorded):
        return replace(statement, record=record, references=references, told_by=told_by,
                       child=local_id)
    return replace(statement, subject=local_id, record=record, references=references,
                   told_by=told_by)


def never_leaves(statement: Statement) -> bool:
    """Whether no agreement lets anybody but its owner see this."""
    return isinstance(statement, PlacementRecorded) and statement.type in ADOPTION_PLACEMENTS


def may_be_told(finding: Finding, recipient: Agency, allowed: InForce,
                statements: Iterable[Statement], *, alleged: bool, to_lead: bool = False) -> bool:
    """Whether an agency may be given a notice of this finding.

    It must be allowed to see every statement that the finding rests on, which are among the
    `statements` about the child: that there is an adoption placement is not told either. Homes
    are told of M, L and D findings on records they supplied, and of nothing about a child while
    an allegation against the home stands. `to_lead` is for what the agency's named lead alone is
    to read. Of a finding on two children an agency learns only that its own record is concerned.
    """
    if finding.code in INTERNAL_CODES or (finding.code in LEADS_ONLY_CODES and not to_lead):
        return False
    if finding.agency is not None and not _may_be_told_of_itself(finding, recipient, allowed):
        return False
    if recipient.kind is AgencyKind.CARE_HOME:
        if alleged or not finding.code.startswith(HOME_THEMES):
            return False
        if all(each.agency != recipient.code for each in finding.evidence):
            return False
    if finding.code in ON_TWO_CHILDREN:
        return any(each.agency == recipient.code for each in finding.evidence)
    if any(_is_kept_from(each, recipient) for each in finding.evidence):
        return False
    hidden = {each.event_id for each in statements
              if never_leaves(each) and each.agency != recipient.code}
    return all(each.event_id not in hidden and allowed.may_receive(
        each.agency, recipient.code, each.stream, Purpose.SAFEGUARDING)
        for each in finding.evidence)


def _may_be_told_of_itself(finding: Finding, recipient: Agency, allowed: InForce) -> bool:
    """Whether an agency may be told what was found about its own records as a whole: nobody else
    is, and how others describe what it describes only where it is given all that they say of it.
    """
    if finding.agency != recipient.code:
        return False
    return finding.code not in COMPARING_CODES or all(
        allowed.may_receive(giver, recipient.code, stream, Purpose.SAFEGUARDING)
        for giver, stream, _ in allowed.publishing if stream in DESCRIBING)


def _is_kept_from(evidence: Evidence, recipient: Agency) -> bool:
    """Whether a rule has marked this for the police alone, or for its owner alone."""
    if evidence.neutral == POLICE_ONLY:
        return recipient.kind is not AgencyKind.POLICE
    return evidence.neutral == OWNER_ONLY and evidence.agency != recipient.code


def shown_evidence(finding: Finding, recipient: Agency, local_id: str) -> tuple[Evidence, ...]:
    """The evidence with the child named by the recipient's own local id; of a finding on two
    children what the recipient itself has said, of either."""
    if finding.code in ON_TWO_CHILDREN:
        return tuple(each for each in finding.evidence if each.agency == recipient.code)
    return tuple(
        replace(each, subject=local_id, record=shown_record(each.record, each.subject, local_id))
        for each in finding.evidence)
