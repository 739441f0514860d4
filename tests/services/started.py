"""Where a test gets real services from: given ones, containers, or this machine's own.

The processes of a run share one of each. Whichever first needs one starts a supervisor for it
(`tests.services.supervisor`), which ends the service when the run has ended, however it ended.
"""
import fcntl
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psutil
import pytest
from pydantic import TypeAdapter

from broker.errors import ConcordError
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer

if TYPE_CHECKING:  # it brings the drivers with it, and most tests want no service
    from compose.local.services import Services

ROOT = Path(__file__).parents[2]
READY_SECONDS_MAX = 900.0  # a first run fetches 200 MB
_ASK_AGAIN_SECONDS = 0.1

Server = KafkaServer | RegistryServer | PostgresServer
KINDS: Mapping[str, type[Server]] = {
    "kafka": KafkaServer, "registry": RegistryServer, "postgres": PostgresServer}

# What names a service that runs already, field by field; the first says that there is one.
GIVEN = {
    "kafka": {
        "bootstrap_plain": "CONCORD_TEST_KAFKA_PLAIN",
        "bootstrap_sasl": "CONCORD_TEST_KAFKA_SASL",
        "bootstrap_mtls": "CONCORD_TEST_KAFKA_MTLS",
        "username": "CONCORD_TEST_KAFKA_USERNAME",
        "password": "CONCORD_TEST_KAFKA_PASSWORD",
        "ca_file": "CONCORD_TEST_KAFKA_CA_FILE",
        "ca_key_file": "CONCORD_TEST_KAFKA_CA_KEY_FILE",
    },
    "registry": {"url": "CONCORD_TEST_REGISTRY_URL"},
    "postgres": {
        "host": "CONCORD_TEST_POSTGRES_HOST",
        "port": "CONCORD_TEST_POSTGRES_PORT",
        "database": "CONCORD_TEST_POSTGRES_DATABASE",
        "user": "CONCORD_TEST_POSTGRES_USER",
        "password": "CONCORD_TEST_POSTGRES_PASSWORD",
    },
}
OPTIONAL = {"CONCORD_TEST_KAFKA_CA_KEY_FILE"}
CACHE = "CONCORD_TEST_SERVICES_CACHE"
WANTED = "CONCORD_TEST_SERVICES"  # "none": nothing is started, and what needs a service is skipped


def cache() -> Path:
    """Where fetched programs are kept between runs."""
    return Path(os.environ.get(CACHE, ROOT / ".services" / "cache"))


def given(kind: str, environment: Mapping[str, str]) -> Server | None:
    """The service that the environment names; None where it names none, an error where by half."""
    first, *_ = names = GIVEN[kind]
    if names[first] not in environment:
        return None
    missing = [name for name in names.values()
               if name not in environment and name not in OPTIONAL]
    assert not missing, f"{names[first]} is set, and {', '.join(missing)} is not"
    values = {field: environment.get(name) for field, name in names.items()}
    if kind == "kafka":
        values["folder"] = str(Path(environment[names["ca_file"]]).parent)
    return TypeAdapter(KINDS[kind]).validate_python(values)


def impossible(reason: str) -> NoReturn:
    """Skip aloud on a person's machine, fail where all must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def refuse_unwanted() -> None:
    """Skip where the run was asked for without services."""
    if os.environ.get(WANTED) == "none":
        pytest.skip(f"{WANTED}=none")


def shared(kind: str, folder: Path, run: int) -> Server:
    """The run's one service of this kind, started now if nobody has needed it yet.

    `folder` is the run's, the same in all its processes; `run` the process that ends last.
    """
    refuse_unwanted()
    if server := given(kind, os.environ):
        return server
    supervisor = begun(kind, folder, run)
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        if (ready := folder / f"{kind}.json").exists():
            return TypeAdapter(KINDS[kind]).validate_json(ready.read_bytes())
        if (reason := folder / f"{kind}.impossible").exists():
            impossible(f"no {kind}: {reason.read_text()}")
        if not _alive(supervisor):
            break
        time.sleep(_ASK_AGAIN_SECONDS)
    pytest.fail(f"{kind} is not ready: {folder / f'{kind}.supervisor.log'} may say why")


def begun(kind: str, folder: Path, run: int) -> int:
    """See to it that the service has a supervisor, and say which process it is."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{kind}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if known := lock.read():
            return int(known)
        log = str(folder / f"{kind}.supervisor.log")
        # Not a Popen: it is meant to outlive this process, and nobody waits for it.
        started = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "tests.services.supervisor", kind, str(folder), str(cache()),
             str(run)],
            {**os.environ, "PYTHONPATH": str(ROOT)}, setsid=True,
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                          (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT, 0o600),
                          (os.POSIX_SPAWN_DUP2, 1, 2)])
        lock.write(str(started))
    return started


def _alive(supervisor: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(supervisor).status() != psutil.STATUS_ZOMBIE
    return False


@contextmanager
def privately(folder: Path, *kinds: str) -> "Iterator[Services]":
    """Services of the caller's own, to be stopped and killed at will; these kinds are started.

    None named means all. Whatever runs at the end is killed.
    """
    refuse_unwanted()
    from compose.local.services import Services

    services = Services(folder, cache(), quick=True)
    try:
        try:
            if kinds:
                for kind in kinds:
                    getattr(services, kind).start()
            else:
                services.start()
        except ConcordError as error:
            impossible(str(error))
        yield services
    finally:
        services.kill()
