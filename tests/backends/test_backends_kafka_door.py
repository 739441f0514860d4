"""What stands where Kafka should be: strangers, the silent, the absent; nobody waits for long."""
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from threading import Thread

import pytest

from broker.backends.kafka_client import KafkaAddress, Security
from broker.backends.kafka_door import IS_TLS, NOT_KAFKA, NOT_TLS, SILENT, WANTS_LOGIN, knock
from broker.backends.kafka_errors import AWAY
from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

Serve = Callable[[bytes | None], str]
PATIENCE_SECONDS = 0.2


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers everybody alike, and hangs up; None: that says nothing at all.
    """
    with ExitStack() as stack:
        def started(answer: bytes | None) -> str:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            if answer is not None:
                Thread(target=_answer, args=(listening, answer), daemon=True).start()
            return "127.0.0.1:{1}".format(*listening.getsockname())

        yield started


def _answer(listening: socket.socket, answer: bytes) -> None:
    with suppress(OSError):  # the test has ended
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)


def refusal(security: Security, *servers: str) -> tuple[type[ConcordError], str]:
    """How and why we did not come in."""
    with pytest.raises(ConcordError) as refused:
        knock(KafkaAddress(servers, security, "police", "given=Synthetica"), PATIENCE_SECONDS)
    return type(refused.value), str(refused.value)


@pytest.mark.parametrize(("security", "answer", "kind", "said"), [
    ("PLAINTEXT", b"", ConfigError, WANTS_LOGIN),
    ("PLAINTEXT", b"\x15\x03\x03\x00\x02\x02\x50", ConfigError, IS_TLS),
    ("PLAINTEXT", b"HTTP/1.1 400 Bad Request\r\n\r\n", ConfigError, NOT_KAFKA),
    ("PLAINTEXT", b"\x00\x00\x00\x01", ConfigError, NOT_KAFKA),
    ("PLAINTEXT", None, TemporarilyUnavailable, SILENT),
    ("SASL_PLAINTEXT", b"", ConfigError, NOT_KAFKA),
    ("SASL_PLAINTEXT", b"\x00\x00\x00\x05\x00\x00\x00\x01\x00", ConfigError, NOT_KAFKA),
    ("SASL_PLAINTEXT", b"\x15\x03\x03\x00\x02\x02\x50", ConfigError, IS_TLS),
    ("SASL_PLAINTEXT", None, TemporarilyUnavailable, SILENT),
    ("SASL_SSL", b"", ConfigError, NOT_TLS),
    ("SASL_SSL", b"HTTP/1.1 400 Bad Request\r\n\r\n", ConfigError, NOT_TLS),
    ("SASL_SSL", None, TemporarilyUnavailable, SILENT),
])
def test_whoever_answers_otherwise_than_kafka_is_named(
        serve: Serve, security: Security, answer: bytes | None, kind: type[ConcordError],
        said: str) -> None:
    """With what to mend; an operator finds the wrong port in one look."""
    server = serve(answer)

    assert (kind, said.format(server=server)) == refusal(security, server)


@pytest.mark.parametrize("server", ["127.0.0.1:1", "no-such-host.invalid:9093"])
def test_where_nobody_is_trying_again_may_help(server: str) -> None:
    """A server that is down, a name that is not known yet."""
    assert (TemporarilyUnavailable, AWAY) == refusal("SASL_SSL", server)


def test_one_that_refuses_says_more_than_one_that_is_away(serve: Serve) -> None:
    """Of several servers, what somebody must mend comes first."""
    stranger = serve(b"")

    assert (ConfigError, NOT_TLS.format(server=stranger)) == refusal(
        "SASL_SSL", "127.0.0.1:1", stranger)
