"""In which order the tests run where several processes divide them: the longest first.

pytest-xdist deals the tests out in runs of equal number and lets who has finished take from the
end of another's run. What stands at the end should therefore be short, or one process works on
alone when all others have nothing left.
"""
import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol, TypeVar

# About what a file takes, in seconds, where that is much. Only how soon a run ends depends on it.
SECONDS = {
    # Where all must run it goes through ten times as many seeds.
    "tests/services/test_services_drill.py": 250 if os.environ.get("CI") == "true" else 35,
    "tests/services/test_services_client.py": 110,
    "tests/backends/test_backends_kafka_away.py": 85,
    "tests/docs/test_docs_commands.py": 80,
    "tests/services/test_services_pages.py": 70,
    "tests/services/test_services_health.py": 55,
    "tests/services/test_services_local.py": 45,
    "tests/backends/test_backends_kafka.py": 40,
    "tests/services/test_services_demo.py": 30,
    "tests/services/test_services_provision.py": 30,
    "tests/simulation/test_simulation_killed.py": 25,
    "tests/backends/test_backends_kafka_group.py": 25,
    "tests/backends/test_splink_export.py": 25,
    "tests/pipeline/test_pipeline_real_files.py": 25,
    "tests/cli/test_reports_demo.py": 17,
    "tests/services/test_services_make_kafka.py": 15,
    "tests/services/test_services_erase.py": 15,
    "tests/services/test_services_other_clients.py": 15,
    "tests/simulation/test_simulation_faults.py": 15,
    "tests/backends/test_backends_postgres_restart.py": 10,
    "tests/cli/test_cli_served_mistakes.py": 10,
    "tests/services/test_services_access.py": 10,
    "tests/services/test_services_verdicts.py": 10,
    "tests/cli/test_cli_identity.py": 5,
}
# Their tests share nothing that is dear to make, and each takes long.
APART = {"tests/services/test_services_drill.py", "tests/docs/test_docs_commands.py"}


class Test(Protocol):
    """What is looked at of a test."""

    @property
    def nodeid(self) -> str:
        """Its name, the file's first."""


Item = TypeVar("Item", bound=Test)


def longest_first(tests: Sequence[Item], processes: int) -> list[Item]:
    """The tests in the order in which pytest-xdist has so many processes begin with what is long,
    each with about as much of it; the tests of a file stay together, and all stay."""
    long, short = [], []
    for file, group in groupby(tests, _file):
        together = list(group)
        if file not in SECONDS:
            short += together
        elif file in APART:
            long += [(SECONDS[file] / len(together), [each]) for each in together]
        else:
            long.append((SECONDS[file], together))
    heads: list[list[Item]] = [[] for _ in range(processes)]
    loads = [0.0] * processes
    rooms = list(_rooms(len(tests), processes))
    for seconds, together in sorted(long, key=lambda each: -each[0]):
        roomy = [place for place in range(processes)
                 if len(heads[place]) + len(together) <= rooms[place]]
        if not roomy:
            short += together
            continue
        place = min(roomy, key=loads.__getitem__)
        heads[place] += together
        loads[place] += seconds
    rest = iter(short)
    return [each for head, room in zip(heads, rooms, strict=True)
            for each in (*head, *_some(rest, room - len(head)))]


def _file(test: Test) -> str:
    return test.nodeid.partition("::")[0]


def _rooms(tests: int, processes: int) -> Iterable[int]:
    """How many tests each process is first given, as pytest-xdist counts."""
    for left in range(processes, 0, -1):
        yield tests // left
        tests -= tests // left


def _some(tests: Iterable[Item], count: int) -> list[Item]:
    return [each for _, each in zip(range(count), tests, strict=False)]
