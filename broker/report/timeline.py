"""Who knew what when: the times of an occasion in order, as rows and as a picture.

The picture is a ladder: time goes down, a rung for each moment, a line down for each agency and
one for Concord. Rungs are evenly apart, and the time between two of them is written where it
matters, so that minutes of one night and a correction weeks later are read alike.
"""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from textwrap import wrap

from broker.case.calendar import by_old_clock, say_day, say_duration
from broker.event.envelope import Moment, Statement
from broker.report.findings import local
from broker.vocabulary.times import day_of
from broker.vocabulary.words import Precision

CONCORD = "Concord"
PICTURED_MAX = 60  # a longer picture is no help; the rows go on
_LATER = timedelta(hours=1)  # from here on the time between two rungs is written
_TIME_RIGHT, _LANE_WIDTH, _WORDS_WIDTH = 180, 120, 400  # in units of the picture
_LINE_CHARACTERS, _NAME_CHARACTERS, _LINE_HEIGHT, _RUNG_MIN, _HEAD = 56, 16, 17, 30, 50


class Kind(StrEnum):
    """What a moment is; each has a mark of its own."""

    HAPPENED = "says it happened"
    WROTE = "wrote it down"
    RECEIVED = "received"
    STANDS = "stands"
    TOLD = "told"
    UNANSWERED = "not acknowledged"
    ANSWERED = "answered"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Rung:
    """One moment: whose, what it is, and the words for it. A DAY has no time of day."""

    at: datetime
    who: str
    kind: Kind
    words: str
    precision: Precision = Precision.INSTANT

    @property
    def when(self) -> str:
        """The moment as finely as it is known, on an English clock."""
        return say_day(day_of(self.at)) if self.precision is Precision.DAY else local(self.at)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record that a finding rests on, as it came; `name` is its agency's."""

    name: str
    said: Statement
    received_at: datetime
    cited: bool


def rungs_of(versions: Sequence[Version], others: Iterable[Rung] = ()) -> tuple[Rung, ...]:
    """The moments of these versions and whatever else, in order of time; what is of one kind and
    one agency at one moment is told together."""
    rungs = [rung for each in versions for rung in _of(each)]
    order = list(Kind)
    every = sorted({*rungs, *others}, key=lambda each: (
        each.at, order.index(each.kind), each.who, each.words))
    return tuple(_together(list(group)) for _, group in groupby(
        every, key=lambda each: (each.at, each.kind, each.who, each.precision)))


def _together(group: Sequence[Rung]) -> Rung:
    first = group[0]
    words = "; ".join(dict.fromkeys(each.words for each in group))
    return Rung(first.at, first.who, first.kind, words, first.precision)


def _of(version: Version) -> Iterator[Rung]:
    said, name = version.said, version.name
    if version.cited:
        for label, moment in _moments_in(said):
            yield _happened(name, said, label, moment)
    which = "" if version.cited else "another version of "
    yield Rung(said.recorded_at, name, Kind.WROTE,
               f"{which}{said.record}{by_old_clock(said.recorded_at)}")
    yield Rung(version.received_at, CONCORD, Kind.RECEIVED,
               f"{which}{said.record} from {name}")


def _happened(name: str, said: Statement, label: str, moment: Moment) -> Rung:
    """A time that a record gives, with the one that may have been written for it."""
    also = "" if moment.precision is Precision.DAY else by_old_clock(moment.at)
    return Rung(moment.at, name, Kind.HAPPENED, f"{label} ({said.record}){also}",
                moment.precision)


def _moments_in(said: Statement) -> Iterator[tuple[str, Moment]]:
    """Each time a statement gives of what happened, by its name; what it is about as a whole
    where it gives none."""
    found = [(each.name.replace("_", " "), value) for each in fields(said)
             if isinstance(value := getattr(said, each.name), Moment)]
    yield from found
    if not found and said.occurred is not None:
        yield "began", Moment(at=said.occurred.start, precision=said.occurred.precision)
        if said.occurred.end is not None:
            yield "ended", Moment(at=said.occurred.end, precision=said.occurred.precision)


def moments_of_return(name: str, said: Statement) -> Iterator[Rung]:
    """When the child was found, seen or back by a record; `name` is its agency's."""
    for field in ("found", "returned", "child_seen"):
        moment = getattr(said, field, None)
        if moment is not None:
            yield _happened(name, said, field.replace("_", " "), moment)


def rung_lines(rungs: Sequence[Rung]) -> Iterator[str]:
    """The rows for a terminal."""
    width = max((len(each.who) for each in rungs), default=0)
    when = max((len(each.when) for each in rungs), default=0)
    for each in rungs:
        yield f"{each.when:{when}}  {each.who:{width}}  {each.kind.value}: {each.words}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rung as it is drawn: its mark on its line, and its words in lines of text."""

    rung: Rung
    x: float
    y: int
    lines: tuple[str, ...]
    later: str  # how long after the rung before; empty where it is soon


@dataclass(frozen=True, slots=True)
class Line:
    """A line down: whose, in at most two rows of text, and where."""

    name: tuple[str, ...]
    x: float


@dataclass(frozen=True, slots=True)
class Ladder:
    """A timeline ready to be drawn; `left_out` counts the rungs that are only in the rows."""

    lines: tuple[Line, ...]
    rungs: tuple[Drawn, ...]
    words_x: float
    width: float
    height: int
    left_out: int


def ladder_of(rungs: Sequence[Rung]) -> Ladder:
    """Where everything goes, Concord's line last."""
    names = sorted({each.who for each in rungs}, key=lambda name: (name == CONCORD, name))
    places = {name: _TIME_RIGHT + _LANE_WIDTH * (place + 0.5) for place, name in enumerate(names)}
    shown = rungs[:PICTURED_MAX]
    gaps = ["", *(_later(after.at - before.at) for before, after in pairwise(shown))]
    drawn, y = [], _HEAD
    for rung, later in zip(shown, gaps, strict=True):
        y += _LINE_HEIGHT if later else 0
        lines = tuple(wrap(f"{rung.kind.value}: {rung.words}", _LINE_CHARACTERS)) or ("",)
        drawn.append(Drawn(rung, places[rung.who], y + _RUNG_MIN // 2, lines, later))
        y += max(_RUNG_MIN, _LINE_HEIGHT * len(lines) + 8)
    words_x = _TIME_RIGHT + _LANE_WIDTH * len(names) + 10
    return Ladder(
        tuple(Line(tuple(wrap(name, _NAME_CHARACTERS, max_lines=2, placeholder=" ...")),
                   places[name]) for name in names),
        tuple(drawn), words_x, words_x + _WORDS_WIDTH, y + 10, len(rungs) - len(shown))


def _later(gap: timedelta) -> str:
    return f"{say_duration(gap)} later" if gap >= _LATER else ""
