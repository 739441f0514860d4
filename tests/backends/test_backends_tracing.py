"""Traces: one statement's steps in one trace, told to a collector, and nobody's details."""
import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from uuid import UUID, uuid5

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from broker.backends.tracing import Patient, Tracing, exporter_to, is_sampled
from broker.bootstrap.watching import tracer_of
from broker.config.served import TracingSettings
from broker.errors import ConfigError
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.tracing import UNTRACED, Outcome, Step, Traced
from broker.pipeline.worker import Stage
from broker.wire.headers import traceparent_of
from tests.pipeline.conftest import (
    ABSENCES,
    CONCERN_AT_POLICE,
    INCIDENTS,
    KAYLEIGH_AT_HOME,
    KAYLEIGH_AT_POLICE,
    MISSING_FROM_HOME,
    NOMINALS,
    RESIDENTS,
    START,
    Bench,
)
from tests.pipeline.watching import run_stage

ROOT = Path(__file__).parents[2]
EVENT = uuid5(UUID(int=0), "an event")


class Followed:
    """A partnership whose statements are all followed from publish to delivery."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.exporter = InMemorySpanExporter()
        self.tracer = Tracing(self.exporter, 1.0, bench.clock.now)
        bench.concord.tracer = self.tracer

    def spans(self) -> list[ReadableSpan]:
        """Every span, as a collector would have it."""
        self.tracer.close()
        return sorted(self.exporter.get_finished_spans(), key=lambda each: each.start_time or 0)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """An empty partnership of police, council and one home."""
    return Bench(tmp_path)


@pytest.fixture
def followed(bench: Bench) -> Followed:
    """A missing girl's evening, each step a minute after the other."""
    followed = Followed(bench)
    bench.publish("riverside", residents=[RESIDENTS, KAYLEIGH_AT_HOME],
                  absences=[ABSENCES, MISSING_FROM_HOME])
    bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE],
                  incidents=[INCIDENTS, CONCERN_AT_POLICE])
    for stage in Stage:
        bench.later(minutes=1)
        run_stage(bench.concord, stage)
    return followed


def test_all_steps_of_a_statement_are_one_trace(followed: Followed) -> None:
    """That of its header, in order, each below what the header names."""
    [logged] = [each for partition in range(4) for each in followed.bench.concord.log.read(
        Lane(topics.inbox("police"), partition), 0, 100)
        if dict(each.record.headers)["ce_type"].endswith(b".IncidentRecorded")]
    event_id = UUID(bytes=logged.record.key)
    spans = [each for each in followed.spans()
             if each.context is not None and each.context.trace_id == event_id.int]

    assert dict(logged.record.headers)["traceparent"].decode() == traceparent_of(event_id)
    first = int(traceparent_of(event_id).split("-")[2], 16)
    assert ["publish", "intake", "check", "evaluate"] == [each.name for each in spans][:4]
    assert [None, first, first, first] == [
        each.parent.span_id if each.parent else None for each in spans][:4]
    assert spans[0].context is not None
    assert first == spans[0].context.span_id
    assert ["published", "accepted", "folded", "finding"] == [
        (each.attributes or {})["concord.outcome"] for each in spans][:4]
    assert [0, 60, 120, 120] == [
        ((each.start_time or 0) - int(START.timestamp() * 1e9)) // 10**9 for each in spans][:4]


def test_what_is_given_is_told_under_whom_it_is_given_to(followed: Followed) -> None:
    """One span for each recipient, in the trace of the statement."""
    given = [each for each in followed.spans() if each.name == "deliver"]

    assert given
    assert {("given", "police"), ("given", "riverside")} >= {
        (str((each.attributes or {})["concord.outcome"]),
         str((each.attributes or {})["concord.agency"])) for each in given}


def test_attributes_are_codes(followed: Followed) -> None:
    """And there are four of them."""
    keys = {key for each in followed.spans() for key in each.attributes or {}}
    values = {str(value) for each in followed.spans()
              for value in (each.attributes or {}).values()}

    assert {"concord.stage", "concord.agency", "concord.record_type", "concord.outcome"} == keys
    assert values <= {*map(str, Step), *map(str, Outcome), "police", "riverside",
                      "PersonRecorded", "IncidentRecorded", "MissingEpisodeRecorded",
                      "PlacementRecorded", "CarePeriodRecorded"}


def test_what_is_done_again_is_told_once(followed: Followed) -> None:
    """Looking at a child again is no new step of its old statements."""
    before = len(followed.exporter.get_finished_spans())
    followed.bench.later(hours=3)
    followed.bench.check()
    names = [each.name for each in followed.spans()]

    assert before <= len(names)
    assert len(names) == len({
        (each.name, each.context.span_id) for each in followed.spans() if each.context})


def test_two_processes_give_a_step_the_same_id() -> None:
    """So that what is told twice, before and after a kill, is one span."""
    ids = []
    for _ in range(2):
        exporter = InMemorySpanExporter()
        tracing = Tracing(exporter, 1.0, lambda: START)
        tracing.told(Step.INTAKE, tracing.began(), [
            Traced(EVENT.bytes, "IncidentRecorded", "police", Outcome.ACCEPTED)])
        tracing.close()
        [span] = exporter.get_finished_spans()
        assert span.context is not None
        ids.append((span.context.trace_id, span.context.span_id))

    assert ids[0] == ids[1]
    assert EVENT.int == ids[0][0]


def test_a_share_of_statements_is_followed_the_same_everywhere() -> None:
    """By the event id alone; a greater share has those of a lesser too."""
    ids = [uuid5(UUID(int=0), str(number)).bytes for number in range(10_000)]
    few, many = ({each for each in ids if is_sampled(each, share)} for share in (0.01, 0.1))

    assert few < many
    assert (True, True) == (50 < len(few) < 150, 900 < len(many) < 1100)
    assert (10_000, 0) == (sum(is_sampled(each, 1.0) for each in ids),
                           sum(is_sampled(each, 0.0) for each in ids))


def test_nothing_is_looked_at_where_nothing_is_followed() -> None:
    """Not even what would be told."""
    def statements() -> Iterator[Traced]:
        raise AssertionError("they were looked at")
        yield

    UNTRACED.told(Step.CHECK, UNTRACED.began(), statements())
    UNTRACED.close()
    assert UNTRACED.on is False


# -- the collector ----------------------------------------------------------------------------

class _Collector(BaseHTTPRequestHandler):
    """Takes what an OTLP collector takes."""

    taken: Queue[tuple[str, str, bytes]]

    def do_POST(self) -> None:
        """Keep the request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.taken.put((self.path, self.headers["Content-Type"], body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its own name
        """Nothing."""


@contextmanager
def collector() -> Iterator[tuple[str, Queue[tuple[str, str, bytes]]]]:
    """Where a collector takes spans, and what it has taken."""
    taken: Queue[tuple[str, str, bytes]] = Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Here", (_Collector,), {"taken": taken}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_collector_is_told_over_otlp(bench: Bench) -> None:
    """Protobuf over HTTP, with the ids that the header names."""
    with collector() as (endpoint, taken):
        tracer = tracer_of(TracingSettings(endpoint, 1.0), bench.clock)
        bench.concord.tracer = tracer
        bench.publish("police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
        tracer.close()
        path, kind, body = taken.get(timeout=30)
    request = ExportTraceServiceRequest.FromString(body)
    [resource] = request.resource_spans
    [span] = resource.scope_spans[0].spans
    [logged] = [each for partition in range(4) for each in bench.concord.log.read(
        Lane(topics.inbox("police"), partition), 0, 100) if len(each.record.key) == 16
        and dict(each.record.headers)["ce_type"].endswith(b".PersonRecorded")]

    assert ("/v1/traces", "application/x-protobuf") == (path, kind)
    assert ["service.name"] == [each.key for each in resource.resource.attributes]
    assert ("publish", logged.record.key, b"") == (span.name, span.trace_id, span.parent_span_id)
    assert b"Kayley" not in body


def test_a_collector_that_is_away_takes_nothing_with_it(
        capfd: pytest.CaptureFixture[str]) -> None:
    """What it does not take is dropped, without a word, and closing comes to an end."""
    with collector() as (endpoint, _):
        pass
    tracing = Tracing(exporter_to(endpoint), 1.0, lambda: START)
    tracing.told(Step.CHECK, 0, (
        Traced(uuid5(EVENT, str(number)).bytes, "PersonRecorded", "police", Outcome.FOLDED)
        for number in range(5000)))
    tracing.close()

    assert ("", "") == tuple(capfd.readouterr())


class _Refusing(SpanExporter):
    """A collector that takes nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.offered: list[object] = []

    def export(self, spans: object) -> SpanExportResult:
        """Refuse."""
        self.offered.append(spans)
        return SpanExportResult.FAILURE


def test_closing_offers_what_waits_once() -> None:
    """After a batch is refused the others are not tried: the process is to end."""
    refusing = _Refusing()
    patient = Patient(refusing)
    for _ in range(3):
        patient.export(())
    patient.close()
    for _ in range(3):
        patient.export(())

    assert 3 + 1 == len(refusing.offered)


def test_traces_without_their_package_are_the_operators_to_mend(
        bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence with a way out."""
    monkeypatch.delitem(sys.modules, "broker.backends.tracing")
    monkeypatch.setitem(sys.modules, "opentelemetry.context", None)
    with pytest.raises(ConfigError) as refused:
        tracer_of(TracingSettings("http://127.0.0.1:4318/v1/traces", 1.0), bench.clock)

    assert ("[tracing] needs OpenTelemetry: install concord-broker[tracing], or take the section "
            "out.") == str(refused.value)


@pytest.mark.parametrize("settings", [None, TracingSettings("http://127.0.0.1:1", 0.0)])
def test_nothing_is_followed_unasked(bench: Bench, settings: TracingSettings | None) -> None:
    """Without the section, or with a share of none."""
    assert UNTRACED is tracer_of(settings, bench.clock)


@pytest.mark.slow
def test_nothing_of_opentelemetry_is_loaded_unasked() -> None:
    """Neither by the embedded form nor by the served one without its section."""
    said = subprocess.run(
        [sys.executable, "-c", "import sys; from broker.cli.main import commands; commands(); "
         "import broker.bootstrap.served, broker.bootstrap.workers; "
         "print([each for each in sys.modules if each.startswith(("
         "'opentelemetry', 'broker.backends.tracing'))])"],
        cwd=ROOT, capture_output=True, text=True, check=True)

    assert "[]\n" == said.stdout
