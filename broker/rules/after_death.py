"""What a rule's answer is worth from the day on which a child is recorded as having died.

Rules are about living children. But who has died is what one agency's record says, and that may
be the error: where another agency's word, or what began only afterwards, would have raised
something, it is not evaluated and names the record; what already stood is held.
"""
from dataclasses import fields
from datetime import date, timedelta

from broker.case.calendar import day_of
from broker.case.case import Case
from broker.case.child import died_on
from broker.case.deaths import deaths_of
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.concern import ConcernRecorded
from broker.event.envelope import Moment, Statement
from broker.event.incident import IncidentRecorded
from broker.rules.limits import Limits
from broker.rules.rule import Disagreement, NotEvaluated, Rule, Yielded
from broker.rules.telling import agencies_of

_MOMENTS = {name: tuple(each.name for each in fields(kind) if each.type == Moment | None)
            for name, kind in STATEMENT_BY_NAME.items()}


def has_died(case: Case) -> str:
    """The fact that is missing where one agency's record of a death stands against other words."""
    recorded = agencies_of(case, [each.statement for each in deaths_of(case)])
    return f"whether the child has died, as {recorded} record"


def weighed(case: Case, rule: Rule, said: Yielded, limits: Limits) -> Yielded | None:
    """What a rule has said, in the light of a death that nothing contradicts; None where it asks
    for nothing any more.

    A rule about what is owed to the child (`ends_with_death`) asks for nothing from the day after
    it on; any other stands by what began while the child lived.
    """
    died = None if rule.after_death else died_on(case)
    if died is None:
        return said
    if isinstance(said, Disagreement):
        day = day_of(case.now if rule.ends_with_death else said.since)
        if day <= died:
            return said
        starts_from = [said.anchor, *(each.statement for each in said.evidence
                                      if each.statement.type_name in rule.needs)]
        return NotEvaluated(has_died(case), None, said.anchor, said.part) \
            if any(_contests(case, each, died, limits) for each in starts_from) else None
    if not rule.ends_with_death or day_of(case.now) <= died:
        return said
    if isinstance(said, NotEvaluated) and said.anchor is not None \
            and _contests(case, said.anchor, died, limits):
        return said
    return None


def _contests(case: Case, said: Statement, died: date, limits: Limits) -> bool:
    """Whether this is of an agency that records no death, or of what it began after the day.

    A call or a notice of that day or soon after may be about the death itself: as long as a
    notice stays open.
    """
    moments = [moment.at for name in _MOMENTS[said.type_name]
               if (moment := getattr(said, name)) is not None]
    began = day_of(min(moments)) if moments else None
    if isinstance(said, (IncidentRecorded, ConcernRecorded)) and began is not None \
            and died <= began <= died + timedelta(days=limits.notice_open_days):
        return False
    recording = {each.statement.agency for each in deaths_of(case)}
    return said.agency not in recording or (began is not None and began > died)
