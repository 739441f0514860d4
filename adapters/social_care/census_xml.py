"""Census XML as one small tree a child, in bounded memory, with lines and original bytes.

Entities and external references are refused (defusedxml). What is wrong inside one child costs
that child; XML that is not well formed ends the reading there, and what stands before it counts.
"""
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from adapters.social_care.census_tree import BrokenOff, ChildRead, Element
from broker.errors import TemporarilyUnavailable
from broker.sdk.rows import KEPT_BYTES, ROW_BYTES_MAX, VALUE_CHARACTERS_MAX

CHUNK_BYTES = 64 * 1024
HEADER_BYTES_MAX = 1024 * 1024
DEPTH_MAX = 20
STRAYS_MAX = 1000
CHILD = "Child"
PLACE_OF_CHILD = ("Message", "Children", CHILD)


class _Unusable(Exception):
    """The XML is nested deeper than any census, or one tag of it is too long."""


class _Target:
    """What the parser tells: header texts, whole children, and strays between them."""

    def __init__(self) -> None:
        self.parser: Any = None
        self.root: str | None = None
        self.header: dict[str, str] = {}
        self.header_over = False
        self.done: list[Element] = []
        self.strays: dict[str, None] = {}
        self.child: Element | None = None
        self.seen_to = 0
        self._names: list[str] = []
        self._open: list[Element] = []
        self._text: list[str] = []

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition("}")[2]
        self.seen_to = self.parser.CurrentByteIndex
        self.root = self.root or name
        self._names.append(name)
        if len(self._names) > DEPTH_MAX:
            raise _Unusable
        if self.child is not None:
            if not self.child.too_long:
                element = Element(name, self.parser.CurrentLineNumber, self.seen_to)
                self._open[-1].children.append(element)
                self._open.append(element)
        elif tuple(self._names) == PLACE_OF_CHILD:
            self.header_over = True
            self.child = Element(name, self.parser.CurrentLineNumber, self.seen_to)
            self._open = [self.child]
        elif len(self._names) > 1 and self._names[1] not in ("Header", "Children"):
            self._stray("/".join(self._names[:2]))
        elif len(self._names) > 2 and self._names[1] == "Children":
            self._stray("/".join(self._names[:3]))
        self._text = []

    def _stray(self, name: str) -> None:
        if len(self.strays) < STRAYS_MAX:
            self.strays[name[:VALUE_CHARACTERS_MAX]] = None

    def data(self, text: str) -> None:
        if self.child is not None:
            if not self.child.too_long:
                self._open[-1].texts.append(text)
        elif not self.header_over:
            self._text.append(text)
        elif self._names and text.strip():
            self._stray(f"text in {self._names[-1]}")

    def end(self, name: str) -> None:
        name = name.rpartition("}")[2]
        self.seen_to = self.parser.CurrentByteIndex
        self._names.pop()
        if self.child is None:
            if not self.header_over and "Header" in self._names:
                self.header[name] = "".join(self._text).strip()[:200]
            self.header_over = self.header_over or name == "Header"
        elif len(self._names) < len(PLACE_OF_CHILD):
            self.child.end = self.seen_to
            self.done.append(self.child)
            self.child = None
        elif not self.child.too_long:
            self._open.pop().end = self.seen_to
        self._text = []


def _parser(target: _Target) -> Any:
    parser = DefusedXMLParser(target=target)
    target.parser = parser.parser  # the expat parser, which knows lines and offsets
    return parser


def read_head(path: Path) -> tuple[str | None, dict[str, str], bool]:
    """(root element, texts of the header, whether a child follows); raises OSError.

    Reads no further than the header or the first child; broken XML ends it silently.
    """
    target = _Target()
    parser = _parser(target)
    with path.open("rb") as stream:
        for _ in range(HEADER_BYTES_MAX // CHUNK_BYTES):
            chunk = stream.read(CHUNK_BYTES)
            if not chunk:
                break
            try:
                parser.feed(chunk)
            except (ParseError, DefusedXmlException, _Unusable, ValueError):
                break
            if target.child is not None or target.done:
                break
    return target.root, target.header, target.child is not None or bool(target.done)


class _Reader:
    """Feeds the parser and keeps the bytes from the open child on (of a giant, its start)."""

    def __init__(self, strays: dict[str, None]) -> None:
        self.broken = False
        self._target = _Target()
        self._target.strays = strays
        self._parser = _parser(self._target)
        self._kept = bytearray()
        self._base = 0
        self._giant_start = b""
        self._giant_size = 0
        self._giant_digest = sha256()

    def feed(self, chunk: bytes) -> Iterator[ChildRead | BrokenOff]:
        """The children that this chunk completes."""
        self._kept += chunk
        yield from self._attempt(lambda: self._parser.feed(chunk))
        if not self.broken and self._let_go():
            self.broken = True
            yield self._broken_off(self._target.parser.CurrentLineNumber)

    def close(self) -> Iterator[ChildRead | BrokenOff]:
        """What only the end of the file shows: that it ends too early."""
        yield from self._attempt(self._parser.close)

    def _attempt(self, step: Callable[[], object]) -> Iterator[ChildRead | BrokenOff]:
        line = None
        try:
            step()
        except ParseError as problem:
            line = problem.position[0]
        except (DefusedXmlException, _Unusable, ValueError):
            line = self._target.parser.CurrentLineNumber
        for child in self._target.done:
            yield self._child(child)
        self._target.done.clear()
        if line is not None:
            self.broken = True
            yield self._broken_off(line)

    def _broken_off(self, line: int) -> BrokenOff:
        return BrokenOff(line, bytes(self._kept[:KEPT_BYTES]))

    def _child(self, child: Element) -> ChildRead:
        end = self._kept.index(b">", child.end - self._base) + 1
        if child.too_long:
            rest = bytes(self._kept[:end])
            self._giant_digest.update(rest)
            read = ChildRead(child, self._giant_start, self._giant_size + len(rest),
                             self._giant_digest.hexdigest())
        else:
            raw = bytes(self._kept[child.start - self._base:end])
            read = ChildRead(child, raw, len(raw))
        self._drop(end)
        return read

    def _drop(self, count: int) -> None:
        del self._kept[:count]
        self._base += count

    def _let_go(self) -> bool:
        """Drop the bytes nobody will ask for again; True where one tag never seems to end."""
        child = self._target.child
        if child is None:
            self._drop(max(0, self._target.seen_to - self._base))
            return len(self._kept) > ROW_BYTES_MAX
        if not child.too_long:
            self._drop(child.start - self._base)
            if len(self._kept) <= ROW_BYTES_MAX:
                return False
            child.too_long = True
            child.children.clear()
            self._giant_start = bytes(self._kept[:KEPT_BYTES])
            self._giant_size, self._giant_digest = 0, sha256()
        self._giant_size += len(self._kept)
        self._giant_digest.update(self._kept)
        self._drop(len(self._kept))
        return False


def read_children(path: Path, strays: dict[str, None]) -> Iterator[ChildRead | BrokenOff]:
    """Every child in file order; `strays` gathers what stands where no census has anything."""
    reader = _Reader(strays)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield from reader.feed(chunk)
                if reader.broken:
                    return
            yield from reader.close()
    except OSError as problem:
        raise TemporarilyUnavailable(
            f"{path.name} could not be read to its end ({problem.strerror})") from None
