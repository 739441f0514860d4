"""Missing episodes as SSD and SSDA903 share them: codes M and A with a start and an end."""
from typing import Any

from adapters.social_care.entry import Entry, occurred_of
from adapters.social_care.words import MISSING
from broker.event.missing import MissingEpisodeRecorded
from broker.vocabulary.words import Whereabouts


def absence(entry: Entry, record: str, *, kind: str, start: str, end: str,
            **facts: Any) -> MissingEpisodeRecorded:
    """`kind`, `start`, `end` are columns.

    The start is when the child left or was last seen by a responsible adult; the end is when an
    M was found and when an A came back, so an M that ended proves no return.
    """
    neutral, word = entry.coded(kind, MISSING)
    last_seen = entry.happened(start)
    ended = entry.until(end, last_seen)
    returned = ended if neutral is Whereabouts.AWAY_KNOWN else None
    return entry.says(
        MissingEpisodeRecorded, record, occurred=occurred_of(last_seen, ended),
        classification=neutral, classification_word=word, last_seen=last_seen,
        found=ended if returned is None else None, returned=returned, **facts)
