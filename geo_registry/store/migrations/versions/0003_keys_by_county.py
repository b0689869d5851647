"""Indexes on county and key: what a proposed name is compared with."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    run_sql("0003_keys_by_county.sql")
