"""The served form put together: Kafka is the log, PostgreSQL the store, the registry its own."""
from contextlib import ExitStack, suppress
from pathlib import Path

from broker.backends.http_registry import HttpRegistry
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_door import knock
from broker.backends.kafka_group import GroupAssignment
from broker.backends.postgres import PostgresDatabase, PostgresStore
from broker.backends.postgres_address import PostgresAddress
from broker.bootstrap import Concord, assemble
from broker.bootstrap.watching import tracer_of
from broker.config import Settings
from broker.config.served import KafkaSettings, PostgresSettings, RegistrySettings, Served
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.pipeline.stored import STORED
from broker.ports import Clock


def open_served(settings: Settings, served: Served, clock: Clock, journal: Path | None, *,
                plaintext: bool) -> Concord:
    """A partnership over its services; nothing is made or changed there (`concord init --kafka`
    does that). ConfigError where they are not set up, TemporarilyUnavailable where one is away."""
    refuse_plaintext(served, allowed=plaintext)
    # A cluster that is away is waited for; one that will not have us would be, for ever.
    with suppress(TemporarilyUnavailable):
        knock(kafka_address(served.kafka))
    with ExitStack() as opened:  # what is open when something is away is let go
        database = PostgresDatabase(postgres_address(served))
        opened.callback(database.close)
        log = KafkaLog(kafka_address(served.kafka))
        opened.callback(log.close)
        registry = http_registry(served, may_register=False)
        opened.callback(registry.close)
        concord = assemble(settings, log, PostgresStore(database, STORED), clock, journal,
                           registry)
        concord.divide = lambda stage, names: GroupAssignment(
            kafka_address(served.kafka), f"concord.{stage}", names)
        concord.tracer = tracer_of(served.tracing, concord.clock)
        opened.callback(concord.tracer.close)
        concord.closing = (opened.pop_all().close,)
        return concord


def refuse_plaintext(served: Served, *, allowed: bool) -> None:
    """Services elsewhere are spoken to in plain text only if the configuration says so and
    whoever starts Concord says so again."""
    if served.plain and not allowed:
        raise ConfigError(f"{served.plain[0]} would be spoken to without encryption: use TLS, or "
                          "say that you mean it with CONCORD_ALLOW_PLAINTEXT=yes.")


def kafka_address(kafka: KafkaSettings) -> KafkaAddress:
    """Where Kafka is, as its clients are told."""
    ca, certificate, key = (None if each is None else str(each) for each in (
        kafka.ca_file, kafka.certificate_file, kafka.key_file))
    return KafkaAddress(kafka.bootstrap_servers, kafka.security, kafka.username, kafka.password,
                        ca, certificate, key, kafka.namespace)


def postgres_address(served: Served) -> PostgresAddress:
    """Where the store is, as its driver is told."""
    there: PostgresSettings = served.postgres
    # The same host may stand among the plain ones for another service's sake.
    plain = there.ca_file is None and there.host in served.plain
    return PostgresAddress(
        there.host, there.port, there.database, there.user, there.password or "",
        namespace=served.kafka.namespace, ca_file=there.ca_file,
        sslmode="disable" if plain else None)


def http_registry(served: Served, *, may_register: bool) -> HttpRegistry:
    """The schema registry, as one that may write to it or not."""
    there: RegistrySettings = served.registry
    return HttpRegistry(there.url, served.kafka.namespace, username=there.username,
                        password=there.password, ca_file=there.ca_file,
                        may_register=may_register)
