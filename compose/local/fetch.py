"""Fetches Kafka and the registry with Maven into a folder, once; pom.xml says which versions."""
import fcntl
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from defusedxml.ElementTree import parse

from broker.errors import ConfigError, TemporarilyUnavailable
from compose.local.service import leashed

POM = Path(__file__).parent / "pom.xml"
_XML = "{http://maven.apache.org/POM/4.0.0}"
_GOALS = {"kafka": "copy-dependencies", "apicurio": "copy"}

Part = Literal["kafka", "apicurio"]


def silent(_sentence: str) -> None:
    """Tell nobody."""


def fetched(part: Part, cache: Path, say: Callable[[str], None] = silent) -> Path:
    """The folder with Kafka (jars) or the registry (quarkus-run.jar and what it wants).

    What is there is used; what is not is fetched, which may take minutes. Several processes may
    ask at once. `ConfigError` where Maven is missing, `TemporarilyUnavailable` where it fails.
    """
    version = _version(part)
    folder = cache / f"{part}-{version}"
    if folder.is_dir():
        return folder
    with alone(cache):
        if not folder.is_dir():
            say(f"Fetching {part} {version} into {folder}.")
            _fetch(part, cache / "fetching", folder)
    return folder


def _version(part: Part) -> str:
    found = parse(POM).find(f"{_XML}properties/{_XML}{part}.version")
    assert found is not None, "pom.xml names the version of every part"
    assert found.text, "and none is empty"
    return str(found.text)


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """One process at a time makes something in the cache: Maven's own store does not bear two."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(part: Part, making: Path, folder: Path) -> None:
    """Fetch into `making`, unpack, and show it under its name only when it is whole."""
    maven = shutil.which("mvn")
    if maven is None:
        raise ConfigError(
            f"{folder} is not there and Maven, which would fetch it, is not installed: install"
            " it (Debian: apt-get install maven), or name a folder that holds it")
    shutil.rmtree(making, ignore_errors=True)
    # Bound to us: nobody is to find it still writing here when we are gone.
    done = subprocess.run(
        [*leashed(), maven, "--batch-mode", "--quiet", "--strict-checksums", "--file", str(POM),
         f"dependency:{_GOALS[part]}@{part}", f"-Dinto={making}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = next((line for line in done.stdout.splitlines() if "[ERROR]" in line), "[ERROR]")
        raise TemporarilyUnavailable(
            f"Maven could not fetch {part} ({said.partition('[ERROR]')[2].strip()}): see whether"
            " this machine reaches its repository, and try again")
    for packed in making.glob("*.tar.gz"):
        with tarfile.open(packed) as archive:
            archive.extractall(making, filter="data")
        packed.unlink()
    making.rename(folder)
