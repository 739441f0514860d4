"""All three services together, over one folder."""
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from compose.local.fetch import silent
from compose.local.kafka import Kafka, KafkaPorts
from compose.local.ports import free_ports
from compose.local.postgres import Postgres
from compose.local.registry import Registry, RegistryPorts
from compose.local.service import Service, private_folder


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each service listens."""

    kafka: KafkaPorts
    registry: RegistryPorts
    postgres: int

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody uses now."""
        found = free_ports(7)
        return cls(KafkaPorts(*found[:4]), RegistryPorts(*found[4:6]), found[6])


class Services:
    """Kafka, the registry and PostgreSQL over a folder, each also to be had alone.

    As a context manager they run within it. `quick` is for tests: it starts them in half the
    time, at the price of speed when they run long, and of what a crash of the machine may lose.
    """

    def __init__(self, folder: Path, cache: Path, ports: Ports | None = None, *,
                 quick: bool = False, say: Callable[[str], None] = silent):
        folder, cache = private_folder(folder).resolve(), cache.resolve()
        chosen = ports or Ports.free()
        self.kafka = Kafka(folder, cache, chosen.kafka, quick=quick, say=say)
        self.registry = Registry(folder, cache, chosen.registry, quick=quick, say=say)
        self.postgres = Postgres(folder, chosen.postgres, quick=quick)

    @property
    def each(self) -> tuple[Service, ...]:
        """The three of them."""
        return (self.kafka, self.registry, self.postgres)

    def start(self) -> None:
        """Start all at once and return when all answer; where one fails, none is left running."""
        with ThreadPoolExecutor(len(self.each)) as pool:
            started = [pool.submit(service.start) for service in self.each]
        failed = [error for each in started if (error := each.exception()) is not None]
        if failed:
            self.stop()
            raise failed[0]

    def stop(self) -> None:
        """Stop all at once, in order."""
        with ThreadPoolExecutor(len(self.each)) as pool:
            stopping = [pool.submit(service.stop) for service in self.each]
        for each in stopping:
            each.result()

    def kill(self) -> None:
        """End all at once, as `kill -9` would."""
        for service in self.each:
            service.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
