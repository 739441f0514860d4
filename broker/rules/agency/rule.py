"""What a rule about an agency is: a small pure function over its facts, registered like others.

It is a generator that yields at most one `AgencyDisagreement`, `NotEvaluated` where a fact is
missing, and `LookAgain` for a time at which the mere passing of time could change the answer.
"""
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from broker.rules.agency.facts import AgencyFacts, BeyondHeld
from broker.rules.limits import Limits
from broker.rules.registry import sections_of
from broker.rules.rule import LookAgain, NotEvaluated
from broker.vocabulary.times import day_of
from broker.vocabulary.words import Severity


@dataclass(frozen=True, slots=True)
class AgencyDisagreement:
    """Something is not as it should be in an agency's records as a whole.

    `since` is when it began to stand, by the facts alone. A person's decision holds as long as
    `since` and `about` (such as the one label) stay what they were.
    """

    severity: Severity
    since: datetime
    sentence: str
    action: str
    would_change: str
    about: str = ""


AgencyYielded = AgencyDisagreement | NotEvaluated | LookAgain
AgencyFunction = Callable[[AgencyFacts, Limits], Iterator[AgencyYielded]]


@dataclass(frozen=True, slots=True)
class AgencyRule:
    """A rule about an agency and its metadata, as `broker.rules.rule.Rule` has it."""

    code: str
    name: str
    severity: Severity
    title: str
    sections: dict[str, str]
    starts: date
    ends: date | None
    function: AgencyFunction
    needs: tuple[str, ...] = ("an agency's records as a whole",)


@dataclass(frozen=True, slots=True)
class AgencyAnswer:
    """What one rule says of one agency; all of it empty is "clear". `crashed` is the type of the
    error alone."""

    rule: AgencyRule
    disagreement: AgencyDisagreement | None = None
    not_evaluated: tuple[NotEvaluated, ...] = ()
    crashed: str | None = None


class AgencyRegistry:
    """Rules about agencies by code."""

    def __init__(self) -> None:
        self._rules: list[AgencyRule] = []

    def __iter__(self) -> Iterator[AgencyRule]:
        """All rules, in order of code."""
        return iter(sorted(self._rules, key=lambda each: (each.code, each.starts)))

    def rule(self, *, code: str, name: str, severity: Severity, starts: date,
             ends: date | None = None) -> Callable[[AgencyFunction], AgencyFunction]:
        """Register a generator function; its docstring has the sections of every rule."""
        assert re.fullmatch(r"[A-Z]\d\d", code), code

        def register(function: AgencyFunction) -> AgencyFunction:
            title, sections = sections_of(code, function.__doc__ or "")
            assert all(each.code != code for each in self._rules), f"{code} is taken"
            self._rules.append(AgencyRule(code=code, name=name, severity=severity, title=title,
                                          sections=sections, starts=starts, ends=ends,
                                          function=function))
            return function

        return register


AGENCY_REGISTRY = AgencyRegistry()
agency_rule = AGENCY_REGISTRY.rule


def evaluate_agency(
    facts: AgencyFacts, limits: Limits, rules: Iterable[AgencyRule],
) -> tuple[tuple[AgencyAnswer, ...], datetime | None]:
    """(each rule's answer, when to look again); one that raises an error is recorded and the
    others still run."""
    today = day_of(facts.now)
    answers: list[AgencyAnswer] = []
    again: list[datetime] = []
    for rule in rules:
        if today < rule.starts or (rule.ends is not None and today > rule.ends):
            answers.append(AgencyAnswer(rule))
        else:
            answers.append(agency_answer(rule, facts, limits, again))
    return tuple(answers), min(again, default=None)


def agency_answer(rule: AgencyRule, facts: AgencyFacts, limits: Limits,
                  again: list[datetime] | None = None) -> AgencyAnswer:
    """One rule's answer; times to come at which to look again are added to `again`.

    `BeyondHeld` where the facts do not reach back as far as the rule has to look.
    """
    raised: AgencyDisagreement | None = None
    missing: list[NotEvaluated] = []
    try:
        for each in rule.function(facts, limits):
            if isinstance(each, AgencyDisagreement):
                raised = each
            elif isinstance(each, NotEvaluated):
                missing.append(each)
            elif again is not None and each.at > facts.now:
                again.append(each.at)
    except BeyondHeld:
        raise
    except Exception as error:  # a crash is the fourth answer, and the other rules still run
        return AgencyAnswer(rule, crashed=type(error).__name__)
    return AgencyAnswer(rule, raised, tuple(missing))
