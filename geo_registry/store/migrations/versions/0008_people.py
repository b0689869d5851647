"""Accounts, sessions, tokens."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0008_people.sql")
