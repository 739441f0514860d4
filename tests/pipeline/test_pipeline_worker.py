"""A worker: turned until it is stopped, through races lost and services away."""
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from broker.backends import http_errors, kafka_errors, postgres_errors, sqlite_errors
from broker.case.case import Received
from broker.errors import Conflict, TemporarilyUnavailable
from broker.event.envelope import Statement
from broker.event.finding import FindingChanged
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline import worker as workers
from broker.pipeline.promptness import delay_of
from broker.pipeline.tables import STATEMENTS
from broker.pipeline.worker import Service, Stage, Sums, Worker, service_in
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    Bench,
)
from tests.pipeline.watching import Told, run_stage


class Scripted:
    """A stage whose turns come to what the script says; then nothing is left to do."""

    def __init__(self, *turns: int | Exception):
        self._turns: Iterator[int | Exception] = iter(turns)

    def turn(self) -> int:
        """The next of the script."""
        what = next(self._turns, 0)
        if isinstance(what, Exception):
            raise what
        return what

    def sums(self) -> Sums:
        """Always the same."""
        return Sums(read=1, conflicts=2)

    def delays(self) -> Sequence[float]:
        """None."""
        return ()


def run(*turns: int | Exception) -> Told:
    """Work through a script; what the watcher was told."""
    told = Told()
    told.worker = Worker(Stage.INTAKE, Scripted(*turns), told)
    told.worker.run()
    return told


def test_a_worker_turns_until_it_is_stopped() -> None:
    """At the turn that finds nothing here, which is the last."""
    assert (4, []) == ((told := run(3, 1, 2)).turns, told.gone)


def test_a_lost_race_is_counted_and_looked_at_again() -> None:
    """With the races that the stage itself lost."""
    told = run(Conflict("somebody was quicker"), 1, Conflict("again"))

    assert (4, Sums(read=1, conflicts=4)) == (told.turns, told.sums)


def test_a_service_that_is_away_is_named_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn is tried again, and the worker does not end."""
    monkeypatch.setattr(workers, "AWAY_SECONDS_MIN", 0.001)
    told = run(1, TemporarilyUnavailable("Kafka does not answer"),
               TemporarilyUnavailable("PostgreSQL is starting"), 1)

    assert (3, [Service.KAFKA, Service.POSTGRESQL]) == (told.turns, told.gone)


def sentences() -> Iterator[tuple[str, Service]]:
    """Every sentence in which a backend says that a service is away, and whose it is."""
    answers: list[tuple[Sequence[tuple[object, str]], Service]] = [
        (list(kafka_errors.ANSWERS.values()), Service.KAFKA),
        (list(sqlite_errors.ANSWERS.values()), Service.STORE),
        (list(postgres_errors.ANSWERS.values()), Service.POSTGRESQL),
        ([(meaning, text) for _, meaning, text in http_errors.ANSWERS], Service.REGISTRY),
        (list(http_errors.BY_STATUS.values()), Service.REGISTRY),
    ]
    for pairs, service in answers:
        for meaning, text in pairs:
            if meaning is TemporarilyUnavailable:
                # Who holds a lock is another Concord, be it in SQLite or in PostgreSQL.
                yield text, Service.STORE if text == postgres_errors.BUSY else service


@pytest.mark.parametrize(("sentence", "service"), sorted(set(sentences())))
def test_every_sentence_of_a_backend_names_its_service(sentence: str, service: Service) -> None:
    """So that an operator is told who is away, and nothing of what was being done."""
    assert service is service_in(TemporarilyUnavailable(sentence))


def test_what_names_nobody_is_another_service() -> None:
    """And never a guess."""
    assert Service.OTHER is service_in(TemporarilyUnavailable("try again later"))


def test_the_stages_count_what_they_have_written(bench: Bench, tmp_path: Path) -> None:
    """From inbox to notice, each worker by itself, as when all run in one process."""
    said_of_a_missing_girl(bench)
    taken, checked, given = (run_stage(bench.concord, stage).sums for stage in Stage)

    (tmp_path / "one").mkdir()
    one = Bench(tmp_path / "one")
    said_of_a_missing_girl(one)
    count, delivered = one.concord.check(), one.concord.deliver()

    assert (count.read, count.accepted, count.statements, count.children,
            count.finding_changes, delivered.statements, delivered.notices) == (
        taken.read, taken.accepted, checked.statements, checked.children,
        checked.finding_changes, given.delivered, given.notices)
    assert (6, 2) == (taken.accepted, given.notices)


def test_rejects_are_counted_by_inbox_and_reason(bench: Bench) -> None:
    """Not by what the envelope says: it may say anything."""
    lane = Lane(topics.inbox("police"), 0)
    bench.concord.log.append(lane, [Record(b"k", b"no framing", bench.clock.now())])

    assert {("police", "bad magic byte"): 1} == run_stage(
        bench.concord, Stage.INTAKE).sums.rejected


def test_a_finding_is_raised_so_long_after_it_could_be_known(bench: Bench) -> None:
    """From when the later of the two statements was received, and not from the day it is of."""
    said_of_a_missing_girl(bench)
    run_stage(bench.concord, Stage.INTAKE)
    bench.later(seconds=7)

    told = run_stage(bench.concord, Stage.CHECK)

    assert (1, [7.0]) == (told.sums.finding_changes, told.delays)


def test_a_timer_is_counted_from_when_it_was_due(bench: Bench) -> None:
    """What only time makes true could not be known before."""
    said_of_a_missing_girl(bench)
    [finding] = bench.check()
    received = [Received(said, bench.clock.now()) for said in statements_of(bench)]
    due = bench.clock.now() + timedelta(days=5)
    change = FindingChanged(change_id=UUID(int=1), changed_at=due + timedelta(seconds=3),
                            finding=replace(finding, since=due))

    assert (3.0, None) == (delay_of(change, None, received),
                           delay_of(change, change.finding, received))


def statements_of(bench: Bench) -> list[Statement]:
    """All that was folded."""
    with bench.concord.store.view() as view:
        said = [bench.concord.codec.decode(row[3]) for row in view.scan(STATEMENTS, "person_key")
                if isinstance(row[3], bytes)]
    return [each for each in said if isinstance(each, Statement)]


def test_a_finding_that_ends_has_no_delay(bench: Bench) -> None:
    """Its evidence is as old as the finding."""
    said_of_a_missing_girl(bench)
    for stage in (Stage.INTAKE, Stage.CHECK):
        run_stage(bench.concord, stage)
    bench.later(minutes=5)
    bench.publish("police", incidents=[INCIDENTS, CONCERN_AT_POLICE.replace(
        "Concern for safety", "Missing person").replace("21:35", "22:04")])
    run_stage(bench.concord, Stage.INTAKE)

    told = run_stage(bench.concord, Stage.CHECK)

    assert (1, []) == (told.sums.finding_changes, told.delays)


def said_of_a_missing_girl(bench: Bench) -> None:
    """A home says a girl is missing; police hold the same evening as a concern for safety."""
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                  incidents=[INCIDENTS, CONCERN_AT_POLICE])
