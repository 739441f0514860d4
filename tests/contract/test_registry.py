"""What a registry promises: stable ids, one for each schema, and full compatibility."""
import json
from collections.abc import Iterator
from typing import Any

import pytest

from broker.backends.http_registry import HttpRegistry
from broker.backends.registry import TABLES as REGISTRY_TABLES
from broker.backends.registry import StoreRegistry
from broker.errors import ConfigError, Conflict
from broker.event.catalogue import BY_NAME
from broker.ports import Registry, Store
from broker.wire.codec import Codec
from broker.wire.schemas import text_of
from compose.local.servers import RegistryServer

TABLES = REGISTRY_TABLES  # what the backends of this module's tests declare


@pytest.fixture
def store(backend: Any) -> Store:
    """The store of every backend in turn (see conftest), empty."""
    made: Store = backend.store
    return made


def schema(*fields: str, doc: str = "A record.") -> str:
    """A record schema of these fields, given as JSON."""
    return json.dumps({"type": "record", "name": "Seen", "doc": doc,
                       "fields": [json.loads(field) for field in fields]},
                      separators=(",", ":"))


FIRST = schema('{"name": "a", "type": "string"}')
SECOND = schema('{"name": "a", "type": "string"}',
                '{"name": "b", "type": ["null", "string"], "default": null}')
THIRD = schema('{"name": "a", "type": "int"}')


class Promises:
    """What every registry keeps to."""

    def test_ids_are_different_and_stable(self, registry: Registry) -> None:
        """Each schema has its own, and has it again when asked again."""
        said = [("Seen", FIRST), ("Seen", SECOND), ("Heard", THIRD)]

        ids = [registry.register(name, text) for name, text in said]

        assert (3, ids) == (len(set(ids)), [registry.register(name, text) for name, text in said])

    def test_registering_again_adds_nothing(self, registry: Registry) -> None:
        """A restart registers everything again and changes nothing."""
        first = registry.register("Seen", FIRST)
        second = registry.register("Seen", SECOND)

        assert (first, [first, second]) == (
            registry.register("Seen", FIRST), registry.versions("Seen"))

    def test_a_better_doc_is_the_same_schema(self, registry: Registry) -> None:
        """Docs do not count; the text first registered is kept."""
        first = registry.register("Seen", FIRST)
        again = registry.register(
            "Seen", schema('{"name": "a", "type": "string", "doc": "Better."}'))

        assert (first, FIRST) == (again, registry.schema(again))

    def test_a_schema_is_found_by_its_id(self, registry: Registry) -> None:
        """The text comes back as it was registered."""
        assert FIRST == registry.schema(registry.register("Seen", FIRST))

    @pytest.mark.parametrize("schema_id", [0, 2**31 - 1, 2**31, -1])
    def test_an_id_never_given_out_has_no_schema(
        self, registry: Registry, schema_id: int,
    ) -> None:
        """The codec turns this into a reject."""
        registry.register("Seen", FIRST)

        assert registry.schema(schema_id) is None

    def test_the_latest_is_the_newest_version(self, registry: Registry) -> None:
        """By record name, with its id."""
        registry.register("Seen", FIRST)
        second = registry.register("Seen", SECOND)

        assert (second, SECOND) == registry.latest("Seen")

    def test_an_unknown_name_has_no_versions(self, registry: Registry) -> None:
        """Nothing is invented for a name nobody registered."""
        assert (None, []) == (registry.latest("Seen"), registry.versions("Seen"))

    def test_an_incompatible_schema_is_refused_by_record_field_and_reason(
        self, registry: Registry,
    ) -> None:
        """A field that must be said cannot be read from what was written without it."""
        first = registry.register("Seen", FIRST)
        new = schema('{"name": "a", "type": "string"}', '{"name": "b", "type": "string"}')

        with pytest.raises(ConfigError) as caught:
            registry.register("Seen", new)

        assert ("the schema of Seen cannot be registered: Seen.b: the new schema cannot read "
                "version 1: the writer lacks it and it has no default", [first]) == (
            str(caught.value), registry.versions("Seen"))

    def test_every_earlier_version_counts(self, registry: Registry) -> None:
        """What fits the last version and not the first is refused: FULL_TRANSITIVE."""
        registry.register("Seen", schema('{"name": "b", "type": "int", "default": 0}'))
        registry.register("Seen", schema('{"name": "a", "type": "int", "default": 0}'))

        with pytest.raises(ConfigError, match=r"Seen\.b: the new schema cannot read version 1"):
            registry.register("Seen", schema('{"name": "b", "type": "string", "default": ""}'))

    def test_names_do_not_bear_on_each_other(self, registry: Registry) -> None:
        """Compatibility is asked of one record's versions only (RecordNameStrategy)."""
        registry.register("Seen", FIRST)

        other = registry.register("Heard", THIRD)

        assert [other] == registry.versions("Heard")

    def test_every_type_registers_under_its_own_name(self, registry: Registry) -> None:
        """The codec registers the whole catalogue; what was registered are its schemas, with
        their docs: a consumer reads the explanations in the registry."""
        numbers = Codec(registry).register_all()

        assert {name: json.loads(text_of(name)) for name in BY_NAME} == {
            name: json.loads(registry.schema(number) or "") for name, number in numbers.items()}


class TestEmbedded(Promises):
    """The registry that lives in the store of each backend."""

    @pytest.fixture
    def registry(self, store: Store) -> Registry:
        """An empty registry."""
        return StoreRegistry(store)

    def test_ids_count_from_one(self, registry: Registry) -> None:
        """Over all names, in order of registration; the next one is nobody's yet."""
        assert ([1, 2, 3], None) == ([registry.register(name, text) for name, text in [
            ("Seen", FIRST), ("Seen", SECOND), ("Heard", FIRST)]], registry.schema(4))

    def test_the_catalogue_is_registered_in_its_order(self, registry: Registry) -> None:
        """So that every home has the same ids."""
        assert {name: number for number, name in enumerate(BY_NAME, 1)} == Codec(
            registry).register_all()

    def test_another_registry_on_the_same_store_knows_the_ids(self, store: Store) -> None:
        """Ids live in the store, not in the process."""
        number = StoreRegistry(store).register("Seen", FIRST)

        assert FIRST == StoreRegistry(store).schema(number)

    def test_a_version_that_comes_in_meanwhile_is_checked_too(
        self, store: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Two registering at once cannot both slip past the check."""
        mine, other = StoreRegistry(store), StoreRegistry(store)
        seen = mine._earlier  # a race needs a hand on its inside

        def overtaken(name: str) -> list[tuple[int, str]]:
            earlier = seen(name)
            other.register("Seen", FIRST)
            return earlier

        monkeypatch.setattr(mine, "_earlier", overtaken)

        with pytest.raises(ConfigError, match=r"Seen\.a: the new schema cannot read version 1"):
            mine.register("Seen", THIRD)

    def test_losing_for_ever_is_a_conflict(
        self, store: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The caller is told to try again, after a bounded number of attempts."""
        registry = StoreRegistry(store)
        monkeypatch.setattr(registry, "_add", lambda *_: None)

        with pytest.raises(Conflict):
            registry.register("Seen", FIRST)


class TestOverHttp(Promises):
    """A registry that others keep; more about it in tests/services."""

    @pytest.fixture
    def registry(
        self, registry_server: RegistryServer, namespace: str,
    ) -> Iterator[HttpRegistry]:
        """No subject of this namespace is in it."""
        made = HttpRegistry(registry_server.url, namespace, may_register=True)
        yield made
        made.close()

    def test_another_client_knows_the_ids(
        self, registry: HttpRegistry, registry_server: RegistryServer, namespace: str,
    ) -> None:
        """Ids live in the registry, not in the process."""
        numbers = [registry.register("Seen", FIRST), registry.register("Seen", SECOND)]
        other = HttpRegistry(registry_server.url, namespace, may_register=False)

        found = [FIRST, SECOND] == [other.schema(number) for number in numbers]
        other.close()

        assert found
