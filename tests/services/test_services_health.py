"""Health over real services, one after the other taken away: status, and a worker's own."""
import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compose.local.services import Services
from tests.cli.conftest import Answer, Cli, written
from tests.pipeline.conftest import KAYLEIGH_AT_POLICE, NOMINALS
from tests.services.served_home import provision, served_config
from tests.services.started import privately

SECONDS_MAX = 120.0


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services of these tests alone: each puts back what it takes away."""
    with privately(tmp_path_factory.mktemp("services")) as services:
        yield services


@pytest.fixture(scope="module")
def cli(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A served home in which police have published one person."""
    folder = tmp_path_factory.mktemp("home")
    command = Cli(folder)
    assert 0 == command("init").code
    served_config(services, folder, "health")
    provision(folder)
    drop = written(folder / "police", nominals=[NOMINALS, KAYLEIGH_AT_POLICE])
    assert 0 == command.process("publish", "police", drop).code
    return command


def status(cli: Cli) -> tuple[int, dict[str, Any]]:
    """Exit code and answer."""
    answer: Answer = cli("status", "--format", "json")
    return answer.code, json.loads(answer.out)


def test_all_services_answer(cli: Cli) -> None:
    """A statement waits for intake, and its heartbeat in every lane of the inbox."""
    code, said = status(cli)

    assert (0, {"kafka": "answers", "registry": "answers", "postgresql": "answers"}) == (
        code, said["services"])
    assert said["lag"]["intake"] > said["lanes_behind"]["intake"] > 1
    assert {"council": None, "police": None, "riverside": None} == said["last_heard"]
    lines = cli("status").out.splitlines()
    assert f"intake: at most {said['lag']['intake']} messages waiting: `concord check`" == lines[0]
    assert ["Kafka: answers", "the schema registry: answers", "PostgreSQL: answers"] == lines[-3:]


def test_without_kafka_the_store_is_still_told_of(cli: Cli, services: Services) -> None:
    """What only the log knows is null, and the exit code says that a service is away."""
    services.kafka.stop()
    try:
        code, said = status(cli)
    finally:
        services.kafka.start()

    assert (4, {"kafka": "away", "registry": "answers", "postgresql": "answers"}) == (
        code, said["services"])
    assert (None, None, 0, 0) == (said["lag"], said["last_heard"], said["rejects"], said["held"])


def test_a_password_that_is_wrong_is_no_service_that_is_away(
        cli: Cli, services: Services, tmp_path: Path) -> None:
    """It is the operator's to mend, and never comes right by waiting."""
    wrong = tmp_path / "wrong.password"
    wrong.write_text("not the password", encoding="utf-8")
    config = (cli.home / "concord.toml").read_text(encoding="utf-8")
    other = tmp_path / "concord.toml"
    other.write_text(config.replace(str(services.kafka.password_file), str(wrong)),
                     encoding="utf-8")
    answer = cli("status", "--config", other)

    assert (2, True) == (answer.code, answer.err.startswith("Kafka does not accept"))


def test_without_the_registry_all_else_is_told(cli: Cli, services: Services) -> None:
    """Nothing that status says is in a message."""
    services.registry.stop()
    try:
        code, said = status(cli)
    finally:
        services.registry.start()

    assert (4, {"kafka": "answers", "registry": "away", "postgresql": "answers"}) == (
        code, said["services"])
    assert said["lag"]["intake"] > 0


def test_without_the_store_nothing_is_known(cli: Cli, services: Services) -> None:
    """But who is away."""
    services.postgres.stop()
    try:
        code, said = status(cli)
        text = cli("status")
    finally:
        services.postgres.start()

    assert (4, {"kafka": "answers", "registry": "answers", "postgresql": "away"}) == (
        code, said.pop("services"))
    assert {None} == set(said.values())
    assert (4, ["Kafka: answers", "the schema registry: answers", "PostgreSQL: away"]) == (
        text.code, text.out.splitlines())


# -- a worker ---------------------------------------------------------------------------------

def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def asked(port: int, path: str) -> tuple[int, str]:
    """Status and text; 0 where nobody answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def waited_for(true: Callable[[], bool], worker: subprocess.Popen[str]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + SECONDS_MAX
    while not true():
        assert worker.poll() is None, worker.communicate()[1]
        assert time.monotonic() < until, "it never was"
        time.sleep(0.1)


def test_a_worker_says_who_is_away_and_goes_on_when_it_is_back(
        cli: Cli, services: Services, tmp_path: Path) -> None:
    """Metrics and health by HTTP, the journal in lines; SIGTERM ends it after its turn."""
    port = free_port()
    journal = tmp_path / "concord.log"
    worker = cli.start("intake", "--follow", "--metrics-port", str(port), "--log", journal)
    try:
        waited_for(lambda: asked(port, "/health") == (200, "intake: ok\n"), worker)
        accepted = 'concord_messages_accepted_total{stage="intake"} 1.0'
        waited_for(lambda: accepted in asked(port, "/metrics")[1], worker)
        lag = 'concord_lag_messages{stage="intake"}'
        waited_for(lambda: lag in asked(port, "/metrics")[1], worker)
        services.postgres.stop()
        waited_for(lambda: asked(port, "/health") == (503, "intake: PostgreSQL is away\n"), worker)
        services.postgres.start()
        waited_for(lambda: asked(port, "/health") == (200, "intake: ok\n"), worker)
        worker.send_signal(signal.SIGTERM)
        out, err = worker.communicate(timeout=SECONDS_MAX)
    finally:
        worker.kill()
        services.postgres.start()
    lines = [json.loads(each) for each in journal.read_text(encoding="utf-8").splitlines()]

    assert (0, "") == (worker.returncode, err)
    assert out.startswith("intake: working.")
    assert [("postgresql", "away"), ("postgresql", "back")] == [
        (each["service"], each["is"]) for each in lines if "service" in each]
    assert 1 == sum(each.get("accepted", 0) for each in lines)
