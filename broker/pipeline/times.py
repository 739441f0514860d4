"""Milliseconds, as the store keeps times."""
from datetime import UTC, datetime, timedelta

from broker.event.digest import milliseconds_of

__all__ = ["milliseconds_of", "moment_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_of(milliseconds: int) -> datetime:
    """The aware UTC time of whole milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
