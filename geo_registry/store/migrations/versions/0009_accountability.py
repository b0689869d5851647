"""Attachments, secrecy, the chain of history."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0009_accountability.sql")
