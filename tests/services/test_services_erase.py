"""Erasing somebody on Kafka and PostgreSQL while an agency publishes and intake takes it in."""
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broker.backends.kafka import KafkaLog
from broker.log import topics
from broker.log.records import Lane
from broker.vocabulary.words import Stream
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.cli.conftest import Cli
from tests.cli.test_cli_erase_running import YES, beside, publishes
from tests.cli.test_cli_privacy import one_girl
from tests.services.partnership import Partnership, Services, partnership

SECONDS_MAX = 60.0


@pytest.fixture
def ready(
    tmp_path: Path, kafka_server: KafkaServer, registry_server: RegistryServer,
    postgres_server: PostgresServer,
) -> Iterator[Partnership]:
    """The example's partnership, which knows one girl from the police."""
    services = Services(kafka_server, registry_server, postgres_server)
    with partnership(tmp_path, services) as made:
        answer = made("init", "--kafka")
        assert 0 == answer.code, answer.err
        one_girl(Cli(made.home), tmp_path)
        yield made


@pytest.fixture
def intake(ready: Partnership) -> "Iterator[subprocess.Popen[str]]":
    """A worker that takes in what comes, at work."""
    with Cli(ready.home).start("intake", "--follow") as started:
        try:
            assert started.stdout is not None
            assert "intake: working.\n" == started.stdout.readline()
            yield started
        finally:
            started.kill()


def legible_in(made: Partnership) -> list[str]:
    """The topics whose newest record under any key still names the girl."""
    found = []
    with closing(KafkaLog(made.address("concord"))) as log:
        for topic in (topics.inbox("police"), topics.shared(Stream.PERSON)):
            newest = {each.record.key: each.record.value
                      for partition in range(log.partitions(topic))
                      for each in log.read(Lane(topic, partition), 0, 1000)}
            found += [topic for value in newest.values() if value and b"Thornton" in value]
    return found


def test_what_intake_takes_in_while_somebody_is_erased_goes_too(
        ready: Partnership, intake: "subprocess.Popen[str]", tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """From the store, and by tombstones from the topics, whoever was quicker; intake goes on."""
    home = Cli(ready.home)
    before = legible_in(ready)
    beside(monkeypatch, publishes(home, tmp_path, 1))

    answer = home(*YES, "--format", "json")
    home("check")
    intake.terminate()
    said = intake.communicate(timeout=SECONDS_MAX)

    assert (0, "", ["PersonRecorded"] * 2) == (
        answer.code, answer.err, [each["type"] for each in answer.json["events"]])
    assert ([topics.inbox("police"), topics.shared(Stream.PERSON)], [], []) == (
        before, legible_in(ready), home("people", "list", "--format", "json").json)
    assert (0, ("intake: stopped; what was finished is kept.\n", "")) == (intake.returncode, said)
    assert home("audit", "verify", "--format", "json").json["ok"]
