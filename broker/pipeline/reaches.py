"""How far each feed has been heard, read from the store."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from broker.case.reach import Reach, Refused
from broker.event import own
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.log import topics
from broker.pipeline.tables import COUNTERS, REACHES, UNREAD, UNTAKEN
from broker.ports import EventLog, Reading, Row, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import System

HEARD = "heard/"
TOLD = "told/"
_BEAT = 6  # where a row of UNREAD has the time of its heartbeat; what stands is behind it
# Optional facts whose absence means something only where a system gives them at all.
_OPTIONAL: dict[type[Statement], str] = {IncidentRecorded: "allocated"}


def read_reach(reading: Reading, log: EventLog) -> Reach:
    """The reach of every table of every agency: the least over the lanes its rows go to.

    A table counts only once every one of its lanes has been heard, so that a statement still on
    its way in one lane is never taken for silence in another; and it is readable again only once
    every one of them has brought what was mended.
    """
    heard: dict[_Place, dict[str, int]] = defaultdict(dict)
    rejected: dict[_Place, dict[str, int]] = defaultdict(dict)
    for _, agency, system, table, types, lane, until_ms, rejected_ms in reading.scan(
            REACHES, "reach_key"):
        place = _Place(str(agency), System(str(system)), str(table), str(types))
        heard[place][str(lane)] = int(until_ms or 0)
        if rejected_ms is not None:
            rejected[place][str(lane)] = int(rejected_ms)
    until = {}
    lanes_of = _Lanes(log)
    for place, lanes in heard.items():
        expected = lanes_of[place]
        if expected and expected <= set(lanes):
            until[place.key] = (moment_of(min(lanes[lane] for lane in expected)), place.names)
    unreadable, refused = _unread(reading, lanes_of, rejected)
    return Reach(until=until, unreadable=unreadable, refused=refused,
                 untaken=_untaken(reading), told=_told(reading))


class _Place(NamedTuple):
    """A table of a system of an agency, and the types it yields as they are stored."""

    agency: str
    system: System
    table: str
    types: str

    @property
    def key(self) -> tuple[str, System, str]:
        """As a reach names it."""
        return self.agency, self.system, self.table

    @property
    def names(self) -> tuple[str, ...]:
        """The types that travel: a table may be read for its place in a return alone."""
        return tuple(name for name in self.types.split(",") if name in STATEMENT_BY_NAME)


class _Lanes(dict[_Place, set[str]]):
    """Every lane that statements of a table go to, worked out once."""

    def __init__(self, log: EventLog):
        super().__init__()
        self._log = log

    def __missing__(self, place: _Place) -> set[str]:
        shared = {topics.shared(STATEMENT_BY_NAME[name].stream) for name in place.names}
        self[place] = {f"{topic}/{partition}" for topic in shared
                       for partition in range(self._log.partitions(topic))}
        return self[place]


def _unread(
    reading: Reading, lanes_of: _Lanes, rejected: dict[_Place, dict[str, int]],
) -> tuple[dict[tuple[str, System, str], datetime], dict[tuple[str, System, str], Refused]]:
    """When rows of each table were last rejected that nobody has mended, and files refused. A
    lane whose heartbeats said nothing of it yet (they are of an earlier version) tells only when
    any row was rejected."""
    files: dict[_Place, list[tuple[int, int]]] = defaultdict(list)
    for _, agency, system, table, types, lane, _, rows_ms, first_ms, last_ms in reading.scan(
            UNREAD, "reach_key"):
        place = _Place(str(agency), System(str(system)), str(table), str(types))
        rejected[place].pop(str(lane), None)
        if str(lane) not in lanes_of[place]:
            continue  # it was told there beside another table, and may not be told again
        if rows_ms is not None:
            rejected[place][str(lane)] = int(rows_ms)
        if first_ms is not None and last_ms is not None:
            files[place].append((int(first_ms), int(last_ms)))
    return (
        {place.key: moment_of(max(lanes.values())) for place, lanes in rejected.items() if lanes},
        {place.key: Refused(moment_of(min(first for first, _ in times)),
                            moment_of(max(last for _, last in times)), place.names)
         for place, times in files.items()})


def _untaken(reading: Reading) -> dict[tuple[str, str], datetime]:
    untaken = {}
    for agency_type, at_ms in reading.scan(UNTAKEN, "agency_type"):
        agency, _, type_name = str(agency_type).partition("/")
        untaken[agency, type_name] = moment_of(int(at_ms or 0))
    return untaken


def _told(reading: Reading) -> frozenset[tuple[str, System, str, str]]:
    told = set()
    for name, _ in reading.scan(COUNTERS, "name", after=TOLD, upto=f"{TOLD}~"):
        _, agency, system, type_name, fact = str(name).split("/")
        told.add((agency, System(system), type_name, fact))
    return frozenset(told)


def note_told(unit: Unit, statements: Iterable[Statement]) -> set[str]:
    """Note which systems give an optional fact; the agencies of which that was not known."""
    names = {}
    for each in statements:
        fact = _OPTIONAL.get(type(each))
        if fact is not None and getattr(each, fact) is not None:
            names[f"{TOLD}{each.agency}/{each.system.value}/{each.type_name}/{fact}"] = each.agency
    if not names:
        return set()
    known = {str(row[0]) for row in unit.get(COUNTERS, [(name,) for name in sorted(names)])}
    fresh = sorted(names.keys() - known)
    unit.put(COUNTERS, [(name, 1) for name in fresh])
    return {names[name] for name in fresh}


def note_untaken(unit: Unit, agency: str, types: Iterable[str], at: datetime) -> None:
    """Messages of these types ("" where it could not be told) were rejected or are held: until
    somebody has looked, any of them may be the record that a rule misses."""
    unit.put(UNTAKEN, [(f"{agency}/{each}", milliseconds_of(at)) for each in sorted(set(types))])


def note_unread(unit: Unit, beat: own.Heartbeat, lane: str) -> bool:
    """Note what a heartbeat says stands unread; whether that is news. The newest one of a lane
    holds, in whatever order they come."""
    rows: dict[str, Row] = {}
    for each in beat.unread:
        key = f"{beat.agency}/{each.system.value}/{each.table}/{lane}"
        times = (each.rows_last, each.files_first, each.files_last)
        rows[key] = (key, beat.agency, each.system.value, each.table, ",".join(each.types), lane,
                     milliseconds_of(beat.beat_at),
                     *(None if at is None else milliseconds_of(at) for at in times))
    known = {str(row[0]): row for row in unit.get(UNREAD, [(key,) for key in rows])}
    fresh = [row for key, row in rows.items()
             if key not in known or int(known[key][_BEAT] or 0) <= int(row[_BEAT] or 0)]
    unit.put(UNREAD, fresh)
    return any(row[_BEAT + 1:] != known.get(str(row[0]), (None,) * len(row))[_BEAT + 1:]
               for row in fresh)


def note_heard(unit: Unit, agency: str) -> None:
    """An agency's tables were heard further than before."""
    name = f"{HEARD}{agency}"
    heard = sum(int(row[1] or 0) for row in unit.get(COUNTERS, [(name,)]))
    unit.put(COUNTERS, [(name, heard + 1)])


def heard_in(reading: Reading) -> dict[str, int]:
    """How often each agency has been heard further; only ever rises."""
    return {str(name).removeprefix(HEARD): int(count or 0) for name, count in
            reading.scan(COUNTERS, "name", after=HEARD, upto=f"{HEARD}~")}
