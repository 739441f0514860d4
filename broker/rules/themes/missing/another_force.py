"""Whether the log number that an agency gives for an absence is one of a force outside the
partnership: nothing of its own police's silence follows then."""
from collections.abc import Sequence

from broker.case.absences import Row, log_number, log_numbers, one_digit_off
from broker.case.case import Case
from broker.event.agency import Agency
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.forces import FORCES, may_be

# Words that people write before any force's number: they tell nothing of whose it is.
_ANY_FORCE = frozenset({"LOG", "LOGNO", "REF", "REFNO", "NO", "INC", "INCIDENT", "CAD", "STORM",
                        "URN", "OCC", "CRIME", "POLICE", "POL"})


def is_of_another_force(case: Case, forces: Sequence[Agency], rows: Sequence[Row]) -> bool:
    """Whether every log number given is another force's.

    It is where it begins with the name or the letters of a force that none of this partnership's
    can be; or with letters that its police have not begun any other number of this child's with.
    """
    given = {number for row in rows for number in log_numbers(row, row.police_reference)}
    if not given:
        return False
    if all(_names_another(number, forces) for number in given):
        return not any(_is_ours(number, each)
                       for each in _numbers_of(case, forces) for number in given)
    own = {_letters(number) for incident in case.current(IncidentRecorded)
           if any(force.code == incident.agency for force in forces)
           for number in log_numbers(incident) or _number_in(incident.record)}
    letters = {_letters(number) for number in given}
    return bool(own) and "" not in letters | own and own.isdisjoint(letters)


def _names_another(number: str, forces: Sequence[Agency]) -> bool:
    """Whether a number begins as one of a known force's does, and that is none of these."""
    named = [each for each in FORCES if each.begins(number)]
    return bool(named) and not any(may_be(each, force.name) for each in named for force in forces)


def _is_ours(given: str, own: str) -> bool:
    """Whether a number may be one of our own police's all the same: they begin theirs so, or it
    is one of theirs but for what stands before it and a digit."""
    left, right = (_without_letters(each) for each in (given, own))
    return left == right or one_digit_off(left, right) \
        or (_letters(given) != "" and _letters(given) == _letters(own))


def _numbers_of(case: Case, forces: Sequence[Agency]) -> set[str]:
    """The log numbers that these forces have given to anything about the child."""
    codes = {each.code for each in forces}
    incidents = {number for each in case.current(IncidentRecorded) if each.agency in codes
                 for number in log_numbers(each) or _number_in(each.record)}
    return incidents | {number for each in case.current(MissingEpisodeRecorded)
                        if each.agency in codes for number in log_numbers(each)}


def _number_in(record: str) -> tuple[str, ...]:
    number = log_number(record.rpartition("/")[0])
    return (number,) if number else ()


def _without_letters(number: str) -> str:
    return number[_first_other(number):]


def _letters(number: str) -> str:
    """The letters a log number begins with, where they can tell a force."""
    letters = number[:_first_other(number)]
    return "" if letters in _ANY_FORCE else letters


def _first_other(number: str) -> int:
    """Where a number's leading letters end."""
    return next((i for i, each in enumerate(number) if not each.isalpha()), len(number))
