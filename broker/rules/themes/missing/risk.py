"""The risk a missing child was held to be at: compared across agencies, and lowered too soon."""
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from broker.case.absences import Row
from broker.case.calendar import day_of, say_day
from broker.case.care import cp_plans_on
from broker.case.case import Case
from broker.case.occasions import Occasion
from broker.case.open_case import known_on
from broker.case.recall import each_of
from broker.case.since import on_record_by, said_since
from broker.event.care import PlanRecorded
from broker.event.missing import MissingEpisodeRecorded
from broker.rules.limits import Limits
from broker.rules.registry import rule
from broker.rules.risk_levels import LEVELS, in_force, risk_of, risk_word
from broker.rules.rule import Disagreement, NotEvaluated, Said, Yielded
from broker.rules.telling import agencies_of, agency_name, told
from broker.rules.themes.missing.nights import historical, nights_of
from broker.vocabulary.words import Risk, Severity

_LOW = LEVELS[Risk.LOW]


@rule(code="M05", name="missing.risk_differs", severity=Severity.HIGH,
      needs=(MissingEpisodeRecorded,), starts=date(2014, 1, 1), near_days=4)
def risk_differs(case: Case, limits: Limits) -> Iterator[Yielded]:
    """Risk differs between agencies, or is low beside a child protection plan

    **Source** College of Policing, missing persons guidance: risk is assessed on all information,
    that of social care among it. National child protection inspection: poor assessment of risk.
    **Why it matters** The risk decides how hard a child is looked for.
    **Raises when** the risk in force while the child was away differs between two agencies by
    the limit (two levels) or more; or an agency held none or low while a child protection plan
    was live that had been recorded before the risk was last assessed.
    **Stays silent when** the levels are neighbours, when only one agency gives a risk, or when
    the risk was changed after the child was found or back. Not evaluated where a word of risk is
    not one of the neutral ones.
    """
    yield from each_of(case, limits, nights_of(case, limits), _of_night)


def _of_night(case: Case, limits: Limits, night: Occasion) -> Iterator[Yielded]:
    """What one night tells of it."""
    rows = [row for row in night.rows if risk_of(row) is not None]
    held = [(row, in_force(case, row, night)) for row in rows]
    vague = [row for row, risks in held if Risk.UNMAPPED in risks]
    if vague:
        yield NotEvaluated("what an agency's word for the risk means", vague[0].agency,
                           night.anchor)
    clear = [(row, risks) for row, risks in held if Risk.UNMAPPED not in risks]
    apart = [pair for pair in combinations(clear, 2)
             if pair[0][0].agency != pair[1][0].agency
             and _apart(pair[0][1], pair[1][1]) >= limits.risk_levels_apart]
    if apart:
        yield _levels_differ(case, limits, night, apart)
    yield from _beside_a_plan(case, limits, night, clear)


Held = tuple[Row, frozenset[Risk]]


def _apart(one: frozenset[Risk], other: frozenset[Risk]) -> int:
    """The least number of levels between two risks, where either may not be known for sure."""
    return min(abs(LEVELS[left] - LEVELS[right]) for left in one for right in other)


def _levels_differ(
    case: Case, limits: Limits, night: Occasion, pairs: Sequence[tuple[Held, Held]]
) -> Disagreement:
    rows = list(dict.fromkeys(held[0] for pair in pairs for held in pair))
    said = [_risk_since(case, row) for row in rows]
    words = "; ".join(f"{agency_name(case, row.agency)} recorded {risk_word(row)}" for row in rows)
    return Disagreement(
        anchor=night.anchor, severity=Severity.HIGH,
        since=min(max(_risk_since(case, held[0]).recorded_at for held in pair) for pair in pairs),
        evidence=tuple(map(_tell_risk, said)),
        sentence=f"The risk to the child while away differs: {words}.",
        action="Each agency: tell the other what your assessment rests on, and assess the risk "
               "again with both." if night.safe_at is None else
               "Each agency: tell the other what your assessment rested on, before the next "
               "absence.",
        would_change="An assessment of risk within one level of the other's.",
        historical=historical(night, case, limits),
    )


def _risk_since(case: Case, row: Row) -> Row:
    return said_since(case, row, lambda each: (risk_of(each), each.risk_first))


def _tell_risk(row: Row) -> Said:
    return told(row, f"risk {risk_word(row)}", risk_of(row) or "")


def _beside_a_plan(
    case: Case, limits: Limits, night: Occasion, held: Sequence[Held]
) -> Iterator[Disagreement]:
    day = day_of(night.start)
    plans = [each for each in cp_plans_on(case, day) if known_on(case, each, day)]
    if not plans:
        return
    low = []
    for row, risks in held:
        assessed = row.risk_changed.at if row.risk_changed else _risk_since(case, row).recorded_at
        known = [plan for plan in plans if on_record_by(case, plan, plan.start) <= assessed]
        if known and all(LEVELS[risk] <= _LOW for risk in risks):
            low.append((_risk_since(case, row), known[0]))
    if low:
        yield _low_beside_plan(case, limits, night, low)


def _low_beside_plan(
    case: Case, limits: Limits, night: Occasion, low: Sequence[tuple[Row, PlanRecorded]]
) -> Disagreement:
    plans = list(dict.fromkeys(
        said_since(case, plan, lambda each: (each.kind, each.start, each.end))
        for _, plan in low))
    rows = [row for row, _ in low]
    words = "; ".join(f"{agency_name(case, row.agency)} recorded {risk_word(row)}" for row in rows)
    return Disagreement(
        anchor=night.anchor, part="plan", severity=Severity.HIGH,
        since=min(max(row.recorded_at, case.versions(plan)[0].recorded_at) for row, plan in low),
        evidence=(*map(_tell_risk, rows), *(
            told(plan, "child protection plan" + (
                f" from {say_day(day_of(plan.start.at))}" if plan.start else ""), "CP plan live")
            for plan in plans)),
        sentence=f"The risk to the child while away was low to some: {words}; "
                 f"{agencies_of(case, plans)} hold a live child protection plan.",
        action="Whoever assessed the risk: ask the council what the plan is for, and assess the "
               "risk again with it.",
        would_change="An assessment above low, or a record that the plan had ended before the "
                     "absence.",
        historical=historical(night, case, limits),
    )

