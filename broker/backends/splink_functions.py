"""Splink on DuckDB: its parts loaded when they are needed, and our comparisons made known to it.

Splink and DuckDB are an extra (`linkage`): nothing but training and export needs them.
"""
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from broker.errors import ConfigError

EXTRA = "concord-broker[linkage]"


def loaded(module: str) -> Any:
    """A module of the extra; `ConfigError` says how to install it."""
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise ConfigError(f"This needs Splink and DuckDB, which are not installed: run `pip "
                          f"install '{EXTRA}'`.") from None


def connected(threads: int = 1) -> Any:
    """A DuckDB in memory that keeps to this machine; with one thread the same sums come out."""
    duckdb = loaded("duckdb")
    return duckdb.connect(":memory:", config={
        "threads": threads, "autoinstall_known_extensions": False,
        "autoload_known_extensions": False})


def know(connection: Any, functions: Mapping[str, Callable[..., str]]) -> None:
    """Make functions of texts known to DuckDB under their names."""
    for name, function in functions.items():
        count = function.__code__.co_argcount
        connection.create_function(name, function, ["VARCHAR"] * count, "VARCHAR")


def keep(connection: Any, table: str, columns: Mapping[str, str],
         rows: Iterable[Sequence[Any]]) -> None:
    """A new table of rows; `columns` are names with DuckDB's types."""
    pyarrow = loaded("pyarrow")
    made = {name: [] for name in columns}  # type: dict[str, list[Any]]
    for row in rows:
        for name, value in zip(columns, row, strict=True):
            made[name].append(value)
    whole = pyarrow.table(made)
    connection.register("handed_over", whole)
    cast = ", ".join(f"{name}::{kind} AS {name}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE {table} AS SELECT {cast} FROM handed_over")  # noqa: S608
    connection.unregister("handed_over")
