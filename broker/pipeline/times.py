"""Milliseconds, as the store keeps times."""
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from broker.event.digest import milliseconds_of

__all__ = ["milliseconds_of", "moment_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(4096)
def moment_of(milliseconds: int) -> datetime:
    """The aware UTC time of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
