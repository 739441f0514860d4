"""Files that a command writes whole or not at all."""
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import TextIO

from broker.errors import ConfigError


def refuse_unwritable(path: Path, option: str) -> None:
    """`ConfigError` naming the option where `write_whole` could not write: asked before long work,
    so that the work is not lost. Nothing is left behind, and what is there is not changed."""
    with _told(path, option):
        whole = _whole_of(path)
        if _takes_a_stream(whole):
            return
        beside = _beside(whole)
        beside.touch(exist_ok=False)
        beside.unlink()


@contextmanager
def write_whole(path: Path, option: str) -> Iterator[TextIO]:
    """A stream of UTF-8 whose text is at the path once the block ends well, and not before.

    Whatever stops the block leaves what was there. Line ends are written as given (for csv). A
    device or a pipe is written straight. `ConfigError` names the option where the file cannot be
    written; every `OSError` of the block counts as that, so do nothing there but write.
    """
    with _told(path, option):
        whole = _whole_of(path)
        if _takes_a_stream(whole):
            with whole.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        beside = _beside(whole)
        try:
            with beside.open("x", encoding="utf-8", newline="") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            if whole.exists():
                copymode(whole, beside)
            os.replace(beside, whole)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def _told(path: Path, option: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written ({problem.strerror or problem}): name "
                          f"another {option}.") from None


def _whole_of(path: Path) -> Path:
    """The file itself, where the path is a link to it; a folder or a read-only file is refused."""
    whole = Path(os.path.realpath(path))
    if whole.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    if whole.exists() and not os.access(whole, os.W_OK):
        raise PermissionError(0, "it is read-only")
    return whole


def _takes_a_stream(whole: Path) -> bool:
    return whole.exists() and not whole.is_file()


def _beside(whole: Path) -> Path:
    return whole.with_name(f".{token_hex(8)}.part")
