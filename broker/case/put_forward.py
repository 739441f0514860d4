"""What an absence's times may mean on the night on which clocks go forward.

A time in the hour that clocks skip (01:30) is kept as the moment an hour on (02:30), and nothing
in a statement tells it from that time, written by a clock put right. Whoever wrote it looked at
a clock that had not been put forward: then the later times of that row, of that night, are an
hour further on than they stand. So a row with a time in that hour can be read in several ways.
"""
from dataclasses import replace
from datetime import timedelta
from typing import Any

from broker.case.absences import Row
from broker.case.calendar import day_of
from broker.event.envelope import Moment
from broker.vocabulary.times import not_put_forward
from broker.vocabulary.words import Precision

_AN_HOUR = timedelta(hours=1)
# In the order in which they come about, whichever way round they stand.
_IN_ORDER = ("last_seen", "noticed", "told_police", "told_authority", "found", "returned")


def readings(row: Row) -> tuple[Row, ...]:
    """The ways to read the times of a row: as they stand, first; and where some lie where the
    skipped hour is read to, by a clock not put forward: the first of those, the first two, ... or
    all were written in that hour, and what else is as late or later of that day is an hour on."""
    told = {name: moment for name in _IN_ORDER
            if (moment := getattr(row, name)) is not None
            and moment.precision is not Precision.DAY}
    doubtful = [name for name, moment in told.items() if not_put_forward(moment.at) is not None]
    if not doubtful:
        return (row,)
    first = told[doubtful[0]].at.replace(minute=0, second=0, microsecond=0)
    later = [name for name, moment in told.items()
             if moment.at >= first and day_of(moment.at) == day_of(first)]
    return row, *(_an_hour_on(row, [name for name in later if name not in doubtful[:skipped]])
                  for skipped in range(1, len(doubtful) + 1))


def _an_hour_on(row: Row, names: list[str]) -> Row:
    later: dict[str, Any] = {}
    for name in names:
        moment: Moment = getattr(row, name)
        later[name] = replace(moment, at=moment.at + _AN_HOUR)
    return replace(row, **later)
