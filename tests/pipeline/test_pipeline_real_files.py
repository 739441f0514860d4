"""The real files beside the repository, from the folder to the findings."""
from pathlib import Path

import pytest

from tests.pipeline.conftest import Bench

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(not DATA.exists(), reason="the real files are not beside the repository")
@pytest.mark.parametrize(("name", "read", "rejected"), [("ssda903", 25_945, 0), ("cin", 33, 2)])
def test_real_returns_go_through_to_the_end_and_say_nothing_new_the_second_time(
        bench: Bench, name: str, read: int, rejected: int) -> None:
    """All their dirt is carried or rejected by row, nothing crashes, and twice is once."""
    first = bench.publish_path("council", DATA / name)
    count = bench.concord.check()
    bench.later(days=1)

    again = bench.publish_path("council", DATA / name)

    assert (read, rejected, []) == (first.read, first.rejected, first.refused)
    assert ({}, first.statements) == (count.crashed_rules, count.accepted)
    assert (read, 0, rejected, 0) == (
        again.read, again.published, again.rejected, again.statements)
