"""CSV files as rows with line numbers and raw bytes; a bad row never stops the rest.

Lines are physical lines, 1 being the header. A row may span lines inside quotes; where such a
row does not come out well formed, only its first line is rejected and reading goes on at the
next, so that an unclosed quote costs one row and not the rest of the file.
"""
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

from broker.errors import RecordRejected

ROW_BYTES_MAX = 1024 * 1024
KEPT_BYTES = 64 * 1024
ROW_LINES_MAX = 1000
ROW_PARSES_MAX = 4
VALUE_CHARACTERS_MAX = 200

NOT_UTF8 = "not UTF-8"
NUL_BYTE = "NUL byte"
STRAY_RETURN = "stray carriage return"
UNCLOSED_QUOTE = "unclosed quote"
MISPLACED_QUOTE = "misplaced quote"
TOO_FEW_CELLS = "too few cells"
TOO_MANY_CELLS = "too many cells"
ROW_TOO_LONG = "row too long"

_BOM = b"\xef\xbb\xbf"
_SAVE_AS = 'in a spreadsheet program, save it as "CSV UTF-8 (comma delimited)"'
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_FORMATS = {b"PK\x03\x04": "a workbook or an archive", b"\xd0\xcf\x11\xe0": "a workbook",
                  b"%PDF": "a PDF", b"{\\rtf": "a text document"}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_NO_PLAIN_CELL, _UNDECODED = re.compile(rb'["\0\r]'), re.compile("[\udc80-\udcff]")
_MARKS = {NUL_BYTE: "\0", STRAY_RETURN: "\r"}


class RawRow(NamedTuple):
    """One row as it stands in the file: as many cells as the header has, or why it has none.

    `size` (bytes) and `sha256` (hex) describe the whole row where `raw` holds only its first
    64 KiB; otherwise they are None.
    """

    line: int
    raw: bytes
    cells: list[str]
    rejected: RecordRejected | None = None
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The first row of a file: its column names stripped, or one sentence why it is of no use.

    A header refused for its separator has its names all the same: they tell which file it is;
    one refused for a name that stands there `twice` has that alone.
    """

    file: str
    names: tuple[str, ...] = ()
    refused: str | None = None
    twice: str = ""


class _Line(NamedTuple):
    """One physical line and its end apart; where it was too long, what it measured in all."""

    number: int
    raw: bytes
    end: bytes
    size: int | None = None
    sha256: str | None = None


def read_header(path: Path) -> Header:
    """The header of a CSV file; a refusal names the file by its name alone, never its folder."""
    file = path.name
    try:
        with path.open("rb") as stream:
            line = next(_lines(stream), None)
    except OSError as problem:
        return Header(file, refused=f"{file} cannot be read ({problem.strerror})")
    if line is None:
        return Header(file, refused=f"{file} is empty: it has not even a header row")
    if line.size is not None:
        if what := _other_format(line.raw):
            return Header(file, refused=f"{file} is {what}: {_SAVE_AS}")
        return Header(file, refused=f"{file} has a header row longer than {ROW_BYTES_MAX} bytes")
    if what := _other_format(line.raw):
        return Header(file, refused=f"{file} is {what}: {_SAVE_AS}")
    try:
        text = line.raw.decode()
        separator = _separator_of(text)
        parsed = next(csv.reader([text], strict=True, delimiter=separator), [])
    except (UnicodeDecodeError, csv.Error):
        return Header(file, refused=f"{file} has a header row that is not UTF-8 CSV: {_SAVE_AS}")
    names = tuple(name.strip() for name in parsed)
    if not any(names) or "\0" in text:
        return Header(file, refused=f"{file} has no header row of column names")
    seen = set()
    for name in filter(None, names):
        if name.casefold() in seen:
            return Header(file, refused=f"{file} has two columns named {name[:100]}", twice=name)
        seen.add(name.casefold())
    if separator != ",":
        return Header(file, names, f"{file} is separated by {_SEPARATORS[separator]}: save it "
                                   "with commas")
    return Header(file, names)


def _other_format(start: bytes) -> str | None:
    """What a file is that is no CSV in UTF-8, where its first bytes say so."""
    if start.startswith(_UTF16):
        return "in UTF-16, not UTF-8"
    return next((f"{what}, not CSV" for first, what in _OTHER_FORMATS.items()
                 if start.startswith(first)), None)


def _separator_of(header: str) -> str:
    """What stands between the names: a comma, unless there is none and something else is."""
    if "," in header:
        return ","
    return max(_SEPARATORS, key=header.count) if any(map(header.count, _SEPARATORS)) else ","


def read_rows(path: Path, header: Header) -> Iterator[RawRow]:
    """Every row after the header, in file order; blank lines are no rows. Raises OSError."""
    width = len(header.names)
    with path.open("rb") as stream:
        lines = _Pushback(_lines(stream))
        next(lines, None)
        for line in lines:
            raw = line.raw
            if line.size is not None:
                yield RawRow(line.number, raw, [], RecordRejected(ROW_TOO_LONG),
                             line.size, line.sha256)
            elif b'"' in raw or b"\0" in raw or b"\r" in raw:
                yield _careful_row(line, lines, header)
            elif raw:
                try:
                    cells = raw.decode().split(",")
                except UnicodeDecodeError:
                    yield _undecodable(line, header)
                    continue
                if len(cells) == width:
                    yield RawRow(line.number, raw, cells)
                else:
                    yield _wrong_width(line, len(cells), width)


class _Pushback:
    """An iterator over lines that takes lines back when a row turns out not to hold them."""

    def __init__(self, lines: Iterator[_Line]):
        self._lines = lines
        self._returned: list[_Line] = []

    def __iter__(self) -> "_Pushback":
        return self

    def __next__(self) -> _Line:
        return self._returned.pop() if self._returned else next(self._lines)

    def take_back(self, lines: list[_Line]) -> None:
        self._returned.extend(reversed(lines))


def _lines(stream: BufferedReader) -> Iterator[_Line]:
    """Physical lines in bounded memory, without their line ends and without a leading BOM."""
    number = 0
    while raw := stream.readline(ROW_BYTES_MAX + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) > ROW_BYTES_MAX and not raw.endswith(b"\n"):
            yield _long_line(number, raw, stream)
            continue
        body = raw.removesuffix(b"\n").removesuffix(b"\r")
        yield _Line(number, body, raw[len(body):])


def _long_line(number: int, start: bytes, stream: BufferedReader) -> _Line:
    size, digest, end = len(start), sha256(start), start
    while not end.endswith(b"\n") and (end := stream.readline(KEPT_BYTES)):
        size += len(end)
        digest.update(end)
    return _Line(number, start[:KEPT_BYTES], b"", size, digest.hexdigest())


def _careful_row(line: _Line, lines: _Pushback, header: Header) -> RawRow:
    """A row with quotes (or bytes that no cell may hold), perhaps over several lines."""
    width = len(header.names)
    held = [line]
    cells, problem = _parse(line.raw)
    first = cells, problem
    for _ in range(ROW_PARSES_MAX):
        if problem != UNCLOSED_QUOTE:
            break
        following = _until_quote(lines, held)
        if following is None:
            break
        held.extend(following)
        cells, problem = _parse(_joined(held))
    if problem is None and len(cells) == width:
        return RawRow(line.number, _joined(held), cells)
    lines.take_back(held[1:])
    cells, problem = first
    if problem is None:
        return _wrong_width(line, len(cells), width)
    if problem == NOT_UTF8:
        return _undecodable(line, header)
    column, value = _offender(line.raw, header, _MARKS.get(problem, '"'))
    return RawRow(line.number, line.raw, [],
                  RecordRejected(problem, column=column, value=value))


def _joined(held: list[_Line]) -> bytes:
    """The lines of one row as they stand in the file, without the end of the last."""
    return b"".join(part for line in held for part in (line.raw, line.end)).removesuffix(
        held[-1].end)


def _until_quote(lines: _Pushback, held: list[_Line]) -> list[_Line] | None:
    """The lines up to the next that can close a quote (it has an odd number); None if too far."""
    following: list[_Line] = []
    size = sum(len(line.raw) for line in held)
    for line in lines:
        following.append(line)
        size += len(line.raw)
        if line.size is not None or size > ROW_BYTES_MAX \
                or len(held) + len(following) > ROW_LINES_MAX:
            break
        if line.raw.count(b'"') % 2:
            return following
    lines.take_back(following)
    return None


def _parse(raw: bytes) -> tuple[list[str], str | None]:
    if b"\0" in raw:
        return [], NUL_BYTE
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return [], NOT_UTF8
    try:
        return next(csv.reader([text], strict=True)), None
    except csv.Error as problem:
        # The module has no codes for what went wrong, only sentences.
        said = str(problem)
    if "unexpected end of data" in said:
        return [], UNCLOSED_QUOTE
    if "new-line" in said:
        return [], STRAY_RETURN
    return [], ROW_TOO_LONG if "larger than field limit" in said else MISPLACED_QUOTE


def _undecodable(line: _Line, header: Header) -> RawRow:
    column, value = _offender(line.raw, header, "\ufffd")
    return RawRow(line.number, line.raw, [],
                  RecordRejected(NOT_UTF8, column=column, value=value))


def _wrong_width(line: _Line, found: int, width: int) -> RawRow:
    reason = TOO_FEW_CELLS if found < width else TOO_MANY_CELLS
    return RawRow(line.number, line.raw, [],
                  RecordRejected(reason, value=f"{found} instead of {width}"))


def cells_told(row: RawRow, width: int) -> list[str]:
    """The cells of a rejected row, as many as the header has, as far as they seem to be told
    apart; one that cannot be read, or whose place nobody can tell, is empty.

    Of a row with too many cells the places are counted from its left. In one with too few, the
    last cell may have been cut, and any may be the one that is not there.
    """
    if row.rejected is None or row.rejected.reason == TOO_FEW_CELLS:
        return [*row.cells, *[""] * width][:width]
    cells: list[str] = []
    if row.rejected.reason in (NOT_UTF8, TOO_MANY_CELLS):
        try:
            cells = next(csv.reader([row.raw.decode(errors="surrogateescape")], strict=True), [])
        except csv.Error:
            cells = []
    if len(cells) < width:  # then what stands before the first byte that no cell may hold
        sure = _NO_PLAIN_CELL.split(row.raw, 1)[0].split(b",")[:-1]
        cells = [each.decode(errors="surrogateescape") for each in sure]
    whole = ["" if _UNDECODED.search(each) else each for each in cells]
    return [*whole, *[""] * width][:width]


def _offender(raw: bytes, header: Header, mark: str) -> tuple[str | None, str]:
    """(column, printable value) of the first cell that holds the mark; the row if none does."""
    for position, cell in enumerate(raw.split(b",")):
        if mark in cell.decode(errors="replace"):
            name = header.names[position] if position < len(header.names) else None
            return name, printable(cell)
    return None, printable(raw)


def printable(raw: bytes) -> str:
    """Bytes as text that can be shown: undecodable and control bytes escaped, cut to fit."""
    text = raw[:VALUE_CHARACTERS_MAX * 4].decode(errors="backslashreplace")
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode()
                   for each in text)[:VALUE_CHARACTERS_MAX]
