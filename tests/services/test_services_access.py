"""Who may do what on the wire: every principal really tries everything, on every topic.

`concord init --kafka` has made the partnership ready; what is compared is what Kafka then let
each of its principals do with what they may.
"""
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer

from broker.backends.http_registry import HttpRegistry
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_door import knock
from broker.errors import ConfigError
from broker.event.own import RecordRejected
from broker.log import topics
from broker.log.records import Lane, Record
from broker.wire.codec import Codec
from broker.wire.headers import headers_of
from compose.certificates import issue
from compose.local.servers import KafkaServer, PostgresServer, RegistryServer
from tests.cli.conftest import Cli
from tests.pipeline.test_linking import said as said_of
from tests.services.access import Principal, changes, entered
from tests.services.partnership import AGENCIES, Partnership, Services, partnership

INTERNAL = "__consumer_offsets"
NO_TOPIC, NO_GROUP, NO_CLUSTER = (
    f"{kind}AuthorizationFailedError" for kind in ("Topic", "Group", "Cluster"))
CHANGES_REFUSED = {
    "make a topic": NO_TOPIC, "delete its own topic": NO_TOPIC,
    "delete another's topic": NO_TOPIC, "add partitions": NO_TOPIC, "delete records": NO_TOPIC,
    "change settings": NO_TOPIC, "change the server": NO_CLUSTER, "see permissions": NO_CLUSTER,
    "give permissions": NO_CLUSTER, "take permissions": NO_CLUSTER, "see users": NO_CLUSTER,
    "make users": NO_CLUSTER, "see another's group": NO_GROUP, "delete another's group": NO_GROUP,
    "move another's group": NO_GROUP,
}


@pytest.fixture(scope="module")
def ready(
    tmp_path_factory: pytest.TempPathFactory, kafka_server: KafkaServer,
    registry_server: RegistryServer, postgres_server: PostgresServer,
) -> Iterator[Partnership]:
    """The example's partnership, made ready."""
    services = Services(kafka_server, registry_server, postgres_server)
    with partnership(tmp_path_factory.mktemp("access"), services) as made:
        answer = made("init", "--kafka")
        assert 0 == answer.code, answer.err
        yield made


def every_topic() -> list[str]:
    """The partnership's topics by their own names."""
    return [*topics.SHARED, topics.PEOPLE, topics.FINDINGS, topics.DECISIONS, topics.AUDIT,
            *(of(agency) for agency in AGENCIES for of in (
                topics.inbox, topics.held, topics.rejected, topics.feed, topics.notices))]


def table(may: Sequence[str], every: Sequence[str]) -> dict[str, str]:
    """What asking for each topic gives: nothing where it may, else the refusal."""
    return {name: "" if name in may else NO_TOPIC for name in every}


def assert_may_no_more(who: Principal, agency: str, namespace: str) -> None:
    """This agency's principal can write its inbox, read its feed and notices, nothing else."""
    inbox, feed, notices = (namespace + of(agency) for of in (
        topics.inbox, topics.feed, topics.notices))
    every = [*(namespace + each for each in every_topic()), "safeguarding.findings", INTERNAL]
    other = next(each for each in AGENCIES if each != agency)

    assert table([inbox], every) == who.written(every)
    assert table([feed, notices], every) == who.read(every)
    assert table([inbox, feed, notices], every) == who.measured(every)
    assert table([inbox, feed, notices], every) == who.described(every)
    assert {inbox, feed, notices} == set(who.admin.list_topics())
    assert {
        agency: "", f"{agency}.nightly": "", f"{agency}-rail": NO_GROUP, f"{agency}nightly":
        NO_GROUP, other: NO_GROUP, f"{other}.nightly": NO_GROUP, "concord": NO_GROUP,
        "concord.intake": NO_GROUP, "": NO_GROUP,
    } == {name: who.joined(namespace + name) for name in (
        agency, f"{agency}.nightly", f"{agency}-rail", f"{agency}nightly", other,
        f"{other}.nightly", "concord", "concord.intake", "")}
    assert "" == who.writes_once()  # which the right to write a topic brings with it
    assert CHANGES_REFUSED == changes(
        who, inbox, namespace + topics.feed(other), namespace + other)


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_may_do_its_part_and_nothing_else(ready: Partnership, agency: str) -> None:
    """With its password over TLS: tried on every topic, many groups, and all an administrator
    does."""
    with entered(ready.address(agency)) as who:
        assert_may_no_more(who, agency, ready.namespace)


def test_an_agency_known_by_its_certificate_may_do_the_same(
        ready: Partnership, tmp_path: Path) -> None:
    """Over mTLS it is whom the certificate's common name says."""
    server = ready.services.kafka
    if server.ca_key_file is None:
        pytest.skip("somebody else's Kafka, whose authority we are not")
    shown = issue(server.ca_file, server.ca_key_file, f"{ready.namespace}police", tmp_path)
    address = KafkaAddress(
        (server.bootstrap_mtls,), "SSL", ca_file=str(server.ca_file),
        certificate_file=str(shown.certificate_file), key_file=str(shown.key_file))

    with entered(address) as who:
        assert_may_no_more(who, "police", ready.namespace)


def test_concord_reads_and_writes_its_topics_and_administers_nothing(ready: Partnership) -> None:
    """Its workers are no administrators: not even a topic of its own can it delete."""
    ours = [ready.namespace + each for each in every_topic()]
    every = [*ours, "safeguarding.findings", INTERNAL]
    with entered(ready.address("concord")) as who:
        assert table(ours, every) == who.written(every)
        assert table(ours, every) == who.read(every)
        assert set(ours) == set(who.admin.list_topics())
        assert ["", "", NO_GROUP] == [who.joined(ready.namespace + name) for name in (
            "concord", "concord.intake", "police")]
        assert CHANGES_REFUSED == changes(who, ours[0], ours[1], f"{ready.namespace}police")


def test_an_agencys_own_programs_work_with_what_it_may(ready: Partnership) -> None:
    """An idempotent producer into its inbox; a consumer in a group of its own on its feed."""
    address, concord = ready.address("police"), KafkaLog(ready.address("concord"))
    feed = topics.feed("police")
    try:
        concord.append(Lane(feed, 0), [Record(b"1", b"told", datetime(2026, 3, 1, tzinfo=UTC))])
    finally:
        concord.close()
    producer = KafkaProducer(**address.producer())
    consumer = KafkaConsumer(
        address.topic(feed), **address.consumer() | {"auto_offset_reset": "earliest"},
        group_id=address.topic("police.nightly"), consumer_timeout_ms=30_000)
    try:
        sent = producer.send(address.topic(topics.inbox("police")), b"said", b"1", partition=0)

        assert any(each.value == b"told" for each in consumer)
        consumer.commit()
        assert address.topic(topics.inbox("police")) == sent.get(30).topic
    finally:
        producer.close()
        consumer.close()


def test_whoever_is_not_known_stays_outside(ready: Partnership) -> None:
    """A wrong password, another's password, a name nobody has, and no encryption."""
    police = ready.address("police")
    outside = {
        "wrong": replace(police, password=police.username),
        "another's": replace(police, password=ready.password("council")),
        "nobody": replace(police, username=f"{ready.namespace}nobody"),
        "plain": replace(police, security="SASL_PLAINTEXT"),
        "plainer": replace(police, security="PLAINTEXT"),
    }
    said = {}
    for name, address in outside.items():
        with pytest.raises(ConfigError) as refused:
            knock(address)
        said[name] = str(refused.value)
        assert str(police.password) not in said[name]

    login = said["wrong"]
    assert "does not accept our user name and password" in login
    assert "speaks TLS and nothing else" in said["plain"]
    assert {"wrong": login, "another's": login, "nobody": login, "plain": said["plain"],
            "plainer": said["plain"]} == said


def test_an_agency_cannot_pass_for_another_in_the_envelope(ready: Partnership) -> None:
    """What police writes in the council's name is rejected by a real intake, which runs as
    Concord's own principal, and is kept with its bytes."""
    ready.configure(username=f"{ready.namespace}concord",
                    password_file="secrets/concord")  # noqa: S106  # the name of a file
    registry = HttpRegistry(ready.services.registry.url, ready.namespace, may_register=False)
    codec = Codec(registry)
    forged = said_of("council:N1")
    lane = Lane(topics.inbox("police"), 0)
    police, concord = KafkaLog(ready.address("police")), KafkaLog(ready.address("concord"))
    try:
        value = codec.encode(forged)
        position = police.append(lane, [Record(
            forged.event_id.bytes, value, forged.recorded_at, headers_of(forged))])

        assert 3 == Cli(ready.home).process("intake").code
        rejects = [codec.decode(each.record.value or b"") for each in concord.read(
            Lane(topics.rejected("police"), 0), 0, 100) if each.record.key != b"key"]
        assert [("agency in the envelope is not the inbox's", value)] == [
            (each.reason, each.raw) for each in rejects
            if isinstance(each, RecordRejected) and each.position == position]
    finally:
        police.close()
        concord.close()
        registry.close()
        ready.configure()
