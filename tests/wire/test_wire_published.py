"""Every schema version ever used still reads, and no change goes by without a frozen copy."""
import json
from pathlib import Path

import pytest

from broker.errors import ConfigError
from broker.event.catalogue import BY_NAME
from broker.wire import freeze, schemas
from broker.wire.codec import Codec
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import canonical, published, text_of
from tests.wire.registry import ListRegistry


def test_the_present_schema_of_every_type_is_published() -> None:
    """After changing a schema run `python -m broker.wire.freeze` and commit what it writes."""
    assert [] == freeze.unpublished()


@pytest.mark.parametrize("name", BY_NAME)
def test_every_published_version_is_compatible_with_all_before_it(name: str) -> None:
    """FULL_TRANSITIVE: each reads all, and all read each."""
    versions = published(name)

    faults = [fault for number in range(1, len(versions))
              for fault in full_transitive(versions[number], versions[:number])]

    assert ([], True) == (faults, len(versions) > 0)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_newest_schema_is_the_last_published(name: str) -> None:
    """A version is never brought back under an older number."""
    assert canonical(text_of(name)) == canonical(published(name)[-1])


@pytest.mark.parametrize("name", BY_NAME)
def test_a_record_of_every_published_version_still_reads(name: str) -> None:
    """The golden message of each version, kept as bytes, gives a value today."""
    folder = Path(__file__).parent / "golden"
    registry = ListRegistry()
    codec = Codec(registry)

    for number, text in enumerate(published(name), 1):
        schema_id = registry.register(name, text)
        body = bytes.fromhex((folder / f"{name}.v{number}.hex").read_text())

        read = codec.decode(b"\x00" + schema_id.to_bytes(4, "big") + body)

        assert name == type(read).__name__


def test_a_compatible_change_is_frozen_as_the_next_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new field with a default becomes version 2."""
    changed = json.loads(text_of("VisitRecorded"))
    changed["fields"].append({"name": "room", "type": ["null", "string"], "default": None})
    monkeypatch.setattr(freeze, "text_of", lambda name: (
        json.dumps(changed) if name == "VisitRecorded" else schemas.text_of(name)))

    written = freeze.freeze(tmp_path)

    assert [tmp_path / f"VisitRecorded.v{len(published('VisitRecorded')) + 1}.avsc"] == written
    assert canonical(json.dumps(changed)) == canonical(written[0].read_text())


def test_an_incompatible_change_is_not_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new field without a default cannot be read from what was written before."""
    changed = json.loads(text_of("VisitRecorded"))
    changed["fields"].append({"name": "room", "type": "string"})
    monkeypatch.setattr(freeze, "text_of", lambda name: (
        json.dumps(changed) if name == "VisitRecorded" else schemas.text_of(name)))

    with pytest.raises(ConfigError, match=r"VisitRecorded\.room: the new schema cannot read"):
        freeze.freeze(tmp_path)

    assert [] == list(tmp_path.iterdir())
