"""What the machine does to it: enormous rows, a full disk, Ctrl-C, a damaged store."""
import os
import resource
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.cli.conftest import Answer, Cli, written
from tests.pipeline.conftest import CONCERN_AT_POLICE, INCIDENTS

ROW_MIB = 64
MEMORY_MIB_MAX = 400
ROWS = 8_000


def many_incidents(folder: Path) -> Path:
    """Enough rows that a publish of them can be interrupted."""
    return written(folder, incidents=[INCIDENTS, *(
        CONCERN_AT_POLICE.replace("INC1,N1", f"INC{each},N{each}") for each in range(ROWS))])


def kept(cli: Cli, table: str) -> int:
    """How many rows a table of the store has."""
    with closing(sqlite3.connect(cli.home / "concord.db")) as store:
        [(count,)] = store.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 # our own words
        return int(count)


def counts(answer: Answer) -> tuple[int, ...]:
    """Rows read, and what became of them."""
    return tuple(answer.json[key] for key in ("read", "published", "unchanged", "rejected"))


@pytest.mark.slow
def test_an_enormous_row_is_rejected_in_bounded_memory(cli: Cli, tmp_path: Path) -> None:
    """It costs its row and not the file, the memory or the day."""
    folder = written(tmp_path / "drop")
    with (folder / "incidents.csv").open("wb") as file:
        file.write(f"{INCIDENTS}\n".encode())
        for _ in range(ROW_MIB):
            file.write(b"x" * 1024 * 1024)
        file.write(f"\n{CONCERN_AT_POLICE}\n".encode())

    started = cli.start("publish", "police", folder, "--format", "json")
    watched, peak = psutil.Process(started.pid), 0
    while started.poll() is None:
        with watched.oneshot():
            peak = max(peak, watched.memory_info().rss if watched.is_running() else 0)
        time.sleep(0.005)  # samples a process that runs beside; nothing is timed
    out, err = started.communicate()
    answer = Answer(started.returncode, out, err)

    assert (3, (2, 1, 0, 1)) == (answer.code, counts(answer))
    assert [(2, "row too long")] == [
        (each["line"], each["reason"]) for each in answer.json["rejects"]]
    assert peak < MEMORY_MIB_MAX * 1024 * 1024


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(cli: Cli, tmp_path: Path) -> None:
    """No byte more can be written; when there is room again the same command goes on."""
    folder = many_incidents(tmp_path / "drop")
    cli("status")
    room = sum(each.stat().st_size for each in cli.home.iterdir()) + 512 * 1024

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    full = cli.process("publish", "police", folder, limits=little_room)

    assert 4 == full.code
    [sentence] = full.err.splitlines()
    assert "disk" in sentence

    again = cli("publish", "police", folder, "--format", "json")
    assert (0, ROWS) == (again.code, counts(again)[0])
    assert (0, 0) == (cli("check").code, cli("audit", "verify").code)
    assert ROWS == kept(cli, "accepted")


@pytest.mark.slow
def test_an_answer_that_cannot_be_written_is_no_success(cli: Cli) -> None:
    """Output to a full disk is exit code 4, not silence."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        answer = cli.process("findings", "--format", "json", out=full)

    assert 4 == answer.code
    assert "The disk is full" in answer.err


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_finished_and_goes_on(cli: Cli, tmp_path: Path) -> None:
    """Exit code 130, one sentence; the same command again reads what is left."""
    folder = many_incidents(tmp_path / "drop")
    cli("status")
    started = cli.start("publish", "police", folder)
    while started.poll() is None and not kept(cli, "last_said"):
        time.sleep(0.005)  # waits for a process that runs beside
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=60)

    assert 130 == started.returncode
    assert ("Interrupted: what was finished is kept; run the same command again to go on.\n"
            == err)
    again = cli("publish", "police", folder, "--format", "json")
    read, published, unchanged, rejected = counts(again)
    assert (ROWS, 0) == (read, rejected)
    assert 0 < unchanged < ROWS
    assert ROWS == published + unchanged


@pytest.mark.parametrize("damage", ["not a database", "torn pages", "another program's"])
def test_a_damaged_store_is_one_sentence(cli: Cli, tmp_path: Path, damage: str) -> None:
    """The operator is told to restore it; nothing is written over it."""
    cli("publish", "police", written(tmp_path / "drop", incidents=[INCIDENTS, CONCERN_AT_POLICE]))
    store = cli.home / "concord.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if damage == "another program's":
        store.unlink()
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
    else:
        whole = store.read_bytes()
        store.write_bytes(b"this is no database\n" * 1000 if damage == "not a database"
                          else whole[:4096] + os.urandom(len(whole) - 4096))

    answer = cli("check")

    assert 2 == answer.code
    [sentence] = answer.err.splitlines()
    assert sentence


def test_a_damaged_record_in_the_store_is_one_sentence(cli: Cli, tmp_path: Path) -> None:
    """A value that no longer decodes names no child and shows no traceback."""
    cli("publish", "police", written(tmp_path / "drop", incidents=[INCIDENTS, CONCERN_AT_POLICE]))
    cli("check")
    with closing(sqlite3.connect(cli.home / "concord.db")) as store, store:
        store.execute("UPDATE statements SET value = substr(value, 1, 30)")
        store.execute("INSERT OR REPLACE INTO dirty (person_key)"
                      " SELECT person_key FROM statements")

    answer = cli("check")

    assert 2 == answer.code
    [sentence] = answer.err.splitlines()
    assert "The store holds a record that cannot be read" in sentence


@pytest.mark.parametrize("entry", [1, 3])
def test_one_altered_byte_of_the_audit_is_found_by_entry(
        cli: Cli, tmp_path: Path, entry: int) -> None:
    """The verifier names the entry, and the exit code says that something must be done."""
    for name in ("one", "two", "three"):
        rows = [INCIDENTS, CONCERN_AT_POLICE.replace("INC1", f"INC-{name}")]
        cli("publish", "police", written(tmp_path / name, incidents=rows))
        cli("check")
    assert 0 == cli("audit", "verify").code
    with closing(sqlite3.connect(cli.home / "concord.db")) as store, store:
        [(value,)] = store.execute("SELECT value FROM audit WHERE number = ?", (entry,))
        altered = bytearray(value)
        altered[len(altered) // 2] ^= 1
        store.execute("UPDATE audit SET value = ? WHERE number = ?", (bytes(altered), entry))

    answer = cli("audit", "verify", "--format", "json")

    assert 2 == answer.code
    assert (False, entry) == (answer.json["ok"], answer.json["first_altered"])
