"""Where a Kafka cluster is and who we are there, and what that means to each of the driver's
clients."""
import logging
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any, Literal
from weakref import ref

from kafka.net.inet import KafkaNetSocket

from broker.errors import ConfigError

Security = Literal["SASL_SSL", "SSL", "SASL_PLAINTEXT", "PLAINTEXT"]

CLIENT_NAME = "concord"
PATIENCE_SECONDS = 30.0
_RECONNECT_MILLISECONDS_MAX = 1000
# More than is ever asked for at once, less than would fill the memory.
_ANSWER_BYTES_MAX = 96 * 1024 * 1024
_REQUESTS_AT_ONCE_MAX = 100
_CHECK_SECONDS_MAX = 5.0
HANDSHAKE_SECONDS_MAX = 10.0  # as the driver gives a server that does not take the connection


class _Direct(KafkaNetSocket):  # type: ignore[misc]  # the driver has no types
    """The way straight to a server: as the driver goes by itself, but for closing what it opened
    where nobody answers."""

    SCHEMES = ("direct",)
    URL = "direct://"

    async def sock_connect(
        self, net: Any, sock: socket.socket, sockaddr: Any, timeout_at: float | None = None,
    ) -> Any:
        """The connected socket."""
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise


class _TlsSocket(ssl.SSLSocket):
    """As the driver's own, but closed where the handshake fails or is given up half-way, as when
    a server goes down under it: the driver lets go of such a socket and leaves it open. Where a
    server takes the connection and says nothing the driver would wait for ever: that is given up.
    """

    _patience: Timer | None = None

    def do_handshake(self, block: bool = False) -> None:
        """As ever; what asks for more time is no failure, until that is over."""
        try:
            super().do_handshake(block)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if self._patience is None:
                self._patience = Timer(HANDSHAKE_SECONDS_MAX, _hang_up, [ref(self)])
                self._patience.daemon = True
                self._patience.start()
            raise
        except OSError:
            self.close()
            raise
        self._wait_no_more()

    def close(self) -> None:
        """As ever."""
        self._wait_no_more()
        super().close()

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()

    def __del__(self) -> None:
        """Given up half-way, nobody else closes it."""
        self.close()


def _hang_up(waiting: "ref[_TlsSocket]") -> None:
    """End a connection under whoever waits for an answer on it: to them the server has gone."""
    tls = waiting()
    if tls is not None:
        with suppress(OSError):
            socket.socket.shutdown(tls, socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """A Kafka cluster and a principal on it; the password is never shown.

    `namespace` is put before every topic's and group's name, so that several partnerships can
    share a cluster. `certificate_file` and `key_file` are the principal's own (mTLS); `ca_file`
    is whose certificates are believed, the machine's own list where it is None.
    """

    bootstrap_servers: tuple[str, ...]
    security: Security = "SASL_SSL"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    namespace: str = ""

    def __post_init__(self) -> None:
        if not self.bootstrap_servers:
            raise ConfigError("no Kafka server is named: write at least one host:port into"
                              " bootstrap_servers")
        if self.security.startswith("SASL") and not (self.username and self.password):
            raise ConfigError(f"Kafka over {self.security} needs a user name and a password: give"
                              " both, or use another security")
        if (self.certificate_file is None) != (self.key_file is None):
            raise ConfigError("a client's certificate for Kafka goes with its key: name both files"
                              " or neither")

    def topic(self, name: str) -> str:
        """What a topic of the partnership is called on this cluster."""
        return self.namespace + name

    def common(self, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The keyword arguments that all clients share; no call waits longer than the patience
        for one answer."""
        quiet_driver()
        arguments: dict[str, Any] = {
            "bootstrap_servers": list(self.bootstrap_servers),
            "client_id": CLIENT_NAME,
            "security_protocol": self.security,
            "proxy_url": _Direct.URL,
            "request_timeout_ms": int(patience_seconds * 1000),
            # A broker that comes back is noticed soon, also after a long night.
            "reconnect_backoff_max_ms": _RECONNECT_MILLISECONDS_MAX,
        }
        if self.security.startswith("SASL"):
            arguments |= {"sasl_mechanism": "SCRAM-SHA-512",
                          "sasl_plain_username": self.username,
                          "sasl_plain_password": self.password}
        if self.security.endswith("SSL"):
            arguments["ssl_context"] = self._tls()
        return arguments

    def connection(self, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Keyword arguments of a `KafkaConnectionManager` that many threads ask at once."""
        return self.common(patience_seconds) | {
            "receive_message_max_bytes": _ANSWER_BYTES_MAX,
            "max_in_flight_requests_per_connection": _REQUESTS_AT_ONCE_MAX,
        }

    def admin(self, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Keyword arguments of a `KafkaAdminClient`."""
        return self.common(patience_seconds) | {
            "bootstrap_timeout_ms": int(patience_seconds * 1000)}

    def consumer(self, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Keyword arguments of a `KafkaConsumer` that commits nothing."""
        return self.common(patience_seconds) | {
            "bootstrap_timeout_ms": int(patience_seconds * 1000),
            "enable_auto_commit": False,
            "metrics_enabled": False,
        }

    def producer(self, patience_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Keyword arguments of a `KafkaProducer` that writes everything once and for good."""
        milliseconds = int(patience_seconds * 1000)
        return self.common(patience_seconds) | {
            "bootstrap_timeout_ms": milliseconds,
            "max_block_ms": milliseconds,
            "delivery_timeout_ms": milliseconds,
            "request_timeout_ms": milliseconds // 2,  # the driver wants room for a second try
            "enable_idempotence": True,
            "acks": "all",
            "metrics_enabled": False,
        }


    def check(self) -> None:
        """`ConfigError` where a server shows a certificate that is not believed, or none: to the
        driver that is the same as a server that is away, and it would wait."""
        if not self.security.endswith("SSL"):
            return
        tls = self._tls()
        for server in self.bootstrap_servers:
            host, _, port = server.rpartition(":")
            host = host.strip("[]")
            try:
                # Where it is away or gives up half-way, the driver may still have more luck.
                with suppress(ConnectionError, TimeoutError, socket.gaierror), \
                        socket.create_connection((host, int(port)), _CHECK_SECONDS_MAX) as raw:
                    tls.wrap_socket(raw, server_hostname=host).close()
            except ssl.SSLCertVerificationError:
                raise ConfigError(
                    f"the certificate of the Kafka server {server} is not to be believed: name the"
                    " authority that issued it as ca_file, and the server as the certificate does"
                ) from None
            except ssl.SSLError:
                raise ConfigError(f"the Kafka server {server} does not speak TLS with us: name the"
                                  " port that does, or use another security") from None

    def _tls(self) -> ssl.SSLContext:
        try:
            tls = ssl.create_default_context(cafile=self.ca_file)
            tls.sslsocket_class = _TlsSocket
            if self.certificate_file is not None:
                tls.load_cert_chain(self.certificate_file, self.key_file)
        except (OSError, ssl.SSLError):
            raise ConfigError("a certificate or key for Kafka cannot be read: check that ca_file,"
                              " certificate_file and key_file name PEM files that belong together"
                              ) from None
        return tls


def quiet_driver() -> None:
    """Keep the driver's own words out of our logs: they can quote what was being sent, and what
    matters in them is raised as an error of ours."""
    driver = logging.getLogger("kafka")
    if not any(isinstance(each, logging.NullHandler) for each in driver.handlers):
        driver.addHandler(logging.NullHandler())
    driver.propagate = False
    driver.setLevel(logging.CRITICAL)
