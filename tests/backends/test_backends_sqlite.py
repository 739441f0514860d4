"""The SQLite file: what it refuses, whom it waits for, what it leaves on the disk."""
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from broker.backends import sqlite
from broker.backends.sqlite import FILE_NAME, SqliteFile, SqliteLog, SqliteStore
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane, Record
from broker.ports import Table
from tests.disk import AS_SHIPPED, SETUP

PEOPLE = Table("people", (("id", "text"), ("seen", "integer"), ("document", "bytes")), ("id",),
               (("seen",),))
LANE = Lane("safeguarding.shared.person", 0)
ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MARKED = b"Synthetica-Marked-Name"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    """A new file."""
    with closing(SqliteFile(tmp_path)) as opened:
        yield opened


def on_disk(directory: Path) -> bytes:
    """Every byte of the database and the files beside it."""
    return b"".join(path.read_bytes() for path in sorted(directory.iterdir()))


def test_the_folder_is_made_and_the_file_is_private(tmp_path: Path) -> None:
    """It holds children's records: nobody else on the machine reads it."""
    with closing(SqliteFile(tmp_path / "new")) as file:
        SqliteStore(file, (PEOPLE,))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}

    assert {0o600} == modes


def test_a_commit_returns_when_the_disk_has_it(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As shipped: the other tests do without, as none can take the machine's power away."""
    monkeypatch.setattr(sqlite, SETUP, AS_SHIPPED)
    with closing(SqliteFile(tmp_path)) as file, file.reading() as cursor:
        cursor.execute("PRAGMA synchronous")
        full = cursor.fetchall()

    assert [(2,)] == full


def test_other_tests_do_not_wait_for_the_disk(file: SqliteFile) -> None:
    """Each would wait for thousands of commits."""
    with file.reading() as cursor:
        cursor.execute("PRAGMA synchronous")
        assert [(0,)] == cursor.fetchall()


def open_elsewhere(directory: Path) -> None:
    """Another process opens the file and ends."""
    subprocess.run((sys.executable, "-c", "import sys; from pathlib import Path;"
                    "from broker.backends.sqlite import SqliteFile;"
                    "SqliteFile(Path(sys.argv[1])).close()", str(directory)), check=True)


def write_and_be_killed(directory: Path) -> None:
    """Be a worker that opens its home anew, writes after another process has ended, and is ended
    itself as by `kill -9`: it closes nothing, which would yet save what it wrote."""
    file, _second = SqliteFile(directory), SqliteFile(directory)
    store = SqliteStore(file, (PEOPLE,))
    open_elsewhere(directory)
    with store.begin() as unit:
        unit.put(PEOPLE, [("n1", 1, b"")])
    os._exit(0)


def test_what_a_worker_wrote_that_was_killed_later_is_there(tmp_path: Path) -> None:
    """Its commit had returned: the log that it wrote to must not have been thrown away."""
    subprocess.run((sys.executable, "-c", "import sys; from pathlib import Path;"
                    f"from {__name__} import write_and_be_killed;"
                    "write_and_be_killed(Path(sys.argv[1]))", str(tmp_path)),
                   check=True, cwd=ROOT)

    with closing(SqliteFile(tmp_path)) as anew, SqliteStore(anew, (PEOPLE,)).view() as view:
        assert 1 == view.count(PEOPLE)


@pytest.mark.slow
def test_what_is_written_after_a_second_opening_is_kept_when_another_process_ends(
        tmp_path: Path) -> None:
    """A worker opens its home anew while the old one is open. Had it let go of its locks by that,
    the next process to end would take itself for the last and throw away the log that the worker
    goes on writing to."""
    with closing(SqliteFile(tmp_path)) as file, closing(SqliteFile(tmp_path)):
        store = SqliteStore(file, (PEOPLE,))
        open_elsewhere(tmp_path)
        with store.begin() as unit:
            unit.put(PEOPLE, [("n1", 1, b"")])
        left = (tmp_path / f"{FILE_NAME}-wal").exists()
    with closing(SqliteFile(tmp_path)) as anew, SqliteStore(anew, (PEOPLE,)).view() as view:
        kept = view.count(PEOPLE)

    assert (True, 1) == (left, kept)


@pytest.mark.parametrize("wrong", ["missing/folder", "file", "file/below"])
def test_a_wrong_path_is_refused(tmp_path: Path, wrong: str) -> None:
    """A folder above that is missing may be a slip of the pen: nothing is made."""
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ConfigError, match="name another --home"):
        SqliteFile(tmp_path / wrong)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """And left as it is."""
    (tmp_path / FILE_NAME).write_bytes(b"letters, not pages" * 500)

    with pytest.raises(ConfigError, match="not a database"):
        SqliteFile(tmp_path)
    assert b"letters, not pages" * 500 == (tmp_path / FILE_NAME).read_bytes()


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """Its first page is whole, its others are not."""
    with closing(SqliteFile(tmp_path)) as file:
        SqliteStore(file, (PEOPLE,))
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    with pytest.raises(ConfigError, match="damaged"):
        SqliteFile(tmp_path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    """It is not ours to add to."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("CREATE TABLE theirs (a)")

    with pytest.raises(ConfigError, match="belongs to another program"):
        SqliteFile(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """It names both, and the way out."""
    SqliteFile(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other, other:
        other.execute("UPDATE concord_settings SET value = '9' WHERE name = 'format'")

    with pytest.raises(ConfigError, match="has format 9, this version of Concord reads format 1"):
        SqliteFile(tmp_path)


def test_partitions_are_fixed_when_the_file_is_made(tmp_path: Path) -> None:
    """Another number would part a subject's statements."""
    SqliteFile(tmp_path, partitions=3).close()

    with pytest.raises(ConfigError, match="made with 3 partitions a topic, not 4"):
        SqliteFile(tmp_path)


def test_a_table_of_another_shape_is_refused(file: SqliteFile) -> None:
    """Rows would be read by the wrong columns."""
    SqliteStore(file, (PEOPLE,))
    first, *rest = PEOPLE.columns
    other = Table("people", (first, ("more", "text"), *rest), ("id",))

    with pytest.raises(ConfigError, match="written by another version"):
        SqliteStore(file, (other,))


def test_a_column_may_be_added_behind_the_others(file: SqliteFile) -> None:
    """A home of an older version goes on: its rows have nothing there."""
    more = Table(PEOPLE.name, (*PEOPLE.columns, ("more", "integer")), PEOPLE.key, (("more",),))
    with SqliteStore(file, (PEOPLE,)).begin() as unit:
        unit.insert(PEOPLE, [("ann", 1, None)])
    with SqliteStore(file, (more,)).begin() as unit:
        unit.insert(more, [("ben", 2, None, 7)])

        assert ([("ann", 1, None, None), ("ben", 2, None, 7)], [("ben", 2, None, 7)]) == (
            unit.scan(more, "id"), unit.find(more, "more", [7]))


def test_a_table_that_was_not_declared_is_a_mistake(file: SqliteFile) -> None:
    """It may not be there, or in another shape."""
    with SqliteStore(file, ()).view() as view, pytest.raises(AssertionError, match="not declared"):
        view.count(PEOPLE)


def test_an_index_may_be_added_later(file: SqliteFile) -> None:
    """It changes no row."""
    bare = Table(PEOPLE.name, PEOPLE.columns, PEOPLE.key)
    with SqliteStore(file, (bare,)).begin() as unit:
        unit.insert(bare, [("ann", 1, None)])
    with SqliteStore(file, (PEOPLE,)).view() as view:
        assert [("ann", 1, None)] == view.find(PEOPLE, "seen", [1])


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction that did not fit is gone, those before it are there."""
    monkeypatch.setattr(sqlite, "_SETUP", (*sqlite._SETUP, "PRAGMA max_page_count = 40"))
    with closing(SqliteFile(tmp_path)) as file:
        store = SqliteStore(file, (PEOPLE,))
        with store.begin() as unit:
            unit.insert(PEOPLE, [("ann", 1, b"small")])
        with pytest.raises(TemporarilyUnavailable, match="disk that holds the store is full"), \
                store.begin() as unit:
            unit.insert(PEOPLE, [("ben", 1, MARKED * 10_000)])
        with store.begin() as unit:
            unit.insert(PEOPLE, [("cat", 2, b"small")])

            assert ["ann", "cat"] == [row[0] for row in unit.scan(PEOPLE, "id")]


def test_another_writer_is_waited_for_and_then_named(tmp_path: Path) -> None:
    """Longer than the patience is busy; readers need not wait at all."""
    with closing(SqliteFile(tmp_path, patience_seconds=0.05)) as file, \
            closing(SqliteFile(tmp_path)) as other:
        store = SqliteStore(file, (PEOPLE,))
        with other.writing():
            with pytest.raises(TemporarilyUnavailable, match="in use"), store.begin():
                pass
            with store.view() as view:
                assert 0 == view.count(PEOPLE)


def test_a_writer_of_the_same_process_is_waited_for_too(tmp_path: Path) -> None:
    """Threads queue before they trouble the file."""
    with closing(SqliteFile(tmp_path, patience_seconds=0.05)) as file:
        store, held, done = SqliteStore(file, (PEOPLE,)), Event(), Event()

        def hold() -> None:
            with store.begin():
                held.set()
                done.wait()

        thread = Thread(target=hold)
        thread.start()
        held.wait()
        with pytest.raises(TemporarilyUnavailable, match="in use"), store.begin():
            pass
        done.set()
        thread.join()


def test_a_forked_process_is_refused(file: SqliteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's locks do not pass to a child process: both would damage the file."""
    monkeypatch.setattr(os, "getpid", lambda: -1)

    with pytest.raises(AssertionError, match="every process"):
        SqliteLog(file).end(LANE)


def test_a_view_stays_as_it_was(file: SqliteFile, tmp_path: Path) -> None:
    """What others commit meanwhile is seen by the next view."""
    store = SqliteStore(file, (PEOPLE,))
    with closing(SqliteFile(tmp_path)) as other:
        writer = SqliteStore(other, (PEOPLE,))
        with store.view() as view:
            before = view.count(PEOPLE)
            thread = Thread(target=_insert_ann, args=(writer,))
            thread.start()
            thread.join()

            assert (0, 0) == (before, view.count(PEOPLE))


def _insert_ann(store: SqliteStore) -> None:
    with store.begin() as unit:
        unit.insert(PEOPLE, [("ann", 1, None)])


def test_what_is_erased_leaves_no_byte(file: SqliteFile, tmp_path: Path) -> None:
    """Neither in the file nor in the write-ahead log, of records and rows."""
    log, store = SqliteLog(file), SqliteStore(file, (PEOPLE,))
    for number in range(50):
        filler = b"filler %d " % number * 20
        log.append(LANE, [Record(b"other %d" % number, filler, NOON),
                          Record(b"key %d" % number, MARKED * 30, NOON, (("h", MARKED),))])
        with store.begin() as unit:
            unit.put(PEOPLE, [(f"{number * 7 % 50:03}", number, MARKED * (1 + number * 5))])
    before = MARKED in on_disk(tmp_path)
    with store.begin() as unit:
        unit.delete(PEOPLE, [(f"{number:03}",) for number in range(50)])
    erased = log.erase(LANE, [b"key %d" % number for number in range(50)])

    assert (True, 50, False) == (before, erased, MARKED in on_disk(tmp_path))


def test_what_is_overwritten_leaves_no_byte(file: SqliteFile, tmp_path: Path) -> None:
    """A row that is replaced is gone once the store is scrubbed."""
    store = SqliteStore(file, (PEOPLE,))
    for document in (MARKED * 300, b"short"):
        with store.begin() as unit:
            unit.put(PEOPLE, [("ann", 1, document), ("ben", 1, b"x" * 500)])
    store.scrub()

    assert False is (MARKED in on_disk(tmp_path))


def test_an_erasure_says_when_a_reader_keeps_the_old_pages(tmp_path: Path) -> None:
    """The values are gone for every new reader, the bytes on the disk only once it is called
    again."""
    with closing(SqliteFile(tmp_path, patience_seconds=0.05)) as file, \
            closing(SqliteFile(tmp_path)) as other:
        log, store = SqliteLog(file), SqliteStore(other, (PEOPLE,))
        log.append(LANE, [Record(b"key", MARKED, NOON)])
        with store.view() as view:
            view.count(PEOPLE)
            with pytest.raises(TemporarilyUnavailable, match="erase again"):
                log.erase(LANE, [b"key"])
        log.erase(LANE, [b"key"])

        assert [None] == [each.record.value for each in log.read(LANE, 0, 9)]
        assert False is (MARKED in on_disk(tmp_path))
