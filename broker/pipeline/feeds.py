"""What each agency sent and how late, counted as it is folded; and how it describes what others
describe too, counted as children are looked at. Rules about agencies rest on these counts.

Keys begin with the agency and a time, so that an agency's are one stretch in order of time. A
record counts once, however often its message comes. Statutory returns are not counted.
"""
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from zlib import crc32

from broker.case.descriptions import Happening
from broker.event import own
from broker.event.envelope import Statement
from broker.event.own import TableReach
from broker.pipeline.looking import mark_dirty
from broker.pipeline.tables import (
    COUNTERS,
    DIRTY,
    FEED_EXTRACTS,
    FEED_RECEIPTS,
    KINDS_DESCRIBED,
    KINDS_OF_CHILD,
)
from broker.ports import Reading, Row, Table, Unit
from broker.rules.agency.facts import Described, Read, Receipts
from broker.vocabulary.times import day_of, milliseconds_of, moment_of
from broker.vocabulary.words import RETURNS, System

HOUR_MS = 3_600_000
SYSTEMS, FIRST, WITH_ROWS = "feed/", "first", "rows"
_MARK = "~"  # no subject key begins so
_FIELD, _WORD = "/", ","


def agency_key(code: str) -> str:
    """How an agency is marked to be looked at, among the people who are."""
    return f"{_MARK}{code}"


def agency_of_key(key: str) -> str | None:
    """The agency that a mark is of; None where it is a person's."""
    return key[len(_MARK):] if key.startswith(_MARK) else None


def agencies_apart(keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """(the marks of agencies, the keys of people)."""
    marks = [key for key in keys if key.startswith(_MARK)]
    return marks, [key for key in keys if not key.startswith(_MARK)]


def people_waiting(reading: Reading) -> int:
    """How many local records of people are to be looked at."""
    return reading.count(DIRTY) - len(reading.scan(DIRTY, "person_key", after=_MARK))


# -- what came ------------------------------------------------------------------------------
def note_receipts(unit: Unit, received: Iterable[tuple[Statement, int]]) -> set[str]:
    """Count records (and when each was received, in milliseconds) as they are first filed; the
    agencies of which nothing had been received within that hour."""
    counts = _by_hour(received)
    known = {str(row[0]): _delays(row[1]) for row in unit.get(
        FEED_RECEIPTS, [(key,) for key in counts])}
    unit.put(FEED_RECEIPTS, [(key, _written(counts[key] + known.get(key, Counter())))
                             for key in sorted(counts)])
    return {key.partition(_FIELD)[0] for key in counts.keys() - known.keys()}


def forget_receipts(unit: Unit, received: Iterable[tuple[Statement, int]]) -> None:
    """Take records that are erased out of the counts, as if they had never come."""
    counts = _by_hour(received)
    left = {str(row[0]): _delays(row[1]) - counts[str(row[0])] for row in unit.get(
        FEED_RECEIPTS, [(key,) for key in counts])}
    unit.delete(FEED_RECEIPTS, [(key,) for key in left])
    unit.put(FEED_RECEIPTS, [(key, _written(delays)) for key, delays in left.items() if delays])


def _by_hour(received: Iterable[tuple[Statement, int]]) -> dict[str, Counter[int]]:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for said, received_ms in received:
        if said.system not in RETURNS:
            key = f"{said.agency}/{received_ms // HOUR_MS:09d}/{said.system.value}"
            late_ms = received_ms - milliseconds_of(said.recorded_at)
            counts[key][max(0, -(-late_ms // HOUR_MS))] += 1
    return counts


def _written(delays: Mapping[int, int]) -> str:
    return " ".join(f"{hours}:{count}" for hours, count in sorted(delays.items()))


def _delays(written: object) -> Counter[int]:
    return Counter(_delays_of(str(written)))


@lru_cache(maxsize=8192)  # an hour's few records are much like another's
def _delays_of(written: str) -> Mapping[int, int]:
    """Counts by hours; not to be changed."""
    return {int(hours): int(count) for hours, _, count in (
        each.partition(":") for each in written.split())}


def note_extract(unit: Unit, beat: own.Heartbeat, received_ms: int) -> bool:
    """Keep what a heartbeat says was read; every partition has the same one. Whether it was news.
    """
    rows: Counter[System] = Counter()
    for reach in beat.reaches:
        if reach.system not in RETURNS:
            rows[reach.system] += reach.rows_read
    made: list[Row] = []
    for system, count in rows.items():
        at_ms = milliseconds_of(beat.beat_at)
        if not count:  # a live feed says every few minutes that it is there
            at_ms -= at_ms % HOUR_MS
        which = _which(beat.reaches) if count else ""
        made.append((f"{beat.agency}/{at_ms:015d}/{system.value}/{which}", count, received_ms))
    known = {row[0]: row for row in unit.get(FEED_EXTRACTS, [(row[0],) for row in made])}
    fresh = [row for row in made if row[0] not in known
             or int(known[row[0]][2] or 0) < received_ms]
    unit.put(FEED_EXTRACTS, fresh)
    if fresh:
        _note_systems(unit, beat.agency, fresh)
    return any(row[0] not in known for row in made)


def _note_systems(unit: Unit, agency: str, fresh: Sequence[Row]) -> None:
    """Keep when the first extract of each of an agency's systems was, and whether any had rows,
    so that nobody has to look for that among all there are."""
    whole = f"{SYSTEMS}{agency}"
    wanted = {whole: 1}
    if not unit.get(COUNTERS, [(whole,)]):
        fresh = [row for _, row in _of(unit, FEED_EXTRACTS, agency, 4)]
    for row in fresh:
        _, at, system, _ = str(row[0]).split(_FIELD, 3)
        first = f"{whole}/{system}/{FIRST}"
        wanted[first] = min(int(at), wanted.get(first, int(at)))
        if row[1]:
            wanted[f"{whole}/{system}/{WITH_ROWS}"] = 1
    known = {str(row[0]): int(row[1] or 0) for row in unit.get(
        COUNTERS, [(name,) for name in wanted])}
    unit.put(COUNTERS, [(name, value) for name, value in sorted(wanted.items())
                        if name not in known or value < known[name]])


def forget_systems(unit: Unit) -> None:
    """Forget what `note_extract` keeps of systems, where the extracts are to be told again."""
    unit.delete(COUNTERS, [(row[0],) for row in unit.scan(
        COUNTERS, "name", after=SYSTEMS, upto=f"{SYSTEMS}{_MARK}")])


def _which(reaches: Iterable[TableReach]) -> str:
    """What tells extracts apart that were read at one moment, as where the clock is set by hand:
    the tables and rows of each."""
    said = sorted(f"{each.system.value}/{each.table}/{each.rows_read}" for each in reaches)
    return f"{crc32(_WORD.join(said).encode()):08x}"


def _of(reading: Reading, table: Table, agency: str, parts: int) -> Iterator[
    tuple[list[str], Row]
]:
    """An agency's rows in order of time, each with so many parts of its key."""
    before = f"{agency}{_FIELD}"
    for row in reading.scan(table, table.key[0], after=before, upto=f"{before}{_MARK}"):
        yield str(row[0]).split(_FIELD, parts - 1), row


def read_feed(reading: Reading, agency: str) -> tuple[tuple[Read, ...], tuple[Receipts, ...]]:
    """(what an agency sent, how late its records were), in order of time; of the latter what
    came after the first extract of its system, and what of that had been recorded before it."""
    extracts = [row for _, row in _of(reading, FEED_EXTRACTS, agency, 4)]
    counted: set[str] = set()
    first: dict[str, int] = {}
    for key, rows, received_ms in extracts:
        system = str(key).split(_FIELD, 3)[2]
        if rows:
            counted.add(system)
        first.setdefault(system, int(received_ms or 0) // HOUR_MS)
    return feed_of(extracts, [row for _, row in _of(reading, FEED_RECEIPTS, agency, 3)],
                   first, counted)


def feed_of(extracts: Sequence[Row], receipts: Sequence[Row], first: dict[str, int],
            counted: Collection[str]) -> tuple[tuple[Read, ...], tuple[Receipts, ...]]:
    """What these rows say of a feed, by the hour in which the first extract of each system came
    (else its first record) and the systems that send extracts with rows."""
    reads: dict[int, int] = {}
    for key, rows, _ in extracts:
        at = int(str(key).split(_FIELD, 2)[1])
        reads[at] = reads.get(at, 0) + int(rows or 0)
    records: dict[int, int] = {}
    came: dict[int, list[tuple[Mapping[int, int], int]]] = {}
    for key, written in receipts:
        _, said, system = str(key).split(_FIELD, 2)
        hour, delays = int(said), _delays_of(str(written))
        if system not in counted:
            records[hour] = records.get(hour, 0) + sum(delays.values())
        begun = first.setdefault(system, hour)
        if hour > begun:
            came.setdefault(hour, []).append((delays, begun))
    sent = [Read(moment_of(at), rows) for at, rows in reads.items()]
    sent += [Read(moment_of(hour * HOUR_MS), count, is_extract=False)
             for hour, count in records.items()]
    return (tuple(sorted(sent, key=lambda each: (each.at, each.is_extract))),
            tuple(_received(hour, came[hour]) for hour in sorted(came)))


def _received(hour: int, came: Sequence[tuple[Mapping[int, int], int]]) -> Receipts:
    """What came within an hour, by (its delays, the hour of the first extract) of each system."""
    late: dict[int, int] = {}
    earlier: dict[int, int] = {}
    for delays, begun in came:
        for hours, count in delays.items():
            late[hours] = late.get(hours, 0) + count
            if hour - hours < begun:
                earlier[hours] = earlier.get(hours, 0) + count
    return Receipts(moment_of(hour * HOUR_MS), late, earlier)


def agencies_counted(reading: Reading) -> set[str]:
    """The agencies of whose feeds anything was counted."""
    found: set[str] = set()
    for table in (FEED_EXTRACTS, FEED_RECEIPTS):
        after = ""
        while rows := reading.scan(table, table.key[0], after=after, limit=1):
            agency = str(rows[0][0]).partition(_FIELD)[0]
            found.add(agency)
            after = f"{agency}{_FIELD}{_MARK}"
    return found


# -- how it is described --------------------------------------------------------------------
Written = tuple[int, tuple[tuple[str, tuple[str, ...]], ...], str]


def kind_written(_: None, happening: Happening) -> Written:
    """One happening: its day, what each agency has it as, and both as they are kept."""
    day, (place, kinds) = day_of(happening.known_at).toordinal(), _in_words(happening.kinds)
    return day, place, f"[{day}, {kinds}]"


def all_written(written: Iterable[Written]) -> str | None:
    """The happenings of a child as kept beside the child: days and kinds, nothing else."""
    found = sorted(written)
    return f"[{', '.join([text for _, _, text in found])}]" if found else None


@lru_cache(maxsize=4096)  # most are described in the same few ways
def _in_words(
    kinds: tuple[tuple[str, frozenset[str]], ...]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """What each agency has it as: to be put in order by, and as it is kept."""
    place = tuple((agency, tuple(sorted(each))) for agency, each in kinds)
    return place, json.dumps(place)


def note_kinds(unit: Unit, children: Mapping[tuple[str, ...], str | None]) -> set[str]:
    """Keep the happenings of children (by all their keys) in place of what was kept of these; the
    agencies whose counts have changed."""
    known = {str(row[0]): str(row[1]) for row in unit.get(
        KINDS_OF_CHILD, [(key,) for keys in children for key in keys])}
    change: Counter[str] = Counter()
    gone: list[Row] = []
    kept: list[Row] = []
    for keys, now in children.items():
        before = {key: known[key] for key in keys if key in known}
        if before == ({keys[0]: now} if now is not None else {}):
            continue
        for written in before.values():
            change.subtract(_counts(written))
        gone.extend((key,) for key in before)
        if now is not None:
            change.update(_counts(now))
            kept.append((keys[0], now))
    unit.delete(KINDS_OF_CHILD, gone)
    unit.put(KINDS_OF_CHILD, kept)
    return _count_kinds(unit, change)


def forget_kinds(unit: Unit, person_keys: Iterable[str]) -> None:
    """Take people out of the counts, and what is kept beside them; the agencies whose counts that
    changes are looked at again."""
    changed = note_kinds(unit, {(key,): None for key in person_keys})
    mark_dirty(unit, {agency_key(code) for code in changed})


def _counts(written: str) -> Counter[str]:
    """The counts that a child's happenings make, by their keys."""
    counts: Counter[str] = Counter()
    for day, kinds in json.loads(written):
        for agency, here in kinds:
            there = sorted({kind for other, given in kinds if other != agency for kind in given})
            counts[_FIELD.join((agency, f"{day:08d}", _WORD.join(here), _WORD.join(there)))] += 1
    return counts


def _count_kinds(unit: Unit, change: Counter[str]) -> set[str]:
    keys = sorted(key for key, by in change.items() if by)
    before = {str(row[0]): int(row[1] or 0) for row in unit.get(
        KINDS_DESCRIBED, [(key,) for key in keys])}
    now = {key: before.get(key, 0) + change[key] for key in keys}
    unit.delete(KINDS_DESCRIBED, [(key,) for key, count in now.items() if count <= 0])
    unit.put(KINDS_DESCRIBED, [(key, count) for key, count in now.items() if count > 0])
    return {key.partition(_FIELD)[0] for key in keys}


def read_described(reading: Reading, agency: str) -> tuple[Described, ...]:
    """The happenings that an agency and others describe, in order of days."""
    return described_of(row for _, row in _of(reading, KINDS_DESCRIBED, agency, 4))


def described_of(rows: Iterable[Row]) -> tuple[Described, ...]:
    """What these rows say of how happenings are described."""
    made = []
    for key, count in rows:
        _, day, here, there = str(key).split(_FIELD, 3)
        made.append(Described(date.fromordinal(int(day)), _kinds(here), _kinds(there),
                              int(count or 0)))
    return tuple(made)


@lru_cache(maxsize=1024)
def _kinds(written: str) -> frozenset[str]:
    return frozenset(written.split(_WORD))
