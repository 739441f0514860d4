"""What agencies say of the child: birth dates and sex that differ between records of one child."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from broker.case.calendar import say_day
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.person import PersonRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, quoted, told
from broker.rules.themes.person.numbers import ACCURACY_SINCE, subject_key
from broker.vocabulary.words import BirthDatePrecision, Severity, Sex

_KNOWN_SEX = frozenset({Sex.MALE, Sex.FEMALE, Sex.OTHER})


@rule(code="D01", name="person.birth_date_differs", severity=Severity.HIGH,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
def birth_date_differs(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """Exact birth dates differ between records of one child

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy);
    SSDA903 and CIN census validation rules on birth dates.
    **Why it matters** A wrong date hides a child from the next search, puts them in the wrong
    law on age, or means that two children have been taken for one.
    **Raises when** two records held to be one child have different birth dates, both exact.
    **Stays silent when** one of the dates is an estimate or an expected date.
    """
    people = case.current(PersonRecorded)
    if len(people) < 2:
        return
    exact = [each for each in people if each.birth_date is not None
             and each.birth_date_precision is BirthDatePrecision.EXACT]
    dates = {each.birth_date for each in exact}
    if len(dates) < 2:
        yield from _undated(case, people)
        return
    since = [said_since(case, each, lambda said: (said.birth_date, said.birth_date_precision))
             for each in exact]
    first_said: dict[date | None, datetime] = {}
    for said in sorted(since, key=lambda each: each.version):
        first_said.setdefault(said.birth_date, said.recorded_at)
    ordered = sorted(since, key=RecordKey.of)
    who = agencies_of(case, ordered)
    yield Disagreement(
        anchor=ordered[0], severity=Severity.HIGH, since=sorted(first_said.values())[1],
        evidence=tuple(told(each, f"Date of birth {say_day(each.birth_date)}",
                            f"{each.birth_date} EXACT") for each in ordered if each.birth_date),
        sentence=f"{len(dates)} different exact birth dates are recorded for this child, by "
                 f"{who}{_swapped(dates)}.",
        action="Each agency: check the date against a birth certificate or passport, and that "
               "these records are one child.",
        would_change="A corrected birth date, a date marked as an estimate, or a person's "
                     "judgement that these are different children.",
    )


def _undated(case: Case, people: Sequence[PersonRecorded]) -> Iterator[NotEvaluated]:
    """What cannot be compared: a subject of several that has no birth date at all."""
    dated = {subject_key(each) for each in people if each.birth_date is not None}
    subjects = {subject_key(each): each for each in people}
    if len(subjects) > 1:
        for key in sorted(set(subjects) - dated):
            yield NotEvaluated(f"a birth date from {agency_name(case, subjects[key].agency)}")


def _swapped(dates: Iterable[date | None]) -> str:
    """Says so where two of the dates differ by day and month swapped."""
    known = sorted(each for each in dates if each is not None)
    for left in known:
        for right in known:
            if left < right and (left.year, left.month, left.day) == (
                    right.year, right.day, right.month):
                return " (with day and month swapped)"
    return ""


@rule(code="D02", name="person.sex_differs", severity=Severity.LOW,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
def sex_differs(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """Records of one child hold a different sex

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy).
    **Why it matters** A wrong word in one column is common and small; together with another
    difference it may mean that two children have been taken for one.
    **Raises when** two records held to be one child say a different sex, both of them known.
    **Stays silent when** one of them is not known or is a word of gender that says no sex. Never
    told to an agency: it may say more of a child than the child has told.
    """
    people = case.current(PersonRecorded)
    if len(people) < 2:
        return
    known = [each for each in people if each.sex in _KNOWN_SEX]
    if len({each.sex for each in known}) < 2:
        yield from _unsexed(case, people, known)
        return
    since = [said_since(case, each, lambda said: said.sex) for each in known]
    first_said: dict[Sex | None, datetime] = {}
    for said in sorted(since, key=lambda each: each.version):
        first_said.setdefault(said.sex, said.recorded_at)
    ordered = sorted(since, key=RecordKey.of)
    yield Disagreement(
        anchor=ordered[0], severity=Severity.LOW, since=sorted(first_said.values())[1],
        evidence=tuple(told(each, f"Sex {quoted(each.sex_word, each.sex)}", each.sex)
                       for each in ordered),
        sentence=f"Records of this child by {agencies_of(case, ordered)} hold a different sex.",
        action="Check that these records are one child; each agency, when it next meets the "
               "child, that its record says what the child would have it say.",
        would_change="A corrected record, or a person's judgement that these are different "
                     "children.",
    )


def _unsexed(
    case: Case, people: Sequence[PersonRecorded], known: Sequence[PersonRecorded]
) -> Iterator[NotEvaluated]:
    """What cannot be compared: a subject of several of whom no known sex is recorded."""
    said = {subject_key(each) for each in known}
    subjects = {subject_key(each): each for each in people}
    if len(subjects) > 1:
        for key in sorted(set(subjects) - said):
            yield NotEvaluated(f"a known sex from {agency_name(case, subjects[key].agency)}")
