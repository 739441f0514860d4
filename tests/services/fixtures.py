"""The fixtures by which tests get services; `tests/conftest.py` hands them to all tests."""
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.services.started import privately, shared

if TYPE_CHECKING:
    from compose.local.services import Services


def _run(config: pytest.Config, paths: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder that the run's processes share, and the process that ends last."""
    base = paths.getbasetemp()
    if hasattr(config, "workerinput"):  # one of several processes, started by the last to end
        return base.parent / "services", os.getppid()
    return base / "services", os.getpid()


@pytest.fixture(scope="session")
def kafka_server(
        pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> KafkaServer:
    """The run's one Kafka, which all tests share: keep to your namespace, never stop it."""
    server = shared("kafka", *_run(pytestconfig, tmp_path_factory))
    assert isinstance(server, KafkaServer)
    return server


@pytest.fixture(scope="session")
def registry_server(
        pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> RegistryServer:
    """The run's one schema registry, which all tests share: keep to your namespace."""
    server = shared("registry", *_run(pytestconfig, tmp_path_factory))
    assert isinstance(server, RegistryServer)
    return server


@pytest.fixture(scope="session")
def postgres_server(
        pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """The run's one PostgreSQL, which all tests share: keep to your namespace, never stop it."""
    server = shared("postgres", *_run(pytestconfig, tmp_path_factory))
    assert isinstance(server, PostgresServer)
    return server


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> Iterator[str]:
    """A name of this test's own, of eight hexadecimal digits behind a letter.

    What begins with it in Kafka, and the schema of that name in PostgreSQL, are removed at the
    end, where the test asked for those services.
    """
    name = f"t{secrets.token_hex(4)}"
    yield name
    if "kafka_server" in request.fixturenames:
        _without_topics(request.getfixturevalue("kafka_server"), name)
    if "postgres_server" in request.fixturenames:
        _without_schema(request.getfixturevalue("postgres_server"), name)


def _without_topics(server: KafkaServer, namespace: str) -> None:
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(bootstrap_servers=server.bootstrap_plain)
    try:
        made = [topic for topic in admin.list_topics() if topic.startswith(namespace)]
        if made:
            admin.delete_topics(made)
    finally:
        admin.close()


def _without_schema(server: PostgresServer, namespace: str) -> None:
    import psycopg

    with psycopg.connect(host=server.host, port=server.port, dbname=server.database,
                         user=server.user, password=server.password) as connection:
        # A connection that a test has left open is an error, and no reason to wait for ever.
        connection.execute("SET lock_timeout = '20s'")
        connection.execute(f'DROP SCHEMA IF EXISTS "{namespace}" CASCADE')


@pytest.fixture
def private_services(tmp_path: Path) -> "Iterator[Services]":
    """All three services for this test alone, running; to be stopped and killed at will."""
    with privately(tmp_path / "services") as services:
        yield services
