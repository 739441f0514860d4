"""A partnership on the run's services, made ready by the command itself, and taken away again."""
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePatternFilter,
    ResourceType,
)

from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_users import shut_out, users
from broker.cli.example import CONFIGURATION
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.backends.postgres_places import address_of, dropped
from tests.cli.conftest import Answer, Cli

AGENCIES = ("council", "police", "riverside")
CONFIG = "concord.toml"


@dataclass(frozen=True, slots=True)
class Services:
    """Where the three services are."""

    kafka: KafkaServer
    registry: RegistryServer
    postgres: PostgresServer


@dataclass(frozen=True, slots=True)
class Partnership:
    """A home whose configuration names the services; all names on them begin with `namespace`."""

    home: Path
    namespace: str
    services: Services

    def __call__(self, *words: str) -> Answer:
        """Run `concord`, within this process."""
        return Cli(self.home)(*words)

    def configure(self, agencies: str = CONFIGURATION, /, **kafka: str | list[str] | bool) -> None:
        """Write the configuration, with these keys of [kafka] in place of the usual."""
        self.home.mkdir(exist_ok=True)
        server, postgres = self.services.kafka, self.services.postgres
        (self.home / "kafka.password").write_text(server.password, encoding="utf-8")
        (self.home / "postgres.password").write_text(postgres.password, encoding="utf-8")
        text = (agencies
                + _section("kafka", {
                    "bootstrap_servers": [server.bootstrap_sasl], "username": server.username,
                    "password_file": str(self.home / "kafka.password"),
                    "ca_file": str(server.ca_file), "namespace": self.namespace, **kafka})
                + _section("registry", {"url": self.services.registry.url})
                + _section("postgres", {
                    "host": postgres.host, "port": postgres.port, "database": postgres.database,
                    "user": postgres.user,
                    "password_file": str(self.home / "postgres.password")}))
        (self.home / CONFIG).write_text(text, encoding="utf-8")

    def password(self, name: str) -> str:
        """What `concord init --kafka` wrote down for an agency, or for Concord itself."""
        return (self.home / "secrets" / name).read_text(encoding="utf-8")

    def address(self, name: str, password: str | None = None) -> KafkaAddress:
        """Kafka, as one of its principals is told."""
        server = self.services.kafka
        return KafkaAddress(
            (server.bootstrap_sasl,), "SASL_SSL", self.namespace + name,
            password or self.password(name), str(server.ca_file), namespace=self.namespace)


def _section(name: str, keys: Mapping[str, object]) -> str:
    """A section of TOML; JSON's texts, numbers and lists are all TOML's too."""
    return f"\n[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n"
                                     for key, value in keys.items())


@contextmanager
def partnership(folder: Path, services: Services) -> Iterator[Partnership]:
    """A home, configured and nothing more; what was made of it on the services is removed."""
    made = Partnership(folder / "home", f"a{secrets.token_hex(4)}", services)
    made.configure()
    try:
        yield made
    finally:
        removed(made)


def removed(made: Partnership) -> None:
    """Take away what was made of it on the services, all whose names begin with its namespace."""
    begin = made.namespace
    admin = KafkaAdminClient(bootstrap_servers=made.services.kafka.bootstrap_plain)
    try:
        topics = [each for each in admin.list_topics() if each.startswith(begin)]
        if topics:
            admin.delete_topics(topics)
        everything = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY,
                               ResourcePatternFilter(ResourceType.ANY, None,
                                                     ACLResourcePatternType.ANY))
        given = [each for each in admin.describe_acls(everything)[0]
                 if each.principal.startswith(f"User:{begin}")
                 or each.resource_pattern.resource_name.startswith(begin)]
        if given:
            admin.delete_acls(given)
        there = users(admin, [f"{begin}{name}" for name in ("concord", *AGENCIES)])
        if there:
            shut_out(admin, there)
    finally:
        admin.close()
    dropped(address_of(made.services.postgres, begin))
