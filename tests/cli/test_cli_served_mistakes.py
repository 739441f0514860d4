"""What an operator gets wrong on the way to the served form, before any service is asked."""
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_cli_mistakes import sentence

ELSEWHERE = '''
[kafka]
bootstrap_servers = ["no-such-host.invalid:9092"]
security = "PLAINTEXT"

[registry]
url = "http://127.0.0.1:1"

[postgres]
password_file = "postgres.password"
'''
ALLOWED = ELSEWHERE.replace("[registry]", "allow_plaintext = true\n\n[registry]")


def served(cli: Cli, sections: str) -> Path:
    """Add the sections of the services to the configuration."""
    (cli.home / "postgres.password").write_text("secret", encoding="utf-8")
    config = cli.home / "concord.toml"
    config.write_text(config.read_text(encoding="utf-8") + sections, encoding="utf-8")
    return config


def test_without_services_there_is_nothing_to_make_ready(cli: Cli) -> None:
    """What to add is said, and how to try it."""
    answer = cli("init", "--kafka")

    assert 2 == answer.code
    assert ("says nothing of Kafka: add the sections [kafka], [registry] and [postgres], which "
            "docs/served.md explains, or run `make kafka`") in sentence(answer)


@pytest.mark.parametrize("words", [("--dry-run",), ("--rotate", "police")])
def test_what_belongs_to_kafka_is_not_taken_for_a_plain_init(
        cli: Cli, words: tuple[str, ...]) -> None:
    """Nobody who asked to look should find something written."""
    answer = cli("init", *words)

    assert (2, "--dry-run and --rotate go with --kafka: give that too.") == (
        answer.code, sentence(answer))


@pytest.mark.parametrize("words", [("init", "--kafka"), ("check",), ("schemas", "publish")])
def test_plaintext_beyond_this_machine_is_refused_unless_told_twice(
        cli: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """Once in the configuration, and once by whoever starts Concord; "true" is not "yes"."""
    variable = "CONCORD_ALLOW_PLAINTEXT"
    monkeypatch.setenv(variable, "yes")
    config = served(cli, ELSEWHERE)
    once = cli(*words)
    assert (2, True) == (once.code, 'without encryption: use TLS (security = "SASL_SSL"), or write'
                         " allow_plaintext = true" in sentence(once))

    config.write_text(config.read_text(encoding="utf-8").replace(ELSEWHERE, ALLOWED),
                      encoding="utf-8")
    monkeypatch.setenv(variable, "true")
    other = cli(*words)
    assert (2, True) == (other.code, "no-such-host.invalid would be spoken to without encryption: "
                         "use TLS, or say that you mean it with CONCORD_ALLOW_PLAINTEXT=yes."
                         in sentence(other))

    monkeypatch.setenv(variable, "yes")
    assert 4 == cli(*words).code  # it goes on, and finds nobody there
