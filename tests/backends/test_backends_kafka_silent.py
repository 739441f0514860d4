"""A server of Kafka that takes the connection, and says nothing to the TLS handshake."""
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaTimeoutError

from broker.backends import kafka_client
from broker.backends.kafka_client import KafkaAddress

PATIENCE_SECONDS = 0.3
FOR_EVER_SECONDS = 30.0


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[KafkaAddress]:
    """Such a server; a handshake is given up soon."""
    monkeypatch.setattr(kafka_client, "HANDSHAKE_SECONDS_MAX", PATIENCE_SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield KafkaAddress(("127.0.0.1:{1}".format(*listening.getsockname()),), "SASL_SSL",
                           "police", "given=Synthetica")


def test_nobody_waits_for_ever(silent: KafkaAddress) -> None:
    """The driver itself never gives up such a handshake, and a worker would hang in it."""
    ended: list[str] = []

    def come_in() -> None:
        try:
            KafkaAdminClient(**silent.admin(PATIENCE_SECONDS)).close()
        except KafkaTimeoutError:
            ended.append("given up")

    waiting = Thread(target=come_in, daemon=True)
    waiting.start()
    waiting.join(FOR_EVER_SECONDS)

    assert ["given up"] == ended
