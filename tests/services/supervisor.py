"""Runs one service for one run of the tests: `supervisor KIND FOLDER CACHE PID_OF_THE_RUN`.

Says in FOLDER/KIND.json where the service is, in FOLDER/KIND.impossible why there can be none.
It ends at once where anything else goes wrong.
"""
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psutil
from pydantic import TypeAdapter

from broker.errors import ConcordError, TemporarilyUnavailable
from compose.local.services import Services
from tests.services import containers
from tests.services.started import KINDS, Server


def main(kind: str, folder: Path, cache: Path, run: int) -> None:
    """Start the service, and end with the run."""
    ends: list[Callable[[], None]] = []
    with suppress(psutil.NoSuchProcess):
        watched = psutil.Process(run)
        start = Thread(target=_start, args=(kind, folder, cache, ends), daemon=True)
        start.start()
        # From now on, not from when the service is up: a run may end before.
        watched.wait()
    for end in ends:
        end()
    shutil.rmtree(folder / kind, ignore_errors=True)
    os._exit(0)  # a service that is only just starting goes with us


def _start(kind: str, folder: Path, cache: Path, ends: list[Callable[[], None]]) -> None:
    try:
        server = _contained(kind, folder / kind, ends) \
            or _local(kind, folder / kind, cache, ends)
    except ConcordError as error:
        _say(folder / f"{kind}.impossible", str(error).encode())
    except Exception:
        traceback.print_exc()
        for end in ends:
            end()
        os._exit(1)
    else:
        _say(folder / f"{kind}.json", TypeAdapter(KINDS[kind]).dump_json(server))


def _contained(kind: str, folder: Path, ends: list[Callable[[], None]]) -> Server | None:
    """One in a container; what does not serve there may still do so here."""
    try:
        return containers.started(kind, folder / "container", ends)
    except TemporarilyUnavailable:
        traceback.print_exc()
        return None


def _local(kind: str, folder: Path, cache: Path, ends: list[Callable[[], None]]) -> Server:
    """This machine's own service."""
    service = getattr(Services(folder, cache, quick=True), kind)
    ends.append(service.kill)  # nothing is worth an orderly end
    service.start()
    server: Server = service.server
    return server


def _say(file: Path, text: bytes) -> None:
    """Whole or not at all, as others look for it all the time; passwords are not for everybody."""
    making = file.with_suffix(".making")
    making.touch(mode=0o600)
    making.write_bytes(text)
    making.rename(file)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
