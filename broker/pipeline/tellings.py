"""Of a finding: whom it may concern, and what was said of its child."""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from broker.case.case import Partnership
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.event.subject import key_of, parts_of
from broker.pipeline.allegations import decisions_on
from broker.pipeline.evaluate import findings_in
from broker.pipeline.families import children_with
from broker.pipeline.linking import resolve
from broker.pipeline.notify import STANDING, NoticeHolder
from broker.pipeline.tables import FINDING_PEOPLE, STATEMENTS
from broker.policy.allegations import allegations_of, keeps_from_home
from broker.policy.visibility import ON_TWO_CHILDREN, alleges_against
from broker.ports import Reading
from broker.vocabulary.words import AgencyKind
from broker.wire.codec import Codec


@dataclass(frozen=True, slots=True)
class Holder:
    """An agency that holds the child, under its own local id."""

    agency: Agency
    local_id: str
    alleged: bool


@dataclass(frozen=True, slots=True)
class _Itself:
    """An agency that a finding is about as a whole."""

    agency: Agency
    local_id: None = None
    alleged: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """A finding as it was seen, who holds its child (or is itself what it is about), and what was
    said of the child."""

    finding: Finding
    holders: Sequence[NoticeHolder]
    statements: Sequence[Statement]


class Tellings:
    """Reads from a view of the store what delivery tells findings by."""

    def __init__(self, codec: Codec, partnership: Partnership):
        self._codec = codec
        self._partnership = partnership

    def of(self, reading: Reading, finding: Finding) -> Telling:
        """Whom a finding may concern, and what was said of its child."""
        if finding.child is None and finding.agency is not None:
            agency = self._partnership.agencies.get(finding.agency)
            return Telling(finding, [_Itself(agency)] if agency else [], [])
        about = people_of(finding)
        child = resolve(reading, finding.child or "")
        if finding.code in ON_TWO_CHILDREN:
            return self._telling_of_two(reading, finding, child)
        members = children_with(reading, about).get(child, tuple(about))
        said = self.said(reading, members)
        statements = [each for key in members for each in said[key]]
        holders = self.holders(members, statements)
        return Telling(finding, self._kept(reading, finding, members, statements, holders),
                       statements)

    def _kept(self, reading: Reading, finding: Finding, members: Sequence[str],
              statements: Sequence[Statement], holders: Sequence[Holder]) -> Sequence[Holder]:
        """The holders of this child, `alleged` where that keeps this finding from them."""
        if not any(each.alleged for each in holders):
            return holders
        decided = decisions_on(reading, self._codec, members)
        return [replace(each, alleged=each.alleged and keeps_from_home(
            finding, allegations_of(statements, each.agency, decided))) for each in holders]

    def _telling_of_two(self, reading: Reading, finding: Finding, child: str) -> Telling:
        """Who holds either child by a record of the evidence, each under its own local id of that
        one; of both, that of the child the finding is kept with."""
        about = people_of(finding)
        families = children_with(reading, about)
        holders: dict[str, Holder] = {}
        for other in sorted(families, key=lambda each: (each != child, each)):
            members = [key for key in families[other] if key in about]
            said = self.said(reading, families[other])
            statements = [one for found in said.values() for one in found]
            for each in self._kept(reading, finding, families[other], statements,
                                   self.holders(members, statements)):
                known = holders.get(each.agency.code)
                holders[each.agency.code] = each if known is None else replace(
                    known, alleged=known.alleged or each.alleged)
        return Telling(finding, list(holders.values()), [])

    def said(self, reading: Reading, keys: Sequence[str]) -> dict[str, list[Statement]]:
        """Every statement under these people, by person, in the order in which it was received."""
        said: dict[str, list[Statement]] = defaultdict(list)
        rows = sorted(reading.find(STATEMENTS, "person_key", keys),
                      key=lambda row: (int(row[2] or 0), row[1] or b""))
        for person_key, _, _, value in rows:
            assert isinstance(value, bytes)
            statement = self._codec.decode(value)
            assert isinstance(statement, Statement)
            said[str(person_key)].append(statement)
        return said

    def holders(self, members: Iterable[str], statements: Sequence[Statement]) -> list[Holder]:
        """The agencies that hold this child, each under the least of its own local ids."""
        local_ids: dict[str, str] = {}
        for key in sorted(members):
            code, local_id = parts_of(key)
            local_ids.setdefault(code, local_id)
        holders = []
        for code, local_id in sorted(local_ids.items()):
            agency = self._partnership.agencies.get(code)
            if agency is not None:
                is_home = agency.kind is AgencyKind.CARE_HOME
                holders.append(Holder(agency, local_id,
                                      is_home and alleges_against(statements, agency)))
        return holders


def people_of(finding: Finding) -> set[str]:
    """The subject keys that a finding's evidence is about."""
    return {key_of(each.agency, each.system, each.subject) for each in finding.evidence}


def standing_about(reading: Reading, codec: Codec, keys: Iterable[str]) -> list[Finding]:
    """What stands about the children of these people: a new holder is told of it too."""
    members = [key for each in children_with(reading, sorted(keys)).values() for key in each]
    ids = {str(row[1]) for row in reading.find(FINDING_PEOPLE, "person_key", members)}
    return [each for _, each in sorted(findings_in(reading, codec, ids).items())
            if each.state in STANDING]
