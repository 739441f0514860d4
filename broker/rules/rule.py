"""What a rule is: a small pure function over a case, registered with its source and its words.

A rule is a generator that yields `Disagreement` for each thing that does not agree,
`NotEvaluated` for each thing that cannot be judged for want of a fact, and `LookAgain` for each
time at which the mere passing of time could change the answer. One that yields no disagreement
and nothing unevaluated has answered "clear"; one that raises is recorded as crashed.
"""
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from broker.case.case import Case
from broker.event.envelope import Statement
from broker.rules.limits import Limits
from broker.vocabulary.words import Severity


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence: a statement, and what it says in the agency's and neutral words.

    `rests_on` is the version since which the record says what does not agree, where the agency
    has since corrected what else is told of it (None: this statement). What people decided holds
    while that one does.
    """

    statement: Statement
    says: str
    neutral: str
    rests_on: Statement | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Something that does not agree.

    `anchor` is the statement whose record names the occasion (the least record): with the
    rule's code it makes the finding's id, so it must not depend on arrival. `part` tells apart
    several findings of one rule on one anchor. `since` is when it began to stand: a record's
    own time or the moment a limit ran out. The sentence never says who is right.

    `over` is given where what was due is on record as done, surely late: the moment by which it
    had been. Such a disagreement is raised and resolved in one, and nobody is told to act on it.
    """

    anchor: Statement
    severity: Severity
    since: datetime
    evidence: tuple[Said, ...]
    sentence: str
    action: str
    would_change: str
    part: str = ""
    historical: bool = False
    over: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """The rule could not be answered: which fact is missing, and whose feed would bring it.

    `anchor` is the statement a disagreement would have been anchored on, and `part` its part
    (None: whichever): a finding on it that stood when the rule could last answer is held open. A
    thing that could never have been answered has no anchor and holds nothing. `agency` is given
    only where that agency's feed will bring the answer: its next extract asks again.
    """

    missing: str
    agency: str | None = None
    anchor: Statement | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Time alone may change the answer at this moment."""

    at: datetime


Yielded = Disagreement | NotEvaluated | LookAgain
RuleFunction = Callable[[Case, Limits], Iterator[Yielded]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its metadata; `sections` are the docstring's Source, Why it matters, ...

    `needs` are the types the rule starts from: where a case has none of them there is nothing
    to judge, and the rule is clear without being called. `silence_may_be_doubt` is for a rule
    about what nobody has said: where a record that waits for review would answer it, it is not
    evaluated. A rule that must speak in doubt too, such as M02, does not set it. `near_days` is
    for a rule about one happening at a time: no other that is further than these days from it
    has a say in it, save one that lasts until then or bears the same log number. `after_death` is
    for a rule that asks of the death itself: all others are about a living child. What is owed to
    the child day by day, as a rule that `ends_with_death` has it, is not once the child has died.
    """

    code: str
    name: str
    severity: Severity
    needs: tuple[str, ...]
    title: str
    sections: dict[str, str]
    starts: date
    ends: date | None
    function: RuleFunction
    silence_may_be_doubt: bool = False
    near_days: int | None = None
    after_death: bool = False
    ends_with_death: bool = False
