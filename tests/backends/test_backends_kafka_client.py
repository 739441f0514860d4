"""Where a Kafka cluster is, and what is said when it is not as it was described."""
import gc
import logging
import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaTimeoutError

from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress, Security, quiet_driver
from broker.errors import ConfigError, TemporarilyUnavailable
from broker.log.records import Lane
from compose.certificates import issue
from compose.local.ports import free_ports
from compose.local.servers import KafkaServer

PASSWORD = "correct horse battery staple"  # noqa: S105  # nobody's
LANE = Lane("safeguarding.shared.missing", 0)
INTERNAL_ERROR = bytes([21, 3, 3, 0, 2, 2, 80])  # RFC 8446: a fatal alert, internal_error


def sasl(server: KafkaServer, password: str, ca_file: Path | None) -> KafkaAddress:
    """The SASL listener of a server, with a password and whose certificates are believed."""
    return KafkaAddress((server.bootstrap_sasl,), "SASL_SSL", server.username, password,
                        None if ca_file is None else str(ca_file))


def end_of(address: KafkaAddress, patience_seconds: float = 20.0) -> int:
    """Ask something over a connection of its own."""
    log = KafkaLog(address, patience_seconds=patience_seconds)
    try:
        return log.end(LANE)
    finally:
        log.close()


def test_a_password_is_never_shown() -> None:
    """Not where an address is printed, in whatever form."""
    address = KafkaAddress(("kafka:9093",), "SASL_SSL", "police", PASSWORD)

    assert PASSWORD not in f"{address} {address!r} {[address]}"
    assert "police" in repr(address)


@pytest.mark.parametrize(("servers", "security", "username", "password", "said"), [
    ((), "PLAINTEXT", None, None, "no Kafka server is named"),
    (("kafka:9093",), "SASL_SSL", None, PASSWORD, "a user name and a password"),
    (("kafka:9093",), "SASL_PLAINTEXT", "police", None, "a user name and a password"),
])
def test_half_an_address_is_none(
    servers: tuple[str, ...], security: Security, username: str | None, password: str | None,
    said: str,
) -> None:
    """What is missing is said before anything is asked."""
    with pytest.raises(ConfigError, match=said):
        KafkaAddress(servers, security, username, password)


def test_a_certificate_goes_with_its_key() -> None:
    """One alone is of no use."""
    with pytest.raises(ConfigError, match="name both files or neither"):
        KafkaAddress(("kafka:9093",), "SSL", certificate_file="police.pem")


def test_a_namespace_stands_before_every_topic() -> None:
    """Several partnerships can share a cluster."""
    address = KafkaAddress(("kafka:9093",), "PLAINTEXT", namespace="north.")

    assert "north.safeguarding.people" == address.topic("safeguarding.people")


def test_every_client_takes_what_an_address_means(kafka_server: KafkaServer) -> None:
    """Over TLS with a password, each of the driver's own."""
    address = sasl(kafka_server, kafka_server.password, kafka_server.ca_file)
    admin = KafkaAdminClient(**address.admin())
    consumer = KafkaConsumer(**address.consumer())
    producer = KafkaProducer(**address.producer())
    connected = [each.bootstrap_connected() is not None for each in (consumer, producer)]
    topics = admin.list_topics()
    for each in (admin, consumer, producer):
        each.close()

    assert (True, [True, True]) == (isinstance(topics, list), connected)


def test_a_password_and_a_certificate_both_get_in(
    kafka_server: KafkaServer, tmp_path: Path,
) -> None:
    """The log asks over either listener."""
    assert kafka_server.ca_key_file is not None
    own = issue(kafka_server.ca_file, kafka_server.ca_key_file, kafka_server.username, tmp_path)
    mtls = KafkaAddress((kafka_server.bootstrap_mtls,), "SSL", ca_file=str(kafka_server.ca_file),
                        certificate_file=str(own.certificate_file), key_file=str(own.key_file))

    assert [0, 0] == [end_of(each) for each in (
        mtls, sasl(kafka_server, kafka_server.password, kafka_server.ca_file))]


def test_a_wrong_password_is_said_at_once(kafka_server: KafkaServer) -> None:
    """Nobody waits for it to become right."""
    with pytest.raises(ConfigError, match="does not accept our user name and password"):
        end_of(sasl(kafka_server, PASSWORD, kafka_server.ca_file))


def test_a_certificate_that_is_not_believed_is_said_at_once(kafka_server: KafkaServer) -> None:
    """To the driver it is as if nobody was there."""
    with pytest.raises(ConfigError, match="is not to be believed"):
        end_of(sasl(kafka_server, kafka_server.password, None))


def test_a_port_that_speaks_no_tls_is_said_at_once(kafka_server: KafkaServer) -> None:
    """The plain listener's, for one."""
    address = KafkaAddress((kafka_server.bootstrap_plain,), "SASL_SSL", "concord", PASSWORD,
                           str(kafka_server.ca_file))

    with pytest.raises(ConfigError, match="does not speak TLS with us"):
        end_of(address)


def test_a_file_that_cannot_be_read_is_said(kafka_server: KafkaServer, tmp_path: Path) -> None:
    """A mistyped name, or something that is no certificate."""
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    for name in (tmp_path / "missing.pem", nothing):
        with pytest.raises(ConfigError, match="cannot be read"):
            end_of(sasl(kafka_server, PASSWORD, name))


def test_nobody_there_is_a_matter_of_time() -> None:
    """The patience is the caller's."""
    address = KafkaAddress((f"127.0.0.1:{free_ports(1)[0]}",), "PLAINTEXT")

    with pytest.raises(TemporarilyUnavailable, match="does not answer"):
        end_of(address, patience_seconds=0.3)


def test_the_drivers_own_words_go_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """They quote what is sent, at the level that tells everything."""
    quiet_driver()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("kafka.producer").error("Sending value=%r", b"given=Synthetica")

    assert "" == caplog.text


def test_a_handshake_that_fails_leaves_no_open_socket() -> None:
    """As when a server goes down under it: ours hangs up at once, and waits for nobody who clears
    away what is no longer held."""
    heard: list[bytes] = []
    stop = Event()
    gc.disable()
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            failing = Thread(target=refuse_handshakes, args=(server, heard, stop))
            failing.start()
            address = KafkaAddress((f"127.0.0.1:{server.getsockname()[1]}",), "SSL")
            with pytest.raises(KafkaTimeoutError):
                KafkaAdminClient(**address.admin(0.5))
            stop.set()
            failing.join()
    finally:
        gc.enable()

    assert {b""} == set(heard)


def refuse_handshakes(server: socket.socket, heard: list[bytes], stop: Event) -> None:
    """Answer everybody's greeting with an alert of TLS, and note what comes then."""
    server.settimeout(0.05)
    while not stop.is_set():
        with suppress(TimeoutError):
            caller, _ = server.accept()
            with caller:
                caller.settimeout(10.0)
                caller.recv(4096)
                caller.sendall(INTERNAL_ERROR)
                heard.append(caller.recv(4096))
