"""How far each feed has been heard, read from the store."""
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from broker.case.reach import Reach
from broker.event.catalogue import STATEMENT_BY_NAME
from broker.event.envelope import Statement
from broker.event.incident import IncidentRecorded
from broker.log import topics
from broker.pipeline.tables import COUNTERS, REACHES, UNTAKEN
from broker.ports import EventLog, Reading, Unit
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.vocabulary.words import System

HEARD = "heard/"
TOLD = "told/"
# Optional facts whose absence means something only where a system gives them at all.
_OPTIONAL: dict[type[Statement], str] = {IncidentRecorded: "allocated"}


def read_reach(reading: Reading, log: EventLog) -> Reach:
    """The reach of every table of every agency: the least over the lanes its rows go to.

    A table counts only once every one of its lanes has been heard, so that a statement still on
    its way in one lane is never taken for silence in another.
    """
    heard: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(dict)
    unreadable: dict[tuple[str, System, str], int] = {}
    for _, agency, system, table, types, lane, until_ms, rejected_ms in reading.scan(
            REACHES, "reach_key"):
        heard[str(agency), str(system), str(table), str(types)][str(lane)] = int(until_ms or 0)
        if rejected_ms is not None:
            place = (str(agency), System(str(system)), str(table))
            unreadable[place] = max(int(rejected_ms), unreadable.get(place, 0))
    until = {}
    for (agency, system, table, types), lanes in heard.items():
        # A table may be read for its place in a return and say nothing that travels.
        names = tuple(name for name in types.split(",") if name in STATEMENT_BY_NAME)
        expected = {f"{topics.shared(STATEMENT_BY_NAME[name].stream)}/{partition}"
                    for name in names
                    for partition in range(log.partitions(
                        topics.shared(STATEMENT_BY_NAME[name].stream)))}
        if names and expected <= set(lanes):
            key = (agency, System(system), table)
            until[key] = (moment_of(min(lanes[lane] for lane in expected)), names)
    return Reach(until=until, unreadable={key: moment_of(at) for key, at in unreadable.items()},
                 untaken=_untaken(reading), told=_told(reading))


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


def note_heard(unit: Unit, agency: str) -> None:
    """An agency's tables were heard further than before."""
    name = f"{HEARD}{agency}"
    heard = sum(int(row[1] or 0) for row in unit.get(COUNTERS, [(name,)]))
    unit.put(COUNTERS, [(name, heard + 1)])


def heard_in(reading: Reading) -> dict[str, int]:
    """How often each agency has been heard further; only ever rises."""
    return {str(name).removeprefix(HEARD): int(count or 0) for name, count in
            reading.scan(COUNTERS, "name", after=HEARD, upto=f"{HEARD}~")}
