"""What was erased and must not be taken in or given out again, wherever it can still be read."""
from collections.abc import Iterable

from broker.pipeline.tables import SUPPRESSED
from broker.ports import Reading


def suppressed_in(reading: Reading, keys: Iterable[bytes]) -> frozenset[bytes]:
    """Those of these record keys that are on the suppression list."""
    # Until somebody has been erased there is nothing to look for.
    if not reading.scan(SUPPRESSED, "event_id", limit=1):
        return frozenset()
    return frozenset(row[0] for row in reading.get(SUPPRESSED, [(key,) for key in keys])
                     if isinstance(row[0], bytes))
