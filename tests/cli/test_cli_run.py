"""The watcher: files left in the drop folders are taken once they are whole."""
import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.cli import watch
from broker.pipeline import publish
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

    assert (0, ["police: files still changing, left for the next turn.",
                "riverside: files still changing, left for the next turn."]) == (
        answer.code, answer.out.splitlines())


@pytest.fixture
def locked(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both agencies' files, and the folder of the council, which this user may not list."""
    left(tmp_path / "drop", cli, 60)
    council = tmp_path / "drop" / "council"
    council.mkdir()
    real = publish._entries_below

    def entries(path: Path) -> list[Path]:
        if path == council:
            raise PermissionError(errno.EACCES, "Permission denied", str(council))
        return real(path)

    monkeypatch.setattr(publish, "_entries_below", entries)
    return council


@pytest.mark.parametrize("words", [("run", "--turns", "2"), ("publish",)])
def test_a_folder_that_cannot_be_listed_keeps_no_other_agency_from_being_heard(
        cli: Cli, locked: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """It is said once, and the exit code tells of it."""
    monkeypatch.setattr(watch, "WATCH_SECONDS", 0)
    answer = cli(*words, "--root", locked.parent)
    cli("check")

    assert (2, f"council: {locked} cannot be read (Permission denied): check the path and your "
            "rights to it. The others go on.\n") == (answer.code, answer.err)
    assert ["M01"] == [each["code"] for each in cli("findings", "--format", "json").json]


def test_a_folder_that_can_be_listed_again_is_read_at_the_next_turn(
        cli: Cli, locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it was taken for seen."""
    first = cli("run", "--root", locked.parent, "--turns", "1")
    monkeypatch.undo()
    written(locked, ssd_person=["person_id"])
    os.utime(locked / "ssd_person.csv", (0, 0))
    then = cli("run", "--root", locked.parent, "--turns", "1")

    assert "council:" not in first.out
    assert then.out.startswith("council: read 0 rows")


def test_one_folder_that_cannot_be_listed_ends_a_publishing_of_it_alone(
        cli: Cli, locked: Path) -> None:
    """As any path that cannot be used."""
    answer = cli("publish", "council", locked)

    assert (2, f"{locked} cannot be used (Permission denied): check the path and your rights to "
            "it.\n") == (answer.code, answer.err)


def test_a_rejected_row_is_said_and_ends_the_turns_with_3(cli: Cli, tmp_path: Path) -> None:
    """A nightly job must not take it for done."""
    left(tmp_path / "drop", cli, 60)
    with (tmp_path / "drop" / "police" / "incidents.csv").open("a") as file:
        file.write(CONCERN_AT_POLICE.replace("2026-03-01T21:35:00Z", "yesterday") + "\n")

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")

    assert 3 == answer.code
    assert "  rejected incidents.csv:3 updated_at" in answer.out


def test_a_value_that_cannot_be_used_is_not_said(cli: Cli, tmp_path: Path) -> None:
    """Standard output of a service goes to a journal: where it can be seen is said instead, of a
    row and of a word that is unknown."""
    nominals = written(tmp_path / "drop" / "police", nominals=[
        NOMINALS, KAYLEIGH_AT_POLICE.replace("2026-01-12T09:00:00Z", "Orla Fenwick 07700900999"),
        KAYLEIGH_AT_POLICE.replace("N1", "N2").replace(",W1,", ",Rhoda is Irish,")])
    os.utime(nominals / "nominals.csv", (0, 0))

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")
    [reject] = [each["reject"] for each in cli("rejects", "list", "--format", "json").json]

    assert [f"  rejected nominals.csv:2 updated_at: not a time (`concord rejects show {reject}`)",
            "  unknown value in nominals.csv ethnicity (1 time: line 3)",
            f"  `concord publish police {tmp_path / 'drop' / 'police'}` shows the values that are "
            "unknown."] == answer.out.splitlines()[1:4]
    assert ([], "") == (
        [word for word in ("Orla", "07700900999", "Rhoda") if word in answer.out], answer.err)
    shown = cli("publish", "police", nominals).out
    assert "'Rhoda is Irish' (1 time: line 3, record 'N2')" in shown


def test_a_refused_file_outweighs_and_ends_the_turns_with_2(cli: Cli, tmp_path: Path) -> None:
    """Somebody must mend it, whatever else was rejected."""
    left(tmp_path / "drop", cli, 60)
    (tmp_path / "drop" / "police" / "markers.csv").touch()
    os.utime(tmp_path / "drop" / "police" / "markers.csv", (0, 0))

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")

    assert 2 == answer.code
    assert "  refused markers.csv: " in answer.out


def test_messages_rejected_by_intake_are_said(cli: Cli, tmp_path: Path) -> None:
    """No agreement lets the home publish: told at once, with where to look."""
    config = cli.home / "concord.toml"
    config.write_text(config.read_text().replace(
        'from = ["police", "council", "riverside"]', 'from = ["police", "council"]'))
    left(tmp_path / "drop", cli, 60)

    answer = cli("run", "--root", tmp_path / "drop", "--turns", "1")

    assert 3 == answer.code
    assert "rejected: `concord rejects list`" in answer.out.splitlines()[-1]


@pytest.mark.slow
def test_sigterm_ends_it_as_ctrl_c_does(cli: Cli, tmp_path: Path) -> None:
    """A service manager's way to say stop: one line, exit code 130."""
    left(tmp_path / "drop", cli, 60)
    running = cli.start("run", "--root", tmp_path / "drop")
    assert running.stdout is not None
    assert running.stdout.readline().startswith("police: read")
    running.terminate()
    _, err = running.communicate(timeout=60)

    assert (130, 1) == (running.returncode, len(err.splitlines()))
    assert err.startswith("Interrupted: ")
