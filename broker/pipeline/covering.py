"""What covers a file that was refused whole: another that surely holds all that it held.

A file of changes holds whatever had changed between the last extract of its table that was read
and its own. In order of what is plainest, another file holds that too where

1. it is the same file, mended: below the header it says the same (of one with nothing below it
   any later one will do);
2. it is the same extract: of the same time, under the same name;
3. it goes back behind the last extract that was read before, and so over all that came after;
4. it has as many rows from between the two extracts as the refused file had rows.

Of several that lay side by side (two halves of one extract) only the one of the same name is taken
for any but the first. Whatever can be none of these stands refused until a person settles it. A
snapshot is all there is: the next one that is read covers every refused one before it.
"""
from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from broker.pipeline.refused_contents import NO_ROWS
from broker.sdk.adapter import RowRead
from broker.vocabulary.times import milliseconds_of

_FILE = "\x1f"  # no row's reference begins so: theirs are stripped of white space
# Of a first extract so many rows in a hundred come again; the others have changed since.
_SAME_AGAIN_PERCENT = 90


class FileMark(NamedTuple):
    """A refused file, as it stands among rejected rows (times in milliseconds): when it was
    extracted, its name as shown, whether others of its table lay beside it, which reading refused
    it, the last extract of its table read before (0: none), how many rows it has (0: it cannot
    be told), of a snapshot when one of its name was last refused (0: a file of changes), and what
    tells all that it says below its header from anything else (0: it cannot be told)."""

    extracted_ms: int
    file: str
    beside_others: bool = False
    run: int = 0
    since_ms: int = 0
    rows: int = 0
    again_ms: int = 0
    body: int = 0

    @property
    def row_key(self) -> str:
        """What stands for a row's own reference."""
        numbers = (int(self.beside_others), self.run, self.since_ms, self.rows, self.again_ms,
                   self.body)
        return f"{_FILE}{self.extracted_ms}/{','.join(map(str, numbers))}/{self.file}"

    def is_another_try(self, before: "FileMark") -> bool:
        """Whether it came in the place of one that stands refused, and is no other file: a
        snapshot of the same name, or one of the same name that says the same below its header."""
        return self.file == before.file and (
            (self.again_ms > 0 and before.again_ms > 0)
            or (self.body > 0 and self.body == before.body))


def is_mark(row_key: str) -> bool:
    """Whether a file stands there, and not a row."""
    return row_key.startswith(_FILE)


def mark_of(row_key: str) -> FileMark:
    """The file that stands there; one that an earlier version kept says less of itself."""
    extracted_ms, numbers, file = row_key.removeprefix(_FILE).split("/", 2)
    beside_others, *more = map(int, numbers.split(","))
    return FileMark(int(extracted_ms), file, bool(beside_others), *more)


@dataclass(slots=True)
class FileRead:
    """A file that is read: when it was extracted (milliseconds), its name as shown, and, only
    where files of its table stand `refused`, what tells whether it covers them.

    `body` is as of a mark. Of its `statements` those that say what they said before have been
    `repeated`: the reading in which each was last met, and beside it in `repeated_ms` its time of
    writing. `written` has the own times of writing (milliseconds) of rows that a refused file may
    have held, by their references; `undated` is how many rows have none.
    """

    extracted_ms: int
    file: str
    refused: tuple[FileMark, ...] = ()
    body: int = 0
    statements: int = 0
    repeated: "array[int]" = field(default_factory=lambda: array("q"))
    repeated_ms: "array[int]" = field(default_factory=lambda: array("q"))
    written: dict[str, int] = field(default_factory=dict)
    undated: int = 0
    _since_ms: int = field(init=False)
    _until_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self._since_ms = min((each.since_ms for each in self.refused), default=0)
        self._until_ms = max((each.extracted_ms for each in self.refused), default=0)

    def holds(self, row: RowRead) -> None:
        """It holds this row."""
        if not self.refused or not row.key or not row.statements:
            return
        if not row.own_time:
            self.undated += 1
            return
        at = milliseconds_of(row.statements[0].recorded_at)
        if self._since_ms < at <= self._until_ms:
            self.written[row.key] = at

    def covers(self, refused: FileMark) -> bool:
        """Whether it holds what a refused file of changes would have said."""
        if self.body > 0 and self.body == refused.body:
            return True
        if refused.body == NO_ROWS:  # it held nothing, whatever its header was to be
            return self.extracted_ms >= refused.extracted_ms
        if self.extracted_ms < refused.extracted_ms \
                or (refused.beside_others and self.file != refused.file):
            return False
        return self._is_the_same_extract(refused) or self._goes_back_behind(refused) \
            or self._has_as_many_rows(refused)

    def _is_the_same_extract(self, refused: FileMark) -> bool:
        return (self.extracted_ms, self.file) == (refused.extracted_ms, refused.file)

    def _goes_back_behind(self, refused: FileMark) -> bool:
        """By a statement last met before it, and written by the extract that was read before
        it: a time that is merely old may be a slip. Where what is as old has been met since
        (beside the refused file, say), by most of what it says, and more than one."""
        latest = min(refused.since_ms, refused.extracted_ms)
        old = [run for run, at in zip(self.repeated, self.repeated_ms, strict=True)
               if at <= latest]
        met_before_it = any(run < refused.run for run in old)
        return met_before_it or 2 * len(old) > max(self.statements, 2)

    def _has_as_many_rows(self, refused: FileMark) -> bool:
        """Where no extract was read before, some rows may have changed since; and where rows have
        no times, most must be the same as a time before."""
        is_first = refused.since_ms == 0
        needed = -(-refused.rows * _SAME_AGAIN_PERCENT // 100) if is_first else refused.rows
        if self.undated:
            mostly_the_same = 2 * len(self.repeated) > self.statements
            return is_first and mostly_the_same and needed <= self.undated
        of_that_time = sum(refused.since_ms < each <= refused.extracted_ms
                           for each in self.written.values())
        return 0 < needed <= of_that_time
