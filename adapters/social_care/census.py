"""One child of the census as rows: each element that is a record is a row of its own.

References are LAchildID/element/start date, the person's LAchildID alone.
"""
from collections.abc import Iterator, Mapping
from dataclasses import replace

from adapters.social_care import census_records
from adapters.social_care.census_records import Found, Reader
from adapters.social_care.census_tree import ChildRead, Element
from adapters.social_care.census_xml import STRAYS_MAX
from adapters.social_care.entry import Entry, Source
from broker.errors import RecordRejected
from broker.event.envelope import Statement
from broker.sdk.adapter import RowRead
from broker.sdk.fields import LOCAL_ID_CHARACTERS_MAX, NO_VALUE, TOO_LONG, Fields, Layout
from broker.sdk.rows import VALUE_CHARACTERS_MAX, Header
from broker.sdk.stood import Stood

PERSON = "ChildIdentifiers"
TRAITS = "ChildCharacteristics"
EPISODE = "CINdetails"
CONFERENCE = "DateOfInitialCPC"
REVIEW = "CPPreviewDate"

# Each record element: the leaves it is read from, those ignored by name, and its children.
LEAVES: Mapping[str, tuple[str, ...]] = {
    PERSON: ("LAchildID", "UPN", "FormerUPN", "PersonBirthDate", "ExpectedPersonBirthDate",
             "Sex", "GenderCurrent", "PersonDeathDate"),
    TRAITS: ("Ethnicity",),
    EPISODE: ("CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate",
              "ReasonForClosure", "ReferralNFA"),
    "Assessments": ("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate", "InitialCPCtarget", "ICPCnotRequired"),
    "ChildProtectionPlans": ("CPPstartDate", "CPPendDate", "InitialCategoryOfAbuse",
                             "LatestCategoryOfAbuse"),
}
IGNORED: Mapping[str, frozenset[str]] = {
    PERSON: frozenset({"UPNunknown"}),
    TRAITS: frozenset({"Disabilities"}),
    EPISODE: frozenset({"PreProceedingsandFGDM"}),
    "Assessments": frozenset({"AssessmentInternalReviewDate"}),
    "ChildProtectionPlans": frozenset({"NumberOfPreviousCPP"}),
}
WITHIN: Mapping[str, frozenset[str]] = {
    "Child": frozenset({PERSON, TRAITS, EPISODE}),
    EPISODE: frozenset({"Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans",
                        "DateOfInitialCPC"}),
    "Assessments": frozenset({"FactorsIdentifiedAtAssessment"}),
    "FactorsIdentifiedAtAssessment": frozenset({"AssessmentFactors"}),
    "Section47": frozenset({"DateOfInitialCPC"}),
    "ChildProtectionPlans": frozenset({"Reviews"}),
    "Reviews": frozenset({"CPPreviewDate"}),
}


class Census:
    """One return being read: its source, and one set of fields for each kind of element."""

    def __init__(self, file: str, source: Source, unexpected: list[str],
                 unmapped: dict[tuple[str, str], int], stood: dict[tuple[str, str], Stood]):
        self.source = source
        self.unexpected = unexpected
        self._fields = {
            name: Fields(Header(file, leaves), Layout((), leaves), latest=source.read_at)
            for name, leaves in (*LEAVES.items(), (CONFERENCE, (CONFERENCE,)),
                                 (REVIEW, (REVIEW,)))}
        for fields in self._fields.values():
            fields.unmapped = unmapped
            fields.stood = stood

    def entry(self, element: Element, child_id: str) -> Entry:
        """The element's leaves as an entry about the child; a leaf said twice is its first."""
        names = LEAVES.get(element.name)
        if names is None:
            cells = [element.text]
        else:
            said = {leaf.name: leaf.text for leaf in reversed(element.children)}
            cells = [said.get(name, "") for name in names]
        fields = self._fields[element.name]
        fields.take(cells, element.line)
        return Entry(fields, self.source, child_id)

    def note_strays(self, element: Element) -> None:
        """Report elements and stray text that the census does not have in this place."""
        within = WITHIN.get(element.name, frozenset())
        leaves = LEAVES.get(element.name, ())
        ignored = IGNORED.get(element.name, frozenset())
        if (within or leaves) and element.text:
            self._report(f"text in {element.name}")
        for child in element.children:
            if child.name in within:
                self.note_strays(child)
            elif child.name in leaves:
                for inner in child.children:
                    self._report(f"{child.name}/{inner.name}")
            elif child.name not in ignored:
                self._report(f"{element.name}/{child.name}")

    def _report(self, name: str) -> None:
        name = name[:VALUE_CHARACTERS_MAX]
        if name not in self.unexpected and len(self.unexpected) < STRAYS_MAX:
            self.unexpected.append(name)


def _records(child: Element, census: Census, child_id: str) -> Iterator[tuple[Reader, Found]]:
    """Every record of a child, in file order, with what reads it."""
    def found(element: Element, around: Element) -> Found:
        return Found(census.entry(element, child_id), element, around)

    for element in child.all(PERSON)[:1]:
        yield census_records.person, found(element, child)
    for episode in child.all(EPISODE):
        yield census_records.referral, found(episode, child)
        for element in episode.children:
            if element.name == CONFERENCE:
                yield census_records.conference, found(element, episode)
                continue
            reader = census_records.READERS.get(element.name)
            if reader is None:
                continue
            yield reader, found(element, episode)
            for conference in element.all(CONFERENCE):
                yield census_records.conference, found(conference, element)
            for reviews in element.all("Reviews"):
                for review in reviews.all(REVIEW):
                    yield census_records.review, found(review, element)


def _child_id(child: Element) -> tuple[str, int, RecordRejected | None]:
    """(LAchildID, the line of it, why the whole child cannot be used)."""
    for person in child.all(PERSON):
        for leaf in person.all("LAchildID"):
            if len(leaf.text) > LOCAL_ID_CHARACTERS_MAX:
                return "", leaf.line, RecordRejected(
                    TOO_LONG, column="LAchildID", value=leaf.text[:VALUE_CHARACTERS_MAX])
            if leaf.text:
                return leaf.text, leaf.line, None
    return "", child.line, RecordRejected(NO_VALUE, column="LAchildID")


def rows_of(read: ChildRead, census: Census) -> Iterator[RowRead]:
    """The rows of one child; only a child without an id is rejected whole."""
    census.note_strays(read.tree)
    child_id, line, refused = _child_id(read.tree)
    if refused is not None:
        yield RowRead(line, read.raw, own_time=False, rejected=refused)
        return
    taken: dict[tuple[str, str], list[Statement]] = {}
    for reader, found in _records(read.tree, census, child_id):
        raw = read.bytes_of(found.element)
        try:
            said = reader(found)
        except RecordRejected as rejected:
            yield RowRead(_line_of(found.element, rejected), raw, found.record, own_time=False,
                          rejected=rejected)
            continue
        said = _told_apart(said, taken)
        yield RowRead(found.element.line, raw, said.record, (said,), own_time=False)


def _line_of(element: Element, rejected: RecordRejected) -> int:
    leaves = element.all(rejected.column or "")
    return leaves[0].line if leaves else element.line


def _told_apart(said: Statement, taken: dict[tuple[str, str], list[Statement]]) -> Statement:
    """Two records of one child that begin on one day and differ keep apart: the second is "/2"."""
    others = taken.setdefault((said.type_name, said.record), [])
    if said not in others:
        others.append(said)
    number = others.index(said) + 1
    return said if number == 1 else replace(said, record=f"{said.record}/{number}")
