"""Whether an agency's words tell apart what others tell apart."""
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from broker.case.calendar import add_months, say_day
from broker.case.descriptions import UNKNOWN
from broker.rules.agency.chance import binomial_at_least, say_chance, share_interval
from broker.rules.agency.facts import AgencyFacts, BeyondHeld, Described
from broker.rules.agency.rule import AgencyDisagreement, AgencyYielded, agency_rule
from broker.rules.limits import Limits
from broker.rules.rule import NotEvaluated
from broker.vocabulary.times import start_of
from broker.vocabulary.words import Severity

_EXACT = 1e-9  # nine in ten of ten is nine, whatever a share is as a number
_KINDS_TOLD = 4


@agency_rule(code="K02", name="concern.collapsed", severity=Severity.HIGH,
             starts=date(2014, 1, 1))
def collapsed(facts: AgencyFacts, limits: Limits) -> Iterator[AgencyYielded]:
    """An agency records nearly everything under one label although others, of the same
    happenings, do not

    **Source** National child protection inspection: missing children, child sexual exploitation
    and other child protection cases all described in a similar way.
    **Why it matters** Where everything has one name nobody can see which child is in which
    danger, and what is done follows the name.
    **Raises when** of at least eight happenings (an occasion, or the records of one child within
    24 hours) that this agency and others describe, within twelve months, nine in ten are under
    one label here, and at most half under any one label there.
    **Stays silent when** there are fewer such happenings, the others use one label for most of
    them too, or the agency gives more than one kind to more than one in ten.
    """
    known = [each for each in facts.described if _is_known(each)]
    _need(facts, _begins(known, limits) if known else None)
    counted = _Counted.of(known, limits)
    if counted.total < limits.collapsed_happenings_min:
        aside = sum(each.count for each in facts.described) - sum(each.count for each in known)
        if counted.total + aside >= limits.collapsed_happenings_min:
            yield NotEvaluated("the kinds of happenings in known words", facts.agency.code)
        else:
            _need(facts, None)
        return
    label = counted.label(limits)
    if label is not None:
        yield _collapse(facts, counted, label, _since(facts, known, limits, label))


def _need(facts: AgencyFacts, begins: date | None) -> None:
    """Make sure that all happenings after this day (None: all there were) are here."""
    if facts.described_from is not None \
            and (begins is None or begins + timedelta(days=1) < facts.described_from):
        raise BeyondHeld


def _begins(known: list[Described], limits: Limits) -> date:
    """The day after which the window of the last of these begins."""
    return add_months(known[-1].day, -limits.collapsed_window_months)


def _is_known(each: Described) -> bool:
    """Whether both sides give it a kind that is in a list, and this one no other."""
    return UNKNOWN not in each.here and bool(each.there - {UNKNOWN})


@dataclass(slots=True)
class _Counted:
    """Happenings by the one label here, and by each label there."""

    total: int = 0
    here: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, known: list[Described], limits: Limits) -> "_Counted":
        """What the window of the last of them holds."""
        made = cls()
        if known:
            begins = _begins(known, limits)
            for each in known:
                if each.day > begins:
                    made.add(each)
        return made

    def add(self, each: Described, sign: int = 1) -> None:
        """Count one in, or (-1) out again."""
        self.total += sign * each.count
        if len(each.here) == 1:
            self.here[next(iter(each.here))] += sign * each.count
        for kind in each.there - {UNKNOWN}:
            self.there[kind] += sign * each.count

    def label(self, limits: Limits) -> str | None:
        """The label that nearly everything is under here, where it is under none there."""
        if self.total < limits.collapsed_happenings_min:
            return None
        [(label, count)] = self.here.most_common(1) or [("", 0)]
        most = max(self.there.values(), default=0)
        lost = count >= limits.collapsed_here_share * self.total - _EXACT \
            and most <= limits.collapsed_there_share * self.total + _EXACT
        return label if lost else None


def _since(facts: AgencyFacts, known: list[Described], limits: Limits, label: str) -> date:
    """The day by whose happenings it came to stand, as it has without a break."""
    counted = _Counted.of(known, limits)
    entering = len(known) - 1
    begins = _begins(known, limits)
    while entering >= 0 and known[entering].day > begins:
        entering -= 1
    since = known[-1].day
    for day, told in groupby(reversed(known), key=lambda each: each.day):
        begins = add_months(day, -limits.collapsed_window_months)
        _need(facts, begins)
        while entering >= 0 and known[entering].day > begins:
            counted.add(known[entering])
            entering -= 1
        if counted.label(limits) != label:
            break
        since = day
        for each in told:
            counted.add(each, -1)
    return since


def _collapse(facts: AgencyFacts, counted: _Counted, label: str,
              since: date) -> AgencyDisagreement:
    name, total, here = facts.agency.name, counted.total, counted.here[label]
    low, high = share_interval(here, total)
    kinds = sorted(counted.there.items(), key=lambda each: (-each[1], each[0]))
    told = ", ".join(f"{kind} {count}" for kind, count in kinds[:_KINDS_TOLD])
    more = len(kinds) - _KINDS_TOLD
    chance = binomial_at_least(here, total, max(count for _, count in kinds) / total)
    return AgencyDisagreement(
        severity=Severity.HIGH, since=min(start_of(since), facts.now), about=label,
        sentence=f"{name} has {here} of {total} happenings that others describe too down as "
                 f"{label} and nothing else ({here / total:.0%}; 95 % sure: between {low:.0%} and "
                 f"{high:.0%}), up to {say_day(facts.described[-1].day)}. Of the same happenings "
                 f"others give no kind to more than half: {told}"
                 f"{f' and {more} more kinds' if more > 0 else ''}. If {name} used its label as "
                 "often as the others use their commonest, the chance of so many would be "
                 f"{say_chance(chance)}.",
        action=f"{name}: read some of these records again with what the others hold (`concord "
               "report agreement` shows how each pair describes them), and see whether one label "
               "hides what kind of danger a child is in.",
        would_change="Records that name the kind of happening, or others using one kind for most "
                     "of them as well.",
    )

