"""What a rule's answer is worth from the day on which a child is recorded as having died.

Rules are about living children. But who has died is what one agency's record says, and that may
be the error: where another agency's word, or what began only afterwards, would have raised
something, it is not evaluated and names the record; what already stood is held. What is owed day
by day is held for as long as somebody may still say that the child lives.
"""
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

from broker.case.calendar import day_of
from broker.case.care import care_periods_on, placements_on
from broker.case.case import Case
from broker.case.child import begun_after, died_on
from broker.case.deaths import deaths_of, says_death
from broker.case.open_case import known_on
from broker.case.since import heard_since
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement, LookAgain, NotEvaluated, Rule, Yielded
from broker.rules.telling import agencies_of

_MOMENTS = {name: tuple(each.name for each in fields(kind) if each.type == Moment | None)
            for name, kind in STATEMENT_BY_NAME.items()}


def has_died(case: Case) -> str:
    """The fact that is missing where one agency's record of a death stands against other words."""
    recorded = agencies_of(case, [each.statement for each in deaths_of(case)])
    return f"whether the child has died, as {recorded} record"


def weighed(case: Case, rule: Rule, said: Yielded, limits: Limits) -> Iterator[Yielded]:
    """What a rule has said, in the light of a death that nothing contradicts; nothing where it
    asks for nothing any more.

    A rule about what is owed to the child (`ends_with_death`) asks for nothing from the day after
    it on, and keeps what was done late by then; any other stands by what began while the child
    lived.
    """
    died = None if rule.after_death else died_on(case)
    if died is None:
        yield said
    elif isinstance(said, Disagreement):
        owed_on = case.now if said.over is None else said.over
        day = day_of(owed_on if rule.ends_with_death else said.since)
        starts_from = [said.anchor, *(each.statement for each in said.evidence
                                      if each.statement.type_name in rule.needs)]
        contesting = [each for each in starts_from if _contests(case, each, died, limits)]
        if day <= died:
            yield said
        elif contesting:
            missing = NotEvaluated(has_died(case), None, said.anchor, said.part)
            yield from _held(case, rule, missing, contesting, died, limits)
    elif not rule.ends_with_death or day_of(case.now) <= died:
        yield said
    elif isinstance(said, NotEvaluated) and said.anchor is not None \
            and _contests(case, said.anchor, died, limits):
        yield from _held(case, rule, said, [said.anchor], died, limits)


def _held(case: Case, rule: Rule, missing: NotEvaluated, contesting: Sequence[Statement],
          died: date, limits: Limits) -> Iterator[Yielded]:
    """What cannot be answered for a death on record, and whether that holds what stood before.

    What is owed day by day is let go once all who hold the child have been heard for some days
    since the death could first be known, and nobody has said or begun anything against it, or has
    the child in its care still: meanwhile the finding has told them whom to ask. Who says that
    the child has died, and is heard but by its yearly returns, has said so for the year.
    """
    deaths = deaths_of(case)
    if not rule.ends_with_death or any(_began_after(each, died) for each in contesting) \
            or any(True for each in deaths for _ in begun_after(case, each)):
        yield missing
        return
    known = min(heard_since(case, each.statement, says_death) for each in deaths)
    settled = known + timedelta(days=limits.death_undisputed_days)
    said_for_the_year = {each.statement.agency for each in deaths
                         if case.reach.has_returns_alone(each.statement.agency)}
    heard = {code: case.reach.heard(code) for code in case.holders() - said_for_the_year}
    unheard = [code for code, at in heard.items() if at is None or at < settled]
    if case.now < settled:
        yield missing
        yield LookAgain(settled)
    elif unheard:
        yield replace(missing, agency=missing.agency or min(unheard))
    elif _is_cared_for_still(case, day_of(settled)):
        yield missing
    else:
        yield replace(missing, anchor=None, part=None)


def _is_cared_for_still(case: Case, day: date) -> bool:
    """Whether an agency that records no death has the child in care or a placement on this day."""
    recording = {each.statement.agency for each in deaths_of(case)}
    return any(each.agency not in recording and known_on(case, each, day)
               for each in (*care_periods_on(case, day), *placements_on(case, day)))


def _contests(case: Case, said: Statement, died: date, limits: Limits) -> bool:
    """Whether this is of an agency that records no death, or of what it began after the day.

    A call or a notice of that day or soon after may be about the death itself: as long as a
    notice stays open.
    """
    began = _began(said)
    if isinstance(said, (IncidentRecorded, ConcernRecorded)) and began is not None \
            and died <= began <= died + timedelta(days=limits.notice_open_days):
        return False
    recording = {each.statement.agency for each in deaths_of(case)}
    return said.agency not in recording or _began_after(said, died)


def _began_after(said: Statement, died: date) -> bool:
    began = _began(said)
    return began is not None and began > died


def _began(said: Statement) -> date | None:
    moments = [moment.at for name in _MOMENTS[said.type_name]
               if (moment := getattr(said, name)) is not None]
    return day_of(min(moments)) if moments else None
