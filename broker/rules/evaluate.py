"""Ask every rule about one case: four answers each, and when to ask again."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broker.case.calendar import day_of, start_of
from broker.case.case import Case, Link, RecordKey, without
from broker.case.child import comes_of_age, died_on, is_under_age
from broker.event.subject import person_key_of
from broker.rules.after_death import weighed
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement, NotEvaluated, Rule

IN_DOUBT = "whether a record that waits for review is this child's"


class Kind(StrEnum):
    """The four answers a rule can give."""

    RAISED = "raised"
    CLEAR = "clear"
    NOT_EVALUATED = "not_evaluated"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of one case.

    A raised answer may also hold things that could not be evaluated: other occasions. `crashed`
    is the type of the error and nothing of its text, which might hold personal data.
    """

    rule: Rule
    disagreements: tuple[Disagreement, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    crashed: str | None = None

    @property
    def kind(self) -> Kind:
        """Which of the four answers this is."""
        if self.crashed is not None:
            return Kind.CRASHED
        if self.disagreements:
            return Kind.RAISED
        return Kind.NOT_EVALUATED if self.not_evaluated else Kind.CLEAR

    @property
    def waits_on(self) -> tuple[str, ...]:
        """The agencies whose feeds would bring what is missing."""
        return tuple(sorted({each.agency for each in self.not_evaluated if each.agency}))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every rule's answer about a case at its time, and when time alone may change one.

    The limits are those the answers rest on, so that a finding's end can be judged by them too.
    """

    answers: tuple[Answer, ...]
    look_again: datetime | None
    limits: Limits


def evaluate(case: Case, limits: Limits, rules: Iterable[Rule]) -> Evaluation:
    """Ask each rule; one that raises an error is recorded and the others still run."""
    answers = []
    again: list[datetime] = []
    held = case.types()
    today = day_of(case.now)
    for rule in rules:
        if held.isdisjoint(rule.needs) or today < rule.starts \
                or (rule.ends is not None and today > rule.ends):
            answers.append(Answer(rule))
        else:
            answers.append(answer_of(rule, case, limits, again))
    if any(each.over is None for answer in answers for each in answer.disagreements):
        # What is owed to a child is owed to nobody from that day on.
        grown = comes_of_age(case, today, limits.child_age_years)
        if grown is not None:
            again.append(start_of(grown))
    return Evaluation(tuple(answers), min(again, default=None), limits)


def answer_of(
    rule: Rule, case: Case, limits: Limits, again: list[datetime] | None = None
) -> Answer:
    """One rule's answer; times to look again (only those to come) are added to `again`."""
    raised: list[Disagreement] = []
    unanswered: list[NotEvaluated] = []
    lives: bool | None = None
    try:
        for said in rule.function(case, limits):
            if isinstance(said, Disagreement) and not is_under_age(
                    case, day_of(said.since), limits.child_age_years):
                continue
            if lives is None:
                lives = died_on(case) is None
            if lives and isinstance(said, NotEvaluated):
                unanswered.append(said)
                continue
            for each in (said,) if lives else weighed(case, rule, said, limits):
                if isinstance(each, Disagreement):
                    raised.append(each)
                elif isinstance(each, NotEvaluated):
                    unanswered.append(each)
                elif again is not None and each.at > case.now:
                    again.append(each.at)
        if raised and rule.silence_may_be_doubt and case.wider is not None:
            kept = _beyond_doubt(rule, raised, case, case.wider, limits)
            if len(kept) < len(raised):
                unanswered.append(NotEvaluated(IN_DOUBT))
            raised = kept
    except Exception as error:  # a crash is the fourth answer, and the other rules still run
        return Answer(rule, crashed=type(error).__name__)
    return Answer(rule, tuple(raised), tuple(unanswered))


def _beyond_doubt(
    rule: Rule, raised: Sequence[Disagreement], case: Case, wider: Case, limits: Limits,
) -> list[Disagreement]:
    """What is raised also where the records in doubt are taken for this child's.

    Silence is no evidence while somebody must still say whether the very record that breaks it
    is this child's; a record in doubt that does not break it takes nothing away, nor does one
    that is another person than all who are cited: if it is this child's, they are not.
    """
    found_with: dict[frozenset[str], list[Disagreement]] = {}
    kept = []
    for each in raised:
        others = _others_than(each, case.link)
        if others not in found_with:
            at = without(wider, others) if others else wider
            found_with[others] = [found for found in rule.function(at, limits)
                                  if isinstance(found, Disagreement)]
        # Where a record in doubt would show that it was done, late, it does not surely stand.
        cited = {RecordKey.of(said.statement) for found in found_with[others]
                 if each.over is not None or found.over is None for said in found.evidence}
        if not cited.isdisjoint(RecordKey.of(said.statement) for said in each.evidence):
            kept.append(each)
    return kept


def _others_than(raised: Disagreement, link: Link) -> frozenset[str]:
    """The records in doubt that are other people than everyone whose record is cited."""
    if not link.apart:
        return frozenset()
    cited = {person_key_of(said.statement) for said in raised.evidence}
    return frozenset(other for other in link.unsure
                     if all((key, other) in link.apart for key in cited))


def crashes(answers: Sequence[Answer]) -> dict[str, str]:
    """The error type of each rule that crashed, by code: for health and metrics."""
    return {each.rule.code: each.crashed for each in answers if each.crashed is not None}
