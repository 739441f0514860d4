"""What can be told of a file without reading it as a table: its size, its digest, its rows.

Of a refused file nothing else is kept: it may be about many children, and lies where the agency
left it.
"""
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

_BYTES_AT_ONCE = 1024 * 1024
# What has no such header is no table that was merely misspelt or saved with another separator.
_HEADER_COLUMNS_MIN = 7
_SEPARATORS = (b",", b";", b"\t", b"|")
_DIGITS = range(48, 58)
# Another separator, quotes, ends of lines or encoding leave letters and digits as they are.
_NO_LETTER_OR_DIGIT = bytes(each for each in range(256) if not chr(each).isascii()
                            or not chr(each).isalnum())
_BODY_BYTES = 7  # below what a database's integers hold


class Contents(NamedTuple):
    """How many bytes a file has, their SHA-256, and of what looks like a table how many rows it
    has and what tells the letters and digits below its header from any others (0: it cannot be
    told); of one that cannot be opened, of none."""

    size: int
    sha256: str
    rows: int
    body: int


def contents_of(path: Path) -> Contents:
    """What can be told of this file, in bounded memory."""
    size, digest, body, ends, start, last = 0, sha256(), sha256(), 0, b"", b""
    binary = below_header = False
    try:
        if path.is_file():  # a pipe would wait for ever
            with path.open("rb") as stream:
                while some := stream.read(_BYTES_AT_ONCE):
                    size += len(some)
                    digest.update(some)
                    ends += some.count(b"\n")
                    binary = binary or b"\0" in some
                    below = some if below_header else some.partition(b"\n")[2]
                    below_header = below_header or b"\n" in some
                    body.update(below.translate(None, _NO_LETTER_OR_DIGIT))
                    start, last = start or some, some
    except OSError:
        pass  # what could be read of it tells it apart well enough
    header = start.partition(b"\n")[0]
    # What breaks off within its first line is as likely a table of which the rest was lost.
    if binary or not below_header or b"\r" in header.rstrip(b"\r") \
            or not _has_column_names(header):
        return Contents(size, digest.hexdigest(), 0, 0)
    rows = max(0, ends - last.endswith(b"\n"))
    return Contents(size, digest.hexdigest(), rows, _number_of(body.digest()))


def _number_of(digest: bytes) -> int:
    return int.from_bytes(digest[:_BODY_BYTES], "big")


NO_ROWS = _number_of(sha256().digest())
"""The `body` of what has the header of a table and nothing below it."""


def _has_column_names(header: bytes) -> bool:
    columns = 1 + max(header.count(each) for each in _SEPARATORS)
    return columns >= _HEADER_COLUMNS_MIN and not any(each in _DIGITS for each in header)
