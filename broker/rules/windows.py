"""How near things must be to belong to one occasion, as the limits say it."""
from datetime import timedelta
from functools import lru_cache

from broker.case.occasions import Windows
from broker.rules.limits import Limits


@lru_cache(maxsize=16)
def _windows(incident_hours: int, before_minutes: int, after_minutes: int) -> Windows:
    return Windows(incident=timedelta(hours=incident_hours),
                   call_before=timedelta(minutes=before_minutes),
                   call_after=timedelta(minutes=after_minutes))


def windows_of(limits: Limits) -> Windows:
    """The windows of case.occasions under these limits."""
    return _windows(limits.occasion_incident_hours, limits.occasion_call_before_minutes,
                    limits.occasion_call_after_minutes)
