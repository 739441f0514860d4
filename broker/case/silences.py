"""Whether agencies have been heard so far that what they have not said of some days is none.

What accounts are made of rests on their records alone, but for this: so the answers are noted,
and whoever keeps what was made of them can tell whether they still are the same.
"""
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Self, cast

from broker.case.absences import Account
from broker.case.case import Case
from broker.case.reach import Reach
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import AgencyKind

_ABSENCES, _CALLS = MissingEpisodeRecorded.__name__, IncidentRecorded.__name__


class _Question(NamedTuple):
    """Whether all that an agency has of one type was heard up to `until`, and could be read since
    `start`."""

    agency: str
    type_name: str
    start: datetime
    until: datetime

    def asked_of(self, reach: Reach) -> bool:
        """The answer by this reach."""
        heard = reach.of(self.agency, self.type_name)
        return heard is not None and self.until <= heard \
            and not reach.unreadable_since(self.agency, self.type_name, self.start)


@dataclass(slots=True)
class Silences:
    """How far a case's agencies have been heard, as far as was asked. Two are equal where all that
    was asked of both has the same answers."""

    reach: Reach = field(compare=False)
    forces: tuple[str, ...]
    answers: dict[_Question, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case) -> Self:
        """Those of a case; what was asked at the last look is asked again."""
        asked = cls(case.reach, tuple(
            each.code for each in case.partnership.of_kind(AgencyKind.POLICE)))
        if case.memory is not None:
            before = cast("dict[_Question, bool]", case.memory.kept.get(cls, {}))
            asked.answers = {each: each.asked_of(case.reach) for each in before}
            case.memory.kept[cls] = asked.answers
        return asked

    def cover(self, account: Account, agencies: frozenset[str]) -> bool:
        """Whether the police, of absences and of calls, and these agencies, of absences, were
        heard up to the end of an account that is over: it was by when that was written."""
        over = min(account.until, max(each.recorded_at for each in account.rows))
        asked = {*((force, name) for force in self.forces for name in (_ABSENCES, _CALLS)),
                 *((agency, _ABSENCES) for agency in agencies)}
        questions = [_Question(*each, account.start, over) for each in sorted(asked)]
        self.answers.update((each, each.asked_of(self.reach)) for each in questions)
        return all(self.answers[each] for each in questions)
