"""What is alleged against a home, and which of it a person no longer lets keep notices from it."""
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import dropwhile

from broker.event.agency import Agency
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Statement
from broker.event.finding import Finding
from broker.event.own import AllegationDecided
from broker.policy.visibility import alleges
from broker.vocabulary.words import AgencyKind, AllegationDecision, ConcernCategory

_VAGUE = (ConcernCategory.OTHER, ConcernCategory.UNMAPPED)


@dataclass(frozen=True, slots=True)
class Allegation:
    """One record that alleges harm by a home or its staff: its versions, oldest first, and what
    was last decided of it (None: nothing)."""

    versions: tuple[ConcernRecorded, ...]
    decision: AllegationDecided | None = None

    @property
    def said(self) -> ConcernRecorded:
        """What it says now."""
        return self.versions[-1]

    @property
    def is_released(self) -> bool:
        """Whether a person lets notices go to the home although it stands.

        A record that has come to allege something else since, or was taken back, is another
        allegation, on which nobody has decided: also once it alleges the same again."""
        if self.decision is None or self.decision.decision is not AllegationDecision.RELEASED:
            return False
        decided = self.decision.allegation
        since = tuple(dropwhile(lambda each: each.event_id != decided, self.versions))
        return bool(since) and all(
            _what_it_alleges(each) == _what_it_alleges(self.said) for each in since)


def _what_it_alleges(said: ConcernRecorded) -> Hashable:
    # Of a known kind the agency's spelling says nothing more; of another its word is all there is.
    return said.state, said.alleged_source, said.alleged_urn, frozenset(
        (each.category, each.word if each.category in _VAGUE else None)
        for each in said.categories)


def allegations_of(statements: Iterable[Statement], home: Agency,
                   decided: Iterable[AllegationDecided]) -> tuple[Allegation, ...]:
    """What stands against this home among the statements about a child, in order of the records;
    none against an agency that is no home."""
    if home.kind is not AgencyKind.CARE_HOME:
        return ()
    records: dict[tuple[str, str], dict[str, ConcernRecorded]] = defaultdict(dict)
    for said in statements:
        if isinstance(said, ConcernRecorded):
            records[said.agency, said.record][str(said.event_id)] = said
    last = {each.allegation: each for each in sorted(
        (each for each in decided if each.recipient == home.code), key=_when)}
    found = []
    for _, versions in sorted(records.items()):
        in_order = sorted(versions.values(), key=lambda each: each.version)
        if alleges(in_order[-1], home):
            found.append(Allegation(tuple(in_order), max(
                (last[each.event_id] for each in in_order if each.event_id in last),
                key=_when, default=None)))
    return tuple(found)


def _when(decided: AllegationDecided) -> tuple[object, ...]:
    return decided.made_at, str(decided.decision_id)


def keeps_from_home(finding: Finding, allegations: Iterable[Allegation]) -> bool:
    """Whether what is alleged keeps a notice of this finding from the home: any of it that nobody
    has released does; and that a finding rests on it is never told, for who alleges what is not
    the home's to learn from a notice."""
    standing = tuple(allegations)
    their = {each.event_id for one in standing for each in one.versions}
    return any(not each.is_released for each in standing) or any(
        each.event_id in their for each in finding.evidence)
