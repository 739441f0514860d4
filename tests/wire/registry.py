"""The least registry that a codec can be tested with."""


class ListRegistry:
    """Schemas in order of registration; ids count from 1."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def register(self, name: str, schema: str) -> int:  # noqa: ARG002 # one list for all names
        """The id of a schema text, added if it is new."""
        if schema not in self.texts:
            self.texts.append(schema)
        return self.texts.index(schema) + 1

    def schema(self, schema_id: int) -> str | None:
        """The text with this id."""
        return self.texts[schema_id - 1] if 0 < schema_id <= len(self.texts) else None
