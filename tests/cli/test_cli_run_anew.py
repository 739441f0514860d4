"""The watcher goes by its configuration as it stands, and not as it was at the start."""
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broker.bootstrap import Concord, open_home
from broker.cli import anew, watch
from broker.log import topics
from broker.log.records import Lane
from tests.cli.conftest import Answer, Cli
from tests.cli.test_cli_run import left

ANEW = "run: has read its configuration anew."
AS_IT_WAS = "run: goes on as it was configured."
ALL_THREE = ("the agreement that council, police and riverside may tell council, police and "
             "riverside")
# Of the police and the home: statements of others in their feed, notices to them.
ALL, NOTHING = [4, 1, 2, 1], [0, 0, 0, 0]
GOES_ON, ENDED = "# ends = 2027-12-31", "ends = 2026-02-28 #"


class Watched:
    """`concord run`, with something done after each of its turns; no file is there yet."""

    def __init__(self, cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch):
        self.cli = cli
        self.drop = folder / "drop"
        self.path = cli.home / "concord.toml"
        self._between: list[Callable[[], object]] = []
        (self.drop / "police").mkdir(parents=True)
        monkeypatch.setattr(anew, "WRITING_SECONDS", 0)
        monkeypatch.setattr(watch, "time", SimpleNamespace(
            sleep=lambda _: self._between.pop(0)()))

    def after_each_turn(self, *done: Callable[[], object]) -> Answer:
        """Run for a turn more than there are things to do."""
        self._between = list(done)
        return self.cli("run", "--root", self.drop, "--turns", str(len(done) + 1))

    def files(self) -> None:
        """A girl is missing from the home, and the police write down a concern for safety."""
        left(self.drop, self.cli, 60)

    def write(self, old: str, new: str) -> None:
        """Change the first such place in the configuration."""
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        self.path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def end_agreement(self) -> None:
        """No agency may tell another anything any more but of risks."""
        self.write(GOES_ON, ENDED)

    def break_file(self) -> None:
        """A section that there is not."""
        self.write("[limits]", "[partnerships]\n[limits]")

    def mend_file(self) -> None:
        """What stood there before."""
        self.write("[partnerships]\n[limits]", "[limits]")

    def in_topic(self, topic: str) -> list[Any]:
        """What a topic holds, decoded."""
        with closing(open_home(self.cli.home)) as home:
            return [home.codec.decode(each.record.value or b"")
                    for partition in range(home.log.partitions(topic))
                    for each in home.log.read(Lane(topic, partition), 0, 1000)]

    def delivered(self) -> list[int]:
        """How much the home and the police have been given of others' records and of findings."""
        return [len(self.in_topic(each)) for agency in ("police", "riverside")
                for each in (topics.feed(agency), topics.notices(agency))]


@pytest.fixture
def watched(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The watcher, its drop folders still empty."""
    return Watched(cli, tmp_path, monkeypatch)


def test_an_agreement_that_goes_on_delivers_what_comes_between_turns(watched: Watched) -> None:
    """What the two tests below would see if the end of the agreement were not."""
    watched.after_each_turn(watched.files)

    assert (ALL, ["M01"]) == (watched.delivered(), [
        each.code for each in watched.in_topic(topics.notices("riverside"))])


def test_an_agreement_that_was_ended_between_turns_delivers_nothing_more(
        watched: Watched) -> None:
    """The file is enough: no signal, and nobody starts it anew."""
    answer = watched.after_each_turn(watched.end_agreement, watched.files)

    assert NOTHING == watched.delivered()
    assert f"{ANEW} No longer in force: {ALL_THREE}." in answer.out.splitlines()


def test_an_agreement_that_was_ended_during_a_check_delivers_nothing_more(
        watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check may go on for an hour, and what it found is not told any more."""
    check = Concord.check

    def checked(concord: Concord) -> object:
        count = check(concord)
        if count.finding_changes:
            watched.end_agreement()
        return count

    monkeypatch.setattr(Concord, "check", checked)
    watched.after_each_turn(watched.files)
    monkeypatch.undo()

    assert ["M01"] == [each["code"] for each in watched.cli("findings", "--format", "json").json]
    assert NOTHING == watched.delivered()


def test_what_another_process_decided_by_the_changed_file_stands(watched: Watched) -> None:
    """Two that go by two agreements would each write its own, again and again."""
    watched.after_each_turn(watched.end_agreement, lambda: watched.cli("check"), watched.files)

    assert 2 == sum(each.kind.value == "AGREEMENTS"
                    for each in watched.in_topic(topics.DECISIONS) if hasattr(each, "digest"))


def test_an_agency_that_is_new_is_read_from_then_on(watched: Watched) -> None:
    """And named, as are agreements."""
    whole = watched.path.read_text(encoding="utf-8")
    start = whole.index("[agencies.riverside]")
    watched.path.write_text(whole[:start] + whole[whole.index("[limits]"):], encoding="utf-8")
    watched.files()
    answer = watched.after_each_turn(
        lambda: watched.path.write_text(whole, encoding="utf-8"))

    assert [f"{ANEW} New: the agency riverside; the agreement that council and police may tell "
            f"council and police; {ALL_THREE}."] == [
        each for each in answer.out.splitlines() if each.startswith("run:")]
    assert "riverside: read 2 rows" in answer.out


def test_files_that_were_read_for_an_agency_as_it_was_are_read_again(watched: Watched) -> None:
    """By a home's number, say, that was mistyped."""
    watched.write('home_urn = "SC012345"', 'home_urn = "SC999999"')
    watched.files()
    answer = watched.after_each_turn(
        bool, lambda: watched.write('home_urn = "SC999999"', 'home_urn = "SC012345"'), bool)

    assert 2 == answer.out.count("riverside: read ")


def test_a_mistake_in_the_file_is_said_once_and_it_goes_on_as_it_was(watched: Watched) -> None:
    """What comes meanwhile is delivered, as it would have been."""
    answer = watched.after_each_turn(watched.break_file, watched.files, bool)
    watched.mend_file()

    assert ALL == watched.delivered()
    assert 1 == len(answer.err.splitlines())
    assert answer.err.startswith(f"{AS_IT_WAS} ")
    assert "partnerships" in answer.err


def test_a_file_that_was_mended_is_taken_up(watched: Watched) -> None:
    """With what else was changed in it."""
    answer = watched.after_each_turn(
        watched.break_file, watched.end_agreement, watched.mend_file, watched.files)

    assert (NOTHING, 1, True) == (
        watched.delivered(), len(answer.err.splitlines()),
        f"{ANEW} No longer in force: {ALL_THREE}." in answer.out.splitlines())


def test_an_identity_model_that_needs_a_rebuild_is_a_mistake_like_any_other(
        watched: Watched) -> None:
    """People linked half under each would be neither's."""
    watched.files()
    (watched.cli.home / "identity.json").write_text(
        watched.cli("identity", "model", "--format", "json").out.replace(
            '"population": 20000', '"population": 30000'), encoding="utf-8")
    answer = watched.after_each_turn(
        lambda: watched.write("[limits]", '[identity]\nmodel = "identity.json"\n[limits]'), bool)

    assert 0 == answer.code
    assert 1 == len(answer.err.splitlines())
    assert answer.err.startswith(
        f"{AS_IT_WAS} The people here were linked under another identity model ")


def test_drop_folders_that_are_not_there_are_a_mistake_like_any_other(watched: Watched) -> None:
    """The ones of before are read on."""
    answer = watched.after_each_turn(lambda: watched.path.write_text(
        watched.path.read_text(encoding="utf-8").replace('adapter = "police"',
                                                         'adapter = "police"\ndrop = "gone"'),
        encoding="utf-8"), bool)

    assert (0, 1) == (answer.code, len(answer.err.splitlines()))
    assert answer.err.startswith(f"{AS_IT_WAS} There is no drop folder below ")


def test_a_hangup_ends_nothing_and_has_the_configuration_read_anew(watched: Watched) -> None:
    """As of a worker: a password, say, may be new though no word of the file is."""
    answer = watched.after_each_turn(lambda: signal.raise_signal(signal.SIGHUP), watched.files)

    assert (0, 1) == (answer.code, answer.out.splitlines().count(ANEW))
    assert ALL == watched.delivered()


def test_nothing_is_said_where_nothing_has_changed(watched: Watched) -> None:
    """Comments are no change, nor is a file that was written anew as it was."""
    answer = watched.after_each_turn(
        bool, lambda: watched.write("[limits]", "# So it is.\n[limits]"), bool)

    assert ("", "") == (answer.out, answer.err)
