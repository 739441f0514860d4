"""A home whose configuration names running services, set up and ready."""
from contextlib import closing
from pathlib import Path

from kafka import KafkaAdminClient

from broker.backends.kafka_topics import apply
from broker.backends.postgres_upgrade import upgrade
from broker.bootstrap.served import http_registry, kafka_address, postgres_address
from broker.config import load
from broker.log.settings import topics_of
from broker.wire.codec import Codec
from compose.local.served import write_served
from compose.local.services import Services


def served_config(services: Services, home: Path, namespace: str) -> None:
    """Add the sections of the served form to the home's configuration."""
    text = write_served(services, home).read_text(encoding="utf-8")
    config = home / "concord.toml"
    config.write_text(
        config.read_text(encoding="utf-8")
        + text.replace('namespace = ""', f'namespace = "{namespace}"'), encoding="utf-8")


def provision(home: Path) -> None:
    """Make topics, tables and schemas."""
    settings = load(home / "concord.toml")
    served = settings.served
    assert served is not None
    upgrade(postgres_address(served))
    address = kafka_address(served.kafka)
    with closing(KafkaAdminClient(**address.admin())) as admin:
        apply(admin, address,
              topics_of(sorted(settings.agencies), retention=served.kafka.retention))
    with closing(http_registry(served, may_register=True)) as registry:
        Codec(registry).register_all()
