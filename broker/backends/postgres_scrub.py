"""Taking out what deletion leaves in PostgreSQL's tables."""
from time import monotonic, sleep
from typing import Any

import psycopg

from broker.errors import TemporarilyUnavailable

# What is rewritten keeps its readers waiting, at about 100 MB a second.
REWRITTEN_BYTES_MAX = 1 << 30
_LOOK_AGAIN_SECONDS = 0.05

# Whoever began before a transaction that begins now can still see what was deleted before.
_STILL_SEEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
      AND age(backend_xmin) >= age(%s::text::xid)
"""
_TABLES = """
    SELECT quote_ident(relname), pg_total_relation_size(oid) <= %s FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""


def scrub(connection: psycopg.Connection[Any], patience_seconds: float) -> None:
    """Clean the schema's tables once nobody can see what was deleted from them, and draw the
    planner's samples of their values anew; `TemporarilyUnavailable` if somebody still can when
    the patience is over."""
    now = connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
    assert now is not None
    deadline = monotonic() + patience_seconds
    while _count(connection, now[0]):
        if monotonic() >= deadline:
            raise TemporarilyUnavailable(
                "what was erased can still be read in the store, because somebody is reading:"
                " erase again when they have finished")
        sleep(_LOOK_AGAIN_SECONDS)
    for table, small in connection.execute(_TABLES, (REWRITTEN_BYTES_MAX,)).fetchall():
        how = "FULL, ANALYZE" if small else "INDEX_CLEANUP ON, ANALYZE"
        connection.execute(f"VACUUM ({how}) {table}", prepare=False)


def _count(connection: psycopg.Connection[Any], now: str) -> int:
    row = connection.execute(_STILL_SEEN, (now,)).fetchone()
    assert row is not None
    return int(row[0])
