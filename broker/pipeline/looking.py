"""Whom to look at again: marked by whatever changes what is known of them, claimed by whoever
looks, and crossed off only if nothing was marked meanwhile.

Several workers look at once, and computing is done outside the writing transaction. So every mark
has a stamp that is never used twice: who claimed a mark and finds it changed or gone writes
nothing, and the child is looked at again.
"""
from collections.abc import Collection, Iterable, Mapping, Sequence
from zlib import crc32

from broker.pipeline.tables import COUNTERS, DIRTY
from broker.ports import Reading, Row, Store, Unit

STAMP = "dirty_stamp"
_PARTS = 1 << 32  # what crc32 can give

Share = Sequence[tuple[int, int]]
Claim = Mapping[str, int | None]


def mark_dirty(unit: Unit, person_keys: Collection[str]) -> None:
    """Have these people's children looked at again."""
    if not person_keys:
        return
    rows = unit.get(COUNTERS, [(STAMP,)])
    stamp = int(rows[0][1] or 0) + 1 if rows else 1
    unit.put(COUNTERS, [(STAMP, stamp)])
    unit.put(DIRTY, [(key, stamp, crc32(key.encode())) for key in sorted(person_keys)])


def share_of(partitions: Iterable[int], count: int) -> Share | None:
    """The part of all people that goes with these of `count` partitions, as ranges of marks
    (first, one behind the last); None for all of them."""
    mine = sorted(set(partitions))
    if len(mine) == count:
        return None
    return [(each * _PARTS // count, (each + 1) * _PARTS // count) for each in mine]


def waiting_in(reading: Reading, share: Share | None, limit: int) -> list[str]:
    """Up to `limit` people (of each range of the share) who are to be looked at."""
    if share is None:
        return [str(row[0]) for row in reading.scan(DIRTY, "person_key", limit=limit)]
    return [str(row[0]) for first, behind in share
            for row in reading.scan(DIRTY, "part", after=first - 1, upto=behind - 1, limit=limit)]


def claim(reading: Reading, person_keys: Iterable[str]) -> dict[str, int | None]:
    """The marks that these people now have, by their keys."""
    return {str(row[0]): _stamp_of(row) for row in reading.get(
        DIRTY, [(key,) for key in sorted(set(person_keys))])}


def _stamp_of(row: Row) -> int | None:
    return None if row[1] is None else int(row[1])


def mark_again(store: Store) -> None:
    """Give marks of before there were stamps theirs: workers that share the work look for it."""
    with store.view() as view:
        old = {str(row[0]) for row in view.scan(DIRTY, "person_key") if row[2] is None}
    if old:
        with store.begin() as unit:
            mark_dirty(unit, old)
