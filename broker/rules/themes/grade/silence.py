"""Whether the police's silence about an incident of theirs means anything yet."""
from datetime import datetime

from broker.case.calendar import say_time
from broker.case.case import Case
from broker.event.incident import IncidentRecorded
from broker.rules.rule import NotEvaluated
from broker.rules.telling import agency_name, unread_of

_TYPE = IncidentRecorded.__name__


def not_heard(
    case: Case, incident: IncidentRecorded, due: datetime, what: str, part: str = ""
) -> NotEvaluated | None:
    """Why it is not known that nothing was written by `due`; None where it is known.

    Only the system that holds the incident can say more of it. Rows that could not be read may
    be its next version.
    """
    who = agency_name(case, incident.agency)
    heard = case.reach.within(incident.agency, incident.system, _TYPE)
    if heard is None or heard < due:
        return NotEvaluated(f"{what}, by the records of {who} up to {say_time(due)}",
                            incident.agency, incident, part)
    if case.reach.unreadable_since(incident.agency, _TYPE, incident.recorded_at):
        unread = unread_of(case, incident.agency, _TYPE, incident.recorded_at)
        return NotEvaluated(f"{what}: {unread} could not be read since", incident.agency,
                            incident, part)
    return None
