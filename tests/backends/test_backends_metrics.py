"""Metrics: what Prometheus is told of a worker, and what it is never told."""
import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.core import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from broker.backends.clock import ManualClock
from broker.backends.metrics import Metrics
from broker.backends.metrics_named import DOCUMENT, LABELS, METRICS, main, page
from broker.backends.metrics_server import serve
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.health import Heard, Lag, Standing
from broker.pipeline.reasons import REASONS
from broker.pipeline.worker import Service, Stage, Sums

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
AGENCIES = ("council", "police")
SECRET = "Kayleigh Thornton, 2011-05-14, YO61 3QQ"  # noqa: S105 # what must never be a label
STANDING = Standing(
    lag={Stage.INTAKE: Lag(3, 1), Stage.CHECK: Lag(40, 7), Stage.DELIVER: Lag(0, 0)},
    heard={"council": Heard(START - timedelta(minutes=5), False), "police": Heard(None, False)},
    rejects=2, held=1, waiting=9, outbox=4, unsettled=5, unreached=6, pairs=8)
FULL = Sums(
    read=10, accepted=5, duplicates=1, held=2, rejected={
        ("police", "bad magic byte"): 1, ("police", f"invalid: {SECRET}"): 1, (SECRET, SECRET): 1},
    statements=5, children=3, finding_changes=2, crashed={"M01": 1, SECRET: 2}, delivered=6,
    notices=1, conflicts=1)


def metrics_of(stage: Stage) -> Metrics:
    """A worker's metrics after everything that can happen to it."""
    metrics = Metrics(stage, AGENCIES, ManualClock(START).now, lambda: STANDING)
    metrics.away(stage, Service.KAFKA)
    metrics.turning(stage)
    metrics.delayed(stage, [0.2, 7.0])
    metrics.turned(stage, 4, FULL)
    return metrics


def samples(metrics: Metrics) -> list[Sample]:
    """All that is told."""
    return [sample for family in metrics.registry.collect() for sample in family.samples]


def value_of(metrics: Metrics, name: str, **labels: str) -> float | None:
    """One number."""
    return metrics.registry.get_sample_value(name, labels)


@pytest.mark.parametrize("stage", list(Stage))
def test_only_listed_metrics_with_their_labels_are_told(stage: Stage) -> None:
    """Each stage tells its own, all of them once everything has happened."""
    told = {re.sub("_(bucket|sum|count)$", "", each.name): tuple(
        label for label in each.labels if label != "le") for each in samples(metrics_of(stage))}

    assert {each.name: each.labels for each in METRICS if stage in each.stages} == told


def test_no_label_is_anything_but_a_code_of_ours() -> None:
    """Whatever the sums may hold."""
    names = {label for each in METRICS for label in each.labels}
    values = {(name, value) for stage in Stage for each in samples(metrics_of(stage))
              for name, value in each.labels.items() if name != "le"}

    assert set(LABELS) == names
    assert {value for name, value in values if name == "stage"} == {each.value for each in Stage}
    assert {"council", "police", "other"} == {value for name, value in values if name == "agency"}
    assert {"M01", "other"} == {value for name, value in values if name == "rule"}
    reasons = {value for name, value in values if name == "reason"}
    assert reasons <= REASONS | {each.value for each in Service} | {"invalid", "other"}


def test_counters_are_the_workers_sums() -> None:
    """What two labels have in common is added up."""
    intake, check, deliver = (metrics_of(stage) for stage in Stage)

    assert [1.0, 10.0, 5.0, 1.0, 2.0, 1.0] == [
        value_of(intake, f"concord_{name}_total", stage="intake") for name in (
            "turns", "messages_read", "messages_accepted", "messages_duplicate",
            "messages_held", "conflicts")]
    assert [1.0, 1.0, 1.0] == [
        value_of(intake, "concord_messages_rejected_total", stage="intake", agency=agency,
                 reason=reason)
        for agency, reason in (("police", "bad magic byte"), ("police", "invalid"),
                               ("other", "other"))]
    assert [5.0, 3.0, 2.0] == [
        value_of(check, f"concord_{name}_total", stage="check") for name in (
            "statements_folded", "children_evaluated", "finding_changes")]
    assert 2.0 == value_of(check, "concord_rule_crashes_total", stage="check", rule="other")
    assert [6.0, 1.0, 1.0] == [
        value_of(deliver, "concord_statements_delivered_total", stage="deliver"),
        value_of(deliver, "concord_notices_delivered_total", stage="deliver"),
        value_of(deliver, "concord_service_away_total", stage="deliver", reason="kafka")]


def test_gauges_are_how_the_partnership_stands() -> None:
    """An agency that was never heard has no age, and not none."""
    metrics = metrics_of(Stage.DELIVER)

    assert [3.0, 40.0, 0.0] == [
        value_of(metrics, "concord_lag_messages", stage=stage) for stage in Stage]
    assert [2.0, 1.0, 9.0, 4.0, 5.0, 6.0, 8.0] == [
        value_of(metrics, f"concord_{name}") for name in (
        "rejects", "held_statements", "waiting_records", "outbox_waiting_lanes",
        "unsettled_lanes", "unreached_notices", "pairs_to_review")]
    assert (300.0, None) == (
        value_of(metrics, "concord_agency_silent_seconds", agency="council"),
        value_of(metrics, "concord_agency_silent_seconds", agency="police"))
    assert (1.0, START.timestamp()) == (
        value_of(metrics, "concord_up", stage="deliver"),
        value_of(metrics, "concord_last_turn_timestamp_seconds", stage="deliver"))


def test_histograms_count_up_to_each_bound() -> None:
    """Delays of 0.2 and 7 seconds; one turn that had something to do."""
    metrics = metrics_of(Stage.CHECK)
    name = "concord_finding_delay_seconds"

    assert [0.0, 1.0, 1.0, 2.0, 2.0] == [
        value_of(metrics, f"{name}_bucket", stage="check", le=bound)
        for bound in ("0.1", "0.25", "5.0", "10.0", "+Inf")]
    assert (2.0, 7.2) == (value_of(metrics, f"{name}_count", stage="check"),
                          value_of(metrics, f"{name}_sum", stage="check"))
    assert 1.0 == value_of(metrics, "concord_turn_seconds_count", stage="check")


def test_idle_turns_are_no_turns_that_were_quick() -> None:
    """A worker turns ten times a second while nothing waits."""
    metrics = Metrics(Stage.CHECK, AGENCIES, ManualClock(START).now)
    for _ in range(3):
        metrics.turning(Stage.CHECK)
        metrics.turned(Stage.CHECK, 0, Sums())

    assert (3.0, 0.0) == (value_of(metrics, "concord_turns_total", stage="check"),
                          value_of(metrics, "concord_turn_seconds_count", stage="check"))


def test_standing_is_asked_for_seldom_and_may_fail() -> None:
    """A service that is away leaves what was last known, and the worker unharmed."""
    answers: list[Standing | Exception] = [TemporarilyUnavailable("Kafka does not answer"),
                                           STANDING]
    asked = []

    def standing() -> Standing:
        asked.append(1)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    metrics = Metrics(Stage.CHECK, AGENCIES, ManualClock(START).now, standing)
    for _ in range(4):
        metrics.turned(Stage.CHECK, 0, Sums())

    assert (2, 9.0) == (len(asked), value_of(metrics, "concord_waiting_records"))


def test_the_page_of_metrics_is_current() -> None:
    """`make docs` was run after the last change; every metric is on it."""
    text = page()

    assert text == (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert [] == [each.name for each in METRICS if f"| `{each.name}` | {each.kind} |" not in text]


def test_main_writes_the_page(tmp_path: Path) -> None:
    """The command of `make docs`."""
    (tmp_path / "docs").mkdir()
    main(tmp_path)

    assert page() == (tmp_path / DOCUMENT).read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", METRICS, ids=lambda each: each.name)
def test_names_are_as_prometheus_wants_them(metric: object) -> None:
    """Ours, in base units, a counter ending in _total."""
    name, kind = getattr(metric, "name", ""), getattr(metric, "kind", "")

    assert re.fullmatch("concord_[a-z_]+", name)
    assert ("counter" == kind) == name.endswith("_total")
    assert kind != "histogram" or name.endswith("_seconds")


# -- the addresses ----------------------------------------------------------------------------

@pytest.fixture
def answering() -> Iterator[tuple[Metrics, int]]:
    """Metrics that have just begun, and the port they are answered at."""
    metrics = Metrics(Stage.CHECK, AGENCIES, ManualClock(START).now, lambda: STANDING)
    with serve(metrics) as port:
        yield metrics, port


def get(port: int, path: str, accept: str = "") -> tuple[int, str, str]:
    """Status, type and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()
    finally:
        connection.close()


def test_health_is_words(answering: tuple[Metrics, int]) -> None:
    """Starting, at work, without a service by its name, at work again."""
    metrics, port = answering
    said = [get(port, "/health")[::2]]
    metrics.turned(Stage.CHECK, 1, Sums())
    said.append(get(port, "/health")[::2])
    metrics.away(Stage.CHECK, Service.POSTGRESQL)
    said.append(get(port, "/health")[::2])
    metrics.turned(Stage.CHECK, 1, Sums())
    said.append(get(port, "/health")[::2])

    assert [(503, "check: starting\n"), (200, "check: ok\n"),
            (503, "check: PostgreSQL is away\n"), (200, "check: ok\n")] == said


def test_metrics_are_answered_in_the_form_that_prometheus_reads(
        answering: tuple[Metrics, int]) -> None:
    """Its own parser finds every family, and nothing of the process beside them."""
    metrics, port = answering
    metrics.turned(Stage.CHECK, 1, Sums(children=3))
    status, kind, text = get(port, "/metrics")

    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert (200, True) == (status, kind.startswith("text/plain"))
    assert 3.0 == families["concord_children_evaluated"].samples[0].value
    assert [] == [name for name in families if not name.startswith("concord_")]


def test_open_metrics_are_answered_to_whoever_asks(answering: tuple[Metrics, int]) -> None:
    """As Prometheus does by default."""
    status, kind, text = get(answering[1], "/metrics", "application/openmetrics-text")

    assert (200, True, True) == (status, kind.startswith("application/openmetrics-text"),
                                 text.endswith("# EOF\n"))


def test_there_is_nothing_else(answering: tuple[Metrics, int],
                               capfd: pytest.CaptureFixture[str]) -> None:
    """And nobody's question is written down."""
    status, _, text = get(answering[1], f"/{json.dumps(1)}?name=Kayleigh")

    assert (404, "There are /metrics and /health.\n") == (status, text)
    assert ("", "") == tuple(capfd.readouterr())


def test_a_port_that_is_taken_is_the_operators_to_mend(answering: tuple[Metrics, int]) -> None:
    """In one sentence."""
    metrics, port = answering
    with pytest.raises(ConfigError) as refused, serve(metrics, port=port):
        pass

    assert (f"Metrics cannot be answered at 127.0.0.1 port {port}: choose another "
            "--metrics-port, or a --metrics-host of this machine.") == str(refused.value)


def test_each_has_a_registry_of_its_own() -> None:
    """Two in one process do not meet, and the libraries' own metrics stay out."""
    one, other = (Metrics(Stage.CHECK, AGENCIES, ManualClock(START).now) for _ in range(2))
    one.turned(Stage.CHECK, 0, Sums())

    assert (1.0, 0.0) == (value_of(one, "concord_turns_total", stage="check"),
                          value_of(other, "concord_turns_total", stage="check"))
    assert isinstance(one.registry, CollectorRegistry)
