"""Sections, plots, the deceased and their burials."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0004_plots.sql")
