"""Record headers as one run of bytes, for logs that have no place of their own for them."""
from collections.abc import Iterator, Sequence
from typing import overload

from broker.log.records import Headers

# Names and values alternate, parted by NUL. A NUL or SOH inside one is written as two bytes;
# real headers are plain text, so that is looked for but hardly ever done.
_PART = b"\0"
_MARK = b"\1"


def packed(headers: Headers) -> bytes | None:
    """The headers as bytes; None where there are none."""
    if type(headers) is Packed:
        return headers.joined
    if not headers:
        return None
    parts = [part for name, value in headers for part in (name.encode(), value)]
    joined = _PART.join(parts)
    if joined.count(_PART) >= len(parts) or _MARK in joined:
        joined = _PART.join(part.replace(_MARK, _MARK + b"1").replace(_PART, _MARK + b"0")
                            for part in parts)
    return joined


def _parts_of(joined: bytes) -> tuple[tuple[str, bytes], ...]:
    parts = joined.split(_PART)
    if _MARK in joined:
        parts = [part.replace(_MARK + b"0", _PART).replace(_MARK + b"1", _MARK)
                 for part in parts]
    return tuple(zip(map(bytes.decode, parts[::2]), parts[1::2], strict=True))


class Packed(Sequence[tuple[str, bytes]]):
    """Headers as they were read, taken apart only when somebody looks: most are passed on."""

    __slots__ = ("joined",)

    def __init__(self, joined: bytes):
        self.joined = joined

    def __len__(self) -> int:
        return len(_parts_of(self.joined))

    @overload
    def __getitem__(self, place: int) -> tuple[str, bytes]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, bytes]]: ...

    def __getitem__(
        self, place: int | slice,
    ) -> tuple[str, bytes] | Sequence[tuple[str, bytes]]:
        return _parts_of(self.joined)[place]

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(_parts_of(self.joined))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Packed):
            return self.joined == other.joined
        return _parts_of(self.joined) == other

    def __hash__(self) -> int:
        return hash(_parts_of(self.joined))

    def __repr__(self) -> str:
        return repr(_parts_of(self.joined))


def unpacked(joined: bytes | None) -> Headers:
    """The headers that were packed."""
    return () if joined is None else Packed(joined)
