"""What an adapter's adapter.toml says: who it reads for, its files, words and usual volumes.

    name = "police"
    version = "1"
    [tables.nominals]                 # in reading order: parents first
    types = ["PersonRecorded"]
    required = ["nominal_id", ...]    # columns; the file may also carry `optional` and `ignored`
    rows_per_day = [0, 5000]          # fewer or more is worth a warning, no error
    [words.gender]                    # the agency's word = the neutral word
    "Male" = "MALE"
"""
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from broker.sdk.adapter import TableSpec
from broker.sdk.fields import Layout
from broker.vocabulary.words import System


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file: what it is called, its columns, and how many rows a day are usual."""

    spec: TableSpec
    layout: Layout
    rows_per_day: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """The table's name, which is also its file's name without the ending."""
        return self.spec.name


@dataclass(frozen=True, slots=True)
class Manifest:
    """The values of one adapter.toml."""

    name: str
    version: str
    tables: Mapping[str, Table]
    words: Mapping[str, Mapping[str, str]]


@cache
def read_manifest(package: str) -> Manifest:
    """The adapter.toml of a package such as "adapters.police" (it ships beside adapter.py)."""
    text = files(package).joinpath("adapter.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return Manifest(
        name=document["name"],
        version=document["version"],
        tables={name: _table_of(name, table) for name, table in document["tables"].items()},
        words=document.get("words", {}),
    )


def _table_of(name: str, table: Mapping[str, object]) -> Table:
    def listed(key: str) -> tuple[str, ...]:
        values = table.get(key, ())
        assert isinstance(values, list | tuple), (name, key)
        return tuple(str(value) for value in values)

    usual = table.get("rows_per_day")
    assert usual is None or (isinstance(usual, list) and len(usual) == 2), name
    return Table(
        spec=TableSpec(name, System(str(table.get("system", "files"))), listed("types")),
        layout=Layout(listed("required"), listed("optional"), listed("ignored")),
        rows_per_day=None if usual is None else (int(usual[0]), int(usual[1])),
    )
