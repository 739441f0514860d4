"""The sections of the served form: read from the example itself, and refused in one sentence."""
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from broker.bootstrap.served import postgres_address
from broker.cli.example import CONFIGURATION
from broker.config import load, parse
from broker.config.served import Served, is_loopback
from broker.errors import ConfigError
from broker.log.settings import RetentionDays

EMBEDDED, _, COMMENTED = CONFIGURATION.partition("\n# Without the sections below")
# The example's own sections, no longer commented out.
SECTIONS = re.sub(r"^# (\[|[a-z_]+ = )", r"\1", COMMENTED.partition("\n")[2], flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A home with the files that the example names, and without a configuration."""
    (tmp_path / "secrets").mkdir()
    for name in ("kafka", "registry", "postgres", "ca.pem", "concord.pem", "concord.key"):
        (tmp_path / "secrets" / name).write_text(f"{name}'s secret\n", encoding="utf-8")
    return tmp_path


def document(*changes: tuple[str, str, Any]) -> dict[str, Any]:
    """The example as served, some keys of some sections changed (None: taken out)."""
    made = tomllib.loads(EMBEDDED + SECTIONS)
    for section, key, value in changes:
        made[section].pop(key, None)
        if value is not None:
            made[section][key] = value
    return made


def served(folder: Path, *changes: tuple[str, str, Any]) -> Served:
    """The served form of the example with changes."""
    found = parse(document(*changes), folder).served
    assert found is not None
    return found


def refusal(folder: Path, *changes: tuple[str, str, Any]) -> str:
    """Why the example with changes is refused."""
    with pytest.raises(ConfigError) as refused:
        parse(document(*changes), folder)
    return str(refused.value)


def test_the_example_is_embedded() -> None:
    """As it is written by `concord init`, with the served form commented out."""
    assert parse(tomllib.loads(CONFIGURATION)).served is None


def test_the_commented_sections_work_as_they_stand(folder: Path) -> None:
    """Passwords come from their files, and files are looked for from the home on."""
    (folder / "concord.toml").write_text(EMBEDDED + SECTIONS, encoding="utf-8")
    found = load(folder / "concord.toml").served
    assert found is not None

    assert (("kafka.example:9093",), "SASL_SSL", "concord", "kafka's secret",
            folder / "secrets" / "ca.pem", "", 3, RetentionDays()) == (
        found.kafka.bootstrap_servers, found.kafka.security, found.kafka.username,
        found.kafka.password, found.kafka.ca_file, found.kafka.namespace,
        found.kafka.replication, found.kafka.retention)
    assert ("https://registry.example/apis/ccompat/v7", "registry's secret") == (
        found.registry.url, found.registry.password)
    assert ("postgres.example", 5432, "concord", "concord", "postgres's secret") == (
        found.postgres.host, found.postgres.port, found.postgres.database, found.postgres.user,
        found.postgres.password)
    assert found.tracing is not None
    assert (0.01, ()) == (found.tracing.share, found.plain)


@pytest.mark.parametrize("section", ["kafka", "registry", "postgres", "tracing"])
def test_every_key_of_a_section_is_in_the_example(folder: Path, section: str) -> None:
    """The example is the documentation of the configuration."""
    said = re.search(r"the known ones are (.+)\.$", refusal(folder, (section, "no_such_key", 1)))
    assert said is not None
    part = SECTIONS.partition(f"[{section}]")[2].partition("\n[")[0]

    assert [] == [key for key in said[1].split(", ")
                  if not re.search(rf"^{key} = .+", part, re.MULTILINE)]


def test_no_password_is_shown(folder: Path) -> None:
    """A value that is printed by mistake says nothing."""
    assert "secret'" not in repr(served(folder)).replace("secrets", "")


@pytest.mark.parametrize("section", ["kafka", "registry", "postgres"])
def test_one_section_needs_the_others(folder: Path, section: str) -> None:
    """Half a served form would be neither."""
    made = document()
    del made[section]

    with pytest.raises(ConfigError, match=rf"needs \[{section}\] beside it"):
        parse(made, folder)


def test_traces_are_for_the_served_form(folder: Path) -> None:
    """Alone they would be waited for in vain."""
    made = document()
    for section in ("kafka", "registry", "postgres"):
        del made[section]

    with pytest.raises(ConfigError, match="for the served form"):
        parse(made, folder)


@pytest.mark.parametrize(("change", "said"), [
    (("kafka", "security", "PLAINTEXT"),
     '[kafka] would speak to kafka.example without encryption: use TLS (security = "SASL_SSL"), '
     "or write allow_plaintext = true there and say it again when Concord is started."),
    (("registry", "url", "http://registry.example/v7"),
     "[registry] would speak to registry.example without encryption: use TLS (https), or "
     "write allow_plaintext = true there and say it again when Concord is started."),
    (("postgres", "ca_file", None),
     "[postgres] would speak to postgres.example without encryption: use TLS (a ca_file), or "
     "write allow_plaintext = true there and say it again when Concord is started."),
    (("kafka", "security", "ssl"),
     "[kafka] security must be one of SASL_SSL, SSL, SASL_PLAINTEXT, PLAINTEXT."),
    (("kafka", "password_file", None),
     "[kafka] security SASL_SSL needs a username and a password_file."),
    (("kafka", "bootstrap_servers", "kafka:9093"),
     '[kafka] bootstrap_servers must be a list as in ["kafka:9093"].'),
    (("kafka", "bootstrap_servers", ["kafka"]),
     '[kafka] bootstrap_servers must be a list as in ["kafka:9093"].'),
    (("kafka", "namespace", "Valley"),
     "[kafka] namespace must be at most 40 lower-case letters and digits, the first a letter."),
    (("kafka", "inbox_days", 0),
     "[kafka] inbox_days must be a whole number from 1 to 36500."),
    (("kafka", "replication", True),
     "[kafka] replication must be a whole number from 1 to 9."),
    (("registry", "url", "registry.example"),
     "[registry] url must be as in https://registry:8080/apis/ccompat/v7."),
    (("postgres", "port", 70_000),
     "[postgres] port must be a whole number from 1 to 65535."),
    (("tracing", "endpoint", "http://collector.example:4318/v1/traces"),
     "[tracing] would speak to collector.example without encryption: use TLS (https), or "
     "write allow_plaintext = true there and say it again when Concord is started."),
    (("tracing", "endpoint", "collector.example"),
     "[tracing] endpoint must be as in https://collector:4318/v1/traces."),
    (("tracing", "share", 2),
     "[tracing] share must be a number from 0 to 1."),
])
def test_a_mistake_is_one_sentence(folder: Path, change: tuple[str, str, Any],
                                   said: str) -> None:
    """With the section, the key and what it must be."""
    assert said == refusal(folder, change)


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    """With the path that was looked for."""
    missing = folder / "secrets" / "none"

    assert (f"[kafka] password_file names {missing}, where there is no file: put it there, or "
            "mend the path.") == refusal(folder, ("kafka", "password_file", "secrets/none"))


def test_an_empty_password_is_refused(folder: Path) -> None:
    """It would be a password that everybody knows."""
    (folder / "secrets" / "kafka").write_text("\n", encoding="utf-8")

    assert "which is empty: write the password into it." in refusal(folder)


@pytest.mark.parametrize(("change", "place"), [
    (("kafka", "security", "SASL_PLAINTEXT"), "kafka.example"),
    (("registry", "url", "http://registry.example/v7"), "registry.example"),
    (("postgres", "ca_file", None), "postgres.example"),
])
def test_plaintext_that_is_allowed_is_remembered(
        folder: Path, change: tuple[str, str, Any], place: str) -> None:
    """Whoever starts Concord must say it a second time."""
    found = served(folder, change, (change[0], "allow_plaintext", True))

    assert (place,) == found.plain


def test_plaintext_on_this_machine_needs_no_saying(folder: Path) -> None:
    """Nobody else can listen."""
    found = served(folder, ("kafka", "security", "PLAINTEXT"),
                   ("kafka", "bootstrap_servers", ["127.0.0.1:9092", "localhost:9092"]),
                   ("registry", "url", "http://[::1]:8080/v7"),
                   ("postgres", "host", "127.0.0.1"), ("postgres", "ca_file", None))

    assert () == found.plain


def test_a_socket_of_this_machine_needs_no_saying(folder: Path) -> None:
    """PostgreSQL is named by its folder, as libpq has it."""
    found = served(folder, ("postgres", "host", "/var/run/postgresql"),
                   ("postgres", "ca_file", None))

    assert ("/var/run/postgresql", ()) == (found.postgres.host, found.plain)


def test_one_service_in_plain_text_takes_tls_from_no_other(folder: Path) -> None:
    """Kafka on the same host may be spoken to unencrypted; PostgreSQL has its authority."""
    found = served(folder, ("kafka", "security", "SASL_PLAINTEXT"),
                   ("kafka", "bootstrap_servers", ["services.example:9092"]),
                   ("kafka", "allow_plaintext", True), ("postgres", "host", "services.example"))
    address = postgres_address(found)

    assert ("services.example",) == found.plain
    assert (None, folder / "secrets" / "ca.pem") == (address.sslmode, address.ca_file)


@pytest.mark.parametrize(("host", "mode"), [("postgres.example", "disable"), ("127.0.0.1", None)])
def test_postgresql_is_spoken_to_in_plain_text_only_where_that_is_said(
        folder: Path, host: str, mode: str | None) -> None:
    """On this machine TLS is used if it is there."""
    found = served(folder, ("postgres", "host", host), ("postgres", "ca_file", None),
                   ("postgres", "allow_plaintext", True))

    assert mode == postgres_address(found).sslmode


@pytest.mark.parametrize(("host", "expected"), [
    ("127.0.0.1", True), ("127.1.2.3", True), ("localhost", True), ("::1", True), ("[::1]", True),
    ("10.0.0.1", False), ("192.168.0.1", False), ("localhost.example", False), ("kafka", False),
])
def test_loopback_is_this_machine_alone(host: str, expected: bool) -> None:
    """A name that could mean another is not taken for it."""
    assert expected is is_loopback(host)
