"""What is known of an agency's records as a whole: what came when, how late, in which words."""
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from broker.event.agency import Agency
from broker.vocabulary.times import day_of


@dataclass(frozen=True, slots=True)
class Read:
    """What an agency sent at one time: `rows` of an extract, unchanged ones included; or, where
    it sends no extracts, single records within an hour."""

    at: datetime
    rows: int
    is_extract: bool = True


@dataclass(frozen=True, slots=True)
class Receipts:
    """Records received within the hour that begins at `hour`: how many, by the whole hours
    (rounded up) since they were recorded; of these `earlier` had been recorded before the
    agency's first extract came."""

    hour: datetime
    delays: Mapping[int, int]
    earlier: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Described:
    """`count` happenings that this agency and others describe: the kinds it gives, and the kinds
    that the others give. `day` is when the second of them had written."""

    day: date
    here: frozenset[str]
    there: frozenset[str]
    count: int = 1


class BeyondHeld(Exception):
    """A rule has to look further back than what is held: it is asked again with more."""


@dataclass(frozen=True, slots=True)
class Held:
    """From when on facts are whole, where what came before was not read.

    `first` is the day of the very first read. `reads` are all here from that day on, `extracts`
    by themselves from theirs and `receipts` from that hour on (None: from the beginning).
    """

    first: date
    reads: date
    extracts: date | None = None
    receipts: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """One agency's records as a whole at the time `now`, each part in order of time.

    Statutory returns, which come once a year, are no part of `reads` and `receipts`. `receipts`
    are those after the first extract. `is_behind` says that something waits in its inbox, so that
    nobody can say yet what has not come. `held` and `described_from` (the day from
    which on all of `described` is here) are None where nothing was left out.
    """

    agency: Agency
    now: datetime
    reads: tuple[Read, ...] = ()
    receipts: tuple[Receipts, ...] = ()
    described: tuple[Described, ...] = ()
    is_behind: bool = False
    held: Held | None = None
    described_from: date | None = None

    def by(self, at: datetime) -> "AgencyFacts":
        """What of this there was at an earlier time; of happenings those of the whole day."""
        return replace(
            self, now=at, is_behind=False,
            reads=tuple(each for each in self.reads if each.at <= at),
            receipts=tuple(each for each in self.receipts if each.hour <= at),
            described=tuple(each for each in self.described if each.day <= day_of(at)))
