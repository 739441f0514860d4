"""A long run of linking over a hard world: live in batches of any size, against all at once.

    python -m tests.simulation.linking [--seed N] [--events N]

Records of a made-up world come in shuffled, some twice, some corrected or withdrawn, with
adoptions; people judge pairs, change their minds and take it back; subjects are erased, some for
good, some folded once more. Three stores take this in: one in memory everything at once in the
order it was made, one in memory and one in SQLite live, each in its own batches. Prints one line
a store with the digest of every table of identity, and ends with 1 where they differ.
"""
import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from broker.backends.memory import MemoryStore
from broker.backends.sqlite import SqliteFile, SqliteStore
from broker.event.care import CarePeriodRecorded
from broker.event.envelope import Moment
from broker.event.own import JudgementMade
from broker.event.person import Address, PersonRecorded
from broker.event.subject import person_key_of
from broker.identity.model import DEFAULT_MODEL as MODEL
from broker.pipeline import linking
from broker.pipeline.linking_tables import PEOPLE
from broker.ports import Store, Unit
from broker.vocabulary.words import State, System, Verdict
from broker.world.hard import Held, hard_world

EVENTS = 20_000
BATCH_MAX = 200
RECORDS_PER_CHILD = 2.5
_START = datetime(2026, 1, 1, tzinfo=UTC)
_CORRECTED, _WITHDRAWN, _ADOPTED, _JUDGED, _ERASED, _TWICE = 0.15, 0.04, 0.01, 0.08, 0.02, 0.1

Said = PersonRecorded | CarePeriodRecorded


class Erased(NamedTuple):
    """A subject is erased: for good, or but for its statements, which are folded once more."""

    key: str
    good: bool


Event = Said | JudgementMade | Erased


@dataclass(frozen=True, slots=True)
class Stream:
    """What happens, in an order of its own."""

    events: list[Event]

    def remaining(self) -> list[Event]:
        """Statements of those who are not erased for good in the end, and the judgements."""
        gone = {each.key for each in self.events if isinstance(each, Erased) and each.good}
        return [each for each in self.events if isinstance(each, JudgementMade) or (
            isinstance(each, Said) and person_key_of(each) not in gone)]


def stream_of(seed: int, events: int) -> Stream:
    """About so many events of a world of this seed."""
    rng = Random(f"linking {seed}")
    shares = 1 + _CORRECTED + _WITHDRAWN + _ADOPTED + _JUDGED * 1.6 + _ERASED
    children = max(10, int(events / shares / RECORDS_PER_CHILD))
    records = list(hard_world(children, seed).records)
    made: list[Event] = [each.said for each in records]
    made.extend(_later(records, rng))
    made.extend(_judgements(records, rng))
    made.extend(Erased(each.key, rng.random() < 0.5)
                for each in rng.sample(records, int(len(records) * _ERASED)))
    return Stream(made)


def _some(records: Sequence[Held], share: float, rng: Random) -> list[Held]:
    return rng.sample(records, int(len(records) * share))


def _later(records: Sequence[Held], rng: Random) -> Iterator[Said]:
    """Corrections, withdrawals and adoptions."""
    for each, other in pairwise(_some(records, _CORRECTED, rng)):
        later = each.said.recorded_at + timedelta(days=rng.randint(0, 3))
        words = f"corrected {each.said.event_id} {later}"
        changed = replace(each.said, event_id=uuid5(NAMESPACE_URL, words), recorded_at=later)
        yield rng.choice((
            replace(changed, birth_date=other.said.birth_date),
            replace(changed, names=other.said.names),
            replace(changed, addresses=(Address(postcode="NV1 1AA"), *each.said.addresses)),
            replace(changed, nhs_number=None)))
    for each in _some(records, _WITHDRAWN, rng):
        yield replace(each.said, state=State.WITHDRAWN, recorded_at=_START + timedelta(days=9),
                      event_id=uuid5(NAMESPACE_URL, f"withdrawn {each.said.event_id}"))
    for each in _some(records, _ADOPTED, rng):
        yield CarePeriodRecorded(
            event_id=uuid5(NAMESPACE_URL, f"adopted {each.said.event_id}"),
            agency=each.said.agency, system=System.FILES, record="care", state=State.CURRENT,
            subject=each.said.subject, recorded_at=_START, end_reason=rng.choice(("E11", "E12")),
            end=Moment(at=_START + timedelta(days=rng.randint(-2, 2))))


def _judgements(records: Sequence[Held], rng: Random) -> Iterator[JudgementMade]:
    """Judgements on records of one child, of neighbours and of strangers; some are changed, and
    of these some are taken back."""
    by_child: dict[int, list[str]] = {}
    for each in records:
        by_child.setdefault(each.child, []).append(each.key)
    number = 0
    for _ in range(int(len(records) * _JUDGED)):
        child = rng.choice(records).child
        keys = by_child[child] + by_child.get(child + rng.choice((0, 1, 1, 2)), [])
        pair = sorted(rng.sample(keys, 2)) if len(set(keys)) == len(keys) > 1 else []
        for verdict in (rng.choice((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)),
                        rng.choice(list(Verdict)), Verdict.UNDONE)[:rng.choice((1, 1, 2, 3))]:
            number += 1
            if pair and verdict is not Verdict.UNMAPPED:
                yield JudgementMade(
                    judgement_id=uuid5(NAMESPACE_URL, f"judged {number}"), left=pair[0],
                    right=pair[1], verdict=verdict, by="a practitioner", reason="known to both",
                    made_at=_START + timedelta(hours=rng.randint(0, 4)))


def at_once(store: Store, stream: Stream) -> None:
    """Everything said in one transaction, then everybody linked, then every judgement."""
    events = stream.remaining()
    with store.begin() as unit:
        linking.note_people(unit, [each for each in events if isinstance(each, Said)], MODEL, 0)
        while linking.link_waiting(unit, MODEL, len(events)):
            pass
        for each in events:
            if isinstance(each, JudgementMade):
                linking.fold_judgement(unit, each, MODEL)


class Live:
    """A store that takes the same in as it comes."""

    def __init__(self, store: Store, rng: Random):
        self._store = store
        self._rng = rng
        self._said: dict[str, list[Said]] = {}
        self._gone: set[str] = set()

    def run(self, stream: Stream) -> None:
        """Shuffled, a part of it twice, in batches of random size."""
        rng = self._rng
        events = [*stream.events, *rng.sample(
            stream.events, int(len(stream.events) * _TWICE))]
        rng.shuffle(events)
        place = 0
        while place < len(events):
            size = rng.choice((1, 1, 2, 5, 20, BATCH_MAX))
            self._take(events[place:place + size])
            place += size
        with self._store.begin() as unit:
            while linking.link_waiting(unit, MODEL, rng.randint(1, BATCH_MAX)):
                pass

    def _take(self, batch: Sequence[Event]) -> None:
        said = [each for each in batch if isinstance(each, Said)
                and person_key_of(each) not in self._gone]
        for each in said:
            self._said.setdefault(person_key_of(each), []).append(each)
        with self._store.begin() as unit:
            linking.note_people(unit, said, MODEL, 0)
            linking.link_waiting(unit, MODEL, self._rng.randint(0, 2 * len(batch)))
            for event in batch:
                if isinstance(event, JudgementMade):
                    linking.fold_judgement(unit, event, MODEL)
                elif isinstance(event, Erased):
                    self._erase(unit, event)

    def _erase(self, unit: Unit, erased: Erased) -> None:
        linking.forget_people(unit, [erased.key], MODEL)
        if erased.good:
            self._gone.add(erased.key)
        elif erased.key not in self._gone:
            linking.note_people(unit, self._said.get(erased.key, ()), MODEL, 0)


def digests_of(store: Store) -> dict[str, str]:
    """The SHA-256 of each table's rows, in order of their keys."""
    with store.view() as view:
        return {table.name: sha256(repr(view.scan(table, table.key[0])).encode()).hexdigest()
                for table in linking.LINKING_TABLES}


@contextmanager
def _sqlite(folder: Path) -> Iterator[Store]:
    file = SqliteFile(folder)
    try:
        yield SqliteStore(file, linking.LINKING_TABLES)
    finally:
        file.close()


def run(seed: int, events: int, folder: Path,
        tell: Callable[[str], None] = lambda _: None) -> list[dict[str, str]]:
    """The digests of the three stores: all at once, live in memory, live in SQLite."""
    stream = stream_of(seed, events)
    memory, live = MemoryStore(), MemoryStore()
    at_once(memory, stream)
    with memory.view() as view:
        tell(f"seed {seed}: {len(stream.events)} events, {view.count(PEOPLE)} subjects,"
             f" {len(linking.people_list(view))} children,"
             f" {len(linking.review_pairs(view))} pairs in review")
    Live(live, Random(f"live {seed}")).run(stream)
    with _sqlite(folder) as store:
        Live(store, Random(f"live {seed} in SQLite")).run(stream)
        found = [digests_of(memory), digests_of(live), digests_of(store)]
    for name, digests in zip(("all at once", "live in memory", "live in SQLite"), found,
                             strict=True):
        whole = sha256("".join(digests.values()).encode()).hexdigest()
        tell(f"{name:>14} {whole[:16]}")
    return found


def differing(found: Iterable[dict[str, str]]) -> list[str]:
    """The tables in which the stores are not alike."""
    first, *others = found
    return [name for name, digest in first.items()
            if any(other[name] != digest for other in others)]


def main() -> str | None:
    """Run from the command line; what differs, if anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.linking")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--events", type=int, default=EVENTS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        apart = differing(run(asked.seed, asked.events, Path(folder), print))
    return f"different: {', '.join(apart)}" if apart else None


if __name__ == "__main__":
    sys.exit(main())
