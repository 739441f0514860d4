"""The numbers a child is known by: two of one kind that are both live on one child."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial

from broker.case.calendar import day_of
from broker.case.case import Case, RecordKey
from broker.case.since import said_since
from broker.event.person import PersonRecorded
from broker.event.subject import key_of
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.rule import Disagreement, NotEvaluated, Yielded
from broker.rules.telling import agencies_of, agency_name, listed, told
from broker.vocabulary import identifiers
from broker.vocabulary.words import Severity

NUMBERS = {"nhs_number": (identifiers.nhs_number, "NHS number"),
           "upn": (identifiers.upn, "unique pupil number")}
ACCURACY_SINCE = date(2018, 5, 25)
_ENDS = {"former_upn": "upn"}  # a scheme that says of its value: no longer used


def subject_key(person: PersonRecorded) -> str:
    """The key of the subject that a person record describes."""
    return key_of(person.agency, person.system, person.subject)


@rule(code="D04", name="person.identifier_differs", severity=Severity.HIGH,
      needs=(PersonRecorded,), starts=ACCURACY_SINCE)
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
        pair = [each for each in everyone if subject_key(each) in (left, right)]
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
    for scheme, (_, words) in NUMBERS.items():
        if len(_texts(people, scheme)) < 2:
            continue
        holders = [(each, numbers) for each in people
                   if (numbers := live_numbers(each, scheme, today))]
        ended = {number for each in everyone for number in ended_numbers(each, scheme, today)}
        live = {number for _, numbers in holders for number in numbers} - ended
        if len(live) < 2:
            if not part:
                yield from _unchecked(case, people, scheme, words, bool(live))
            continue
        live_of = partial(live_numbers, scheme=scheme, today=today)
        since = [said_since(case, each, live_of) for each, numbers in holders if numbers - ended]
        first_said: dict[str, datetime] = {}
        for said in sorted(since, key=lambda each: each.version):
            for number in live_numbers(said, scheme, today) - ended:
                first_said.setdefault(number, said.recorded_at)
        ordered = sorted(since, key=RecordKey.of)
        yield Disagreement(
            anchor=ordered[0], part=scheme + part, severity=Severity.HIGH,
            since=sorted(first_said.values())[1],
            evidence=tuple(told(each, f"{words} {listed(sorted(live_of(each)))}",
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
        return (f"Records of {who} would be held to be one child but for the {words}: "
                "they are kept apart until a person looks.")
    return f"{count} different valid {words}s are recorded for this child, by {who}."


def _unchecked(
    case: Case, people: Sequence[PersonRecorded], scheme: str, words: str, known: bool
) -> Iterator[NotEvaluated]:
    """A number that fails its check beside a valid one: nobody can say whether they differ."""
    if not known:
        return
    check = NUMBERS[scheme][0]
    for each in people:
        text = each.nhs_number if scheme == "nhs_number" else each.upn
        if text is not None and check(text) is None:
            yield NotEvaluated(f"a valid {words} from {agency_name(case, each.agency)}")


def live_numbers(person: PersonRecorded, scheme: str, today: date) -> frozenset[str]:
    """The valid numbers of this kind that the record itself does not end."""
    said = [person.nhs_number if scheme == "nhs_number" else person.upn]
    said += [each.value for each in person.identifiers if each.scheme == scheme
             and (each.valid_from is None or each.valid_from <= today)
             and (each.valid_to is None or each.valid_to > today)]
    return frozenset(_valid(scheme, said))


def ended_numbers(person: PersonRecorded, scheme: str, today: date) -> frozenset[str]:
    """The numbers of this kind that the record says are no longer used."""
    return frozenset(_valid(scheme, [
        each.value for each in person.identifiers
        if _ENDS.get(each.scheme) == scheme
        or (each.scheme == scheme and each.valid_to is not None and each.valid_to <= today)
    ]))


def _valid(scheme: str, texts: Iterable[str | None]) -> Iterator[str]:
    check = NUMBERS[scheme][0]
    for text in texts:
        number = check(text) if text is not None else None
        if number is not None and not (
                scheme == "upn" and identifiers.upn_is_temporary(number)):
            yield number
