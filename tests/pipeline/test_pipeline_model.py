"""The identity model of a store: one at a time, and everybody linked under it can be read."""
from contextlib import suppress
from dataclasses import replace

import pytest

from broker.bootstrap import assemble
from broker.bootstrap.workers import topics_of, worker_of
from broker.cli.judging import make
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.event.own import SettingChanged
from broker.identity.model import DEFAULT_MODEL
from broker.identity.model_file import document_of
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline import everybody as reading_everybody
from broker.pipeline.everybody import everybody, some_of
from broker.pipeline.judgements import all_judgements
from broker.pipeline.linking_tables import PEOPLE_WAITING
from broker.pipeline.rebuild import Rebuilt, rebuild
from broker.pipeline.tables import STATEMENTS
from broker.pipeline.worker import Stage, Watchers
from broker.vocabulary.words import SettingKind, Verdict
from tests.pipeline.conftest import (
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    NOMINALS,
    RESIDENTS,
    Bench,
)

OTHER = replace(DEFAULT_MODEL, version="other", population=1000)


@pytest.fixture
def told(bench: Bench) -> Bench:
    """A partnership that was told of one child by two agencies."""
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME])
    bench.concord.check()
    return bench


def under_other(bench: Bench) -> None:
    """The same store and log, opened under another model."""
    old = bench.concord
    settings = replace(old.settings, model=OTHER,
                       sources={**old.settings.sources, "model": document_of(OTHER)})
    bench.concord = assemble(settings, old.log, old.store, bench.clock)


def models_declared(bench: Bench) -> list[SettingChanged]:
    """Every model that the decisions topic tells of."""
    log, codec = bench.concord.log, bench.concord.codec
    said = [codec.decode(each.record.value) for each in log.read(Lane(topics.DECISIONS, 0), 0, 100)
            if each.record.value is not None]
    return [each for each in said
            if isinstance(each, SettingChanged) and each.kind is SettingKind.MODEL]


def test_the_configured_model_is_the_one_in_force(told: Bench) -> None:
    """From the composition root on."""
    assert DEFAULT_MODEL == told.concord.model
    under_other(told)
    assert OTHER == told.concord.model


def test_a_store_linked_under_another_model_is_not_checked(told: Bench) -> None:
    """Half under each would be neither's; the way out is said."""
    under_other(told)

    with pytest.raises(ConfigError, match=r"another identity model .* run `concord rebuild"):
        told.concord.check()


def test_nobody_is_judged_in_a_store_linked_under_another_model(told: Bench) -> None:
    """It is refused before anything is written, not after."""
    under_other(told)

    with pytest.raises(ConfigError, match=r"another identity model .* run `concord rebuild"):
        make(told.concord, ("police:N1", "riverside:R1"), Verdict.SAME, "a.first", "seen together")
    with told.concord.store.view() as view:
        assert () == all_judgements(view)


def test_a_store_linked_by_another_release_is_not_checked(
        told: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names, frequencies and blocking are code, which the version of its own model tells."""
    monkeypatch.setattr("broker.identity.model_file.DEFAULT_MODEL",
                        replace(DEFAULT_MODEL, version="later"))

    with pytest.raises(ConfigError, match=r"another identity model .* run `concord rebuild"):
        told.concord.check()


def test_a_worker_that_links_does_not_start_under_another_model(told: Bench) -> None:
    """One that only takes in, or delivers, may."""
    under_other(told)
    names = {stage: topics_of(told.concord, stage) for stage in Stage}

    started = []
    for stage in Stage:
        with suppress(ConfigError):
            worker_of(told.concord, stage, told.concord.sharing(stage, names[stage]), Watchers())
            started.append(stage)

    assert [Stage.INTAKE, Stage.DELIVER] == started


def test_after_a_rebuild_the_new_model_holds(told: Bench) -> None:
    """And the former one is refused."""
    former = told.concord
    under_other(told)
    told.concord.rebuild("a.operator", "a trained model")
    told.concord.check()

    with pytest.raises(ConfigError, match="another identity model"):
        former.check()


def test_a_worker_at_work_takes_in_and_links_nobody_in_a_store_rebuilt_under_another_model(
        told: Bench) -> None:
    """It is asked with each batch, not at the start alone."""
    fold = told.concord.fold()
    under_other(told)
    told.concord.rebuild("a.operator", "a trained model")

    for each in (fold.read, fold.link):
        with pytest.raises(ConfigError, match="another identity model"):
            each()
    with told.concord.store.view() as view:
        assert (0, 0) == (view.count(STATEMENTS), view.count(PEOPLE_WAITING))


def test_a_worker_waits_while_the_store_is_being_rebuilt(
        told: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it took in would be thrown away by half."""
    fold = told.concord.fold()

    def beside(*given: object) -> Rebuilt:
        with pytest.raises(TemporarilyUnavailable, match="The store is being rebuilt"):
            fold.link()
        return rebuild(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("broker.bootstrap.rebuild", beside)
    told.concord.rebuild("a.operator", "not believed")

    assert fold.read() > 0


def test_a_model_is_written_to_the_decisions_once_people_are_linked_under_it(
        told: Bench) -> None:
    """One that takes in may begin before the rebuild, and says nothing of it."""
    under_other(told)
    told.concord.note_settings()
    before = models_declared(told)
    told.concord.rebuild("a.operator", "a trained model")
    told.concord.check()

    assert (0, 1) == (len(before), len(models_declared(told)))


def test_the_model_of_ones_own_is_written_to_the_decisions(told: Bench) -> None:
    """Once, with every figure."""
    under_other(told)
    told.concord.rebuild("a.operator", "a trained model")
    told.concord.check()
    told.concord.check()

    models = models_declared(told)
    assert 1 == len(models)
    assert '"version": "other"' in models[0].document


def test_everybody_can_be_read_in_parts(
        told: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, as compared, however many are read at a time."""
    monkeypatch.setattr(reading_everybody, "PEOPLE_AT_ONCE", 1)

    with told.concord.store.view() as view:
        found = sorted(everybody(view))

    assert ["police:N1", "riverside:R1"] == [each.key for each in found]
    assert [("KAYLEY",), ("KAYLEIGH",)] == [each.names[0].given for each in found]


@pytest.mark.parametrize(("most", "expected"), [(0, []), (2, ["police:N1", "riverside:R1"])])
def test_no_more_people_are_taken_than_are_wanted(
        told: Bench, most: int, expected: list[str]) -> None:
    """All, where there are no more."""
    with told.concord.store.view() as view:
        assert expected == sorted(each.key for each in some_of(view, most, 1))


def test_whom_a_seed_takes_is_settled(told: Bench) -> None:
    """Other seeds take others, so that each is taken by some."""
    with told.concord.store.view() as view:
        taken = [[each.key for each in some_of(view, 1, seed)] for seed in (*range(20), 0)]

    assert taken[0] == taken[-1]
    assert {"police:N1", "riverside:R1"} == {key for keys in taken for key in keys}
