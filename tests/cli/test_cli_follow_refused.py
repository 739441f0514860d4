"""A configuration under which no worker can begin yet: it waits, and nothing of it is written."""
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest

from broker.bootstrap import Concord, open_home, workers
from broker.cli import anew, following
from broker.cli.context import Options
from broker.errors import ConfigError
from broker.pipeline.tables import SETTINGS
from broker.pipeline.worker import Stage, Worker
from tests.cli.conftest import Build, Cli
from tests.cli.test_cli_follow_anew import write
from tests.cli.test_cli_leads import a_death

AS_IT_WAS = "deliver: goes on as it was configured."
ANEW = "deliver: has read its configuration anew."
LINKED = "The people here were linked under another identity model than the one now in force: "


@pytest.fixture
def dead(copied: Callable[[Build], Cli], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A death is found; no time passes between two looks at what could not be begun under."""
    monkeypatch.setattr(anew, "WRITING_SECONDS", 0)
    monkeypatch.setattr(anew, "AGAIN_SECONDS", 0)
    return copied(a_death)


def turned(home: Cli, stage: Stage, monkeypatch: pytest.MonkeyPatch,
           *turns: Callable[[Worker, Callable[[], bool]], object]) -> None:
    """Follow a stage whose worker does each of these instead of its turns, and then ends."""
    left = list(turns)

    def run(worker: Worker, is_over: Callable[[], bool]) -> None:
        if left:
            left.pop(0)(worker, is_over)
        else:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(Worker, "run", run)
    following.follow_stage(Options(home.home, None, None, lambda _: None), stage,
                           "127.0.0.1", None)


def settings_of(home: Cli) -> dict[str, str]:
    """The digest of each part of the configuration that was declared last."""
    with closing(open_home(home.home)) as concord, concord.store.view() as view:
        return {str(row[0]): str(row[1]) for row in view.scan(SETTINGS, "kind")}


def other_model(home: Cli) -> None:
    """Name a model of one's own, under which the people of this store were not linked."""
    (home.home / "identity.json").write_text(
        home("identity", "model", "--format", "json").out.replace(
            '"population": 20000', '"population": 30000'), encoding="utf-8")
    write(home, "[limits]", '[identity]\nmodel = "identity.json"\n[limits]')


def refusing(monkeypatch: pytest.MonkeyPatch, *why: str) -> None:
    """A worker that begins, or asks whether one could, is refused for each of these in turn; an
    empty one lets it begin."""
    coming: Iterator[str] = iter(why)
    real = workers.refuse_to_begin

    def refuse(concord: Concord, stage: Stage) -> None:
        if said := next(coming, ""):
            raise ConfigError(said)
        real(concord, stage)

    monkeypatch.setattr(workers, "refuse_to_begin", refuse)
    monkeypatch.setattr(following, "refuse_to_begin", refuse)


def test_a_worker_that_goes_on_as_it_was_takes_back_nothing_that_others_declared(
        dead: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody would be looked at again, and limits long past would be in force by the log."""
    refusing(monkeypatch, "", "It cannot begin.")
    seen = [settings_of(dead)]

    def taken_up_by_another(_: Worker, is_over: Callable[[], bool]) -> None:
        write(dead, "[limits]", "[limits]\nmissing_open_hours = 5")
        assert 0 == dead("check").code
        seen.append(settings_of(dead))
        assert is_over()

    turned(dead, Stage.DELIVER, monkeypatch, taken_up_by_another,
           lambda *_: seen.append(settings_of(dead)))

    assert seen[0] != seen[1]
    assert seen[1] == seen[2]


def test_nothing_is_written_of_a_configuration_under_which_no_worker_can_begin(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Other limits came with it, and its model asks for a rebuild."""
    before = settings_of(dead)

    def changed(_: Worker, is_over: Callable[[], bool]) -> None:
        other_model(dead)
        write(dead, "[limits]", "[limits]\nmissing_open_hours = 5")
        assert is_over()

    marked: list[object] = []
    monkeypatch.setattr("broker.bootstrap.declaring.mark_everybody", marked.append)
    turned(dead, Stage.CHECK, monkeypatch, changed)

    assert (before, []) == (settings_of(dead), marked)
    assert f"check: goes on as it was configured. {LINKED}" in capsys.readouterr().err


def test_what_could_not_be_begun_under_is_taken_up_once_it_can(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without another edit or a signal, told once for each reason, and at work until then."""
    refusing(monkeypatch, "", "No.", "", "No.", "No longer.", "No longer.")
    looks: list[bool] = []

    def changed(_: Worker, is_over: Callable[[], bool]) -> None:
        write(dead, "# lead = ", "lead = ")
        assert is_over()

    turned(dead, Stage.DELIVER, monkeypatch, changed,
           lambda _, is_over: looks.extend(is_over() for _ in range(4)))
    said = capsys.readouterr()

    assert [False, False, False, True] == looks
    assert [f"{AS_IT_WAS} No.", f"{AS_IT_WAS} No longer."] == said.err.splitlines()
    assert ["deliver: working.", ANEW, "deliver: stopped; what was finished is kept."] == (
        said.out.splitlines())


def test_whether_it_can_is_not_asked_before_every_turn(
        dead: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home is opened for it, and served that is four connections."""
    refusing(monkeypatch, "", "No.")
    monkeypatch.setattr(anew, "AGAIN_SECONDS", 15)
    seconds = [0.0]
    monkeypatch.setattr(anew, "time", SimpleNamespace(
        sleep=lambda _: None, monotonic=lambda: seconds[0]))
    looks: list[bool] = []

    def changed(_: Worker, is_over: Callable[[], bool]) -> None:
        write(dead, "# lead = ", "lead = ")
        assert is_over()

    def looked(_: Worker, is_over: Callable[[], bool]) -> None:
        for seconds[0] in (0.1, 14.9, 15.0):
            looks.append(is_over())

    turned(dead, Stage.DELIVER, monkeypatch, changed, looked)

    assert [False, False, True] == looks


def test_a_store_rebuilt_under_the_model_that_was_named_is_gone_on_with_under_it(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As the sentence asked: the worker that links neither ends nor links under the former."""
    def changed(_: Worker, is_over: Callable[[], bool]) -> None:
        other_model(dead)
        assert is_over()

    def rebuilt(worker: Worker, _: Callable[[], bool]) -> None:
        assert 0 == dead("rebuild", "--by", "a.operator", "--reason", "a model", "--yes").code
        worker._work.turn()
        pytest.fail("it went on under the former model")

    done: list[int] = []

    def gone_on_with(worker: Worker, _: Callable[[], bool]) -> None:
        done.append(worker._work.turn())
        signal.raise_signal(signal.SIGTERM)

    turned(dead, Stage.CHECK, monkeypatch, changed, rebuilt, gone_on_with)
    said = capsys.readouterr()

    assert 1 == len(said.err.splitlines())
    assert ["check: working.", "check: has read its configuration anew.",
            "check: stopped; what was finished is kept."] == said.out.splitlines()
    assert done[0] > 0


def test_a_worker_ends_whose_store_was_rebuilt_under_a_model_that_its_file_does_not_name(
        dead: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one sentence: it cannot go on, and there is nothing to go on to."""
    def rebuilt(worker: Worker, _: Callable[[], bool]) -> None:
        path = dead.home / "concord.toml"
        text = path.read_text(encoding="utf-8")
        other_model(dead)
        assert 0 == dead("rebuild", "--by", "a.operator", "--reason", "a model", "--yes").code
        path.write_text(text, encoding="utf-8")
        worker._work.turn()
        pytest.fail("it went on under the former model")

    with pytest.raises(ConfigError, match=LINKED):
        turned(dead, Stage.CHECK, monkeypatch, rebuilt)


def test_a_checker_goes_by_the_limits_that_a_later_file_of_another_machine_declared(
        dead: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It begins anew by them, says so once, and declares nothing of its own again."""
    seen: list[dict[str, str]] = []

    def declared(_: Worker, is_over: Callable[[], bool]) -> None:
        other = dead.home / "other.toml"
        other.write_text((dead.home / "concord.toml").read_text(encoding="utf-8").replace(
            "[limits]", "[limits]\nmissing_open_hours = 5"), encoding="utf-8")
        assert 0 == dead("check", "--config", other).code
        seen.append(settings_of(dead))
        assert is_over()

    def goes_on(_: Worker, is_over: Callable[[], bool]) -> None:
        seen.append(settings_of(dead))
        assert not is_over()
        signal.raise_signal(signal.SIGTERM)

    turned(dead, Stage.CHECK, monkeypatch, declared, goes_on)
    said = capsys.readouterr()

    assert 2 == len(seen)
    assert seen[0] == seen[1]
    assert 1 == said.err.count("The limits in force were declared from another configuration")
    assert ["check: working.", "check: has read its configuration anew.",
            "check: stopped; what was finished is kept."] == said.out.splitlines()
