"""Services in containers: used where an engine answers and has the image; nothing is pulled."""
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import docker
from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from broker.errors import TemporarilyUnavailable
from compose import certificates
from compose.local import kafka, postgres, registry
from compose.local.kafka import KafkaPorts
from compose.local.ports import free_ports
from compose.local.servers import HOST, KafkaServer, PostgresServer, RegistryServer
from compose.local.service import READY_SECONDS_MAX, private_folder, secret
from tests.services.started import Server

IMAGES = {
    "kafka": "apache/kafka:4.3.1",
    "registry": "apicurio/apicurio-registry:3.3.3",
    "postgres": "postgres:17",
}
_SOCKET = Path("/var/run/docker.sock")
_ASK_AGAIN_SECONDS = 0.1

Made = tuple[DockerContainer, Server, Callable[[], bool]]


def started(kind: str, folder: Path, ends: list[Callable[[], None]]) -> Server | None:
    """A service in a container, once it answers; None where there can be none.

    How to end it is added to `ends` before it is started. `TemporarilyUnavailable` where the
    container does not serve, as one of an image that only goes by the name.
    """
    if not _there(IMAGES[kind]):
        return None
    # The supervisor ends the container itself; the reaper would be one more image to have.
    testcontainers_config.ryuk_disabled = True
    container, server, answers = _MAKERS[kind](private_folder(folder))
    ends.append(container.stop)
    container.start()
    until = time.monotonic() + READY_SECONDS_MAX
    while not answers():
        running = container.get_wrapped_container()
        running.reload()
        if running.status == "exited" or time.monotonic() > until:
            raise TemporarilyUnavailable(
                f"{kind} does not answer in its container: {running.logs(tail=1).decode()}")
        time.sleep(_ASK_AGAIN_SECONDS)
    return server


def _there(image: str) -> bool:
    """Whether an engine answers and has the image."""
    if "DOCKER_HOST" not in os.environ and not _SOCKET.exists():
        return False
    try:
        client = docker.from_env()
        try:
            client.images.get(image)
        finally:
            client.close()
    except DockerException:
        return False
    return True


def _container(kind: str, ports: Mapping[int, int]) -> DockerContainer:
    """One whose ports, {inside: outside}, are reached from this machine alone."""
    published = {f"{inside}/tcp": (HOST, outside) for inside, outside in ports.items()}
    container = DockerContainer(IMAGES[kind])
    # It passes them on as they are; its own way in knows no address, and would open them to all.
    container.ports.update(cast("dict[str, int | None]", published))
    return container


def _kafka(folder: Path) -> Made:
    """Kafka with the very settings of the local one."""
    ports = KafkaPorts(*free_ports(4))
    authority = certificates.authority(folder)
    certificates.broker_keystore(authority, folder / "broker.pem")
    password = secret(folder / "password")
    inside = Path("/concord")
    (folder / "server.properties").write_text(kafka.settings(
        ports, "0.0.0.0", Path("/tmp/data"),  # noqa: S104, S108 - inside a container
        inside / "broker.pem", inside / "ca.pem"))
    script = (
        f"/opt/kafka/bin/kafka-run-class.sh kafka.tools.StorageTool format"
        f" --cluster-id {kafka.new_cluster_id()} --config {inside}/server.properties"
        f" --add-scram \"{kafka.operator(f'$(cat {inside}/password)')}\" > /dev/null"
        f" && exec /opt/kafka/bin/kafka-server-start.sh {inside}/server.properties")
    container = (
        _container("kafka", {port: port for port in (ports.plain, ports.sasl, ports.mtls)})
        .with_volume_mapping(folder, str(inside), "ro")
        # as root, because the folder is private
        .with_kwargs(user="root", entrypoint=["sh", "-c", script]))
    server = KafkaServer(
        f"{HOST}:{ports.plain}", f"{HOST}:{ports.sasl}", f"{HOST}:{ports.mtls}", kafka.OPERATOR,
        password, authority.certificate_file, authority.key_file, folder)
    return container, server, lambda: kafka.serves(ports.plain)


def _registry(_folder: Path) -> Made:
    """The registry with its schemas in memory."""
    port, = free_ports(1)
    container = _container("registry", {8080: port}).with_envs(
        APICURIO_STORAGE_KIND="sql", APICURIO_STORAGE_SQL_KIND="h2")
    server = RegistryServer(f"http://{HOST}:{port}/apis/ccompat/v7")
    return container, server, lambda: registry.serves(server)


def _postgres(folder: Path) -> Made:
    """PostgreSQL whose owner is, in this image, its superuser too."""
    port, = free_ports(1)
    server = PostgresServer(
        HOST, port, postgres.DATABASE, postgres.OWNER, secret(folder / "password"))
    inside = "/password"
    container = (
        _container("postgres", {5432: port})
        .with_copy_into_container(server.password.encode(), inside, 0o444)
        .with_kwargs(user="postgres")
        .with_envs(POSTGRES_DB=server.database, POSTGRES_USER=server.user,
                   POSTGRES_PASSWORD_FILE=inside,
                   POSTGRES_INITDB_ARGS="--encoding=UTF8 --locale=C"))
    return container, server, lambda: postgres.serves(server)


_MAKERS: Mapping[str, Callable[[Path], Made]] = {
    "kafka": _kafka, "registry": _registry, "postgres": _postgres}
