"""One number on two children: a finding on both of them, told to each without the other."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from broker.case.calendar import age_on, day_of
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.event.subject import key_of
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agency_name, told
from broker.rules.themes.person.numbers import (
    ACCURACY_SINCE,
    NUMBERS,
    ended_numbers,
    live_numbers,
    subject_key,
)
from broker.vocabulary.words import BirthDatePrecision, Severity

_ADOPTED = ("E11", "E12")
_WHERE = {"nhs_number": "against the NHS's own record of it",
          "upn": "with the school or the authority that gave it out"}


@rule(code="D03", name="person.identifier_shared", severity=Severity.HIGH,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
def identifier_shared(case: Case, limits: Limits) -> Iterator[Yielded]:
    """One NHS number or pupil number is on two children

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy); NHS
    guidance on confused numbers (one number used for two patients).
    **Why it matters** What is found under the number is another child's: their history, their
    injuries, their plan. One of the two is looked for under a number that is not theirs.
    **Raises when** a valid number stands on records of this child and of another one, and nobody
    has ended it. Both children have one finding, kept with the one whose record comes first.
    **Stays silent when** the number fails its check, is one repeated digit, is a temporary pupil
    number, or any agency has ended it; and where the two are kept apart by another number alone
    (person.identifier_differs) or by an adoption. Not evaluated where an agency's only number
    fails its check.
    """
    people = case.current(PersonRecorded)
    today = day_of(case.now)
    others = _others(case)
    for scheme in NUMBERS:
        if others:
            yield from _shared(case, limits, scheme, people, others, today)
        yield from _unreadable(case, people, scheme, today)


def _others(case: Case) -> tuple[PersonRecorded, ...]:
    """The records elsewhere that may share a number: of children who are not this one, by all
    that is known. Nothing is said across an adoption."""
    met = case.current_elsewhere(PersonRecorded)
    if not met or _is_adopted(case.current(CarePeriodRecorded)):
        return ()
    apart = {key for left, right, _ in case.link.blocked for key in (left, right)}
    apart |= {_key(each) for each in case.current_elsewhere(CarePeriodRecorded)
              if _is_adopted((each,))}
    return tuple(each for each in met if subject_key(each) not in apart)


def _is_adopted(periods: Iterable[CarePeriodRecorded]) -> bool:
    return any((each.end_reason or "").strip().upper().startswith(_ADOPTED) for each in periods)


def _key(said: Statement) -> str:
    return key_of(said.agency, said.system, said.subject)


def _shared(
    case: Case, limits: Limits, scheme: str, people: Sequence[PersonRecorded],
    others: Sequence[PersonRecorded], today: date,
) -> Iterator[Disagreement]:
    live_of = partial(live_numbers, scheme=scheme, today=today)
    everyone = (*people, *others)
    ended = {number for each in everyone for number in ended_numbers(each, scheme, today)}
    here = {number for each in people for number in live_of(each)} - ended
    there = {number for each in others for number in live_of(each)}
    grown = {subject_key(each) for each in everyone if _is_no_child(each, today, limits)}
    for number in sorted(here & there):
        own = [each for each in people if number in live_of(each)]
        holders = sorted((*own, *(each for each in others if number in live_of(each))),
                         key=RecordKey.of)
        anchor = next((each for each in holders if subject_key(each) not in grown), None)
        if anchor is not None and RecordKey.of(anchor) in case.histories:
            both = not any(subject_key(each) in grown for each in holders)
            yield _disagreement(case, scheme, anchor, holders, number, today,
                                "child" if both else "person")


def _is_no_child(person: PersonRecorded, today: date, limits: Limits) -> bool:
    """Whether the record itself says that this is no living child: the finding is the other's."""
    if person.death_date is not None:
        return True
    return person.birth_date is not None \
        and person.birth_date_precision is not BirthDatePrecision.EXPECTED \
        and age_on(person.birth_date, today) >= limits.child_age_years


def _disagreement(
    case: Case, scheme: str, anchor: PersonRecorded, holders: Sequence[PersonRecorded],
    number: str, today: date, other: str,
) -> Disagreement:
    words = NUMBERS[scheme][1]
    since = [said_since(case, each, lambda said: number in live_numbers(said, scheme, today))
             for each in holders]
    return Disagreement(
        anchor=anchor, part=scheme, severity=Severity.HIGH, since=_since(case, since),
        evidence=tuple(told(each, f"{words} {number}", f"{scheme} live") for each in since),
        sentence=f"One {words} stands on records of this child and of another {other}.",
        action=f"Each agency: check {_WHERE[scheme]} whose {words} it is, end it on the other "
               f"{other}, and see that nothing found under it was filed on the wrong {other}. Do "
               "not join the two because of it.",
        would_change="A corrected or ended number, or a person's judgement that these are one "
                     f"{other}.",
    )


def _since(case: Case, said: Sequence[PersonRecorded]) -> datetime:
    """When the number first stood on both sides."""
    here = [each.recorded_at for each in said if RecordKey.of(each) in case.histories]
    there = [each.recorded_at for each in said if RecordKey.of(each) not in case.histories]
    return max(min(here), min(there))


def _unreadable(
    case: Case, people: Sequence[PersonRecorded], scheme: str, today: date
) -> Iterator[NotEvaluated]:
    """A number that fails its check, of an agency that has no other: whose it is, nobody knows."""
    check, words = NUMBERS[scheme]
    wrong: dict[str, str] = {}
    for each in people:
        text = each.nhs_number if scheme == "nhs_number" else each.upn
        if text is not None and check(text) is None:
            wrong[each.agency] = text
    if wrong:
        valid = {each.agency for each in people if live_numbers(each, scheme, today)}
        for agency in sorted(wrong.keys() - valid):
            yield NotEvaluated(f"a valid {words} from {agency_name(case, agency)}")
