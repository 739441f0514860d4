"""Where a running service is and who may use it; nothing here starts anything."""
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """A Kafka broker: three listeners, each as "host:port", and the operator's principal.

    Whoever connects to `bootstrap_plain` is `User:ANONYMOUS`, which may do everything: it is
    there for tests and for looking around. `bootstrap_sasl` wants TLS with SCRAM-SHA-512,
    `bootstrap_mtls` a certificate whose common name is the principal's. `ca_key_file` issues
    such certificates (None: somebody else's broker, and they do). `folder` holds the broker's
    files, so far as they are on this machine.
    """

    bootstrap_plain: str
    bootstrap_sasl: str
    bootstrap_mtls: str
    username: str
    password: str = field(repr=False)
    ca_file: Path
    ca_key_file: Path | None
    folder: Path


@dataclass(frozen=True, slots=True)
class RegistryServer:
    """A schema registry: the root of its Confluent-compatible interface, without a last slash."""

    url: str


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL database and the role that owns it."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
