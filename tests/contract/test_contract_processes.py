"""What a log and a store in a file promise when processes share it, and when one is killed."""
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from broker.backends.sqlite import SqliteFile, SqliteLog, SqliteStore
from broker.log.records import Lane
from broker.ports import Table

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LANE = Lane("safeguarding.shared.person", 0)
ROWS = Table("rows", (("writer", "integer"), ("number", "integer")), ("writer", "number"))

# Appends batches for ever or as often as asked, and says each one only when it is safe.
WRITER = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from broker.backends.sqlite import SqliteFile, SqliteLog, SqliteStore
from broker.log.records import Lane, Record
from broker.ports import Table
file = SqliteFile(Path(sys.argv[1]))
writer, batches = int(sys.argv[2]), int(sys.argv[3])
lane = Lane("safeguarding.shared.person", 0)
rows = Table("rows", (("writer", "integer"), ("number", "integer")), ("writer", "number"))
log, store = SqliteLog(file), SqliteStore(file, (rows,))
noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for batch in itertools.count() if batches < 0 else range(batches):
    records = [Record(b"%d %d %d" % (writer, batch, place), b"v", noon) for place in range(3)]
    if batch % 2:
        log.append(lane, records)
    else:
        with store.begin() as unit:
            unit.insert(rows, [(writer, batch)])
            unit.send(lane, records)
    print(batch, flush=True)
"""


def writer(home: Path, number: int, batches: int) -> "subprocess.Popen[str]":
    """A process that is ready to write, and begins when it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), str(number), str(batches)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process


def begin(process: "subprocess.Popen[str]") -> None:
    """Let a ready process write."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_what_was_said_to_be_written_survives_kill_9(tmp_path: Path) -> None:
    """Every append and transaction that returned is there, whole; at most one more."""
    process = writer(tmp_path, 0, -1)
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    begin(process)
    for _ in range(25):
        said = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    said = max([said, *map(int, process.communicate()[0].split())])

    with closing(SqliteFile(tmp_path)) as file:
        store = SqliteStore(file, (ROWS,))
        logged = SqliteLog(file).read(LANE, 0, 100_000)
        with store.view() as view:
            rows = [number for _, number in view.scan(ROWS, "writer")]
    batches = len(logged) // 3

    assert said + 1 <= batches <= said + 2
    assert [b"0 %d %d" % (batch, place) for batch in range(batches) for place in range(3)] \
        == [each.record.key for each in logged]
    assert list(range(0, batches, 2)) == rows


def test_processes_at_once_keep_order_and_lose_nothing(tmp_path: Path) -> None:
    """Both open the new file at the same time; a reader beside them sees no gap closed later."""
    processes = [writer(tmp_path, number, 30) for number in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()
    with closing(SqliteFile(tmp_path)) as file:
        log = SqliteLog(file)
        seen: list[bytes] = []
        for process in processes:
            begin(process)
        while any(process.poll() is None for process in processes):
            more = log.read(LANE, len(seen), 50)
            assert list(range(len(seen), len(seen) + len(more))) == [
                each.position for each in more]
            seen += [each.record.key for each in more]
        seen += [each.record.key for each in log.read(LANE, len(seen), 1000)]
        end = log.end(LANE)
        with SqliteStore(file, (ROWS,)).view() as view:
            rows = view.scan(ROWS, "writer")
    for process in processes:
        process.communicate()

    assert (180, [0, 0]) == (end, [process.returncode for process in processes])
    assert sorted((number, batch) for number in range(2) for batch in range(0, 30, 2)) == rows
    for number in range(2):
        written = [b"%d %d %d" % (number, batch, place)
                   for batch in range(30) for place in range(3)]
        assert written == [key for key in seen if key.startswith(b"%d " % number)]
    assert [key.split()[:2] for key in seen[::3]] == [key.split()[:2] for key in seen[2::3]]
