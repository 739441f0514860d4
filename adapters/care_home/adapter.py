"""A home's files to statements: residents first, then what happened to them."""
from collections.abc import Callable, Iterator
from functools import partial

from adapters.care_home.events import absence_of, notification_of
from adapters.care_home.residents import resident_of
from adapters.care_home.words import HomeWords, words_of
from broker.event.agency import Agency
from broker.event.envelope import Statement
from broker.sdk.adapter import Delivery, Memory, TableRead
from broker.sdk.fields import Fields
from broker.sdk.manifest import read_manifest
from broker.sdk.tables import Said, read_table, recognise

StatementsOf = Callable[[Fields, Agency, HomeWords], tuple[Statement, ...]]
_STATEMENTS: dict[str, tuple[str, StatementsOf]] = {
    "residents": ("resident_ref", resident_of),
    "absences": ("absence_ref", absence_of),
    "notifications": ("notification_ref", notification_of),
}


class CareHome:
    """The translator of a children's home's folder."""

    def __init__(self) -> None:
        manifest = read_manifest("adapters.care_home")
        self.name = manifest.name
        self.version = manifest.version
        self.tables = tuple(table.spec for table in manifest.tables.values())
        self._tables = manifest.tables
        self._words = words_of(manifest.words)

    def read(self, delivery: Delivery, memory: Memory) -> Iterator[TableRead]:  # noqa: ARG002
        """Every recognised file. A home's rows need nothing remembered, so `memory` rests."""
        # The argument is the Adapter contract's.
        for found in recognise(delivery, self._tables):
            reference, statements_of = _STATEMENTS[found.table.name]
            yield read_table(
                delivery, found, partial(self._row, delivery.agency, reference, statements_of),
                key=tuple(dict.fromkeys((reference, "resident_ref"))))

    def _row(self, home: Agency, reference: str, statements_of: StatementsOf,
             fields: Fields) -> Said:
        fields.key = fields.mandatory(reference)
        if reference != "resident_ref":
            fields.key += f"/{fields.mandatory('resident_ref')}"
        return Said(fields.key, statements_of(fields, home, self._words))
