"""Machines of one partnership whose configuration files differ: one gives way, and none fights."""
import json
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from broker.bootstrap import Concord, assemble
from broker.bootstrap.declaring import LOOKING, SHARING, File, declare
from broker.bootstrap.workers import topics_of, worker_of
from broker.cli.example import CONFIGURATION
from broker.config import parse
from broker.errors import ConfigError, Conflict
from broker.event.own import SettingChanged
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.feeds import agency_key
from broker.pipeline.tables import DIRTY
from broker.pipeline.worker import Stage, Watchers
from broker.vocabulary.words import SettingKind
from tests.pipeline.conftest import Bench

MORNING = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
EARLIER, LATER, LATEST = (MORNING + timedelta(hours=hours) for hours in range(3))
LIMITED = CONFIGURATION.replace("[limits]", "[limits]\nmissing_open_hours = 5")
LIMITED_AGAIN = CONFIGURATION.replace("[limits]", "[limits]\nmissing_open_hours = 7")
ENDED = CONFIGURATION.replace("# ends = 2027-12-31", "ends = 2026-02-28 #")
ALL = 4  # two records of a girl, and the two agencies that told of her
OLDER = "Bring this one up to date; or where it is the one meant, save it anew and have it read"


class Machines:
    """Several machines over one log and store; what each was told, in order."""

    def __init__(self, bench: Bench):
        self._first = bench.concord
        self.store = bench.concord.store
        self.told: list[str] = []

    def by(self, text: str, written_at: datetime) -> Concord:
        """A machine with a file of its own."""
        settings = replace(parse(tomllib.loads(text)), written_at=written_at)
        concord = assemble(settings, self._first.log, self._first.store, self._first.clock)
        concord.tell = self.told.append
        return concord

    def declared(self, kind: SettingKind) -> list[SettingChanged]:
        """Every declaration of a part that the log has."""
        lane, codec = Lane(topics.DECISIONS, 0), self._first.codec
        said = [codec.decode(each.record.value) for each in self._first.log.read(lane, 0, 100)
                if each.record.value is not None]
        return [each for each in said if isinstance(each, SettingChanged) and each.kind is kind]

    def hours_declared(self) -> list[int | None]:
        """One of the limits, as each declaration has it."""
        return [json.loads(each.document).get("missing_open_hours")
                for each in self.declared(SettingKind.LIMITS)]

    def waiting(self) -> int:
        """How many records and agencies wait to be looked at."""
        with self.store.view() as view:
            return view.count(DIRTY)


@pytest.fixture
def machines(missing_girl: Callable[[], Bench]) -> Machines:
    """A girl is missing, and nobody has checked."""
    return Machines(missing_girl())


def begun(concord: Concord, *stages: Stage) -> None:
    """Workers of these stages begin, where they can."""
    for stage in stages:
        with suppress(ConfigError):
            share = concord.sharing(stage, topics_of(concord, stage))
            worker_of(concord, stage, share, Watchers())


def test_only_who_judges_by_a_part_declares_it(machines: Machines) -> None:
    """Limits of a file under which nobody can check yet would be in force by the log alone."""
    concord = machines.by(CONFIGURATION, EARLIER)
    begun(concord, Stage.INTAKE, Stage.DELIVER)
    before = [kind for kind in SettingKind if machines.declared(kind)]
    begun(concord, Stage.CHECK)
    after = [kind for kind in SettingKind if machines.declared(kind)]

    assert [SettingKind.AGREEMENTS] == before
    assert [SettingKind.AGREEMENTS, SettingKind.LIMITS] == after


def test_machines_whose_files_differ_for_good_declare_each_once(machines: Machines) -> None:
    """However often each begins: the one written last stands."""
    for _ in range(3):
        machines.by(CONFIGURATION, EARLIER).check()
        machines.by(LIMITED, LATER).check()

    assert [None, 5] == machines.hours_declared()
    assert 2 == len(machines.told)


def test_a_machine_with_the_older_file_judges_by_what_is_in_force_and_says_so(
        machines: Machines) -> None:
    """Once, with the way out, and it goes on working."""
    machines.by(LIMITED, LATER).check()
    older = machines.by(CONFIGURATION, EARLIER)
    older.check()
    older.check()

    assert 5 == older.limits.missing_open_hours
    assert ["The limits in force were declared from another configuration file, of "
            f"2026-02-01T10:00Z: goes by those. {OLDER} (start again, or SIGHUP)."
            ] == machines.told


def test_of_two_files_written_at_one_moment_the_one_declared_stands(machines: Machines) -> None:
    """Nobody can say which is the later one."""
    machines.by(LIMITED, LATER).check()
    machines.by(CONFIGURATION, LATER).check()

    assert 1 == len(machines.declared(SettingKind.LIMITS))


def test_former_limits_saved_anew_are_declared_again(machines: Machines) -> None:
    """The way out of a change that was none."""
    machines.by(CONFIGURATION, EARLIER).check()
    machines.by(LIMITED, LATER).check()
    machines.by(CONFIGURATION, LATEST).check()

    assert [None, 5, None] == machines.hours_declared()
    assert [] == machines.told


def test_what_was_confirmed_by_a_later_file_no_file_between_takes_back(
        machines: Machines) -> None:
    """Saved anew with the same limits, for another section's sake."""
    machines.by(LIMITED, EARLIER).check()
    machines.by(LIMITED, LATEST).check()
    machines.by(CONFIGURATION, LATER).check()

    assert 1 == len(machines.declared(SettingKind.LIMITS))


def test_a_file_of_a_machine_whose_clock_is_ahead_keeps_nobody_out_for_long(
        machines: Machines) -> None:
    """It counts as written when it is read."""
    machines.by(LIMITED, datetime(2199, 1, 1, tzinfo=UTC)).check()
    machines.by(CONFIGURATION, LATER).check()

    assert 1 == len(machines.told)
    assert "2199" not in machines.told[0]


def test_a_checker_at_work_writes_nothing_under_limits_that_others_have_replaced(
        machines: Machines) -> None:
    """What it worked out meanwhile is left to be looked at again, and it is told to begin anew."""
    at_work = machines.by(CONFIGURATION, EARLIER)
    at_work.check()
    evaluator = at_work.evaluator()
    before = at_work.is_superseded(LOOKING)
    machines.by(LIMITED, LATER).note_settings(LOOKING)
    waiting = machines.waiting()

    with pytest.raises(Conflict, match="Other limits came into force meanwhile"):
        evaluator.step()
    assert (False, True) == (before, at_work.is_superseded(LOOKING))
    assert not at_work.is_superseded(SHARING)
    assert (ALL, ALL) == (waiting, machines.waiting())


def test_nor_of_an_agency(machines: Machines) -> None:
    """What is counted of it as a whole is judged by limits too."""
    at_work = machines.by(CONFIGURATION, EARLIER)
    at_work.check()
    machines.by(LIMITED, LATER).note_settings(LOOKING)
    with machines.store.begin() as unit:
        unit.delete(DIRTY, [(row[0],) for row in unit.scan(DIRTY, "person_key")
                            if str(row[0]) not in map(agency_key, ("police", "riverside"))])

    with pytest.raises(Conflict, match="Other limits came into force meanwhile"):
        at_work.evaluator().step()
    assert 2 == machines.waiting()


def test_everybody_is_marked_once_others_are_in_force_also_by_the_next_where_one_was_stopped(
        machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marked before, they would be looked at under the former limits by whoever is quicker."""
    machines.by(CONFIGURATION, EARLIER).check()

    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr("broker.bootstrap.declaring.mark_everybody", stopped)
        with pytest.raises(KeyboardInterrupt):
            machines.by(LIMITED, LATER).note_settings(LOOKING)
    waiting = machines.waiting()
    machines.by(LIMITED, LATER).note_settings(LOOKING)

    assert (0, ALL) == (waiting, machines.waiting())
    assert 2 == len(machines.declared(SettingKind.LIMITS))


def test_an_older_file_tells_nobody_under_an_agreement_that_has_ended(
        machines: Machines) -> None:
    """What was taken in is given by what the partnership agrees on now."""
    machines.by(CONFIGURATION, EARLIER).check()
    machines.by(ENDED, LATER).note_settings()
    given = machines.by(CONFIGURATION, EARLIER).deliver()

    assert (0, 0) == (given.statements, given.notices)
    assert ["The agreements in force were declared from another configuration file, of "
            f"2026-02-01T10:00Z: goes by those. {OLDER} (start again, or SIGHUP)."
            ] == machines.told


def test_what_a_machine_that_died_at_once_declared_reaches_who_goes_on(machines: Machines) -> None:
    """It had written it down, and nobody had moved it on: else the other would wait for ever."""
    older = machines.by(CONFIGURATION, EARLIER)
    older.check()
    with machines.store.begin() as unit:
        declare(unit, older.codec, File(replace(parse(tomllib.loads(LIMITED)), written_at=LATER),
                                        older.model), LOOKING, LATER)
    older.check()

    assert 5 == older.limits.missing_open_hours


def test_a_file_that_does_not_know_an_agency_of_the_agreements_in_force_is_refused(
        machines: Machines) -> None:
    """It cannot go by them; one sentence, and the way out."""
    more = CONFIGURATION.replace("[agencies.council]", "[agencies.county]").replace(
        '"council"', '"county"')
    machines.by(more, LATER).note_settings()

    with pytest.raises(ConfigError, match=f"name what this one does not know. {OLDER}"):
        machines.by(CONFIGURATION, EARLIER).deliver()
