"""The file of positions: whole or not there, and never guessed at."""
from pathlib import Path

import pytest

from broker.client import PositionFile
from broker.errors import ConfigError
from broker.log.records import Lane

ONE, OTHER = Lane("safeguarding.feed.riverside", 0), Lane("safeguarding.feed.riverside", 3)


def test_positions_are_kept_by_lane(tmp_path: Path) -> None:
    """What is saved of some lanes leaves the others as they were."""
    PositionFile(tmp_path / "kept").save({ONE: 5, OTHER: 7})
    PositionFile(tmp_path / "kept").save({ONE: 6})

    assert {ONE: 6, OTHER: 7} == PositionFile(tmp_path / "kept").saved([ONE, OTHER])


def test_nothing_is_saved_at_first(tmp_path: Path) -> None:
    """A file that is not there is one that will be."""
    assert {} == PositionFile(tmp_path / "kept").saved([ONE])


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    """It is written whole beside it, and then takes its place."""
    PositionFile(tmp_path / "kept").save({ONE: 5})

    assert ["kept"] == [each.name for each in tmp_path.iterdir()]


@pytest.mark.parametrize("text", ["", "[]", '{"a/0": -1}', '{"a/0": "1"}', '{"a/0": true}', "\0"])
def test_a_damaged_file_is_not_taken_for_an_empty_one(tmp_path: Path, text: str) -> None:
    """To begin anew unasked would be to do everything again."""
    (tmp_path / "kept").write_text(text)

    with pytest.raises(ConfigError, match="does not hold positions"):
        PositionFile(tmp_path / "kept").saved([ONE])


def test_a_folder_that_is_not_there_is_the_operators_to_make(tmp_path: Path) -> None:
    """Where positions cannot be kept, nothing is followed in vain."""
    with pytest.raises(ConfigError, match="name a file in a folder that is there"):
        PositionFile(tmp_path / "nowhere" / "kept").save({ONE: 5})
