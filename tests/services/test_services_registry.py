"""The registry client against a real registry: what the contract suite does not ask of it."""
import base64
import json
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from broker.backends.http_errors import AWAY, UNTRUSTED
from broker.backends.http_registry import HttpRegistry
from broker.errors import ConfigError, RecordRejected, TemporarilyUnavailable
from broker.event.catalogue import BY_NAME
from broker.event.own import Heartbeat
from broker.wire.codec import Codec
from broker.wire.schemas import text_of
from compose.certificates import authority, broker_keystore
from compose.local.servers import RegistryServer
from tests.services.relay import Relay, relayed

Opener = Callable[..., HttpRegistry]


def schema(*fields: str, doc: str = "A record.") -> str:
    """A record schema of these fields, given as JSON."""
    return json.dumps({"type": "record", "name": "Seen", "doc": doc,
                       "fields": [json.loads(field) for field in fields]},
                      separators=(",", ":"))


TEXT, NUMBER = '{"name": "a", "type": "string"}', '{"name": "a", "type": "int"}'
PASSWORD = "open sesame"  # noqa: S105  # nobody's
BEAT = Heartbeat(heartbeat_id=UUID(int=7), agency="police",
                 beat_at=datetime(2026, 3, 1, tzinfo=UTC))
MORE = '{"name": "b", "type": "int", "default": 0}'


@pytest.fixture
def opened(registry_server: RegistryServer, namespace: str) -> Iterator[Opener]:
    """Opens clients of the registry, all in one namespace; closed at the end."""
    made: list[HttpRegistry] = []

    def opener(url: str = registry_server.url, **options: object) -> HttpRegistry:
        given = {"may_register": True, **options}
        made.append(HttpRegistry(url, namespace, **given))  # type: ignore[arg-type]
        return made[-1]

    yield opener
    for each in made:
        each.close()


@pytest.fixture
def asked(registry_server: RegistryServer) -> Iterator[httpx.Client]:
    """The registry's own interface."""
    with httpx.Client(base_url=registry_server.url, trust_env=False) as client:
        yield client


@pytest.fixture
def relay(registry_server: RegistryServer) -> Iterator[Relay]:
    """A way to the registry that can be cut."""
    with relayed(target_of(registry_server)) as relay:
        yield relay


def target_of(server: RegistryServer) -> tuple[str, int]:
    """Host and port of the registry."""
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or 80


def by(relay: Relay, server: RegistryServer, scheme: str = "http") -> str:
    """The registry's address by way of the relay."""
    return f"{scheme}://127.0.0.1:{relay.port}{urlsplit(server.url).path}"


def test_full_compatibility_is_in_force_from_the_first_version(
    opened: Opener, asked: httpx.Client, namespace: str,
) -> None:
    """Whoever else registers there is bound by it too."""
    opened().register("Seen", schema(TEXT))

    level = asked.get(f"/config/{namespace}safeguarding.event.Seen").json()

    assert {"compatibilityLevel": "FULL_TRANSITIVE"} == level


def test_a_weaker_compatibility_is_put_right_before_the_next_version(
    opened: Opener, asked: httpx.Client, namespace: str,
) -> None:
    """Somebody changed it by hand."""
    subject = f"{namespace}safeguarding.event.Seen"
    registry = opened()
    registry.register("Seen", schema(TEXT))
    asked.put(f"/config/{subject}", json={"compatibility": "NONE"})

    registry.register("Seen", schema(TEXT, MORE))

    assert "FULL_TRANSITIVE" == asked.get(f"/config/{subject}").json()["compatibilityLevel"]


def test_who_may_not_register_says_what_to_do(opened: Opener) -> None:
    """And nothing has been written."""
    with pytest.raises(ConfigError) as caught:
        opened(may_register=False).register("Seen", schema(TEXT))

    assert ("the schema of Seen is not in the schema registry: run `concord schemas publish` "
            "where registering is allowed", []) == (
        str(caught.value), opened().versions("Seen"))


def test_who_may_not_register_adds_no_version_either(opened: Opener) -> None:
    """Nor changes the compatibility in force."""
    first = opened().register("Seen", schema(TEXT))

    with pytest.raises(ConfigError, match="run `concord schemas publish`"):
        opened(may_register=False).register("Seen", schema(TEXT, MORE))

    assert [first] == opened().versions("Seen")


def test_who_may_not_register_finds_what_is_there(opened: Opener) -> None:
    """Newest or older, also where only the docs differ."""
    ids = [opened().register("Seen", schema(*fields)) for fields in ((TEXT,), (TEXT, MORE))]
    reader = opened(may_register=False)

    found = [reader.register("Seen", schema(*fields, doc="Better."))
             for fields in ((TEXT,), (TEXT, MORE))]

    assert ids == found


def test_many_at_once_register_one_version_each(opened: Opener) -> None:
    """Workers that start together agree on the ids."""
    workers = [opened() for _ in range(4)]
    said = [("Seen", schema(TEXT)), ("Heard", schema(NUMBER))]

    with ThreadPoolExecutor(len(workers)) as several:
        ids = list(several.map(lambda worker: worker.register_each(said), workers))

    assert [ids[0]] * len(workers) == ids
    assert [[number] for number in ids[0]] == [opened().versions(name) for name, _ in said]


def test_a_version_that_comes_in_meanwhile_is_checked_too(
    opened: Opener, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The registry refuses the later of two that do not fit; field and reason are ours."""
    mine, other = opened(), opened()
    seen = mine._earlier  # a race needs a hand on its inside
    turns = iter([True])

    def overtaken(name: str) -> list[tuple[int, str]]:
        earlier = seen(name)
        if next(turns, False):
            other.register("Seen", schema(TEXT))
        return earlier

    monkeypatch.setattr(mine, "_earlier", overtaken)

    with pytest.raises(ConfigError, match=r"Seen\.a: the new schema cannot read version 1"):
        mine.register("Seen", schema(NUMBER))


def test_what_the_registry_alone_refuses_is_said_to_be_so(opened: Opener) -> None:
    """A type that nobody defines is no Avro; our check compares, and does not look for that."""
    opened().register("Seen", schema(TEXT))

    with pytest.raises(ConfigError) as caught:
        opened().register("Seen", schema(TEXT, '{"name": "c", "type": "Nowhere", "default": 0}'))

    assert ("the schema of Seen cannot be registered: the schema registry refuses it "
            "(error 42201), though by Concord's own check it fits every earlier version: look at "
            "the registry's log for why") == str(caught.value)


@pytest.mark.parametrize("may_register", [True, False])
def test_what_the_registry_counts_as_the_same_has_its_id(
    opened: Opener, may_register: bool,
) -> None:
    """An alias says nothing of the bytes: this registry keeps the version it has."""
    first = opened().register("Seen", schema('{"name": "a", "type": "int", "default": 0}'))

    again = opened(may_register=may_register).register("Seen", schema(
        '{"name": "a", "type": "int", "default": 0, "aliases": ["z"]}'))

    assert first == again


def test_namespaces_know_nothing_of_each_other(
    opened: Opener, registry_server: RegistryServer, namespace: str,
) -> None:
    """Two partnerships may share a registry."""
    opened().register("Seen", schema(TEXT))
    other = HttpRegistry(registry_server.url, f"other{namespace}", may_register=True)

    found = other.versions("Seen"), other.latest("Seen")
    other.close()

    assert ([], None) == found


@pytest.mark.parametrize("foreign", [
    {"schema": '"string"'}, {"schema": '["null", "string"]'},
    {"schemaType": "JSON", "schema": '{"$schema": "http://json-schema.org/draft-07/schema#",'
                                     ' "type": "object"}'},
    {"schemaType": "PROTOBUF", "schema": 'syntax = "proto3"; message A { string a = 1; }'}])
def test_what_is_no_avro_record_is_no_schema_of_ours(
    opened: Opener, asked: httpx.Client, namespace: str, foreign: dict[str, str],
) -> None:
    """Others may share the registry: a message with such an id is rejected like any other
    unknown one."""
    number = asked.post(f"/subjects/{namespace}.foreign/versions", json=foreign).json()["id"]

    with pytest.raises(RecordRejected, match="unknown schema id"):
        Codec(opened()).decode(b"\x00" + number.to_bytes(4, "big") + b"\x02a")


def test_a_subject_of_ours_that_is_misused_stops_nobody_else(
    opened: Opener, asked: httpx.Client, namespace: str,
) -> None:
    """Only who asks for that type is told."""
    asked.post(f"/subjects/{namespace}safeguarding.event.VisitRecorded/versions",
               json={"schema": '"string"'})
    registry = opened()

    registry.register("PlanRecorded", text_of("PlanRecorded"))

    with pytest.raises(ConfigError, match="VisitRecorded the schema registry holds something"):
        registry.register("VisitRecorded", text_of("VisitRecorded"))


def test_a_start_asks_for_every_type_at_once(
    opened: Opener, relay: Relay, registry_server: RegistryServer,
) -> None:
    """One question a type, however many subjects others have in the registry."""
    ids = Codec(opened()).register_all()
    reader = opened(by(relay, registry_server), may_register=False)

    assert ids == Codec(reader).register_all()
    assert len(BY_NAME) == relay.heard.count(b" HTTP/1.1\r\n")


def test_a_registry_that_is_away_does_not_stop_what_is_known(
    opened: Opener, relay: Relay, registry_server: RegistryServer,
) -> None:
    """Messages of known schemas are read and written; what is not known must wait."""
    opened().register_each([(name, text_of(name)) for name in BY_NAME])
    unknown = opened().register("Seen", schema(TEXT))  # and never the newest of its name
    opened().register("Seen", schema(TEXT, MORE))
    registry = opened(by(relay, registry_server), may_register=False, patience_seconds=0)
    codec = Codec(registry)
    message = codec.encode(BEAT)
    codec.decode(message)
    relay.cut()

    assert (BEAT, message) == (codec.decode(message), codec.encode(BEAT))
    with pytest.raises(TemporarilyUnavailable, match=AWAY):
        registry.schema(unknown)
    relay.mend()
    assert schema(TEXT) == registry.schema(unknown)


def test_a_registry_that_comes_back_in_time_is_waited_for(
    opened: Opener, relay: Relay, registry_server: RegistryServer,
) -> None:
    """A restart of the registry is no event."""
    registry = opened(by(relay, registry_server), patience_seconds=60)
    relay.cut()
    back = Timer(0.3, relay.mend)
    back.start()

    number = registry.register("Seen", schema(TEXT))
    back.join()

    assert [number] == opened().versions("Seen")


def test_a_connection_that_breaks_is_made_anew(
    opened: Opener, relay: Relay, registry_server: RegistryServer,
) -> None:
    """Those kept open from before the registry's restart are of no use."""
    registry = opened(by(relay, registry_server))
    number = registry.register("Seen", schema(TEXT))
    relay.cut()
    relay.mend()

    assert [number] == registry.versions("Seen")


def test_the_password_is_given_and_shown_nowhere(
    opened: Opener, relay: Relay, registry_server: RegistryServer,
) -> None:
    """Basic authentication, with the first request."""
    registry = opened(by(relay, registry_server), username="concord", password=PASSWORD)

    registry.versions("Seen")

    said = base64.b64encode(f"concord:{PASSWORD}".encode())
    assert 1 == relay.heard.lower().count(b"authorization: basic " + said.lower())
    assert PASSWORD not in repr(vars(registry))


@pytest.fixture
def secured(registry_server: RegistryServer, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The registry over TLS: its address, and the authority that vouches for it."""
    vouching = authority(tmp_path)
    broker_keystore(vouching, tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with relayed(target_of(registry_server), context) as relay:
        yield by(relay, registry_server, "https"), vouching.certificate_file


def test_tls_with_the_partnerships_own_authority(
    opened: Opener, secured: tuple[str, Path],
) -> None:
    """`ca_file` says who is believed."""
    address, ca_file = secured

    number = opened(address, ca_file=ca_file).register("Seen", schema(TEXT))

    assert [number] == opened().versions("Seen")


def test_a_certificate_nobody_vouches_for_is_refused(
    opened: Opener, secured: tuple[str, Path],
) -> None:
    """At once: patience would not help."""
    with pytest.raises(ConfigError, match=UNTRUSTED):
        opened(secured[0]).register("Seen", schema(TEXT))


def test_an_authority_file_that_is_none_is_refused(opened: Opener, tmp_path: Path) -> None:
    """When it is configured."""
    with pytest.raises(ConfigError, match="cannot be read as certificates: name a PEM file"):
        opened("https://localhost", ca_file=tmp_path / "none.pem")
