"""Dossiers and determinations."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0006_dossiers.sql")
