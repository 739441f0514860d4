"""Whether a row says anything new since the last extract, and when its new version was written.

The publisher remembers, for each record, what its rows said in the last extract that held it:
pairs of the source's own time and a digest. A row that says what the last extract said is no
change. Where the source's own time did not move but the words did, the version is dated by the
extract, so a row that goes A, B, A is three versions.
"""
from collections.abc import Iterator
from typing import NamedTuple

_DIGEST_BYTES = 16
_ENTRY_BYTES = 8 + _DIGEST_BYTES


class Remembered(NamedTuple):
    """What is kept of one record: times in milliseconds, digests cut to sixteen bytes.

    `run` is the reading in which it was last seen, `said` what it said in that reading (entries
    of eight bytes of time and sixteen of digest), `said_before` in the reading before.
    `source_ms` is the latest time of the source's own (0 where it has none), `recorded_ms` the
    latest version's, `last` that version's digest.
    """

    run: int
    source_ms: int
    recorded_ms: int
    last: bytes
    said: bytes
    said_before: bytes


def _entries(said: bytes) -> Iterator[bytes]:
    return (said[at:at + _ENTRY_BYTES] for at in range(0, len(said), _ENTRY_BYTES))


def next_version(
    remembered: Remembered | None, *, run: int, source_ms: int | None, extract_ms: int,
    digest: bytes,
) -> tuple[int | None, Remembered]:
    """(`recorded_at` of a new version in milliseconds or None for no change, what to remember).

    `source_ms` is the row's own time, None where the source has none.
    """
    short = digest[:_DIGEST_BYTES]
    own_ms = source_ms or 0
    entry = own_ms.to_bytes(8, "big", signed=True) + short
    dated_ms = extract_ms if source_ms is None else source_ms
    if remembered is None:
        return dated_ms, Remembered(run, own_ms, dated_ms, short, entry, b"")
    fresh = remembered.run != run
    said = b"" if fresh else remembered.said
    before = remembered.said if fresh else remembered.said_before
    known = entry in _entries(said)
    after = Remembered(run, remembered.source_ms, remembered.recorded_ms, remembered.last,
                       said if known else said + entry, before)
    if known or short == remembered.last or entry in _entries(before):
        return None, after
    if source_ms is not None and source_ms < remembered.source_ms:
        return source_ms, after  # an older version that arrives late keeps its own time
    if source_ms is None or source_ms == remembered.source_ms \
            or source_ms <= remembered.recorded_ms:
        # Also where the source's time moved, but not past a version dated by its extract.
        dated_ms = max(extract_ms, remembered.recorded_ms + 1)
    return dated_ms, Remembered(run, max(own_ms, remembered.source_ms), dated_ms, short,
                                after.said, before)
