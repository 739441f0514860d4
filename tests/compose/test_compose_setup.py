"""The setup of the composed services: each gets its secrets, and nobody else's."""
import socket
import ssl
import stat
from pathlib import Path
from threading import Thread

import pytest

from compose.setup.__main__ import main
from compose.setup.secrets import GROUPS, Folders, make

SERVICES = ("kafka", "registry", "postgres", "concord")
KEEPING = ("kafka", "postgres", "prometheus", "concord")


class Given:
    """Notes who was let into what, since only root can do it."""

    def __init__(self) -> None:
        self.groups: dict[Path, int] = {}

    def __call__(self, path: Path, group: int, mode: int) -> None:
        self.groups[path] = group
        path.chmod(mode)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """As compose.yaml mounts them, all empty."""
    made = Folders(tmp_path / "kept", tmp_path / "handed", tmp_path / "data")
    made.kept.mkdir()
    for service in SERVICES:
        (made.handed / service).mkdir(parents=True)
    for service in KEEPING:
        (made.data / service).mkdir(parents=True)
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def test_each_service_gets_what_it_needs(folders: Folders) -> None:
    """And nothing else; the authority's key goes to nobody."""
    make(folders, ["kafka.example"], Given())

    assert {
        "concord/ca.pem", "concord/kafka", "concord/postgres",
        "kafka/ca.pem", "kafka/format.arguments", "kafka/server.pem",
        "postgres/concord", "postgres/registry", "postgres/server.key", "postgres/server.pem",
        "postgres/superuser",
        "registry/ca.pem", "registry/postgres", "registry/server.key", "registry/server.pem",
    } == set(contents(folders.handed))


def test_only_the_service_and_root_can_read_them(folders: Folders) -> None:
    """Its group may, others may not; what is kept is root's alone."""
    given = Given()

    make(folders, [], given)

    assert {0o640} == {stat.S_IMODE(path.stat().st_mode)
                       for path in folders.handed.rglob("*") if path.is_file()}
    assert {0o750} == {stat.S_IMODE((folders.handed / each).stat().st_mode) for each in SERVICES}
    assert 0o700 == stat.S_IMODE(folders.kept.stat().st_mode)
    assert {GROUPS[each] for each in SERVICES} == {
        given.groups[folders.handed / each] for each in SERVICES}
    assert {each: GROUPS[each] for each in KEEPING} == {
        path.name: group for path, group in given.groups.items() if path.parent == folders.data}


def test_passwords_are_made_once_and_agree(folders: Folders) -> None:
    """A second start changes none; both ends of a connection know the same one."""
    make(folders, [], Given())
    before = contents(folders.kept)

    make(folders, [], Given())

    handed = contents(folders.handed)
    assert before == contents(folders.kept)
    assert handed["concord/postgres"] == handed["postgres/concord"]
    assert handed["registry/postgres"] == handed["postgres/registry"]
    assert b"password=" + handed["concord/kafka"] + b"]" in handed["kafka/format.arguments"]


def test_no_two_installations_share_a_password(tmp_path: Path, folders: Folders) -> None:
    """There is no default one, and the four of one installation differ."""
    make(folders, [], Given())
    first = {path.read_bytes() for path in folders.kept.glob("*.password")}
    for path in folders.kept.glob("*.password"):
        path.unlink()

    make(folders, [], Given())

    second = {path.read_bytes() for path in folders.kept.glob("*.password")}
    assert (4, 4, set()) == (len(first), len(second), first & second)
    assert {43} == {len(each) for each in first | second}


def spoken(certificate: Path, key: Path | None, ca: Path, host: str) -> str | None:
    """What TLS says to a client that expects this host; None where all is well."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    asking = ssl.create_default_context(cafile=str(ca))
    here, there = socket.socketpair()

    def serve() -> None:
        try:
            with serving.wrap_socket(there, server_side=True) as opened:
                opened.recv(1)
        except OSError:
            there.close()

    server = Thread(target=serve)
    server.start()
    try:
        with asking.wrap_socket(here, server_hostname=host):
            return None
    except ssl.SSLCertVerificationError as why:
        return str(why.verify_message)
    finally:
        here.close()
        server.join()


@pytest.mark.parametrize(("service", "host"), [
    ("kafka", "kafka"), ("kafka", "localhost"), ("kafka", "127.0.0.1"),
    ("kafka", "kafka.example"), ("postgres", "postgres"), ("registry", "registry")])
def test_each_server_proves_who_it_is(folders: Folders, service: str, host: str) -> None:
    """Under every name by which it is reached."""
    make(folders, ["kafka.example"], Given())
    own = folders.handed / service
    key = None if service == "kafka" else own / "server.key"

    assert spoken(own / "server.pem", key, folders.kept / "ca.pem", host) is None


def test_a_server_cannot_pass_for_another(folders: Folders) -> None:
    """PostgreSQL's certificate is no use to who would be Kafka."""
    make(folders, [], Given())
    own = folders.handed / "postgres"

    said = spoken(own / "server.pem", own / "server.key", folders.kept / "ca.pem", "kafka")

    assert said is not None
    assert "Hostname mismatch" in said


def test_an_agency_is_issued_a_certificate(
    folders: Folders, capsys: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:
    """To whoever reads the output, and to nobody else: no copy is kept."""
    make(folders, [], Given())
    before = contents(folders.kept)

    assert 0 == main(["agency", "police"], folders)

    (tmp_path / "police.pem").write_text(capsys.readouterr().out)
    ssl.create_default_context().load_cert_chain(tmp_path / "police.pem")
    assert before == contents(folders.kept)


@pytest.mark.parametrize("code", ["concord", "../police", "police,concord", ""])
def test_nobody_is_issued_concords_own_name(
    folders: Folders, capsys: pytest.CaptureFixture[str], code: str,
) -> None:
    """Nor one that is no agency's code."""
    make(folders, [], Given())

    assert 2 == main(["agency", code], folders)
    assert "" == capsys.readouterr().out


def test_before_the_first_start_there_is_nothing_to_issue(
    folders: Folders, capsys: pytest.CaptureFixture[str],
) -> None:
    """Said in a sentence."""
    assert 2 == main(["agency", "police"], folders)
    assert "start the services once" in capsys.readouterr().err
