"""Cases, their steps, parties, tasks and rounds."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0011_cases.sql")
