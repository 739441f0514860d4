"""The schemas that tests are given are those that the revisions make."""
from broker.backends.postgres_revision import REVISIONS
from broker.backends.postgres_upgrade import upgrade
from compose.local.servers import PostgresServer
from tests.backends.postgres_places import address_of, asked, dropped, made

SHAPE = """
SELECT 'column', table_name, column_name, data_type, collation_name, is_nullable, column_default
  FROM information_schema.columns WHERE table_schema = current_schema()
UNION ALL
SELECT 'index', tablename, replace(indexdef, current_schema() || '.', ''), '', '', '', ''
  FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL
SELECT 'rule', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
  FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
ORDER BY 1, 2, 3"""


def test_a_schema_made_again_is_as_the_revisions_made_it(
        postgres_server: PostgresServer, namespace: str) -> None:
    """Its tables, indexes and constraints, and the revision that it says it is of."""
    first, led, again = (address_of(postgres_server, f"{namespace}{part}") for part in "abc")
    try:
        made(first, ())
        upgrade(led)
        made(again, ())

        assert asked(led, SHAPE) == asked(again, SHAPE)
        assert [(REVISIONS[-1],)] == asked(again, "SELECT version_num FROM alembic_version")
    finally:
        for each in (first, led, again):
            dropped(each)
