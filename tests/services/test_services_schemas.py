"""`concord schemas` on a registry that others keep: all it needs of the served form."""
from pathlib import Path

import pytest

from broker.event.catalogue import BY_NAME
from compose.local.servers import RegistryServer
from tests.cli.conftest import Cli

# Nobody listens at these two: neither is asked.
SERVED = """
[kafka]
bootstrap_servers = ["127.0.0.1:9"]
security = "PLAINTEXT"
namespace = "{namespace}"

[registry]
url = "{url}"

[postgres]
host = "127.0.0.1"
port = 9
"""


@pytest.fixture
def cli(tmp_path: Path, registry_server: RegistryServer, namespace: str) -> Cli:
    """A home on the tests' registry, in a namespace that nobody has used."""
    command = Cli(tmp_path / "home")
    assert 0 == command("init").code
    config = tmp_path / "home" / "concord.toml"
    config.write_text(
        config.read_text(encoding="utf-8")
        + SERVED.format(url=registry_server.url, namespace=namespace), encoding="utf-8")
    return command


def test_schemas_are_published_once_and_then_listed_and_checked(cli: Cli) -> None:
    """Before it nothing is there, and looking registers nothing."""
    before = cli("schemas", "list", "--format", "json").json
    checked = cli("schemas", "check").out
    new = cli("schemas", "publish", "--format", "json").json
    after = cli("schemas", "list", "--format", "json").json

    assert dict.fromkeys(BY_NAME, 0) == {name: len(ids) for name, ids in before.items()}
    assert "27 schemas are compatible with every earlier version.\n" == checked
    assert {name: [number] for name, number in new.items()} == after
    assert "27 schemas: 0 new, 27 registered before.\n" == cli("schemas", "publish").out
