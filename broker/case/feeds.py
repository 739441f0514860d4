"""Which tables of an agency would hold a kind of record, and how far those have been heard.

A council sends visits to children in need, under protection plans and in care each in a table of
its own: that one was heard says nothing of the others. A return carries some kinds of record and
never others, and is drawn up once a year.
"""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from broker.case.case import Case
from broker.case.reach import Reach
from broker.event.care import ReviewRecorded, VisitRecorded
from broker.event.concern import AssessmentRecorded, ConferenceRecorded
from broker.event.envelope import Statement
from broker.vocabulary.words import RETURNS, System

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Feed:
    """What would carry a kind of record: its type, the SSD's table of it, and the returns that
    carry the type but never this kind of it."""

    type_name: str
    ssd_table: str
    never_in: frozenset[System] = frozenset()

    def heard(self, reach: Reach, agency: str) -> datetime | None:
        """How far the agency's silence about it means something; None where it was never fed."""
        by_system: dict[System, datetime] = {}
        for (code, system, table), (until, types) in reach.until.items():
            if code == agency and self._is_in(system, table, types):
                by_system[system] = min(until, by_system.get(system, until))
        return max(by_system.values(), default=None)

    def unreadable_since(self, reach: Reach, agency: str, moment: datetime) -> bool:
        """Whether rows or files that may hold this kind could not be read at or after `moment`."""
        return any(at >= moment for at in self._unreadable(reach, agency))

    def _unreadable(self, reach: Reach, agency: str) -> Iterator[datetime]:
        for type_name in (self.type_name, ""):
            at = reach.untaken.get((agency, type_name))
            if at is not None:
                yield at
        for (code, system, table), at in reach.unreadable.items():
            types = reach.until.get((code, system, table), (at, ()))[1]
            if code == agency and self._is_in(system, table, types):
                yield at
        for (code, system, table), files in reach.refused.items():
            if code == agency and self._is_in(system, table, files.types):
                yield files.last

    def _is_in(self, system: System, table: str, types: Iterable[str]) -> bool:
        if system is System.SSD:
            return table == self.ssd_table
        return system not in self.never_in and self.type_name in types


NEED_VISITS = Feed(VisitRecorded.__name__, "ssd_cin_visits", RETURNS)
PROTECTION_VISITS = Feed(VisitRecorded.__name__, "ssd_cp_visits", RETURNS)
CARE_VISITS = Feed(VisitRecorded.__name__, "ssd_cla_visits", RETURNS)
PROTECTION_REVIEWS = Feed(ReviewRecorded.__name__, "ssd_cp_reviews", frozenset({System.SSDA903}))
CARE_REVIEWS = Feed(ReviewRecorded.__name__, "ssd_cla_reviews", frozenset({System.CIN}))
CONFERENCES = Feed(ConferenceRecorded.__name__, "ssd_initial_cp_conference")
ASSESSMENTS = Feed(AssessmentRecorded.__name__, "ssd_cin_assessments")
FACTORS = Feed(AssessmentRecorded.__name__, "ssd_assessment_factors")


def living(case: Case, statements: Iterable[S]) -> tuple[S, ...]:
    """Those of living systems, and a return's only where its agency feeds the type from none.

    A case system and a yearly return of one council are one source, and the return is the older.
    """
    return tuple(each for each in statements if each.system not in RETURNS
                 or not _fed_alive(case.reach, each.agency, each.type_name))


def _fed_alive(reach: Reach, agency: str, type_name: str) -> bool:
    return any(code == agency and system not in RETURNS and type_name in types
               for (code, system, _), (_, types) in reach.until.items())
