"""A child missing to the police under a record of which a person has yet to say whose it is."""
from collections.abc import Iterable, Iterator
from datetime import timedelta

from broker.case.absences import (
    MISSING_CATEGORIES,
    Row,
    began_in,
    latest_of,
    log_numbers,
    one_digit_off,
    says_missing,
)
from broker.case.case import Case
from broker.case.occasions import category_of, incident_number, reported_at
from broker.event.incident import IncidentRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.event.person import PersonRecorded
from broker.event.subject import parts_of, person_key_of
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement
from broker.rules.windows import windows_of
from broker.vocabulary.words import AgencyKind

_Held = MissingEpisodeRecorded | IncidentRecorded


def missing_under_another(case: Case, limits: Limits, raised: Disagreement) -> _Held | None:
    """The police record, under a person in doubt (`link.unsure`), that has the log number which
    one of the accounts in the evidence quotes, says missing, and is of the same time.

    A number alone does not tell whose record it is: two children who ran away together are often
    given one. So it is none where whoever quotes the number cannot be that person (`link.apart`),
    or is an agency by which another child is, or may be, that person (`link.beside`).
    """
    if case.wider is None:
        return None
    quoting = [row for row in _quoting(case, raised) if log_numbers(row, row.police_reference)]
    if not quoting:
        return None
    held = case.wider.once("missing to the police in doubt", lambda: list(_in_doubt(case)))
    return next((each for each in held for row in quoting
                 if _may_be(case, row, each) and _is_of(case, row, each, limits)), None)


def _quoting(case: Case, raised: Disagreement) -> Iterator[Row]:
    """What the others' accounts in the evidence now say."""
    for said in raised.evidence:
        now = case.versions(said.statement)[-1]
        if isinstance(now, Row) and case.kind_of(now) is not AgencyKind.POLICE:
            yield now


def _in_doubt(case: Case) -> Iterator[_Held]:
    """What the police hold as missing under people in doubt."""
    wider = case.wider
    assert wider is not None, "somebody is in doubt"
    said: Iterable[_Held] = (
        *filter(says_missing, wider.current(MissingEpisodeRecorded)),
        *(each for each in wider.current(IncidentRecorded)
          if category_of(each) in MISSING_CATEGORIES))
    return (each for each in said if case.kind_of(each) is AgencyKind.POLICE
            and person_key_of(each) in case.link.unsure)


def _may_be(case: Case, row: Row, held: _Held) -> bool:
    """Whether whose account this is may be whom the police's record is about, and nobody else may
    be whom one of the others knows beside this child."""
    key = person_key_of(held)
    others = {row.agency, *(each.agency for each in case.current(PersonRecorded)
                            if case.kind_of(each) is not AgencyKind.POLICE)}
    return (person_key_of(row), key) not in case.link.apart and not any(
        doubted == key and parts_of(other)[0] in others for doubted, other in case.link.beside)


def _is_of(case: Case, row: Row, held: _Held, limits: Limits) -> bool:
    """Whether a police record has a number that the account quotes, and their times meet."""
    given = log_numbers(row, row.police_reference)
    if isinstance(held, IncidentRecorded):
        number, near = incident_number(held), windows_of(limits).incident
        own = frozenset({number} if number else ())
        first = last = reported_at(held)
    else:
        own, near = log_numbers(held, held.police_reference), timedelta()
        assert case.wider is not None, "somebody is in doubt"
        first, last = began_in(case.wider, held).at, latest_of(held)
    return began_in(case, row).at - near <= last and first - near <= latest_of(row) and any(
        one == other or one_digit_off(one, other) for one in given for other in own)
