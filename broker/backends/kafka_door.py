"""Whether a Kafka cluster lets us in, and if not, why: asked before the driver is, to whom a wrong
password, an unknown certificate and a port of the wrong kind are all a server that is away."""
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from kafka import KafkaAdminClient, errors
from kafka.net.sasl.scram import ScramClient

from broker.backends.kafka_client import CLIENT_NAME, PATIENCE_SECONDS, KafkaAddress
from broker.backends.kafka_errors import AWAY, translated, translating
from broker.errors import ConcordError, ConfigError, TemporarilyUnavailable

MECHANISM = "SCRAM-SHA-512"
UNTRUSTED = ("the certificate that {server} shows is not one that we trust, or is another"
             " server's: name under [kafka] the ca_file of the authority that issued it, and the"
             " server as its certificate does")
NOT_TLS = ("{server} does not speak TLS: name the port of the cluster's TLS listener under"
           " [kafka]")
IS_TLS = ("{server} speaks TLS and nothing else: set security under [kafka] to SASL_SSL, or to SSL"
          " with a certificate")
SILENT = ("{server} takes the connection and says nothing: try again, and check that it is a"
          " listener of Kafka of the kind that security under [kafka] says")
NO_CERTIFICATE = ("{server} does not take our certificate: name under [kafka] a certificate_file"
                  " and key_file that an authority of the cluster has issued and that have not run"
                  " out")
WANTS_LOGIN = ("{server} wants to know who we are: set security under [kafka] to SASL_SSL, with a"
               " username and a password_file")
NOT_KAFKA = "{server} does not answer as Kafka does: name a server and port of Kafka under [kafka]"
BAD_FILES = ("the files named under [kafka] cannot be used: ca_file must hold the certificate of"
             " an authority, certificate_file and key_file a certificate and its key, all as PEM")

_SASL_HANDSHAKE, _SASL_AUTHENTICATE, _METADATA = 17, 36, 3
_ANSWER_BYTES_MAX = 1024 * 1024
_TLS_ALERT = b"\x15\x03"


def knock(address: KafkaAddress, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Come in by one of the cluster's servers, and leave again; nothing is asked inside.

    `ConfigError` where waiting does not help, `TemporarilyUnavailable` where no server answers in
    that time, which each of them is given."""
    refused: list[ConcordError] = []
    for server in address.bootstrap_servers:
        try:
            return _enter(address, server, monotonic() + patience_seconds)
        except ConcordError as error:
            refused.append(error)
    # One that knows us and will not have us says more than one that is away.
    raise next((each for each in refused if isinstance(each, ConfigError)), refused[0])


@contextmanager
def administrator(address: KafkaAddress,
                  patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Any]:
    """A `KafkaAdminClient`, where the cluster lets us in; raises what `knock` does."""
    knock(address, patience_seconds)
    with translating():
        admin = KafkaAdminClient(**address.admin(patience_seconds))
    try:
        yield admin
    finally:
        admin.close()


def _enter(address: KafkaAddress, server: str, ends: float) -> None:
    host, _, port = server.rpartition(":")
    host = host.strip("[]")
    try:
        reached = socket.create_connection((host, int(port)), _left(ends))
    except OSError:
        raise TemporarilyUnavailable(AWAY) from None
    with reached:
        if not address.security.endswith("SSL"):
            return _introduced(address, _Talk(reached, server, ends))
        try:
            covered = _context(address).wrap_socket(
                reached, server_hostname=host, do_handshake_on_connect=False)
        except (OSError, ValueError):  # ssl's errors are OSErrors
            raise ConfigError(BAD_FILES) from None
        with covered:
            _shake_hands(covered, server, ends)
            return _introduced(address, _Talk(covered, server, ends))


def _context(address: KafkaAddress) -> ssl.SSLContext:
    """What the driver believes and shows."""
    context = ssl.create_default_context(cafile=address.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if address.certificate_file:
        context.load_cert_chain(address.certificate_file, address.key_file)
    return context


def _shake_hands(covered: ssl.SSLSocket, server: str, ends: float) -> None:
    covered.settimeout(_left(ends))
    try:
        covered.do_handshake()
    except ssl.SSLCertVerificationError:
        raise ConfigError(UNTRUSTED.format(server=server)) from None
    except TimeoutError:
        raise TemporarilyUnavailable(SILENT.format(server=server)) from None
    except ssl.SSLError as error:
        if "ALERT" in (error.reason or ""):  # they understood us well enough
            raise ConfigError(NO_CERTIFICATE.format(server=server)) from None
        raise ConfigError(NOT_TLS.format(server=server)) from None
    except OSError:
        raise ConfigError(NOT_TLS.format(server=server)) from None


def _introduced(address: KafkaAddress, talk: "_Talk") -> None:
    """Say who we are; where a certificate has said it, ask for nothing, which needs an answer."""
    if not address.security.startswith("SASL"):
        try:
            talk.asked(_METADATA, 1, struct.pack(">i", 0))
        except EOFError:
            raise ConfigError(WANTS_LOGIN.format(server=talk.server)) from None
        return
    try:
        answer = talk.asked(_SASL_HANDSHAKE, 1, _text(MECHANISM))
        _check(talk, struct.unpack_from(">h", answer)[0])
        _log_in(talk, ScramClient(address.username, address.password, MECHANISM))
    except (EOFError, struct.error):
        raise ConfigError(NOT_KAFKA.format(server=talk.server)) from None


def _log_in(talk: "_Talk", scram: ScramClient) -> None:
    try:
        scram.process_server_first_message(_authenticated(talk, scram.first_message()))
        scram.process_server_final_message(_authenticated(talk, scram.final_message()))
    except (ValueError, LookupError):  # it does not know our password either
        _check(talk, errors.SaslAuthenticationFailedError.errno)


def _authenticated(talk: "_Talk", token: bytes) -> bytes:
    answer = talk.asked(_SASL_AUTHENTICATE, 0, struct.pack(">i", len(token)) + token)
    code, length = struct.unpack_from(">hh", answer)
    _check(talk, code)
    start = 4 + max(length, 0)
    size = struct.unpack_from(">i", answer, start)[0]
    return answer[start + 4:start + 4 + size]


def _check(talk: "_Talk", code: int) -> None:
    kind = errors.for_code(code)
    if kind is not errors.NoError:
        raise translated(kind()) or ConfigError(NOT_KAFKA.format(server=talk.server))


@dataclass(slots=True)
class _Talk:
    """Questions and answers over one connection, until `ends`."""

    connection: socket.socket
    server: str
    ends: float

    def asked(self, key: int, version: int, body: bytes) -> bytes:
        """The body of the answer; EOFError where the server hangs up."""
        header = struct.pack(">hhi", key, version, 1) + _text(CLIENT_NAME)
        try:
            self.connection.settimeout(_left(self.ends))
            self.connection.sendall(struct.pack(">i", len(header + body)) + header + body)
            first = self._read(4)
            if first.startswith(_TLS_ALERT):
                raise ConfigError(IS_TLS.format(server=self.server))
            size = struct.unpack(">i", first)[0]
            if not 4 <= size <= _ANSWER_BYTES_MAX:
                raise ConfigError(NOT_KAFKA.format(server=self.server))
            return self._read(size)[4:]
        except ssl.SSLError as error:
            if "ALERT" not in (error.reason or ""):
                raise EOFError from None
            raise ConfigError(NO_CERTIFICATE.format(server=self.server)) from None
        except TimeoutError:
            raise TemporarilyUnavailable(SILENT.format(server=self.server)) from None
        except OSError:
            raise EOFError from None

    def _read(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            self.connection.settimeout(_left(self.ends))
            more = self.connection.recv(size - len(read))
            if not more:
                raise EOFError
            read += more
        return read


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _left(ends: float) -> float:
    """The seconds until then; never none, which would mean not to wait at all."""
    return max(ends - monotonic(), 0.001)
