"""Runs the services until Ctrl-C, or while a command runs: `python -m compose.local --help`."""
import argparse
import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from broker.errors import ConcordError, ConfigError
from compose.local.kafka import KafkaPorts
from compose.local.registry import RegistryPorts
from compose.local.served import FILE_NAME, write_served
from compose.local.service import private_folder
from compose.local.services import Ports, Services

HOME = Path(__file__).parents[2] / ".services"
PORTS = {
    "kafka-plain": 19092, "kafka-sasl": 19093, "kafka-mtls": 19094, "kafka-controller": 19095,
    "registry": 18081, "registry-management": 18082, "postgres": 15432,
}
_LOOK_SECONDS = 1.0


class Ended(BaseException):
    """Somebody asked us to end, by Ctrl-C or SIGTERM; not to be caught on the way."""


def main() -> int:
    """The process's exit code."""
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    asked = _arguments()
    try:
        return _once(asked) if asked.once else _serve(asked)
    except Ended:
        return 128 + signal.SIGTERM if asked.once else 0
    except ConcordError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 4


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    # One that is in a hurry asks twice, which must not break off the stopping of the services.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Ended


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m compose.local",
        description="Runs Kafka, a schema registry and PostgreSQL on this machine's loopback,"
                    " without containers, over data that stays.")
    parser.add_argument("--folder", type=Path, default=HOME / "run",
                        help="data, passwords and logs (default: %(default)s)")
    parser.add_argument("--cache", type=Path, default=HOME / "cache",
                        help="what is fetched once (default: %(default)s)")
    for name, port in PORTS.items():
        parser.add_argument(f"--{name}-port", type=int, default=port, metavar="PORT",
                            help="default: %(default)s")
    parser.add_argument("--once", nargs=argparse.REMAINDER, metavar="COMMAND",
                        help="run this command with the services up, stop them, and exit as it"
                             " did; where they are up already they are used and left")
    asked = parser.parse_args()
    asked.folder, asked.cache = asked.folder.resolve(), asked.cache.resolve()
    return asked


def _services(asked: argparse.Namespace) -> Services:
    ports = [getattr(asked, f"{name.replace('-', '_')}_port") for name in PORTS]
    return Services(asked.folder, asked.cache,
                    Ports(KafkaPorts(*ports[:4]), RegistryPorts(*ports[4:6]), ports[6]),
                    say=_say)


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _serve(asked: argparse.Namespace) -> int:
    with _locked(asked.folder) as lock:
        if lock is None:
            raise ConfigError(
                f"the services of {asked.folder} run already: use them, they are described in"
                f" {asked.folder / FILE_NAME}")
        with _serving(asked) as services:
            _describe(services, asked.folder)
            while all(service.running for service in services.each):
                time.sleep(_LOOK_SECONDS)
            gone = next(each for each in services.each if not each.running)
            raise ConfigError(f"{gone.name} has ended by itself: {gone.log_file} says why")


def _once(asked: argparse.Namespace) -> int:
    with _locked(asked.folder) as lock:
        if lock is not None:
            with _serving(asked):
                return _run(asked.once)
    if not (asked.folder / FILE_NAME).exists():
        raise ConfigError(
            f"the services of {asked.folder} are only just starting or stopping: wait a moment")
    return _run(asked.once)


@contextmanager
def _serving(asked: argparse.Namespace) -> Iterator[Services]:
    """The services, up, with `served.toml` there for as long."""
    services = _services(asked)
    _say("Starting Kafka, the registry and PostgreSQL.")
    served = asked.folder / FILE_NAME
    try:
        services.start()
        write_served(services, asked.folder)
        yield services
    finally:
        served.unlink(missing_ok=True)
        services.stop()
        _say("Stopped Kafka, the registry and PostgreSQL.")


@contextmanager
def _locked(folder: Path) -> Iterator[IO[str] | None]:
    """The folder for us alone; None where another process has it."""
    with (private_folder(folder) / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lock


def _run(words: list[str]) -> int:
    """Run a command on our own terminal to its end; an end that is asked of us is passed on."""
    try:
        command = subprocess.Popen(words)
    except OSError as error:
        raise ConfigError(f"{words[0]} cannot be run ({error.strerror}): name a command") from None
    try:
        code = command.wait()
    except Ended:
        command.terminate()
        code = command.wait()
    return code if code >= 0 else 128 - code  # ended by a signal: as a shell would say it


def _describe(services: Services, folder: Path) -> None:
    kafka, postgres = services.kafka.server, services.postgres.server
    _say(f"""\
Kafka       {kafka.bootstrap_sasl}  SASL_SSL, SCRAM-SHA-512, user {kafka.username}, \
password in {services.kafka.password_file}
            {kafka.bootstrap_mtls}  SSL with a client's certificate, {kafka.ca_file}
            {kafka.bootstrap_plain}  PLAINTEXT, may do everything, for looking around
Registry    {services.registry.server.url}
PostgreSQL  {postgres.host}:{postgres.port}  database {postgres.database}, user {postgres.user}, \
password in {services.postgres.password_file}
Logs        {folder}/*.log
Settings    {folder / FILE_NAME}, to be added to a concord.toml
Everything stays when this ends; `rm -r {folder}` begins anew. Ctrl-C stops.""")


if __name__ == "__main__":
    sys.exit(main())
