"""One service as a process of this machine: started, asked until it answers, stopped, killed."""
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from broker.errors import ConfigError, TemporarilyUnavailable
from compose.local.ports import assert_free

READY_SECONDS_MAX = 300.0
STOP_SECONDS_MAX = 45.0
_ASK_AGAIN_SECONDS = 0.05
_LEASH = Path(__file__).parent / "leash.py"
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote")

# A child's leash is tied to the very thread that started it: this one lives as long as we do.
_STARTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")


@dataclass(frozen=True, slots=True)
class Command:
    """A program: its words, where it runs, as whom ("": as us), and all of its environment."""

    words: Sequence[str]
    folder: Path
    user: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def leashed(self) -> list[str]:
        """The words that start it bound to this process."""
        return [*leashed(self.user), *self.words]

    @property
    def variables(self) -> dict[str, str]:
        """Nothing of our own environment reaches a service by accident."""
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.environment}


def leashed(user: str = "") -> list[str]:
    """What to put before a program's words so that it ends with the thread that starts it."""
    return [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), user]


class Service(ABC):
    """A service over one folder: the same ports and data however often it is started anew.

    Not meant for several threads at once. The process, and all it has started, ends with this
    one, however this one ends (on Linux).
    """

    def __init__(self, name: str, folder: Path, ports: Sequence[int],
                 stop_signal: signal.Signals = signal.SIGTERM):
        self.name = name
        self.log_file = folder / f"{name}.log"
        self._ports = ports
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> Command:
        """Make what it needs, where that is not there, and say how to start it."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it serves its users now."""

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    def start(self) -> None:
        """Start it and return when it answers; nothing happens where it runs already.

        `ConfigError` where something on this machine is missing or in its way,
        `TemporarilyUnavailable` where it starts and does not answer in five minutes.
        """
        if self.running:
            return
        assert_free(self.name, *self._ports)
        command = self._command()
        self._process = _STARTER.submit(_started, command, self.log_file).result()
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def _wait(self) -> None:
        until = time.monotonic() + READY_SECONDS_MAX
        while not self._answers():
            if not self.running:
                raise ConfigError(
                    f"{self.name} ended while it was starting: {self.log_file} says why")
            if time.monotonic() > until:
                raise TemporarilyUnavailable(
                    f"{self.name} has not answered for {READY_SECONDS_MAX:.0f} seconds:"
                    f" look into {self.log_file}, and try again")
            time.sleep(_ASK_AGAIN_SECONDS)

    def stop(self) -> None:
        """Ask it to end, as an operator would, and wait until it has; then kill what is left."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(self._stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS_MAX)
        self.kill()

    def kill(self) -> None:
        """End it and all it has started at once, as `kill -9` would."""
        if self._process is None:
            return
        doomed: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._process.pid)
            parent.suspend()  # it might otherwise have one more child than we know of
            doomed = [parent, *parent.children(recursive=True)]
        for each in doomed:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._process.wait()
        until = time.monotonic() + STOP_SECONDS_MAX
        while any(map(_alive, doomed)) and time.monotonic() < until:
            time.sleep(_ASK_AGAIN_SECONDS)
        self._process = None

    def restart(self) -> None:
        """Stop it in order and start it again."""
        self.stop()
        self.start()


def _alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that waits for its parent to take note of its end does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _started(command: Command, log_file: Path) -> subprocess.Popen[bytes]:
    with log_file.open("ab") as log:
        return subprocess.Popen(
            command.leashed, cwd=command.folder, env=command.variables, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def done(name: str, command: Command, log_file: Path, said: str = "") -> None:
    """Run a program that prepares something to its end; `ConfigError` where it fails.

    What it prints is not kept: Kafka's prints what it has made of the password.
    """
    with log_file.open("ab") as log:
        result = _STARTER.submit(
            subprocess.run, command.leashed, cwd=command.folder, env=command.variables,
            input=said.encode(), stdout=subprocess.DEVNULL, stderr=log, check=False).result()
    if result.returncode != 0:
        raise ConfigError(f"{name} could not be set up: {log_file} says why")


def private_folder(folder: Path) -> Path:
    """The folder, made if need be, that nobody else may look into."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def write_private(file: Path, text: str) -> None:
    """Write a file that only this user can read, from its first moment on."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(text)


def secret(file: Path) -> str:
    """The password in a file, a random one the first time it is asked for."""
    private_folder(file.parent)
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def java_options(heap_mib_max: int, *, quick: bool) -> tuple[str, ...]:
    """How Java runs: little memory; `quick` starts in half the time and is then slower.

    It compiles with the first compiler alone, and takes each class as it was fetched without
    proving it sound.
    """
    return (f"-Xmx{heap_mib_max}m", "-XX:+UseSerialGC", *(_QUICK if quick else ()))


def quoted(text: str) -> str:
    """The text as the argument files and property files of Java read it."""
    return json.dumps(text)
