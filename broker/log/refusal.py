"""A record that a log does not take, however often it is offered."""
from collections.abc import Sequence

from broker.errors import RecordRejected


class Refused(RecordRejected):
    """The log does not take some records of an append, ever; all others of it are in, in order.

    `places` says which, counted from 0 within the append, in order. `first` is the position of the
    first that was kept, None if none was. Whoever sent them puts them aside and carries on.
    """

    def __init__(self, reason: str, places: Sequence[int], first: int | None = None):
        super().__init__(reason)
        self.places = tuple(places)
        self.first = first
