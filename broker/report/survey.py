"""Loads the cases that a report is about, some hundreds of children at a time."""
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from broker.case.case import Case
from broker.case.reach import Reach
from broker.pipeline.families import children_with
from broker.pipeline.tables import STATEMENTS
from broker.ports import Reading
from broker.wire.codec import HEADER_BYTES

KEYS_PER_PAGE = 500
ROWS_PER_PAGE = 5_000


class Cases(Protocol):
    """Whatever builds cases: pipeline.evaluate.Evaluator."""

    def cases(self, reading: Reading, members: dict[str, tuple[str, ...]], *, now: datetime,
              reach: Reach) -> dict[str, Case]:
        """The case of each child, from everything filed under its members."""


def people_with(reading: Reading, schema_ids: Iterable[int] | None = None) -> Iterator[str]:
    """The subject keys under which any statement is filed, in order; `schema_ids` narrows them
    to those with a statement of these types, by the framing alone, so that nothing is decoded."""
    headers = None if schema_ids is None else {
        b"\x00" + each.to_bytes(HEADER_BYTES - 1, "big") for each in schema_ids}
    last = None
    given = None
    while rows := reading.scan(STATEMENTS, "person_key", after=last, limit=ROWS_PER_PAGE):
        if len(rows) == ROWS_PER_PAGE and rows[0][0] != rows[-1][0]:
            # The last person's rows may go on beyond the page: they come whole on the next.
            rows = [row for row in rows if row[0] != rows[-1][0]]
        elif len(rows) == ROWS_PER_PAGE:
            rows = reading.find(STATEMENTS, "person_key", [rows[0][0]])
        last = rows[-1][0]
        for row in rows:
            value = row[3]
            assert isinstance(value, bytes)
            if row[0] != given and (headers is None or value[:HEADER_BYTES] in headers):
                given = row[0]
                yield str(given)


def all_cases(
    reading: Reading, source: Cases, people: Iterable[str], *, now: datetime, reach: Reach,
) -> Iterator[tuple[tuple[str, ...], Case]]:
    """(members, case) of every child that any of these people is, each child once."""
    done: set[str] = set()
    page: list[str] = []

    def cases() -> Iterator[tuple[tuple[str, ...], Case]]:
        members = {child: keys for child, keys in children_with(reading, page).items()
                   if child not in done}
        done.update(members)
        for child, case in source.cases(reading, members, now=now, reach=reach).items():
            yield members[child], case

    for key in people:
        page.append(key)
        if len(page) == KEYS_PER_PAGE:
            yield from cases()
            page.clear()
    if page:
        yield from cases()
