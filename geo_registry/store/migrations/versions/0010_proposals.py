"""Contributions, proposals and their papers and clocks."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0010_proposals.sql")
