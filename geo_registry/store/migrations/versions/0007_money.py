"""Eco-burials, subsidies, marks of cemeteries, lists of fees and charges."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0007_money.sql")
