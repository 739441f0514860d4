"""How a partnership stands when some of its services may be away: each is asked by itself."""
from collections.abc import Callable
from contextlib import ExitStack, closing
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

from broker.backends.kafka import KafkaLog
from broker.backends.kafka_door import knock
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.bootstrap.served import (
    http_registry,
    kafka_address,
    postgres_address,
    refuse_plaintext,
)
from broker.config import Settings
from broker.config.served import Served
from broker.errors import Conflict, TemporarilyUnavailable
from broker.log import topics
from broker.log.records import Lane
from broker.pipeline.health import Looked, Standing, standing_of
from broker.pipeline.stored import STORED
from broker.pipeline.worker import Service, service_in
from broker.ports import Store

PATIENCE_SECONDS = 5.0
ANSWER_SECONDS_MAX = 10.0
T = TypeVar("T")


def look(settings: Settings, served: Served, *, plaintext: bool,
         patience_seconds: float = PATIENCE_SECONDS,
         answer_seconds_max: float = ANSWER_SECONDS_MAX) -> Looked:
    """Ask every service at once, and then what those that answer know.

    A service has `patience_seconds` to be reached and is taken to be away where nothing has come
    of it after `answer_seconds_max`. `ConfigError` where one answers and is not set up."""
    refuse_plaintext(served, allowed=plaintext)

    def log() -> KafkaLog:
        # One that does not know our password is not away: the door says so at once.
        knock(kafka_address(served.kafka), patience_seconds)
        found = KafkaLog(kafka_address(served.kafka), patience_seconds=patience_seconds)
        opened.callback(found.close)
        found.end(Lane(topics.PEOPLE, 0))
        return found

    def store() -> PostgresStore:
        database = PostgresDatabase(postgres_address(served), patience_seconds=patience_seconds)
        opened.callback(database.close)
        return PostgresStore(database, STORED)

    def registry() -> bool:
        with closing(http_registry(served, may_register=False)) as found:
            found.latest("PersonRecorded")
        return True

    with ExitStack() as opened:
        until = monotonic() + answer_seconds_max
        kafka, postgres, schemas = _Asked(log), _Asked(store), _Asked(registry)
        there, kept = kafka.answer(until), postgres.answer(until)
        services = {Service.KAFKA: there is not None,
                    Service.REGISTRY: schemas.answer(until) is not None,
                    Service.POSTGRESQL: kept is not None}
        standing = None if kept is None else _standing(settings, kept, there, services)
        return Looked(services, standing)


def _standing(settings: Settings, store: Store, log: KafkaLog | None,
              services: dict[Service, bool]) -> Standing | None:
    """What store and log know; notes in `services` who has gone away meanwhile."""
    try:
        return standing_of(store, log, settings.partnership)
    except Conflict:
        return None
    except TemporarilyUnavailable as why:
        services[service_in(why)] = False
        return _standing(settings, store, None, services) if log is not None else None


class _Asked(Generic[T]):
    """One question to one service, asked in a thread of its own that nobody waits for long."""

    def __init__(self, ask: Callable[[], T]):
        self._ask = ask
        self._answer: T | None = None
        self._wrong: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer = self._ask()
        except (TemporarilyUnavailable, Conflict):
            pass  # it is away
        except Exception as wrong:  # raised where it is asked for
            self._wrong = wrong

    def answer(self, until: float) -> T | None:
        """What came of it by then; None where nothing did."""
        self._thread.join(max(0.0, until - monotonic()))
        if self._wrong is not None:
            raise self._wrong
        return self._answer
