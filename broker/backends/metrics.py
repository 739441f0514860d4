"""Metrics: what a worker has come to, for Prometheus to ask; numbers and codes of ours alone."""
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from broker.backends.metrics_named import METRICS
from broker.errors import Conflict, TemporarilyUnavailable
from broker.pipeline.health import Standing
from broker.pipeline.reasons import closed
from broker.pipeline.worker import SERVICES, Service, Stage, Sums
from broker.rules.catalogue import AGENCY_RULES, RULES

STANDING_SECONDS = 15.0
OTHER = "other"
TURN_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
DELAY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)


_BY_NAME = {each.name: each for each in METRICS}
_RULE_CODES = frozenset((*(each.code for each in RULES), *(each.code for each in AGENCY_RULES)))


class _Buckets:
    """A histogram: how many values there were up to each bound, and their sum."""

    def __init__(self, bounds: Sequence[float]):
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def take(self, value: float) -> None:
        place = next((place for place, bound in enumerate(self._bounds) if value <= bound),
                     len(self._bounds))
        self._counts[place] += 1
        self._sum += value

    def shown(self) -> tuple[list[tuple[str, float]], float]:
        """The counts up to each bound, as Prometheus has them, and the sum."""
        so_far = 0
        shown = []
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            so_far += count
            shown.append((bound, float(so_far)))
        return shown, self._sum


class Metrics(Collector):
    """Watches the worker of one stage. Told by the worker's thread, read by any.

    `agencies` are the codes there are: nothing else becomes a label. `standing` is asked in the
    worker's thread, behind a turn and at most every 15 seconds; where a service is away, what it
    last said stays. In a registry of its own.
    """

    def __init__(self, stage: Stage, agencies: Collection[str], now: Callable[[], datetime],
                 standing: Callable[[], Standing] | None = None):
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        self._stage = stage
        self._agencies = frozenset(agencies)
        self._now = now
        self._ask = standing
        self._asked: float | None = None
        self._lock = Lock()
        self._began: float | None = None
        self._turns = 0
        self._sums = Sums()
        self._away: dict[Service, int] = {}
        self._missing: Service | None = None
        self._last_turn: datetime | None = None
        self._standing: Standing | None = None
        self._seconds = _Buckets(TURN_SECONDS)
        self._delays = _Buckets(DELAY_SECONDS)

    def turning(self, stage: Stage) -> None:
        """A turn begins."""
        assert stage is self._stage, "metrics are of one stage"
        self._began = monotonic()

    def turned(self, stage: Stage, done: int, sums: Sums) -> None:
        """A turn is over: count it."""
        assert stage is self._stage, "metrics are of one stage"
        took = monotonic() - self._began if self._began is not None else 0.0
        with self._lock:
            self._turns += 1
            self._sums = sums
            self._missing = None
            self._last_turn = self._now()
            if done:
                self._seconds.take(took)
        self._look()

    def delayed(self, stage: Stage, seconds: Sequence[float]) -> None:
        """Findings were raised."""
        assert stage is self._stage, "metrics are of one stage"
        with self._lock:
            for each in seconds:
                self._delays.take(each)

    def away(self, stage: Stage, service: Service) -> None:
        """A service is away."""
        assert stage is self._stage, "metrics are of one stage"
        with self._lock:
            self._away[service] = self._away.get(service, 0) + 1
            self._missing = service

    def health(self) -> tuple[bool, str]:
        """Whether the worker is at work, and words that say what it lacks if not."""
        with self._lock:
            if self._missing is not None:
                return False, f"{self._stage}: {SERVICES[self._missing]} is away"
            if self._last_turn is None:
                return False, f"{self._stage}: starting"
        return True, f"{self._stage}: ok"

    def _look(self) -> None:
        """Ask again how the partnership stands, where it was not asked of late."""
        if self._ask is None or (
                self._asked is not None and monotonic() - self._asked < STANDING_SECONDS):
            return
        try:
            standing = self._ask()
        except (TemporarilyUnavailable, Conflict):
            return  # the next turn asks again, and says who is away
        self._asked = monotonic()
        with self._lock:
            self._standing = standing

    def collect(self) -> Iterable[Family]:
        """All that there is to tell, at one moment."""
        with self._lock:
            return list(self._families())

    def _families(self) -> Iterator[Family]:
        for name, values in (*self._counters(), *self._gauges()):
            metric = _BY_NAME[name]
            if self._stage not in metric.stages:
                continue
            kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            family = kind(name, metric.says, labels=metric.labels)
            for labels, value in values.items():
                family.add_metric(labels, value)
            yield family
        for name, buckets in (("concord_turn_seconds", self._seconds),
                              ("concord_finding_delay_seconds", self._delays)):
            metric = _BY_NAME[name]
            if self._stage in metric.stages:
                histogram = HistogramMetricFamily(name, metric.says, labels=metric.labels)
                histogram.add_metric((self._stage.value,), *buckets.shown())
                yield histogram

    def _counters(self) -> Iterator[tuple[str, Mapping[tuple[str, ...], float]]]:
        sums, mine = self._sums, self._stage.value
        for name, count in (
            ("concord_turns_total", self._turns),
            ("concord_messages_read_total", sums.read),
            ("concord_messages_accepted_total", sums.accepted),
            ("concord_messages_duplicate_total", sums.duplicates),
            ("concord_messages_held_total", sums.held),
            ("concord_statements_folded_total", sums.statements),
            ("concord_children_evaluated_total", sums.children),
            ("concord_finding_changes_total", sums.finding_changes),
            ("concord_statements_delivered_total", sums.delivered),
            ("concord_notices_delivered_total", sums.notices),
            ("concord_conflicts_total", sums.conflicts),
        ):
            yield name, {(mine,): float(count)}
        yield "concord_messages_rejected_total", _summed(
            ((mine, self._agency(agency), closed(reason)), count)
            for (agency, reason), count in sums.rejected.items())
        yield "concord_rule_crashes_total", _summed(
            ((mine, code if code in _RULE_CODES else OTHER), count)
            for code, count in sums.crashed.items())
        yield "concord_service_away_total", {
            (mine, service.value): float(self._away.get(service, 0)) for service in Service}

    def _gauges(self) -> Iterator[tuple[str, Mapping[tuple[str, ...], float]]]:
        mine = self._stage.value
        is_up = self._missing is None and self._last_turn is not None
        yield "concord_up", {(mine,): float(is_up)}
        if self._last_turn is not None:
            yield "concord_last_turn_timestamp_seconds", {(mine,): self._last_turn.timestamp()}
        known = self._standing
        if known is None:
            return
        now = self._now()
        yield "concord_lag_messages", {
            (stage.value,): float(lag.messages) for stage, lag in (known.lag or {}).items()}
        yield "concord_agency_silent_seconds", {
            (code,): max(0.0, (now - heard.until).total_seconds())
            for code, heard in (known.heard or {}).items()
            if heard.until is not None and code in self._agencies}
        for name, count in (
            ("concord_waiting_records", known.waiting),
            ("concord_outbox_waiting_lanes", known.outbox),
            ("concord_rejects", known.rejects),
            ("concord_held_statements", known.held),
            ("concord_unsettled_lanes", known.unsettled),
            ("concord_unreached_notices", known.unreached),
            ("concord_untold_findings", known.untold),
            ("concord_pairs_to_review", known.pairs),
        ):
            yield name, {(): float(count)}

    def _agency(self, code: str) -> str:
        return code if code in self._agencies else OTHER


def _summed(counts: Iterable[tuple[tuple[str, ...], int]]) -> dict[tuple[str, ...], float]:
    """What has come to have the same labels, added up."""
    summed: dict[tuple[str, ...], float] = {}
    for labels, count in counts:
        summed[labels] = summed.get(labels, 0.0) + count
    return summed
