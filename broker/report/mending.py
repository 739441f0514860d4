"""What to do about rows that were rejected: a sentence for each reason."""
import re
from collections.abc import Iterable
from typing import Final

from broker.sdk.fields import (
    IN_THE_FUTURE,
    LOCAL_ID_CHARACTERS_MAX,
    NO_VALUE,
    NOT_A_TIME,
    TOO_LONG,
)
from broker.sdk.rows import (
    MISPLACED_QUOTE,
    NOT_UTF8,
    NUL_BYTE,
    ROW_TOO_LONG,
    STRAY_RETURN,
    TOO_FEW_CELLS,
    TOO_MANY_CELLS,
    UNCLOSED_QUOTE,
)

_QUOTES: Final = ("put a text that holds a comma, a line end or a double quote between double "
                  "quotes, and write each quote inside it twice")
_CELLS: Final = ("give the row a cell for each column of the header, and put a text that holds a "
                 "comma between double quotes")
_SAVE: Final = "save the file again from the program that made it"
_WAYS: Final = {
    NOT_UTF8: 'save the file in UTF-8; a spreadsheet program calls it "CSV UTF-8 (comma '
              'delimited)"',
    NUL_BYTE: _SAVE, STRAY_RETURN: _SAVE,
    UNCLOSED_QUOTE: _QUOTES, MISPLACED_QUOTE: _QUOTES,
    TOO_FEW_CELLS: _CELLS, TOO_MANY_CELLS: _CELLS,
    ROW_TOO_LONG: "look for a double quote that is not closed, or shorten the row",
    NO_VALUE: "fill in the column, without which nobody can tell what the row is about",
    TOO_LONG: f"give a reference of at most {LOCAL_ID_CHARACTERS_MAX} characters",
    NOT_A_TIME: "write 2026-03-01T21:20, or 2026-03-01 where only the day is known (01/03/2026 in "
                "the looked-after return alone)",
    IN_THE_FUTURE: "look at the day, the month and the clock: it lies more than a day after the "
                   "extract, and after now",
}
_LIKE_A_DATE: Final = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}\b.*")


def mending(reasons: Iterable[str], values: Iterable[str] = ()) -> list[str]:
    """Each reason for which rows were rejected, once, with what mends it; a `value` that is no
    date of the format, though it looks like one, counts as "not a time"."""
    wanted = dict.fromkeys(reasons)
    if any(map(_LIKE_A_DATE.fullmatch, values)):
        wanted[NOT_A_TIME] = None
    return [f"{each}: {_WAYS[each]}." for each in wanted if each in _WAYS]


def quoted(value: str) -> str:
    """A value as it stands in a file, between quotes; what a terminal would obey is escaped."""
    return f"'{value}'" if value.isprintable() else repr(value)
