"""Which revision of its tables this version of Concord works on."""
from broker.backends.postgres_errors import UPGRADE
from broker.backends.sql_log import Cursor
from broker.errors import ConfigError

# Oldest first; each is a module of broker.backends.migrations.versions.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")


def checked(cursor: Cursor) -> None:
    """ConfigError where the tables of the schema are not those of the last revision."""
    cursor.execute("SELECT version_num FROM alembic_version")
    row = cursor.fetchone()
    if row is None or row[0] in REVISIONS[:-1]:
        raise ConfigError(
            f"the store's tables were made by an earlier version of Concord: run `{UPGRADE}`")
    if row[0] != REVISIONS[-1]:
        raise later(row[0])


def later(revision: str) -> ConfigError:
    """What to do about tables of a revision that this version has never heard of."""
    return ConfigError(
        f"the store's tables were made by a later version of Concord (revision {revision}):"
        " install that version")
