"""The engine: how rules register, and the four answers they give."""
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.case.case import Case, Partnership, Received, build_case
from broker.case.reach import Reach
from broker.event.digest import NIL
from broker.event.envelope import Moment
from broker.event.incident import IncidentRecorded
from broker.event.person import PersonRecorded
from broker.rules.evaluate import Evaluation, Kind, crashes, evaluate
from broker.rules.limits import Limits
from broker.rules.registry import Registry
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Yielded
from broker.vocabulary.words import BirthDatePrecision, Severity, State, System

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTS = date(2014, 1, 1)
DOC = """Something does not agree

**Source** A law.
**Why it matters** Children are not seen.
**Raises when** two agencies
    differ.
**Stays silent when** they agree.
"""


def incident(recorded_at: datetime = NOW) -> IncidentRecorded:
    """An incident with nothing in it."""
    return IncidentRecorded(event_id=NIL, agency="police", system=System.FILES, record="7/c1",
                            subject="c1", recorded_at=recorded_at, state=State.CURRENT,
                            reported=Moment(at=NOW))


def person(born: date | None, *, died: date | None = None,
           precision: BirthDatePrecision = BirthDatePrecision.EXACT) -> PersonRecorded:
    """A person record with a birth date."""
    return PersonRecorded(event_id=NIL, agency="council", system=System.SSD, record="c1",
                          subject="c1", recorded_at=NOW, state=State.CURRENT, birth_date=born,
                          birth_date_precision=precision, death_date=died)


def case_of(*statements: IncidentRecorded | PersonRecorded) -> Case:
    """A case of these statements at noon."""
    return build_case("child", [Received(each, NOW) for each in statements], now=NOW,
                      partnership=Partnership({}), reach=Reach())


def asked(*yielded: Yielded | Exception, case: Case | None = None,
          starts: date = STARTS, ends: date | None = None) -> Evaluation:
    """The evaluation of one rule that yields these."""
    registry = Registry()

    def yields(case: Case, limits: Limits) -> Iterator[Yielded]:
        for each in yielded:
            if isinstance(each, Exception):
                raise each
            yield each

    yields.__doc__ = DOC
    registry.rule(code="X01", name="x.differs", severity=Severity.LOW, needs=(IncidentRecorded,),
                  starts=starts, ends=ends)(yields)
    return evaluate(case or case_of(incident()), Limits(), registry)


def disagreement(since: datetime = NOW) -> Disagreement:
    """A disagreement about the incident."""
    return Disagreement(anchor=incident(), severity=Severity.LOW, since=since, evidence=(),
                        sentence="", action="", would_change="")


@pytest.mark.parametrize("lacking", ["Source", "Why it matters", "Raises when",
                                     "Stays silent when"])
def test_a_rule_without_its_reasons_does_not_register(lacking: str) -> None:
    """A rule nobody can trace to a source is not a rule."""
    def silent(case: Case, limits: Limits) -> Iterator[Yielded]:
        yield from ()

    silent.__doc__ = DOC.replace(f"**{lacking}**", "")

    with pytest.raises(AssertionError, match=f"X01 does not say: {lacking}"):
        Registry().rule(code="X01", name="x.differs", severity=Severity.LOW,
                        needs=(IncidentRecorded,), starts=STARTS)(silent)


def test_a_rule_without_a_title_does_not_register() -> None:
    """The first line is what a practitioner reads."""
    def silent(case: Case, limits: Limits) -> Iterator[Yielded]:
        yield from ()

    with pytest.raises(AssertionError, match="X01 has no first line"):
        Registry().rule(code="X01", name="x.differs", severity=Severity.LOW,
                        needs=(IncidentRecorded,), starts=STARTS)(silent)


@pytest.mark.parametrize(("ends", "starts", "taken"), [
    (None, date(2026, 1, 1), True),
    (date(2026, 1, 1), date(2026, 1, 1), True),
    (date(2025, 12, 31), date(2026, 1, 1), False),
])
def test_a_code_is_used_once_on_any_day(ends: date | None, starts: date, taken: bool) -> None:
    """Changed law is a new function beside the old, from the day after the old one ends."""
    registry = Registry()

    def silent(case: Case, limits: Limits) -> Iterator[Yielded]:
        yield from ()

    silent.__doc__ = DOC
    registry.rule(code="X01", name="x.differs", severity=Severity.LOW,
                  needs=(IncidentRecorded,), starts=STARTS, ends=ends)(silent)
    second = registry.rule(code="X01", name="x.differs", severity=Severity.LOW,
                           needs=(IncidentRecorded,), starts=starts)
    if taken:
        with pytest.raises(AssertionError, match="taken"):
            second(silent)
    else:
        second(silent)

    assert (1 if taken else 2) == len(list(registry))


def test_the_docstring_becomes_the_rule_page() -> None:
    """Title and sections are kept, each on one line."""
    rule = asked().answers[0].rule

    assert ("Something does not agree", "two agencies differ.") == (
        rule.title, rule.sections["Raises when"])


def test_a_rule_that_yields_nothing_is_clear() -> None:
    """No disagreement, nothing unanswered."""
    assert Kind.CLEAR == asked().answers[0].kind


def test_a_disagreement_is_raised() -> None:
    """What does not agree comes back as it was yielded."""
    answer = asked(disagreement()).answers[0]

    assert (Kind.RAISED, (disagreement(),)) == (answer.kind, answer.disagreements)


def test_what_could_not_be_judged_names_the_feed() -> None:
    """Not evaluated is an answer of its own, with whom to ask."""
    answer = asked(NotEvaluated("contacts since 2 March", "council")).answers[0]

    assert (Kind.NOT_EVALUATED, ("council",)) == (answer.kind, answer.waits_on)


def test_a_disagreement_outranks_what_could_not_be_judged() -> None:
    """One occasion unanswered hides no other."""
    assert Kind.RAISED == asked(NotEvaluated("x"), disagreement()).answers[0].kind


def test_a_crash_is_recorded_by_type_alone() -> None:
    """The text of an error may hold a child's name; its type does not."""
    answer = asked(disagreement(), ValueError("Ann Example")).answers[0]

    assert (Kind.CRASHED, "ValueError", ()) == (answer.kind, answer.crashed,
                                                answer.disagreements)


def test_other_rules_run_after_a_crash() -> None:
    """One broken rule leaves the others watching."""
    bad, good = asked(ValueError()).answers[0].rule, asked(disagreement()).answers[0].rule
    evaluation = evaluate(case_of(incident()), Limits(), [bad, good])

    assert [Kind.CRASHED, Kind.RAISED] == [each.kind for each in evaluation.answers]
    assert {"X01": "ValueError"} == crashes(evaluation.answers)


def test_the_earliest_time_to_come_is_looked_at_again() -> None:
    """Times already past ask for nothing."""
    times = [NOW, NOW + timedelta(hours=2), NOW + timedelta(hours=1)]

    assert NOW + timedelta(hours=1) == asked(*map(LookAgain, times)).look_again


def test_what_stands_is_asked_again_on_the_day_the_child_is_of_age() -> None:
    """What is owed to a child is not owed to a grown person, though nobody writes anything."""
    sixteen = case_of(incident(), person(date(2010, 5, 6)))

    assert datetime(2028, 5, 5, 23, tzinfo=UTC) == asked(disagreement(), case=sixteen).look_again
    assert None is asked(case=sixteen).look_again


def test_a_rule_whose_types_are_absent_is_clear_uncalled() -> None:
    """Nothing to start from is nothing to judge."""
    assert Kind.CLEAR == asked(ValueError(), case=case_of(person(None))).answers[0].kind


@pytest.mark.parametrize(("starts", "ends", "kind"), [
    (date(2026, 3, 2), None, Kind.RAISED),
    (date(2026, 3, 3), None, Kind.CLEAR),
    (STARTS, date(2026, 3, 2), Kind.RAISED),
    (STARTS, date(2026, 3, 1), Kind.CLEAR),
])
def test_a_rule_speaks_only_while_in_force(starts: date, ends: date | None, kind: Kind) -> None:
    """The first and the last day count."""
    assert kind == asked(disagreement(), starts=starts, ends=ends).answers[0].kind


@pytest.mark.parametrize(("who", "kind"), [
    (person(date(2008, 3, 3)), Kind.RAISED),
    (person(date(2008, 3, 2)), Kind.CLEAR),
    (person(date(2026, 6, 1), precision=BirthDatePrecision.EXPECTED), Kind.CLEAR),
    (person(date(2015, 1, 1), died=date(2026, 3, 1)), Kind.CLEAR),
    (person(date(2015, 1, 1), died=date(2026, 3, 2)), Kind.RAISED),
    (person(None), Kind.RAISED),
])
def test_rules_concern_living_born_children_on_the_day(who: PersonRecorded, kind: Kind) -> None:
    """Eighteen, unborn or dead on the day: the rules are not about them."""
    answer = asked(disagreement(), case=case_of(incident(), who)).answers[0]

    assert kind == answer.kind
