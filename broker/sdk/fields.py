"""Taking a row's fields by name: resolved once a file, never guessed, nothing swallowed.

Only a key, a subject or a mandatory time that cannot be used rejects a row (`mandatory`,
`recorded_at`). Any other value that cannot be used is left out or carried as the agency wrote
it, counted under (column, value) in `unmapped`, its first places noted in `stood`, and the rest
of the row goes on: a bad date in an optional column must not lose a child.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, TypeVar

from broker.errors import RecordRejected
from broker.event.envelope import Moment
from broker.sdk.rows import VALUE_CHARACTERS_MAX, Header
from broker.sdk.stood import Stood
from broker.sdk.times import (
    british_day,
    british_moment,
    date_of,
    is_skipped,
    iso_moment,
    may_be_skipped,
)
from broker.vocabulary import identifiers
from broker.vocabulary.times import LONDON

NO_VALUE = "no value"
TOO_LONG = "value too long"
NOT_A_TIME = "not a time"
IN_THE_FUTURE = "time in the future"

# Behind a time of the hour that clocks skip in spring, where it is counted: it is used.
READ_AN_HOUR_ON = "(clocks skipped this hour: read an hour on)"

WORD_CHARACTERS_MAX = 200
TEXT_CHARACTERS_MAX = 4000
LOCAL_ID_CHARACTERS_MAX = 100
UNMAPPED_KINDS_MAX = 10_000
# Clocks of agencies run wrong by hours; a version dated further ahead would outrank, for as
# long, every later version of its record, and so hide a correction.
AHEAD_MAX = timedelta(days=1)
# Nobody is older; a system that must have a date puts 1 January 1900.
AGE_YEARS_MAX = 125
INVALID_NHS_NUMBER = "(invalid NHS number)"
# How alike two column names are when one is a slip of the pen for the other (difflib's ratio).
NEAR_MISS = 0.8

Chosen = TypeVar("Chosen", bound=StrEnum)

_FLAGS = {"Y": True, "y": True, "N": False, "n": False}


class Words(Generic[Chosen]):
    """An agency's words for one neutral list, without regard to case, spaces or underscores.

    `otherwise` is the neutral word for every unknown one, where the format says so ("any other
    is OTHER"); without it an unknown word is UNMAPPED, and counted.
    """

    __slots__ = ("_known", "_otherwise", "_unmapped")

    def __init__(self, kind: type[Chosen], known: Mapping[str, str],
                 otherwise: Chosen | None = None):
        self._known = {_plain(word): kind(neutral) for word, neutral in known.items()}
        self._known.update({word: kind(neutral) for word, neutral in known.items()})
        self._unmapped = kind("UNMAPPED")
        self._otherwise = otherwise

    def find(self, word: str) -> tuple[Chosen, bool]:
        """(the neutral word, whether the agency's word is known)."""
        found = self._known.get(word) or self._known.get(_plain(word)) or self._otherwise
        return (self._unmapped, False) if found is None else (found, True)


def _plain(word: str) -> str:
    return " ".join(word.replace("_", " ").split()).casefold()


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file: all of `required` must be there; order is free."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def missing_from(self, header: Header) -> tuple[str, ...]:
        """Required columns that a header lacks (names are matched without regard to case)."""
        names = {name.casefold() for name in header.names}
        return tuple(name for name in self.required if name.casefold() not in names)

    def refusal_of(self, header: Header) -> str | None:
        """One sentence why a file with this header is of no use; None where it can be read.

        Of several missing columns it names the one that the header seems to mis-spell. A name
        that stands there twice and is none of its columns it does not say: where a file has no
        header row, it may be a child's.
        """
        missing = self.missing_from(header)
        listed = {name.casefold() for name in self.required + self.optional + self.ignored}
        if header.twice and header.twice.casefold() not in listed:
            return f"{header.file} has two columns of one name"
        if header.refused or not missing:
            return header.refused
        spare = {name.casefold(): name for name in header.names if name.casefold() not in listed}
        for column in missing:
            for near in get_close_matches(column.casefold(), spare, 1, NEAR_MISS):
                return f"{header.file} has no column {column}, but has {spare[near]}: " \
                       f"did you mean {column}?"
        return f"{header.file} has no column {missing[0]}"


class Fields:
    """One file's columns resolved to positions, and one row at a time under them.

    `refused` is one sentence why the file is of no use. `unexpected` lists columns that
    are neither mapped nor ignored by name. `key` is the row's own key once its translator has
    set it: then a row rejected for something else is still known to be there. `british` reads
    dates as dd/mm/yyyy and nothing else.
    Asking for a column the layout does not name is a programmer's mistake (KeyError).
    """

    __slots__ = ("_cells", "_latest", "_line", "_moment", "_positions", "_today", "_width",
                 "british", "key", "refused", "stood", "unexpected", "unmapped")

    def __init__(self, header: Header, layout: Layout, *, latest: datetime,
                 british: bool = False):
        """`latest` is the time of reading (aware): what was recorded well after it is unusable."""
        self.refused = layout.refusal_of(header)
        place = {name.casefold(): position for position, name in enumerate(header.names)}
        known = layout.required + layout.optional
        self._width = len(header.names)
        self._positions = {name: place.get(name.casefold(), self._width) for name in known}
        listed = {name.casefold() for name in known + layout.ignored}
        self.unexpected = [name or f"(column {position})"
                           for position, name in enumerate(header.names, start=1)
                           if name.casefold() not in listed]
        self.unmapped: dict[tuple[str, str], int] = {}
        self.stood: dict[tuple[str, str], Stood] = {}
        self._line = 0
        self.key = ""
        self.british = british
        self._moment: Callable[[str], Moment | None] = british_moment if british else iso_moment
        self._latest = latest + AHEAD_MAX
        self._today = latest.astimezone(LONDON).date()
        self._cells: list[str] = []

    def take(self, cells: list[str], line: int) -> None:
        """Move on to a row, which begins at this line; its cells are as many as the header's (they
        are not kept or copied, but one empty cell is added, which optional columns that are not
        there read)."""
        cells.append("")
        self._cells = cells
        self._line = line
        self.key = ""

    def blank(self) -> bool:
        """Whether every cell is empty: a spreadsheet's leftover, not a row."""
        return not any(cell.strip() for cell in self._cells)

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return self._positions[column] < self._width

    def peek(self, cells: list[str], column: str) -> str:
        """The stripped value in a row to come; "" where the row or the file has no such cell."""
        position = self._positions[column]
        return cells[position].strip() if position < len(cells) else ""

    def text(self, column: str, limit: int = WORD_CHARACTERS_MAX) -> str | None:
        """The stripped value, None where empty; one longer than `limit` is counted, left out."""
        value = self._cells[self._positions[column]].strip()
        if len(value) > limit:
            self.count(column, value)
            return None
        return value or None

    def note(self, column: str) -> str | None:
        """Free text, cut to what a statement may hold (the cut is counted)."""
        value = self._cells[self._positions[column]].strip()
        if len(value) > TEXT_CHARACTERS_MAX:
            self.count(column, value)
            return value[:TEXT_CHARACTERS_MAX]
        return value or None

    def mandatory(self, column: str, limit: int = LOCAL_ID_CHARACTERS_MAX) -> str:
        """A key or subject; raises RecordRejected where it is empty or too long."""
        value = self._cells[self._positions[column]].strip()
        if not value:
            raise RecordRejected(NO_VALUE, column=column)
        if len(value) > limit:
            raise RecordRejected(TOO_LONG, column=column, value=value[:VALUE_CHARACTERS_MAX])
        return value

    def recorded_at(self, column: str) -> datetime:
        """The source's own time of writing (UTC); raises RecordRejected where unusable."""
        value = self.mandatory(column)
        moment = self._moment(value)
        if moment is None:
            raise RecordRejected(NOT_A_TIME, column=column, value=value)
        if moment.at > self._latest:
            raise RecordRejected(IN_THE_FUTURE, column=column, value=value)
        if may_be_skipped(moment) and is_skipped(value):
            self.count(column, f"{value} {READ_AN_HOUR_ON}")
        return moment.at

    def moment(self, column: str) -> Moment | None:
        """An optional time; one that cannot be read is counted and left out."""
        value = self._cells[self._positions[column]].strip()
        if not value:
            return None
        moment = self._moment(value)
        if moment is None:
            self.count(column, value, NOT_A_TIME)
        elif may_be_skipped(moment) and is_skipped(value):
            self.count(column, f"{value} {READ_AN_HOUR_ON}")
        return moment

    def happened(self, column: str) -> Moment | None:
        """An optional time of what has happened; one ahead of the reading by more than clocks
        go wrong is counted and left out, for nobody can have seen it."""
        moment = self.moment(column)
        if moment is not None and moment.at > self._latest:
            self.count(column, self._cells[self._positions[column]].strip(), IN_THE_FUTURE)
            return None
        return moment

    def day(self, column: str) -> date | None:
        """An optional date; one that cannot be read is counted and left out."""
        value = self._cells[self._positions[column]].strip()
        if not value:
            return None
        day = british_day(value) if self.british else date_of(value)
        if day is None:
            self.count(column, value, NOT_A_TIME)
        return day

    def birth_date(self, column: str) -> date | None:
        """An optional birth date; one that lies ahead, or of nobody who can still be alive, is
        counted and left out: it would hide the child as unborn or as an adult."""
        day = self.day(column)
        if day is None:
            return None
        if day > self._today or self._today.year - day.year > AGE_YEARS_MAX:
            self.count(column, self._cells[self._positions[column]].strip())
            return None
        return day

    def nhs_number(self, column: str) -> str | None:
        """An NHS number as the agency wrote it; one that fails its check is counted."""
        value = self.text(column)
        if value is not None and identifiers.nhs_number(value) is None:
            self.count(column, INVALID_NHS_NUMBER)
        return value

    def flag(self, column: str) -> bool | None:
        """Y or N in either case; another word is counted and left out."""
        value = self._cells[self._positions[column]].strip()
        if not value:
            return None
        said = _FLAGS.get(value)
        if said is None:
            self.count(column, value)
        return said

    def word(self, column: str, words: Words[Chosen]) -> tuple[Chosen | None, str | None]:
        """(the neutral word, the agency's own); an unknown one is UNMAPPED and counted."""
        value = self._cells[self._positions[column]].strip()
        if not value:
            return None, None
        neutral, known = words.find(value)
        if not known:
            self.count(column, value)
        return neutral, value[:WORD_CHARACTERS_MAX]

    def count(self, column: str, value: str, why: str | None = None) -> None:
        """Count a value nobody could use (up to 10,000 different ones are told apart), and where
        it stood; `why` where that is more than that no list has it."""
        key = column, value[:VALUE_CHARACTERS_MAX]
        if key not in self.unmapped and len(self.unmapped) >= UNMAPPED_KINDS_MAX:
            key = column, "(others)"
        self.unmapped[key] = self.unmapped.get(key, 0) + 1
        self.stood.setdefault(key, Stood(why)).at(self._line, self.key)
