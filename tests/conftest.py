"""What every test may ask for, and what is asked of every test."""
import gc
from collections import Counter
from collections.abc import Iterator

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

# No test asserts a time, nor does Hypothesis in its name.
settings.register_profile("untimed", settings.get_profile(settings.get_current_profile_name()),
                          deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(trylast=True)  # once it is known which are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes divide the tests, they begin with the longest."""
    if processes := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = longest_first(items, processes)


def pytest_collection_finish() -> None:
    """What has been imported stays: looking through it for garbage again and again is no use."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def waits_for_no_disk() -> Iterator[None]:
    """Stores opened in this process commit at once; see tests.disk."""
    with not_waited_for():
        yield


def open_files() -> Counter[str]:
    """How often each file is held open by this process."""
    return Counter(each.path for each in PROCESS.open_files())


@pytest.fixture(autouse=True)
def closes_what_it_opens() -> Iterator[None]:
    """Each test leaves no file open that was not open before.

    An error caught holds what met it, and so a store's file, until garbage is looked for.
    """
    before = open_files()
    yield
    left = open_files() - before
    if left:
        gc.collect()
        left = open_files() - before
    assert not left, f"left open, so close it: {', '.join(sorted(left))}"
