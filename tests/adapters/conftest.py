"""What the adapters' tests share: a way through the wire and back."""
from collections.abc import Callable

import pytest

from broker.event.envelope import Statement
from broker.wire.codec import Codec


class DictRegistry:
    """Schemas by the order in which they came."""

    def __init__(self) -> None:
        self._schemas: list[str] = []

    def register(self, name: str, schema: str) -> int:
        """The id of this schema."""
        assert f'"{name}"' in schema
        if schema not in self._schemas:
            self._schemas.append(schema)
        return self._schemas.index(schema) + 1

    def schema(self, schema_id: int) -> str | None:
        """The schema's JSON text."""
        return self._schemas[schema_id - 1]


@pytest.fixture(scope="session")
def through_wire() -> Callable[[Statement], object]:
    """Encode a statement, decode the bytes, return what came out."""
    codec = Codec(DictRegistry())
    return lambda statement: codec.decode(codec.encode(statement))
