"""Jobs, activities, teams."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0012_ledgers.sql")
