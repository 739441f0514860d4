"""The PostgreSQL store over TLS: the server proves who it is."""
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from broker.backends.postgres_address import PostgresAddress, connected
from broker.errors import ConfigError
from compose.certificates import authority, broker_keystore
from tests.backends.postgres_places import address_of
from tests.services.started import privately

if TYPE_CHECKING:
    from compose.local.services import Services


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the authorities are."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def services(folder: Path) -> "Iterator[Services]":
    """A PostgreSQL with a certificate for this machine's loopback."""
    with privately(folder / "services", "postgres") as services:
        services.postgres.stop()
        (settings,) = (folder / "services").rglob("data/postgresql.conf")
        keystore = settings.with_name("server.pem")
        broker_keystore(authority(made(folder / "trusted")), keystore)
        shutil.chown(keystore, settings.owner(), settings.group())
        with settings.open("a") as file:
            file.write("ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.pem'\n")
        services.postgres.start()
        yield services


@pytest.fixture
def address(services: "Services") -> PostgresAddress:
    """The server, without a word about TLS."""
    return address_of(services.postgres.server, "")


def made(folder: Path) -> Path:
    """The folder, which is there."""
    folder.mkdir(exist_ok=True)
    return folder


def encrypted(address: PostgresAddress) -> bool:
    """Whether a connection is encrypted."""
    with closing(connected(address, patience_seconds=30, idle_seconds=60)) as connection:
        row = connection.execute(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert row is not None
    return bool(row[0])


def test_a_server_that_proves_its_name_is_spoken_to(
    address: PostgresAddress, folder: Path,
) -> None:
    """Its certificate is the authority's, and for its name."""
    ca_file = authority(folder / "trusted").certificate_file

    assert encrypted(replace(address, ca_file=ca_file))
    assert encrypted(replace(address, host="localhost", ca_file=ca_file))


def test_a_server_of_another_authority_is_refused(address: PostgresAddress, folder: Path) -> None:
    """Anybody can make a certificate; also on this machine, once an authority is named."""
    ca_file = authority(made(folder / "other")).certificate_file

    with pytest.raises(ConfigError, match="check ca_file"):
        encrypted(replace(address, ca_file=ca_file))


def test_a_server_that_the_system_does_not_trust_is_refused(address: PostgresAddress) -> None:
    """As every server elsewhere is taken, where no authority is named."""
    with pytest.raises(ConfigError, match="check ca_file"):
        encrypted(replace(address, sslmode="verify-full"))


def test_an_authority_that_is_not_there_is_told(address: PostgresAddress, folder: Path) -> None:
    """A slip of the pen."""
    with pytest.raises(ConfigError, match="check ca_file"):
        encrypted(replace(address, ca_file=folder / "missing.pem"))


def test_on_this_machine_tls_is_used_if_it_is_there(address: PostgresAddress) -> None:
    """Nobody listens in between; and it can be left away."""
    assert (True, False) == (encrypted(address), encrypted(replace(address, sslmode="disable")))
