"""What each record element of the census says."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.social_care.census_tree import Element
from adapters.social_care.entry import Entry, occurred_of
from adapters.social_care.objects import FACTORS_MAX, factor_of
from adapters.social_care.people import birth_date_of
from adapters.social_care.words import ABUSE, CIN_SEX, SEX_UNKNOWN, YES_NO
from broker.event.care import PlanRecorded, ReviewRecorded
from broker.event.concern import (
    AssessmentRecorded,
    ConferenceRecorded,
    EnquiryRecorded,
    ReferralRecorded,
)
from broker.event.envelope import Reference, Statement
from broker.event.person import Identifier, PersonRecorded
from broker.sdk.fields import WORD_CHARACTERS_MAX
from broker.sdk.times import iso_moment
from broker.vocabulary import references
from broker.vocabulary.cin import (
    CLOSURE_REASONS,
    ETHNICITIES,
    PRIMARY_NEEDS,
    REFERRAL_SOURCES,
    UPN_UNKNOWN,
)
from broker.vocabulary.words import (
    Basis,
    ConferenceKind,
    PlanKind,
    ReferralDecision,
    ReferralKind,
    ReviewKind,
    Sex,
)

REFERENCE_CHARACTERS_MAX = 300

# The leaf by which each record element is dated, and so named.
STARTS: Mapping[str, str] = {
    "CINdetails": "CINreferralDate",
    "Assessments": "AssessmentActualStartDate",
    "CINPlanDates": "CINPlanStartDate",
    "Section47": "S47ActualStartDate",
    "ChildProtectionPlans": "CPPstartDate",
    "DateOfInitialCPC": "DateOfInitialCPC",
    "CPPreviewDate": "CPPreviewDate",
}


@dataclass(frozen=True, slots=True)
class Found:
    """An element that is a record: its leaves as an entry, itself, and the one it stands in."""

    entry: Entry
    element: Element
    around: Element

    @property
    def record(self) -> str:
        """LAchildID/element/start date; the person is the LAchildID alone."""
        column = STARTS.get(self.element.name)
        if column is None:
            return self.entry.subject
        start = self.entry.text(column) or ""
        return f"{self.entry.subject}/{self.element.name}/{start}"

    def of_around(self, scheme: str) -> tuple[Reference, ...]:
        """The record that the element stands in, where that one has a date to be named by."""
        column = STARTS[self.around.name]
        dates = [leaf.text for leaf in self.around.all(column) if leaf.text]
        if not dates:
            return ()
        value = f"{self.entry.subject}/{self.around.name}/{dates[0]}"
        return (Reference(scheme=scheme, value=value[:REFERENCE_CHARACTERS_MAX]),)


def _sex(entry: Entry) -> tuple[Sex | None, str | None]:
    """The layouts to 2024 have GenderCurrent in figures, those after Sex in letters."""
    for column, words in CIN_SEX.items():
        word = entry.text(column)
        if word is not None:
            if word.upper() in SEX_UNKNOWN:
                return None, word
            return entry.fields.word(column, words)
    return None, None


def _ethnicity(entry: Entry, child: Element) -> str | None:
    """It stands in an element beside the identifiers."""
    said = [leaf.text for traits in child.all("ChildCharacteristics")
            for leaf in traits.all("Ethnicity") if leaf.text]
    if not said:
        return None
    if said[0].upper() not in ETHNICITIES:
        entry.fields.count("Ethnicity", said[0])
    return said[0][:WORD_CHARACTERS_MAX]


def person(found: Found) -> PersonRecorded:
    """Who the child is."""
    entry = found.entry
    sex, sex_word = _sex(entry)
    born, precision = birth_date_of(entry, "PersonBirthDate", "ExpectedPersonBirthDate")
    former = entry.text("FormerUPN")
    earlier = () if former is None else (Identifier(scheme="former_upn", value=former),)
    return entry.says(
        PersonRecorded, found.record, upn=entry.upn("UPN", UPN_UNKNOWN),
        identifiers=(*entry.own_number(), *earlier),
        birth_date=born, birth_date_precision=precision, sex=sex, sex_word=sex_word,
        ethnicity=_ethnicity(entry, found.around), death_date=entry.past_day("PersonDeathDate"))


def referral(found: Found) -> ReferralRecorded:
    """An episode of need begins with its referral."""
    entry = found.entry
    received = entry.happened("CINreferralDate")
    closed = entry.until("CINclosureDate", received)
    nothing_more = entry.yes_no("ReferralNFA", YES_NO)
    return entry.says(
        ReferralRecorded, found.record, occurred=occurred_of(received, closed),
        kind=ReferralKind.REFERRAL, received=received,
        source=entry.code("ReferralSource", REFERRAL_SOURCES),
        primary_need=entry.code("PrimaryNeedCode", PRIMARY_NEEDS),
        decision=ReferralDecision.NO_FURTHER_ACTION if nothing_more else None,
        decision_word="ReferralNFA" if nothing_more else None,
        closed=closed, close_reason=entry.code("ReasonForClosure", CLOSURE_REASONS))


def assessment(found: Found) -> AssessmentRecorded:
    """An assessment with the factors it found; an unknown factor is carried and counted."""
    entry = found.entry
    codes = sorted({leaf.text.upper()
                    for group in found.element.all("FactorsIdentifiedAtAssessment")
                    for leaf in group.all("AssessmentFactors")})[:FACTORS_MAX]
    # First, so that an unknown code is reported also where the dates reject the assessment.
    factors = [factor_of(entry.fields.count, "AssessmentFactors", code) for code in codes]
    started = entry.happened("AssessmentActualStartDate")
    authorised = entry.until("AssessmentAuthorisationDate", started)
    return entry.says(
        AssessmentRecorded, found.record, occurred=occurred_of(started, authorised),
        basis=Basis.ASSESSMENT, references=found.of_around(references.REFERRAL),
        started=started, authorised=authorised,
        factors=tuple(each for each in factors if each is not None))


def cin_plan(found: Found) -> PlanRecorded:
    """A child in need plan."""
    start = found.entry.happened("CINPlanStartDate")
    end = found.entry.until("CINPlanEndDate", start)
    return found.entry.says(
        PlanRecorded, found.record, occurred=occurred_of(start, end),
        references=found.of_around(references.REFERRAL), kind=PlanKind.CIN, start=start, end=end)


def cp_plan(found: Found) -> PlanRecorded:
    """A child protection plan."""
    entry = found.entry
    start = entry.happened("CPPstartDate")
    end = entry.until("CPPendDate", start)
    first, first_word = entry.coded("InitialCategoryOfAbuse", ABUSE)
    now, now_word = entry.coded("LatestCategoryOfAbuse", ABUSE)
    return entry.says(
        PlanRecorded, found.record, occurred=occurred_of(start, end),
        references=found.of_around(references.REFERRAL), kind=PlanKind.CP,
        category_first=first, category_first_word=first_word,
        category_now=now, category_now_word=now_word, start=start, end=end)


def enquiry(found: Found) -> EnquiryRecorded:
    """A section 47 enquiry; as in the SSD its start stands for the strategy discussion."""
    started = found.entry.happened("S47ActualStartDate")
    return found.entry.says(
        EnquiryRecorded, found.record, occurred=occurred_of(started),
        references=found.of_around(references.REFERRAL),
        strategy_discussion=started, started=started,
        conference_not_required=found.entry.yes_no("ICPCnotRequired", YES_NO))


def conference(found: Found) -> ConferenceRecorded:
    """An initial conference, recorded within its enquiry or beside it on the episode."""
    held = found.entry.happened("DateOfInitialCPC")
    targets = [leaf.text for leaf in found.around.all("InitialCPCtarget")]
    target = iso_moment(targets[0]) if targets else None
    within = references.ENQUIRY if found.around.name == "Section47" else references.REFERRAL
    return found.entry.says(
        ConferenceRecorded, found.record, occurred=occurred_of(held),
        references=found.of_around(within), kind=ConferenceKind.INITIAL, target=target,
        held=held)


def review(found: Found) -> ReviewRecorded:
    """A review of a child protection plan; the census does not say who took part."""
    held = found.entry.happened("CPPreviewDate")
    return found.entry.says(
        ReviewRecorded, found.record, occurred=occurred_of(held),
        references=found.of_around(references.PLAN), kind=ReviewKind.CP_REVIEW, held=held)


Reader = Callable[[Found], Statement]

READERS: Mapping[str, Reader] = {
    "Assessments": assessment, "CINPlanDates": cin_plan, "Section47": enquiry,
    "ChildProtectionPlans": cp_plan}
