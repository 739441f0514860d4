"""One child of the census as a small tree of elements with the bytes it was read from."""
from dataclasses import dataclass, field


@dataclass(slots=True)
class Element:
    """One element; `start` is the offset of its first byte in the file, `end` of its end tag."""

    name: str
    line: int
    start: int
    end: int = 0
    too_long: bool = False
    texts: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, stripped (an element with children has only stray text)."""
        return "".join(self.texts).strip()

    def all(self, name: str) -> list["Element"]:
        """Its children of one name."""
        return [child for child in self.children if child.name == name]


@dataclass(frozen=True, slots=True)
class ChildRead:
    """A child and its bytes; of one `too_long` only the first 64 KiB, and no elements."""

    tree: Element
    raw: bytes
    size: int
    sha256: str | None = None

    def bytes_of(self, element: Element) -> bytes:
        """The element as it stands in the file."""
        base = self.tree.start
        return self.raw[element.start - base:self.raw.index(b">", element.end - base) + 1]


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """Where the XML stops being well formed, with the bytes after the last whole child."""

    line: int
    raw: bytes
