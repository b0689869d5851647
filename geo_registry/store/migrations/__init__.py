"""Schema revisions, run by Alembic; the SQL itself is in ``sql/``."""
