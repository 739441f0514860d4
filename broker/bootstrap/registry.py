"""The schema registry alone, before there is anything else: what `concord schemas` works on."""
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from broker.backends.registry import StoreRegistry
from broker.backends.sqlite import SqliteFile, SqliteStore
from broker.bootstrap import TABLES
from broker.config import FILE_NAME, load
from broker.ports import Registry


@contextmanager
def open_registry(home: Path, *, config: Path | None = None, may_register: bool,
                  plaintext: bool = False) -> Iterator[Registry]:
    """The registry that a partnership's configuration names, or the one in the home's own file;
    nothing is registered by opening it. `may_register` False keeps it so where others keep the
    registry; `plaintext` is as in `open_home`."""
    settings = load(config or home / FILE_NAME)
    if settings.served is None:
        with closing(SqliteFile(home)) as file:
            yield StoreRegistry(SqliteStore(file, TABLES))
        return
    from broker.bootstrap.served import http_registry, refuse_plaintext

    refuse_plaintext(settings.served, allowed=plaintext)
    with closing(http_registry(settings.served, may_register=may_register)) as registry:
        yield registry
