"""What takes long is begun with, and nothing is lost by it."""
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.order import APART, SECONDS, longest_first

ROOT = Path(__file__).parents[1]
DRILL = "tests/services/test_services_drill.py"
CLIENT, HEALTH = "tests/services/test_services_client.py", "tests/services/test_services_health.py"


class Named(NamedTuple):
    """A test by its name."""

    nodeid: str


def named(**counts: int) -> list[Named]:
    """So many tests of each file, the files by their names here."""
    files = {"drill": DRILL, "client": CLIENT, "health": HEALTH, "short": "tests/test_short.py"}
    return [Named(f"{files[name]}::{number}")
            for name, count in counts.items() for number in range(count)]


def test_each_process_begins_with_what_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drill's two parts with one each, then a file each, then what is short."""
    for file, seconds in ((DRILL, 250.0), (CLIENT, 75.0), (HEALTH, 60.0)):
        monkeypatch.setitem(SECONDS, file, seconds)
    ordered = longest_first(named(short=6, client=2, drill=2, health=1), 2)

    assert ([f"{DRILL}::0", f"{CLIENT}::0", f"{CLIENT}::1"], [f"{DRILL}::1", f"{HEALTH}::0"]) == (
        [each.nodeid for each in ordered[:3]], [each.nodeid for each in ordered[5:7]])


def test_what_does_not_divide_is_dealt_as_pytest_xdist_deals_it() -> None:
    """Of eleven tests, three processes get three, four and four."""
    ordered = longest_first(named(short=8, client=1, drill=2), 3)

    assert [0, 3, 7] == [place for place, each in enumerate(ordered) if "short" not in each.nodeid]


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 7])
def test_every_test_stays_once(processes: int) -> None:
    """Also where there are hardly more tests than processes, or fewer."""
    for counts in ({"short": 9, "client": 5, "drill": 2}, {"client": 3}, {"short": 2}, {}):
        tests = named(**counts)

        assert sorted(tests) == sorted(longest_first(tests, processes))


def test_what_is_short_stays_in_its_order() -> None:
    """Tests of a file that share what is dear to make stay together."""
    tests = named(short=8, drill=1)

    assert tests[:8] == [each for each in longest_first(tests, 3) if "short" in each.nodeid]


def test_every_file_that_is_named_is_there() -> None:
    """A file that has gone, or has another name, would be begun with too late."""
    assert [] == [each for each in chain(SECONDS, APART) if not (ROOT / each).is_file()]
    assert set(SECONDS) >= APART
