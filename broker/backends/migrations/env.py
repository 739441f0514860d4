"""What Alembic runs: the revisions that are missing, on the connection it was handed, within that
connection's transaction."""
from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
