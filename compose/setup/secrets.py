"""The secrets of the composed services: made once, handed to each service that needs them."""
import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from compose.certificates import Authority, authority, server_certificate

OPERATOR = "concord"  # Concord's own principal in Kafka, which may do everything there
KAFKA_CONFIGURATION = "/etc/concord/server.properties"

Give = Callable[[Path, int, int], None]


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the secrets are kept, seen by the setup alone, and where each service finds its own;
    `data` are the folders in which services keep what they hold."""

    kept: Path
    handed: Path
    data: Path


# As which group each service runs: the numbers in compose.yaml.
GROUPS = {"kafka": 1000, "registry": 0, "postgres": 999, "concord": 10001, "prometheus": 65534}


def give(path: Path, group: int, mode: int) -> None:
    """Let a group into a file or folder that is otherwise root's."""
    os.chown(path, -1, group)
    path.chmod(mode)


def make(folders: Folders, hosts: list[str], giving: Give = give) -> None:
    """Make what is not there and hand each service what it needs and no more.

    `hosts` are the names by which Kafka is reached from outside. Passwords and the authority are
    made once; the servers' certificates anew at each call, for the hosts of today.
    """
    handing = _Handing(folders, giving)
    by = handing.authority()
    kafka, database, registry = (handing.password(name) for name in
                                 ("kafka", "postgres", "registry"))
    handing.hand("kafka", "format.arguments", _format_arguments(handing.cluster(), kafka))
    handing.hand("postgres", "superuser", handing.password("superuser"))
    handing.hand("postgres", "concord", database)
    handing.hand("postgres", "registry", registry)
    handing.hand("registry", "postgres", registry)
    handing.hand("concord", "kafka", kafka)
    handing.hand("concord", "postgres", database)
    broker = server_certificate(by, list(dict.fromkeys(
        ["kafka", "localhost", "127.0.0.1", *hosts])))
    handing.hand("kafka", "server.pem", broker.keystore)
    for service in ("postgres", "registry"):
        made = server_certificate(by, [service])
        handing.hand(service, "server.pem", made.certificate)
        handing.hand(service, "server.key", made.key)
    for service in ("kafka", "registry", "concord"):
        handing.hand(service, "ca.pem", by.certificate_file.read_bytes())
    for service in ("kafka", "postgres", "prometheus", "concord"):
        giving(folders.data / service, GROUPS[service], 0o770)


class _Handing:
    """What is kept, and the handing out of it."""

    def __init__(self, folders: Folders, giving: Give):
        self._folders = folders
        self._giving = giving
        folders.kept.chmod(0o700)

    def authority(self) -> Authority:
        return authority(self._folders.kept)

    def password(self, name: str) -> bytes:
        return self._kept(f"{name}.password", lambda: secrets.token_urlsafe(32))

    def cluster(self) -> bytes:
        return self._kept("cluster", lambda: base64.urlsafe_b64encode(
            b"\0" + secrets.token_bytes(15)).decode().rstrip("="))

    def _kept(self, name: str, made: Callable[[], str]) -> bytes:
        file = self._folders.kept / name
        if not file.exists():
            _write(file, made().encode())
        return file.read_bytes()

    def hand(self, service: str, name: str, content: bytes) -> None:
        """Put a file where only this service and root can read it."""
        folder = self._folders.handed / service
        self._giving(folder, GROUPS[service], 0o750)
        making = folder / f".{name}"
        _write(making, content)
        self._giving(making, GROUPS[service], 0o640)
        making.rename(folder / name)


def _format_arguments(cluster: bytes, password: bytes) -> bytes:
    """What formats Kafka's log with Concord's password in it: from a file, because everybody on
    a machine can read the words of a process."""
    scram = f'"SCRAM-SHA-512=[name={OPERATOR},password={password.decode()}]"'
    return "\n".join(("kafka.tools.StorageTool", "format", "--ignore-formatted", "--cluster-id",
                      cluster.decode(), "--config", KAFKA_CONFIGURATION, "--add-scram", scram,
                      "")).encode()


def _write(file: Path, content: bytes) -> None:
    """Never readable by others, not even for a moment."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
