"""The watcher: files left in the drop folders are taken once they are whole."""
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.conftest import Cli, written
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
)


def left(folder: Path, cli: Cli, seconds_ago: float) -> None:
    """Both agencies' files, last changed so long before now."""
    home = written(folder / "homes" / "riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                   absences=[ABSENCES, MISSING_FROM_HOME])
    police = written(folder / "police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                     incidents=[INCIDENTS, CONCERN_AT_POLICE])
    at = (datetime.fromisoformat(cli.now).astimezone(UTC)
          - timedelta(seconds=seconds_ago)).timestamp()
    for path in (*home.iterdir(), *police.iterdir()):
        os.utime(path, (at, at))


def test_one_turn_takes_the_files_to_the_notices(cli: Cli, tmp_path: Path) -> None:
    """Publish, intake, check and deliver, without another word."""
    left(tmp_path / "drop", cli, 60)

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")

    assert 0 == answer.code
    assert ["M01"] == [each["code"] for each in cli("findings", "--format", "json").json]
    assert ["M01"] == [each["code"]
                       for each in cli("notices", "riverside", "--format", "json").json]


def test_a_file_that_is_still_being_written_is_left_for_the_next_turn(
        cli: Cli, tmp_path: Path) -> None:
    """Half a snapshot would take back the other half."""
    left(tmp_path / "drop", cli, 0.5)

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")

    assert (0, "") == (answer.code, answer.out)
