"""Police files to statements: nominals first, so that adults and their rows are left out."""
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from adapters.police import events, risks
from adapters.police.adults import Adults, is_adult
from adapters.police.person import person_of
from adapters.police.words import PoliceWords, words_of
from broker.event.envelope import Statement
from broker.sdk.adapter import Delivery, Memory, RowRead, TableRead
from broker.sdk.fields import Fields
from broker.sdk.manifest import read_manifest
from broker.sdk.rows import RawRow
from broker.sdk.tables import Said, read_table, recognise

ADULT = "adult"

StatementOf = Callable[[Fields, str, PoliceWords], Statement]
_STATEMENTS: dict[str, tuple[str, StatementOf]] = {
    "incidents": ("incident_ref", events.incident_of),
    "missing": ("missing_ref", events.missing_of),
    "ppn": ("ppn_ref", events.notice_of),
    "markers": ("marker_ref", risks.marker_of),
}


class Police:
    """The translator of a police force's folder."""

    def __init__(self) -> None:
        manifest = read_manifest("adapters.police")
        self.name = manifest.name
        self.version = manifest.version
        self.tables = tuple(table.spec for table in manifest.tables.values())
        self._tables = manifest.tables
        self._words = words_of(manifest.words)

    def read(self, delivery: Delivery, memory: Memory) -> Iterator[TableRead]:
        """Every recognised file; the memory knows adults from earlier extracts."""
        adults = Adults(memory)
        for found in recognise(delivery, self._tables):
            name, agency = found.table.name, delivery.agency.code
            if name == "risk_links":
                yield read_table(delivery, found, partial(self._risk_link, agency),
                                 key=("link_ref", "subject_nominal_id"))
                continue
            key = ("nominal_id",) if name == "nominals" else (_STATEMENTS[name][0], "nominal_id")
            translate = partial(self._nominal, agency, adults) if name == "nominals" \
                else partial(self._event, agency, adults, *_STATEMENTS[name])
            table = read_table(delivery, found, translate, prepare=partial(_expect, adults),
                               key=key)
            table.rows = _saving(table.rows, adults)
            yield table

    def _nominal(self, agency: str, adults: Adults, fields: Fields) -> Said:
        fields.key = fields.mandatory("nominal_id")
        person = person_of(fields, agency, self._words)
        adult = is_adult(person.birth_date, person.recorded_at)
        adults.learn(person.subject, adult, person.recorded_at)
        return Said(fields.key, (), ADULT) if adult else Said(fields.key, (person,))

    def _event(self, agency: str, adults: Adults, reference: str, statement_of: StatementOf,
               fields: Fields) -> Said:
        # Several children may share a reference, so the row's key holds the subject.
        fields.key = f"{fields.mandatory(reference)}/{fields.mandatory('nominal_id')}"
        statement = statement_of(fields, agency, self._words)
        if adults.include(statement.subject):
            return Said(fields.key, (), ADULT)
        return Said(fields.key, (statement,))

    def _risk_link(self, agency: str, fields: Fields) -> Said:
        fields.key = f"{fields.mandatory('link_ref')}/{fields.mandatory('subject_nominal_id')}"
        return Said(fields.key, (risks.risk_link_of(fields, agency, self._words),))


def _expect(adults: Adults, fields: Fields, rows: Sequence[RawRow]) -> None:
    adults.expect(fields.peek(row.cells, "nominal_id") for row in rows)


def _saving(rows: Iterator[RowRead], adults: Adults) -> Iterator[RowRead]:
    """The rows; what they taught is remembered by the time the last one is taken."""
    yield from rows
    adults.save()
