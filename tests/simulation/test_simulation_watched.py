"""A full run watched by all that watches: nothing of the input in metrics, traces or journal."""
import copy
import http.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from broker.backends.clock import ManualClock
from broker.backends.journal import Journal, WorkerJournal
from broker.backends.metrics_server import serve
from broker.backends.tracing import Tracing
from broker.bootstrap import Concord, open_memory
from broker.bootstrap.watching import metrics_of
from broker.cli.journey import drops_below
from broker.config import load
from broker.event.envelope import Statement
from broker.log import topics
from broker.log.records import Lane, Record
from broker.pipeline import evaluate
from broker.pipeline.publish import files_below
from broker.pipeline.tracing import Step
from broker.pipeline.worker import Stage
from broker.rules.catalogue import RULES
from broker.world import WorldPlan, build, extract_time, write_all, write_config
from tests.pipeline.watching import run_stage
from tests.simulation.test_simulation_privacy import (
    Heard,
    _crashing,
    heard,
    secrets_of,
    spoilt,
)

pytestmark = pytest.mark.slow

__all__ = ["heard"]
PLAN = WorldPlan(seed=5, children=40, days=3)


def inbox_statements(concord: Concord, agency: str) -> Iterator[tuple[Lane, Record, Statement]]:
    """Every statement in an agency's inbox."""
    inbox = topics.inbox(agency)
    for lane in topics.lanes_of(inbox, concord.log.partitions(inbox)):
        for logged in concord.log.read(lane, 0, 100_000):
            assert logged.record.value is not None
            said = concord.codec.decode(logged.record.value)
            if isinstance(said, Statement):
                yield lane, logged.record, said


def poison(concord: Concord, agency: str, other: str, secrets: set[str]) -> None:
    """What an agency's own programs may do wrong, with people's details in the wrong place."""
    lane, record, said = next(inbox_statements(concord, other))
    value = record.value or b""
    spoken = ", ".join(sorted(secrets)[:50]).encode()
    invalid = copy.copy(said)
    object.__setattr__(invalid, "agency", sorted(secrets, key=len)[-1])
    wrong = [spoken, b"\0\0\0\xff\xff" + spoken, value[:5] + spoken,
             concord.codec.encode(invalid), value]
    concord.log.append(Lane(topics.inbox(agency), lane.partition), [
        record._replace(key=f"{spoken[:20]!r}{number}".encode(), value=each)
        for number, each in enumerate(wrong)])


def get(port: int, path: str, accept: str = "") -> str:
    """What is answered at an address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_nothing_of_the_input_is_told_to_whoever_watches(
        heard: Heard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name, date, number, postcode, address: by HTTP, over OTLP, in a line or an error."""
    world = build(PLAN)
    drop, home = tmp_path / "drop", tmp_path / "home"
    home.mkdir()
    write_all(world, drop)
    secrets = secrets_of(drop)
    spoilt(drop)
    write_config(world, home / "concord.toml")
    clock = ManualClock(extract_time(world, PLAN.days - 1))
    concord = open_memory(load(home / "concord.toml"), clock)
    concord.journal = Journal(clock.now, tmp_path / "concord.log")
    exporter = InMemorySpanExporter()
    concord.tracer = Tracing(exporter, 1.0, clock.now)
    monkeypatch.setattr(evaluate, "RULES", (
        *RULES, replace(RULES[0], code="X01", function=_crashing)))

    agencies = sorted(concord.settings.agencies)
    for feed, path in drops_below(concord, drop):
        files = list(files_below(path))
        concord.publisher().publish(feed, files, dict.fromkeys(files, clock.now()), clock.now())
    concord.relay()
    poison(concord, agencies[0], agencies[-1], secrets)
    texts: dict[Stage, str] = {}
    for stage in Stage:
        metrics = metrics_of(concord, stage)
        journal = WorkerJournal(concord.journal, clock.now)
        run_stage(concord, stage, metrics, journal)
        journal.close()
        with serve(metrics) as port:
            texts[stage] = get(port, "/metrics")
            heard.lines += [texts[stage], get(port, "/health"),
                            get(port, "/metrics", "application/openmetrics-text")]
    concord.tracer.close()
    spans = exporter.get_finished_spans()
    lines = (tmp_path / "concord.log").read_text(encoding="utf-8")
    heard.lines += [each.to_json() for each in spans]
    heard.lines += [str(encode_spans(spans)), lines]

    assert len(secrets) > 300, "a search for nothing would find nothing"
    assert {each.value for each in Step} == {each.name for each in spans}
    assert 'rule="other"' in texts[Stage.CHECK], "a rule crashed on every child's details"
    for reason in ("bad magic byte", "unknown schema id", "undecodable", "invalid: agency",
                   "agency in the envelope is not the inbox's"):
        assert f'agency="{agencies[0]}",reason="{reason}"' in texts[Stage.INTAKE]
    assert 3 == len(lines.splitlines())
    assert [] == heard.told(secrets)
