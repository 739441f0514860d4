"""Record headers as one run of bytes, for logs that have no place of their own for them."""

Headers = tuple[tuple[str, bytes], ...]

# Names and values alternate, parted by NUL. A NUL or SOH inside one is written as two bytes;
# real headers are plain text, so that is looked for but hardly ever done.
_PART = b"\0"
_MARK = b"\1"


def packed(headers: Headers) -> bytes | None:
    """The headers as bytes; None where there are none."""
    if not headers:
        return None
    parts = [part for name, value in headers for part in (name.encode(), value)]
    joined = _PART.join(parts)
    if joined.count(_PART) >= len(parts) or _MARK in joined:
        joined = _PART.join(part.replace(_MARK, _MARK + b"1").replace(_PART, _MARK + b"0")
                            for part in parts)
    return joined


def unpacked(joined: bytes | None) -> Headers:
    """The headers that were packed."""
    if joined is None:
        return ()
    parts = joined.split(_PART)
    if _MARK in joined:
        parts = [part.replace(_MARK + b"0", _PART).replace(_MARK + b"1", _MARK)
                 for part in parts]
    return tuple(zip(map(bytes.decode, parts[::2]), parts[1::2], strict=True))
