"""What every test may ask for, and what is asked of every test."""
import gc
import os
import re
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

from tests.disk import not_waited_for
from tests.order import longest_first
from tests.services.fixtures import (
    kafka_server,
    namespace,
    postgres_server,
    private_services,
    registry_server,
)

__all__ = ["kafka_server", "namespace", "postgres_server", "private_services", "registry_server"]
PROCESS = psutil.Process()
DESCRIPTORS = "/proc/self/fd"
LINUX = os.path.exists(DESCRIPTORS)
OBJECTS_BETWEEN_COLLECTIONS = 50_000
NUMBERS = count(1)
LETTERS_OF_NAME = 30

# No test asserts a time, nor does Hypothesis in its name.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()),
                          deadline=None)
settings.load_profile("untimed")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Nothing of what is imported and collected is garbage, so none is looked for meanwhile."""
    if session.config.getoption("dist", "no") == "no":  # else others collect, and this one never
        gc.disable()


@pytest.hookimpl(trylast=True)  # once it is known which are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes divide the tests, they begin with the longest."""
    if processes := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = longest_first(items, processes)


def pytest_collection_finish() -> None:
    """What has been imported stays: looking through it for garbage again and again is no use.

    Nor is it in the worlds and stores that tests hold, at the rate of Python's default; the
    command itself looks more seldom still.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def waits_for_no_disk() -> Iterator[None]:
    """Stores opened in this process commit at once; see tests.disk."""
    with not_waited_for():
        yield


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test's own, as pytest gives, which numbers it by reading all before it."""
    name = re.sub(r"\W", "_", request.node.name)[:LETTERS_OF_NAME]
    return tmp_path_factory.mktemp(f"{name}-{next(NUMBERS)}", numbered=False)


def open_files() -> list[str]:
    """Each file, and whatever else has a path, as often as this process holds it open."""
    if not LINUX:
        return [each.path for each in PROCESS.open_files()]
    found = []
    for each in os.listdir(DESCRIPTORS):
        try:
            found.append(os.readlink(f"{DESCRIPTORS}/{each}"))
        except OSError:  # that by which we look
            continue
    return found


@pytest.fixture(autouse=True)
def closes_what_it_opens() -> Iterator[None]:
    """Each test leaves no file open that was not open before.

    An error caught holds what met it, and so a store's file, until garbage is looked for.
    """
    before = open_files()
    yield
    left = left_of(before)
    if left:
        gc.collect()
        left = left_of(before)
    assert not left, f"left open, so close it: {', '.join(left)}"


def left_of(before: list[str]) -> list[str]:
    """What is open now and was not: files alone, of sockets, pipes and devices."""
    now = open_files()
    return [] if now == before else sorted(
        path for path in Counter(now) - Counter(before)
        if path.startswith("/") and os.path.isfile(path))
