"""How the served store's tables came to be: one module a revision, run by Alembic, and kept as it
was when it was published."""
