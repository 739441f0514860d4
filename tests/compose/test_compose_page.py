"""compose/README.md tells the truth, as far as it can be seen without an engine."""
import re
import shlex

import pytest

from compose.setup.secrets import OPERATOR
from tests.compose.commands import verb_of
from tests.compose.composed import FOLDER, composed, example, services

PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line.partition(" > ")[0])
            for line in re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)]
# What Compose's verbs take before the name of a service, as far as the page uses it.
FLAGS = {"--rm", "--no-deps", "-T", "--detach", "--wait"}


def service_and_words(command: list[str]) -> tuple[str, list[str], str | None]:
    """Of an `exec` or a `run`: the service, what is run there, and instead of which program."""
    rest, program = command[3:], None
    while rest[0].startswith("-"):
        if rest[0] == "--entrypoint":
            program, rest = rest[1], rest[2:]
        else:
            assert rest[0] in FLAGS
            rest = rest[1:]
    return rest[0], rest[1:], program


def test_every_command_is_composes() -> None:
    """With verbs that the tests with an engine use too."""
    assert {("docker", "compose")} == {tuple(each[:2]) for each in COMMANDS}
    assert {"up", "exec", "stop", "down", "run", "cp"} == {each[2] for each in COMMANDS}


@pytest.mark.parametrize("command", [each for each in COMMANDS if each[2] in ("exec", "run")])
def test_what_is_run_beside_a_service_is_understood(command: list[str]) -> None:
    """The service is there, and Concord knows the words."""
    service, words, program = service_and_words(command)

    assert service in services()
    if command[2] == "exec":
        assert "concord" == words.pop(0)
    if service != "setup" and program is None:
        assert verb_of(words)


def test_every_service_is_in_the_table() -> None:
    """And no other."""
    rows = re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)

    assert set(services()) == {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}


def test_every_address_is_where_the_page_says() -> None:
    """From outside by default, and from the others' containers."""
    published = {port.split(":")[1] for each in services().values()
                 for port in each.get("ports", [])}

    assert published == set(re.findall(r"localhost:(\d+)", PAGE))
    assert {"kafka:9093", "registry:8443", "postgres:5432"} <= set(
        re.findall(r"`([a-z]+:\d+)`", PAGE))


def test_every_name_on_the_page_is_there() -> None:
    """Settings, volumes, files."""
    settings = set(re.findall(r"\bCONCORD_[A-Z_]+\b", PAGE))
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE)

    assert set() == settings - set(example())
    assert {"secrets", "agency-passwords"} <= set(composed()["volumes"])
    assert [] == [link for link in links if not (FOLDER / link).exists()]


def test_concords_own_principal_is_the_one_it_logs_in_as() -> None:
    """In the log's first password, in Kafka's list of who may do everything, in concord.toml."""
    properties = (FOLDER / "kafka" / "server.properties").read_text()

    assert f"User:{OPERATOR}" in properties
    assert f'username = "{OPERATOR}"' in (FOLDER / "concord.toml").read_text()
