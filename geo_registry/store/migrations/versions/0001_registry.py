"""The registry: tables, history, revisions."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the schema ``registry``."""
    run_sql("0001_registry.sql")
