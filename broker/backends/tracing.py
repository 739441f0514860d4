"""Traces by OpenTelemetry: a span for each step of a statement's way, sent over OTLP.

Loaded only where traces are configured. A span says which step, whose statement, of which type
and what became of it, all in codes of ours. Its trace is the event id and its own id is derived
from what it tells, so that a step that is told twice, by this process or another, is one span.
"""
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Event, Lock
from uuid import UUID

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    TraceFlags,
    set_span_in_context,
)

from broker.pipeline.tracing import Step, Traced
from broker.vocabulary.times import milliseconds_of
from broker.wire.headers import traceparent_of

QUEUED_MAX, BATCH_MAX, SEND_EVERY_MS = 2048, 512, 2000
TIMEOUT_SECONDS = 2.0
TOLD_KEPT = 10_000
_RANDOM_BITS = 56  # of an id's lower end: the bits that no version or variant fixes
_MILLION = 1_000_000


def is_sampled(event_id: bytes, share: float) -> bool:
    """Whether a statement is followed: a share of all, the same in every process."""
    bits = int.from_bytes(event_id, "big") & ((1 << _RANDOM_BITS) - 1)
    return bits < share * (1 << _RANDOM_BITS)


def exporter_to(endpoint: str) -> SpanExporter:
    """Sends spans to an OTLP collector over HTTP, such as http://collector:4318/v1/traces."""
    return OTLPSpanExporter(endpoint, timeout=TIMEOUT_SECONDS, headers={})


class Tracing:
    """Tells a collector of a share of all statements; what it does not take in time is dropped,
    and nothing waits for it."""

    on = True

    def __init__(self, exporter: SpanExporter, share: float, now: Callable[[], datetime]):
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it would tell of each try
        self._share = share
        self._now = now
        self._ids = _Ids()
        self._told: OrderedDict[int, None] = OrderedDict()
        self._lock = Lock()
        self._exporter = Patient(exporter)
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, resource=Resource({"service.name": "concord"}),
            id_generator=self._ids, span_limits=SpanLimits(), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(
            self._exporter, max_queue_size=QUEUED_MAX, schedule_delay_millis=SEND_EVERY_MS,
            max_export_batch_size=BATCH_MAX, export_timeout_millis=TIMEOUT_SECONDS * 1000))
        self._tracer = self._provider.get_tracer("concord")

    def began(self) -> int:
        """The present, in nanoseconds since 1970."""
        return _nanoseconds(self._now())

    def told(self, step: Step, began: int, statements: Iterable[Traced]) -> None:
        """A span for each of these that is followed and was not told of before."""
        ended = max(began, self.began())
        for each in statements:
            if is_sampled(each.event_id, self._share):
                with self._lock:
                    self._span(step, began, ended, each)

    def _span(self, step: Step, began: int, ended: int, said: Traced) -> None:
        trace, root = _trace_of(said.event_id)
        own = root if step is Step.PUBLISH else _own_id(said.event_id, step, said.agency)
        if own in self._told:
            return
        self._told[own] = None
        if len(self._told) > TOLD_KEPT:
            self._told.popitem(last=False)
        self._ids.trace, self._ids.span = trace, own
        # What was published elsewhere began with a span of the same id, or with none.
        parent = Context() if step is Step.PUBLISH else _child_of(trace, root)
        span = self._tracer.start_span(step.value, context=parent, start_time=began, attributes={
            "concord.stage": step.value, "concord.agency": said.agency,
            "concord.record_type": said.record_type, "concord.outcome": said.outcome.value})
        span.end(ended)

    def close(self) -> None:
        """Send what waits; a collector that does not answer is given one try more."""
        self._exporter.close()
        self._provider.shutdown()


class _Ids(IdGenerator):
    """The ids of the span that is started next."""

    trace = span = 1

    def generate_trace_id(self) -> int:
        """The event id."""
        return self.trace

    def generate_span_id(self) -> int:
        """What the span tells, as a number."""
        return self.span

    def is_trace_id_random(self) -> bool:
        """An event id is derived, not drawn."""
        return False


class Patient(SpanExporter):
    """Hands spans on; once closing begins, only until nobody takes them."""

    def __init__(self, exporter: SpanExporter):
        self._exporter = exporter
        self._closing = Event()
        self._lost = False

    def close(self) -> None:
        """From now on a batch that is not taken is the last that is offered."""
        self._lost = False
        self._closing.set()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Offer a batch, which is dropped where it is not taken."""
        if self._closing.is_set() and self._lost:
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        self._lost = result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._exporter.shutdown()


def _trace_of(event_id: bytes) -> tuple[int, int]:
    """The trace's id and the id of its first span, as the statement's traceparent header has
    them."""
    _, trace, first, _ = traceparent_of(UUID(bytes=event_id)).split("-")
    return int(trace, 16), int(first, 16)


def _own_id(event_id: bytes, step: Step, agency: str) -> int:
    """A span's id: what it tells of, in 64 bits of which one is never zero."""
    digest = sha256(event_id + f"{step}/{agency}".encode()).digest()
    return int.from_bytes(digest[:8], "big") | 1


def _child_of(trace: int, span: int) -> Context:
    return set_span_in_context(NonRecordingSpan(SpanContext(
        trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))), Context())


def _nanoseconds(moment: datetime) -> int:
    return milliseconds_of(moment) * _MILLION
