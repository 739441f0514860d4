"""The demo on real services finds what the embedded one finds."""
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker.config import load
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.cli.conftest import Cli
from tests.services.partnership import CONFIG, Partnership, Services, removed

SHORT = ("--days", "3", "--children", "20", "--seed", "5")


@pytest.fixture
def served(
    tmp_path: Path, kafka_server: KafkaServer, registry_server: RegistryServer,
    postgres_server: PostgresServer,
) -> Iterator[Partnership]:
    """The sections that name the run's services, as `make kafka` writes them: without a namespace.

    What a demo made there is removed.
    """
    made = Partnership(
        tmp_path / "sections", "", Services(kafka_server, registry_server, postgres_server))
    made.configure("")
    yield made
    if (tmp_path / "served").exists():
        removed(replace(made, namespace=namespace_of(tmp_path / "served")))


def found_in(folder: Path, *more: str | Path) -> str:
    """Run a short demo in a folder; what it says of what was planted."""
    folder.mkdir()
    answer = Cli(folder)("demo", "--out", folder / "demo", *SHORT, *more)
    assert 0 == answer.code, answer.err
    return answer.out[answer.out.index("Against what was planted:"):
                      answer.out.index("The report:")]


def namespace_of(folder: Path) -> str:
    """What all names of the demo in a folder begin with, which is its alone."""
    settings = load(folder / "demo" / "concord.toml")
    assert settings.served is not None
    namespace = settings.served.kafka.namespace
    assert namespace.startswith("demo")
    assert len(namespace) > len("demo")
    return namespace


def test_the_demo_on_services_finds_what_the_embedded_one_finds(
        served: Partnership, tmp_path: Path) -> None:
    """The same files, published day by day to Kafka and PostgreSQL, under a namespace of its
    own: every contradiction that was planted, and the same count of all else."""
    embedded = found_in(tmp_path / "embedded")
    on_services = found_in(tmp_path / "served", "--served", served.home / CONFIG)

    assert namespace_of(tmp_path / "served")
    assert " 0 false alarms" in embedded
    assert embedded == on_services


def test_a_demo_on_services_that_nobody_named_is_one_sentence(tmp_path: Path) -> None:
    """With the command that starts some."""
    answer = Cli(tmp_path)("demo", "--out", tmp_path / "demo", *SHORT, "--served",
                           tmp_path / "none.toml")

    assert (2, f"There is no file {tmp_path / 'none.toml'}: `make kafka` starts services and says"
               " where it writes one.\n") == (answer.code, answer.err)
