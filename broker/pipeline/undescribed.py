"""Rows of children whom nothing describes: the file that says who they are has never come.

They are filed and looked at, each child by itself. Without a name or a birth date nobody can tell
whose other records they belong to, so that neither a join nor a question comes of them.
"""
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from broker.case.reach import Reach
from broker.event.own import TableReach
from broker.event.person import PersonRecorded
from broker.sdk.adapter import TableSpec
from broker.vocabulary.words import System

NEVER_SENT = (
    "has never been read, and it alone says who the children of these rows are: until it is, they "
    "are joined to no record of anybody else, and nobody is asked whether they should be, not "
    "even where a home names their number. Send {file} with the others.")
_DESCRIBES = PersonRecorded.__name__


class Undescribed(NamedTuple):
    """An agency, and the system of which it has sent rows and never who they are about."""

    agency: str
    system: System


def undescribed(reach: Reach) -> list[Undescribed]:
    """The systems that have been heard, and of which no table that describes people has."""
    types: dict[Undescribed, set[str]] = {}
    for (agency, system, _), (_, yields) in reach.until.items():
        types.setdefault(Undescribed(agency, system), set()).update(yields)
    return sorted(each for each, found in types.items() if _DESCRIBES not in found)


def describing(tables: Iterable[TableSpec], system: System) -> TableSpec | None:
    """The first table of a system that says who its people are; None where none does."""
    return next(iter(_describing(tables, system)), None)


def _describing(tables: Iterable[TableSpec], system: System) -> list[TableSpec]:
    return [each for each in tables if each.system is system and _DESCRIBES in each.types]


def without_people(
    tables: Collection[TableSpec], read: Iterable[TableReach],
    is_known: Callable[[TableSpec], bool],
) -> Iterator[tuple[str, str]]:
    """(file, note) for each system of which rows have just been `read`, and no table that says
    who they are about; `is_known` says of one that it came before, or that what is wrong with it
    has been told."""
    reached = list(read)
    now = {(each.system, each.table) for each in reached}
    for system in sorted({each.system for each in reached if each.rows_read}):
        ways = _describing(tables, system)
        if ways and not any((each.system, each.name) in now or is_known(each) for each in ways):
            file = f"{ways[0].name}.csv"
            yield file, NEVER_SENT.format(file=file)
