"""Where a partnership's PostgreSQL is, and how a connection to it is set up."""
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

import psycopg

from broker.backends.postgres_errors import refused, translating
from broker.backends.postgres_values import adapt
from broker.errors import ConfigError

SCHEMA = "concord"
_SCHEMA_BYTES_MAX = 63  # PostgreSQL cuts longer names off
_PREPARED_MAX = 1000
_VERSION_MIN = 14

TlsMode = Literal["disable", "prefer", "require", "verify-ca", "verify-full"]


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """One database, and within it one schema: the namespace, or `concord`.

    Without an `sslmode` the server must prove its name, by `ca_file` or by the certificates that
    the system trusts; on the machine itself only where there is a `ca_file`.
    """

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    namespace: str = ""
    ca_file: Path | None = None
    sslmode: TlsMode | None = None

    def __post_init__(self) -> None:
        """ConfigError for a namespace that cannot be the name of a schema."""
        if len(self.schema.encode()) > _SCHEMA_BYTES_MAX or self.schema.startswith("pg_") \
                or "\0" in self.schema:
            raise ConfigError(
                f"the namespace cannot be a PostgreSQL schema: choose one of at most"
                f" {_SCHEMA_BYTES_MAX} letters that does not begin with pg_")

    @property
    def schema(self) -> str:
        """The schema that holds the store."""
        return self.namespace or SCHEMA

    @property
    def quoted_schema(self) -> str:
        """The schema as SQL writes it."""
        return '"' + self.schema.replace('"', '""') + '"'

    def lock(self, *names: str) -> int:
        """The number of an advisory lock of this schema."""
        text = "\0".join(("concord", self.schema, *names))
        return int.from_bytes(sha256(text.encode()).digest()[:8], signed=True)


def connected(
    address: PostgresAddress, *, patience_seconds: float, idle_seconds: float,
) -> psycopg.Connection[Any]:
    """A connection whose unqualified names are those of the schema; transactions are begun and
    ended by statement. Waits for the server and for locks no longer than `patience_seconds`."""
    try:
        connection = psycopg.connect(
            autocommit=True, connect_timeout=max(2, round(patience_seconds)), **_options(address))
    except psycopg.Error as error:
        raise refused(error) from None
    try:
        with translating():
            _set_up(connection, address, patience_seconds, idle_seconds)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(
    connection: psycopg.Connection[Any], address: PostgresAddress, patience_seconds: float,
    idle_seconds: float,
) -> None:
    if connection.info.server_version < _VERSION_MIN * 10_000:
        raise ConfigError(f"PostgreSQL is too old: Concord wants version {_VERSION_MIN} or later")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise ConfigError("PostgreSQL's database cannot hold all characters: make it anew with the"
                          " encoding UTF8")
    settings = {
        "search_path": address.quoted_schema,
        "synchronous_commit": "on",  # a commit is on the disk when it returns
        "lock_timeout": f"{max(1, round(patience_seconds * 1000))}ms",
        "idle_in_transaction_session_timeout": f"{max(1, round(idle_seconds * 1000))}ms",
        # Every question is by key or index. Of a table that has just grown the planner knows too
        # little, and would read it whole; and such a plan's price would have it compiled.
        "enable_seqscan": "off",
        "jit": "off",
    }
    connection.execute(
        "SELECT set_config(name, value, FALSE) FROM unnest(%s::text[], %s::text[])"
        " AS wanted(name, value)", (list(settings), list(settings.values())))
    connection.prepared_max = _PREPARED_MAX
    adapt(connection)


def _options(address: PostgresAddress) -> dict[str, Any]:
    """The address as libpq asks for it."""
    unproved = address.ca_file is None and _is_here(address.host)
    mode = address.sslmode or ("prefer" if unproved else "verify-full")
    options = {
        "host": address.host, "port": address.port, "dbname": address.database,
        "user": address.user, "password": address.password, "sslmode": mode,
        "client_encoding": "UTF8", "application_name": "concord",
        # A machine that has vanished says nothing: ask, and do not wait for hours.
        "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }
    if address.ca_file or mode == "verify-full":
        options["sslrootcert"] = str(address.ca_file or "system")
    return options


def _is_here(host: str) -> bool:
    """Whether a host is this machine itself: loopback, or a socket's folder."""
    if host == "localhost" or host.startswith("/"):
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
