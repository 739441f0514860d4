"""Who the child is: birth dates and numbers that differ between records of one child."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from broker.case.calendar import day_of, say_day
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.person import PersonRecorded
from broker.event.subject import key_of
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, listed, told
from broker.vocabulary import identifiers
from broker.vocabulary.words import BirthDatePrecision, Severity

_NUMBERS = {"nhs_number": (identifiers.nhs_number, "NHS number"),
            "upn": (identifiers.upn, "unique pupil number")}
_ENDS = {"former_upn": "upn"}  # a scheme that says of its value: no longer used
_SOURCE_OF_ACCURACY = date(2018, 5, 25)


def _key(person: PersonRecorded) -> str:
    return key_of(person.agency, person.system, person.subject)


@rule(code="D01", name="person.birth_date_differs", severity=Severity.HIGH,
      needs=(PersonRecorded,), starts=_SOURCE_OF_ACCURACY)
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
    dated = {_key(each) for each in people if each.birth_date is not None}
    subjects = {_key(each): each for each in people}
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


@rule(code="D04", name="person.identifier_differs", severity=Severity.HIGH,
      needs=(PersonRecorded,), starts=_SOURCE_OF_ACCURACY)
def identifier_differs(case: Case, _limits: Limits) -> Iterator[Yielded]:
    """One child has two live NHS numbers or pupil numbers

    **Source** UK GDPR article 5(1)(d) and Data Protection Act 2018 section 38 (accuracy); NHS
    guidance on superseded numbers.
    **Why it matters** Either the records of two children have been mixed, or one child's records
    cannot be found under the other number.
    **Raises when** records held to be one child have two valid numbers of one kind that nobody
    has ended, or when only such a difference keeps apart two records that all else joins.
    **Stays silent when** a number fails its check, is one repeated digit, is a temporary pupil
    number, or any agency has ended it.
    """
    people = case.current(PersonRecorded)
    today = day_of(case.now)
    others = _latest(case.blocked_people) if case.link.blocked else ()
    everyone = (*people, *others)
    yield from _numbers_differ(case, people, everyone, today, "")
    for left, right, _ in case.link.blocked:
        pair = [each for each in everyone if _key(each) in (left, right)]
        for raised in _numbers_differ(case, pair, everyone, today,
                                      f" {min(left, right)} {max(left, right)}"):
            if isinstance(raised, NotEvaluated) or RecordKey.of(raised.anchor) in case.histories:
                yield raised


def _latest(people: Sequence[PersonRecorded] | Sequence[object]) -> tuple[PersonRecorded, ...]:
    """The last version of each record kept apart by a block."""
    last: dict[RecordKey, PersonRecorded] = {}
    for each in people:
        assert isinstance(each, PersonRecorded)
        key = RecordKey.of(each)
        if key not in last or last[key].version < each.version:
            last[key] = each
    return tuple(last[key] for key in sorted(last))


def _numbers_differ(
    case: Case, people: Sequence[PersonRecorded], everyone: Sequence[PersonRecorded],
    today: date, part: str,
) -> Iterator[Disagreement | NotEvaluated]:
    """Where these people's live numbers differ; anyone looked at may have ended one of them."""
    for scheme, (_, words) in _NUMBERS.items():
        if len(_texts(people, scheme)) < 2:
            continue
        holders = [(each, numbers) for each in people
                   if (numbers := _live(each, scheme, today))]
        ended = {number for each in everyone for number in _ended(each, scheme, today)}
        live = {number for _, numbers in holders for number in numbers} - ended
        if len(live) < 2:
            if not part:
                yield from _unchecked(case, people, scheme, words, bool(live))
            continue
        live_of = partial(_live, scheme=scheme, today=today)
        since = [said_since(case, each, live_of) for each, numbers in holders if numbers - ended]
        first_said: dict[str, datetime] = {}
        for said in sorted(since, key=lambda each: each.version):
            for number in _live(said, scheme, today) - ended:
                first_said.setdefault(number, said.recorded_at)
        ordered = sorted(since, key=RecordKey.of)
        yield Disagreement(
            anchor=ordered[0], part=scheme + part, severity=Severity.HIGH,
            since=sorted(first_said.values())[1],
            evidence=tuple(told(each, f"{words} {listed(sorted(_live(each, scheme, today)))}",
                                f"{scheme} live") for each in ordered),
            sentence=_sentence(case, ordered, len(live), words, bool(part)),
            action=f"Each agency: trace the {words} and end the one that is not this child's; "
                   "check that these records are one child.",
            would_change="A corrected or ended number, or a person's judgement whether these "
                         "are one child.",
        )


def _texts(people: Sequence[PersonRecorded], scheme: str) -> set[str]:
    """All numbers of this kind as written: with one there is nothing to compare."""
    texts = {each.nhs_number if scheme == "nhs_number" else each.upn for each in people}
    texts.update(number.value for each in people for number in each.identifiers
                 if number.scheme == scheme)
    texts.discard(None)
    return texts  # type: ignore[return-value] # None was just taken out


def _sentence(case: Case, people: list[PersonRecorded], count: int, words: str,
              apart: bool) -> str:
    who = agencies_of(case, people)
    if apart:
        return (f"Records of {who} agree on this child in everything but the {words}: "
                "they are kept apart until a person looks.")
    return f"{count} different valid {words}s are recorded for this child, by {who}."


def _unchecked(
    case: Case, people: Sequence[PersonRecorded], scheme: str, words: str, known: bool
) -> Iterator[NotEvaluated]:
    """A number that fails its check beside a valid one: nobody can say whether they differ."""
    if not known:
        return
    check = _NUMBERS[scheme][0]
    for each in people:
        text = each.nhs_number if scheme == "nhs_number" else each.upn
        if text is not None and check(text) is None:
            yield NotEvaluated(f"a valid {words} from {agency_name(case, each.agency)}")


def _live(person: PersonRecorded, scheme: str, today: date) -> frozenset[str]:
    """The valid numbers of this kind that the record itself does not end."""
    said = [person.nhs_number if scheme == "nhs_number" else person.upn]
    said += [each.value for each in person.identifiers if each.scheme == scheme
             and (each.valid_from is None or each.valid_from <= today)
             and (each.valid_to is None or each.valid_to > today)]
    return frozenset(_valid(scheme, said))


def _ended(person: PersonRecorded, scheme: str, today: date) -> frozenset[str]:
    """The numbers of this kind that the record says are no longer used."""
    return frozenset(_valid(scheme, [
        each.value for each in person.identifiers
        if _ENDS.get(each.scheme) == scheme
        or (each.scheme == scheme and each.valid_to is not None and each.valid_to <= today)
    ]))


def _valid(scheme: str, texts: Iterable[str | None]) -> Iterator[str]:
    check = _NUMBERS[scheme][0]
    for text in texts:
        number = check(text) if text is not None else None
        if number is not None and not (
                scheme == "upn" and identifiers.upn_is_temporary(number)):
            yield number
