"""The documents say what the schemas say, today."""
from pathlib import Path

import pytest
import yaml

from broker.event.catalogue import BY_NAME, STATEMENTS
from broker.log import topics
from broker.vocabulary.words import Stream
from broker.wire.asyncapi import CHANNELS, asyncapi
from broker.wire.document import documents, words_of
from broker.wire.schemas import shared_type_names, source_of

ROOT = Path(__file__).parent.parent.parent
ENUMS = [name for name in shared_type_names() if source_of(name)["type"] == "enum"]


@pytest.mark.parametrize("name", ["events.md", "asyncapi.yaml"])
def test_the_documents_are_current(name: str) -> None:
    """After changing a schema run `python -m broker.wire.document`."""
    assert documents()[name] == (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_every_type_has_its_section() -> None:
    """Statements, own records and shared types alike."""
    text = documents()["events.md"]

    assert [] == [name for name in [*BY_NAME, *shared_type_names()]
                  if f"\n### {name}\n" not in text]


@pytest.mark.parametrize("name", ENUMS)
def test_every_word_is_explained(name: str) -> None:
    """In the order of the list, UNMAPPED last."""
    assert source_of(name)["symbols"] == list(words_of(source_of(name)))


def test_the_channels_are_the_topics_of_the_log() -> None:
    """One name for one topic, in the code and in the document."""
    expected = {topics.FINDINGS, topics.PEOPLE, topics.DECISIONS, topics.AUDIT, *topics.SHARED,
                *(each("{agency}") for each in (topics.inbox, topics.rejected, topics.held,
                                                topics.feed, topics.notices))}

    assert expected == {channel.address for channel in CHANNELS}


@pytest.mark.parametrize("stream", Stream)
def test_a_shared_topic_carries_its_stream(stream: Stream) -> None:
    """The statements of the stream, and heartbeats."""
    channel = next(each for each in CHANNELS if each.address == topics.shared(stream))

    assert ({kind.__name__ for kind in STATEMENTS if kind.stream is stream} | {"Heartbeat"}
            == set(channel.messages))


def test_every_type_travels_somewhere() -> None:
    """A type without a topic would never be seen."""
    assert set(BY_NAME) == {name for channel in CHANNELS for name in channel.messages}


def test_the_yaml_reads_back_as_it_was_meant() -> None:
    """Our writer of YAML against a real reader."""
    assert asyncapi() == yaml.safe_load(documents()["asyncapi.yaml"])


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    """To a part of the document, or to a published schema."""
    text = documents()["asyncapi.yaml"]
    whole = yaml.safe_load(text)
    lost = []
    for line in text.splitlines():
        if '"$ref"' in line:
            target = line.partition(": ")[2].strip('"')
            if target.startswith("#/"):
                node = whole
                for part in target[2:].split("/"):
                    node = node.get(part, {})
                if not node:
                    lost.append(target)
            elif not (ROOT / "docs" / target).resolve().is_file():
                lost.append(target)

    assert [] == lost
