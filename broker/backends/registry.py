"""The embedded schema registry: schemas by id and by record name, kept in the store."""
from contextlib import suppress

from broker.errors import ConfigError, Conflict
from broker.ports import Store, Table
from broker.wire.compatibility import full_transitive
from broker.wire.schemas import canonical

SCHEMAS = Table(
    name="schemas",
    columns=(("id", "integer"), ("name", "text"), ("schema", "text")),
    key=("id",),
    indexes=(("name",),),
)
TABLES = (SCHEMAS,)
_ATTEMPTS_MAX = 5


class StoreRegistry:
    """A registry over any store; ids count from 1 over all names and are never used twice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._texts: dict[int, str] = {}

    def register(self, name: str, schema: str) -> int:
        """The id of this schema under this record name, after a FULL_TRANSITIVE check.

        A schema that differs from a registered one in its docs alone is that one. Raises
        ConfigError, naming record, field and why, if it does not fit every earlier version.
        """
        wanted = canonical(schema)
        for _ in range(_ATTEMPTS_MAX):
            earlier = self._earlier(name)
            for number, text in earlier:
                if canonical(text) == wanted:
                    return number
            faults = full_transitive(schema, [text for _, text in earlier])
            if faults:
                raise ConfigError(f"the schema of {name} cannot be registered: {faults[0]}")
            with suppress(Conflict):
                added = self._add(name, schema, [number for number, _ in earlier])
                if added is not None:
                    return added
        raise Conflict(f"others kept registering schemas while that of {name} was waiting")

    def _add(self, name: str, schema: str, seen: list[int]) -> int | None:
        """The new id, or None if another version came in since `seen` was read."""
        with self._store.begin() as unit:
            if seen != sorted(int(row[0] or 0) for row in unit.find(SCHEMAS, "name", [name])):
                return None
            number = unit.count(SCHEMAS) + 1
            unit.insert(SCHEMAS, [(number, name, schema)])
        self._texts[number] = schema
        return number

    def _earlier(self, name: str) -> list[tuple[int, str]]:
        """(id, text) of every version under a name, oldest first."""
        with self._store.view() as view:
            rows = view.find(SCHEMAS, "name", [name])
        found = sorted((int(row[0] or 0), str(row[2])) for row in rows)
        # Kept, so that a message can be decoded within a transaction of the same store.
        self._texts.update(found)
        return found

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text, or None if the id was never given out."""
        if schema_id not in self._texts:
            with self._store.view() as view:
                rows = view.get(SCHEMAS, [(schema_id,)])
            if not rows:
                return None
            self._texts[schema_id] = str(rows[0][2])
        return self._texts[schema_id]

    def latest(self, name: str) -> tuple[int, str] | None:
        """(id, JSON text) of the newest version under a record name."""
        earlier = self._earlier(name)
        return earlier[-1] if earlier else None

    def versions(self, name: str) -> list[int]:
        """All ids registered under a record name, oldest first."""
        return [number for number, _ in self._earlier(name)]
