"""When the police closed an incident, as far as its record says."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.case.calendar import latest
from broker.case.case import Case
from broker.case.occasions import reported_at
from broker.case.since import said_since
from broker.event.incident import IncidentRecorded

_AS_OPENED = timedelta(hours=1)  # what is written so soon after the report is of the opening


@dataclass(frozen=True, slots=True)
class Closing:
    """When an incident was closed: not before `after`, and by `by`; one moment where the record
    gives it."""

    after: datetime
    by: datetime

    @property
    def is_exact(self) -> bool:
        """Whether the moment is known."""
        return self.after == self.by

    def may_be_before(self, moment: datetime) -> bool:
        """Whether nobody can say which came first, the closing or this moment."""
        return self.after < moment <= self.by


def closing_of(case: Case, incident: IncidentRecorded) -> Closing | None:
    """When the police closed an incident; None where it is not known to be closed.

    A closing category without a time closes it once that was written, and not from the start:
    many a system fills in the category as it opens an incident, which says nothing of its end.
    Where the first that was heard of an incident, long after the report, has one, it was closed
    at some moment between: later than all that its record says happened, and by that writing.
    """
    if incident.closed is not None:
        return Closing(incident.closed.at, incident.closed.at)
    if incident.category_closed is None:
        return None
    first = said_since(case, incident, lambda each: each.category_closed)
    written = first.recorded_at
    if first.version != case.versions(incident)[0].version:
        return Closing(written, written)
    reported = reported_at(first)
    if written <= reported + _AS_OPENED:
        return None
    done = [latest(each) for each in (first.attended, first.child_seen) if each is not None]
    return Closing(min(written, max([reported, *done])), written)


def closed_at(case: Case, incident: IncidentRecorded) -> datetime | None:
    """When the police closed an incident, else by when they had; None where it is not known to be
    closed."""
    closing = closing_of(case, incident)
    return None if closing is None else closing.by


def may_be_closed(case: Case, incident: IncidentRecorded) -> bool:
    """Whether a closing category is all there is, and says nothing of whether it is closed."""
    return incident.category_closed is not None and closing_of(case, incident) is None
