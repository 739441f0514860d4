"""Who watches a worker, and who follows statements: metrics, journal and traces put together."""
import atexit
from collections.abc import Iterator
from contextlib import closing, contextmanager

from broker.backends.journal import WorkerJournal
from broker.backends.metrics import Metrics
from broker.backends.metrics_server import serve
from broker.bootstrap import Concord
from broker.config.served import TracingSettings
from broker.errors import ConfigError
from broker.pipeline.health import Standing, standing_of
from broker.pipeline.tracing import UNTRACED, Tracer
from broker.pipeline.worker import Stage, Watcher, Watchers
from broker.ports import Clock


def metrics_of(concord: Concord, stage: Stage) -> Metrics:
    """The metrics of one worker of a stage."""
    def standing() -> Standing:
        return standing_of(concord.store, concord.log, concord.settings.partnership)

    return Metrics(stage, concord.settings.agencies, concord.clock.now, standing)


@contextmanager
def watchers(concord: Concord, stage: Stage, host: str, port: int | None) -> Iterator[Watcher]:
    """The journal and, where there is a port, metrics and health answered at it."""
    with closing(WorkerJournal(concord.journal, concord.clock.now)) as journal:
        if port is None:
            yield journal
            return
        metrics = metrics_of(concord, stage)
        with serve(metrics, host, port):
            yield Watchers(metrics, journal)


def tracer_of(settings: TracingSettings | None, clock: Clock) -> Tracer:
    """Who follows the configured share of all statements; what waits is sent when the process
    ends. `ConfigError` where traces are asked for and their package is not installed."""
    if settings is None or not settings.share:
        return UNTRACED
    try:
        # Loaded where it is needed, and installed only for whoever wants traces.
        from broker.backends.tracing import Tracing, exporter_to
    except ModuleNotFoundError:
        raise ConfigError("[tracing] needs OpenTelemetry: install concord-broker[tracing], or "
                          "take the section out.") from None
    tracing = Tracing(exporter_to(settings.endpoint), settings.share, clock.now)
    atexit.register(tracing.close)
    return tracing
