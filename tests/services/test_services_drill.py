"""Twenty seeds of the fault drill: nothing is lost, nothing happens twice, all ends the same."""
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from compose.local.services import Services
from tests.services.drill import Drill
from tests.services.started import privately

# On a person's machine two seeds show that the drill works; `python -m tests.services.drill` has
# the others.
SEEDS = 20 if os.environ.get("CI") == "true" else 2
# Each on services of its own, so that two processors are busy with many seeds; for two seeds it
# would take longer to start services than it saves.
PARTS = 2 if SEEDS > 2 else 1


@pytest.fixture
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services of this test alone, for they are killed."""
    with privately(tmp_path_factory.mktemp("drill")) as started:
        assert isinstance(started, Services)
        yield started


@pytest.mark.parametrize("part", range(PARTS))
def test_a_partnership_under_faults_ends_as_one_without(
    part: int, services: Services, tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    """Every accepted statement has had its effect once; people, findings, notices, feeds and the
    audit are those of a quiet run. What happened is printed, seed by seed."""
    outcomes = []
    for seed in range(part, SEEDS, PARTS):
        place = tmp_path / str(seed)
        place.mkdir()
        outcomes.append(Drill(services, seed, place).through())
        with capfd.disabled():
            print(outcomes[-1], flush=True)  # noqa: T201 # the drill says what it did

    assert [(each.seed, 0, 0, []) for each in outcomes] == [
        (each.seed, each.lost, each.twice, each.differences) for each in outcomes]
