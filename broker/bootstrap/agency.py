"""What an agency's own system is given of a partnership: its principal's way to the log, and a
registry that it may only read."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from broker.backends.clock import SystemClock
from broker.backends.http_registry import HttpRegistry
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import PATIENCE_SECONDS, KafkaAddress
from broker.backends.kafka_door import knock
from broker.backends.kafka_group import GroupAssignment
from broker.config.served import Security, is_loopback
from broker.errors import ConfigError
from broker.ports import Assignment, Clock, EventLog
from broker.wire.codec import Codec


@dataclass(frozen=True, slots=True)
class AgencyPlaces:
    """Where an agency finds the partnership, and who it is there.

    `username` and `password` are of its principal on Kafka; with security "SSL" it is the name in
    the certificate instead. `registry_url` is the root of the registry's Confluent-compatible
    interface. Files are PEM; without a `ca_file` the machine's own list of authorities counts.
    """

    bootstrap_servers: tuple[str, ...]
    registry_url: str
    security: Security = "SASL_SSL"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    registry_username: str | None = None
    registry_password: str | None = field(default=None, repr=False)
    registry_ca_file: Path | None = None
    namespace: str = ""
    allow_plaintext: bool = False

    def __post_init__(self) -> None:
        for each in self.bootstrap_servers:
            if not each.rpartition(":")[2].isdigit():
                raise ConfigError('bootstrap_servers must name hosts with their ports, as in '
                                  '"kafka:9093".')
        if self.security == "SSL" and None in (self.certificate_file, self.key_file):
            raise ConfigError("security SSL needs a certificate_file and a key_file.")
        for file in (self.ca_file, self.certificate_file, self.key_file, self.registry_ca_file):
            if file is not None and not file.is_file():
                raise ConfigError(f"There is no file {file}: name the PEM file that Concord's "
                                  "operator gave you.")
        if not self.allow_plaintext:
            self._refuse_plaintext()

    def _refuse_plaintext(self) -> None:
        servers = self.bootstrap_servers if "PLAINTEXT" in self.security else ()
        hosts = [each.rpartition(":")[0] for each in servers]
        registry = urlsplit(self.registry_url)
        if registry.scheme == "http":
            hosts.append(registry.hostname or "")
        for host in hosts:
            if not is_loopback(host):
                raise ConfigError(f"{host} would be spoken to without encryption: use TLS, or "
                                  "say that you mean it with allow_plaintext=True.")


@dataclass(frozen=True, slots=True)
class AgencyPorts:
    """What a client of the partnership works with.

    `knock` raises ConfigError where Kafka would not let us in, which nobody can tell from its
    being away by the log alone, and TemporarilyUnavailable where it is. `divide` makes this
    process a worker of one of the agency's own groups, over these topics.
    """

    log: EventLog
    codec: Codec
    clock: Clock
    knock: Callable[[], None]
    divide: Callable[[str, Sequence[str]], Assignment]
    close: Callable[[], None]


def open_agency(places: AgencyPlaces, *, patience_seconds: float = PATIENCE_SECONDS) \
        -> AgencyPorts:
    """An agency's connection; nothing is asked of any service yet. No call waits longer than
    about `patience_seconds` for a service that is away."""
    ca, certificate, key = (None if each is None else str(each) for each in (
        places.ca_file, places.certificate_file, places.key_file))
    address = KafkaAddress(
        places.bootstrap_servers, places.security, places.username, places.password, ca,
        certificate, key, places.namespace)
    log = KafkaLog(address, patience_seconds=patience_seconds)
    registry = HttpRegistry(
        places.registry_url, places.namespace, username=places.registry_username,
        password=places.registry_password, ca_file=places.registry_ca_file, may_register=False,
        patience_seconds=patience_seconds)

    def close() -> None:
        log.close()
        registry.close()

    return AgencyPorts(
        log, Codec(registry), SystemClock(), lambda: knock(address, patience_seconds),
        lambda group, names: GroupAssignment(address, group, names,
                                             patience_seconds=patience_seconds), close)
