"""A world in which nothing was planted, made once for all that look at it."""
import pytest

from broker.world import build, write_all
from tests.world.ordinary import PLAN, Read


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """A world in which nothing was planted."""
    world = build(PLAN)
    root = tmp_path_factory.mktemp("quiet")
    write_all(world, root)
    return Read(world, root)
