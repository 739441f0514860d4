"""Where records of different people meet: at a number two children have, or at a postcode where
a child lives and a person who poses a risk does.

An index, filled as statements are filed, so that a child's case finds what it meets without a
search. It holds digests, and whoever has ever said so: what still holds is judged by the
statements themselves, so that the order of arrival has no say. Erasure takes rows out again.
"""
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from broker.case.addresses import postcode_of
from broker.case.case import Received, RecordKey
from broker.event.care import CarePeriodRecorded, PlacementRecorded
from broker.event.envelope import Statement
from broker.event.person import PersonRecorded
from broker.event.risk import RiskLinkRecorded
from broker.event.subject import person_key_of
from broker.pipeline.tables import RISK_PLACES, STATEMENTS, TRACES
from broker.ports import Reading, Row, Unit
from broker.vocabulary import identifiers
from broker.vocabulary.times import moment_of

# A number on more people than this fills a field and is nobody's: the least of them stand for all.
SHARERS_MAX = 50
ONE_BY_ONE_MAX = 8
_TRACE_BYTES = 8
_ADOPTED = ("E11", "E12")

Said = Callable[[bytes, bytes], Statement]
Filed = tuple[str, Statement]


def numbers_in(said: Statement) -> Iterator[int]:
    """The traces of the valid NHS and pupil numbers that a person record has, live or ended."""
    if isinstance(said, PersonRecorded):
        texts = [("nhs_number", said.nhs_number), ("upn", said.upn)]
        texts += [(each.scheme.removeprefix("former_"), each.value) for each in said.identifiers]
        for scheme, text in texts:
            check = _CHECKS.get(scheme)
            number = check(text) if check is not None and text else None
            if number is not None:
                yield _trace(f"{scheme} {number}")


_CHECKS: Mapping[str, Callable[[str], str | None]] = {
    "nhs_number": identifiers.nhs_number, "upn": identifiers.upn}


def places_in(said: Statement) -> Iterator[int]:
    """The traces of the postcodes where a record has a child living, now or once."""
    codes: Iterable[str | None] = ()
    if isinstance(said, PersonRecorded):
        codes = [each.postcode for each in said.addresses]
    elif isinstance(said, PlacementRecorded):
        codes = (said.postcode,)
    for text in codes:
        code = postcode_of(text)
        if code is not None:
            yield _trace(f"at {code}")


def _link_traces(link: RiskLinkRecorded) -> Iterator[int]:
    yield _record_trace(link)
    code = postcode_of(link.postcode)
    if code is not None:
        yield _trace(f"at {code}")


def _record_trace(link: RiskLinkRecorded) -> int:
    return _trace("link " + "\x1f".join(map(str, RecordKey.of(link))))


@lru_cache(maxsize=65_536)
def _trace(text: str) -> int:
    digest = sha256(b"concord/trace/" + text.encode()).digest()
    return int.from_bytes(digest[:_TRACE_BYTES], "big") >> 1  # what a signed column can hold


def note_met(unit: Unit, told: Sequence[Statement], said: Said) -> set[str]:
    """File the traces of statements that have been filed themselves; the people elsewhere whose
    case they may change, to be looked at again. `said` decodes a row of statements."""
    rows: set[Row] = set()
    numbers: set[int] = set()
    links: list[RiskLinkRecorded] = []
    parted: set[str] = set()
    for each in told:
        if isinstance(each, RiskLinkRecorded):
            links.append(each)
        elif isinstance(each, PersonRecorded | PlacementRecorded):
            key, own = person_key_of(each), set(numbers_in(each))
            numbers |= own
            rows.update((trace, key) for trace in (*own, *places_in(each)))
        elif _is_adoption(each):
            parted.add(person_key_of(each))
    if rows:
        unit.insert_new(TRACES, sorted(rows, key=_order))
    if parted:
        numbers |= {trace for row in unit.find(STATEMENTS, "person_key", sorted(parted))
                    for trace in numbers_in(_said_in(row, said))}
    touched = _sharers(unit, numbers)
    return {key for keys in touched.values() if len(keys) > 1 for key in keys} | (
        _note_links(unit, links, said) if links else set())


def _note_links(unit: Unit, links: Sequence[RiskLinkRecorded], said: Said) -> set[str]:
    """File these links; the people who live where any version of them has had the person."""
    rows: list[Row] = [(trace, person_key_of(each), each.event_id.bytes) for each in links
                       for trace in _link_traces(each)]
    unit.insert_new(RISK_PLACES, sorted(set(rows), key=_order))
    versions = _versions(unit, {_record_trace(each) for each in links}, said)
    return _living_at(unit, [each.statement for found in versions.values() for each in found])


def _living_at(reading: Reading, links: Iterable[Statement]) -> set[str]:
    places = {trace for each in links if isinstance(each, RiskLinkRecorded)
              for trace in _link_traces(each)}
    return {str(row[1]) for row in reading.find(TRACES, "trace", sorted(places))}


def forget_met(unit: Unit, going: Sequence[Filed], staying: Sequence[Filed]) -> set[str]:
    """Take out the traces of statements that are erased and of no other that stays; the people
    elsewhere who met them."""
    numbers = {trace for _, said in going for trace in numbers_in(said)}
    met = {key for keys in _sharers(unit, numbers).values() for key in keys}
    met |= _living_at(unit, [said for _, said in going])
    kept = {row for key, said in staying for row in _rows_of(key, said)}
    unit.delete(TRACES, {row for key, said in going for row in _rows_of(key, said)} - kept)
    unit.delete(RISK_PLACES, [(trace, key, said.event_id.bytes) for key, said in going
                              if isinstance(said, RiskLinkRecorded)
                              for trace in _link_traces(said)])
    return met


def _rows_of(key: str, said: Statement) -> Iterator[Row]:
    for trace in (*numbers_in(said), *places_in(said)):
        yield trace, key


@dataclass(slots=True)
class _Traces:
    """What one child's records, in any version, have been known by."""

    numbers: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)


def met_by(
    reading: Reading, families: Mapping[str, Sequence[str]],
    received: Mapping[str, Sequence[Received]],
    read: Callable[[Reading, Iterable[str]], Mapping[str, Sequence[Received]]], said: Said,
) -> dict[str, list[Received]]:
    """What each of these children meets elsewhere: the person records of others who have had one
    of its numbers (with the adoption that ended their care), and the links at its postcodes, in
    all versions. One reading for all children; `read` gives what is filed under people."""
    traces = {child: _traces_of(keys, received) for child, keys in families.items()}
    sharers = _sharers(reading, {each for of in traces.values() for each in of.numbers})
    others = {child: sorted({key for each in of.numbers for key in sharers.get(each, ())}
                            - set(families[child])) for child, of in traces.items()}
    unread = {key for keys in others.values() for key in keys} - received.keys()
    elsewhere = {**received, **(read(reading, unread) if unread else {})}
    links = _links_at(reading, {each for of in traces.values() for each in of.places}, said)
    met: dict[str, list[Received]] = {}
    for child, of in traces.items():
        found = [each for key in others[child] for each in elsewhere.get(key, ())
                 if isinstance(each.statement, PersonRecorded) or _is_adoption(each.statement)]
        found += [each for places, versions in links if not places.isdisjoint(of.places)
                  for each in versions]
        if found:
            met[child] = found
    return met


def _traces_of(keys: Iterable[str], received: Mapping[str, Sequence[Received]]) -> _Traces:
    traces = _Traces()
    for key in keys:
        for each in received.get(key, ()):
            traces.numbers.update(numbers_in(each.statement))
            traces.places.update(places_in(each.statement))
    return traces


def _sharers(reading: Reading, numbers: Iterable[int]) -> dict[int, list[str]]:
    """The people under each number; of very many the least.

    Few numbers are looked up one by one, so that one that is nobody's brings no more than counts.
    """
    asked = sorted(numbers)
    rows = reading.find(TRACES, "trace", asked) if len(asked) > ONE_BY_ONE_MAX else [
        row for trace in asked for row in reading.scan(
            TRACES, "trace", after=trace - 1, upto=trace, limit=SHARERS_MAX)]
    found: dict[int, list[str]] = defaultdict(list)
    for trace, key in rows:
        assert isinstance(trace, int)
        found[trace].append(str(key))
    return {trace: sorted(keys)[:SHARERS_MAX] for trace, keys in found.items()}


def _links_at(
    reading: Reading, places: Iterable[int], said: Said
) -> list[tuple[frozenset[int], list[Received]]]:
    """The links of which a version is at one of these postcodes: the places they have been at,
    and all their versions."""
    rows = reading.find(RISK_PLACES, "trace", sorted(places))
    if not rows:
        return []
    records = {_record_trace(each.statement) for each in _read(reading, rows, said)
               if isinstance(each.statement, RiskLinkRecorded)}
    versions = _versions(reading, records, said)
    return [(frozenset(trace for each in found if isinstance(each.statement, RiskLinkRecorded)
                       for trace in _link_traces(each.statement)), found)
            for _, found in sorted(versions.items())]


def _versions(
    reading: Reading, records: Iterable[int], said: Said
) -> dict[int, list[Received]]:
    """All versions of these records of links, by record."""
    found: dict[int, list[Received]] = defaultdict(list)
    rows = reading.find(RISK_PLACES, "trace", sorted(records))
    for each in _read(reading, rows, said):
        assert isinstance(each.statement, RiskLinkRecorded), each.statement.type_name
        found[_record_trace(each.statement)].append(each)
    return found


def _read(reading: Reading, rows: Iterable[Row], said: Said) -> list[Received]:
    """The statements that rows of links name."""
    filed = reading.get(STATEMENTS, sorted({(row[1], row[2]) for row in rows}, key=_order))
    return [Received(_said_in(row, said), moment_of(int(row[2] or 0))) for row in filed]


def _said_in(row: Row, said: Said) -> Statement:
    assert isinstance(row[1], bytes)
    assert isinstance(row[3], bytes)
    return said(row[1], row[3])


def _is_adoption(said: Statement) -> bool:
    return isinstance(said, CarePeriodRecorded) \
        and (said.end_reason or "").strip().upper().startswith(_ADOPTED)


def _order(row: Row) -> tuple[str, ...]:
    return tuple(map(str, row))
