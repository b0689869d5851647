"""Levels of secrecy on everything that can leave the house, and who may see them."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the levels; the filter itself is made by store.secrecy after all migrations."""
    run_sql("0015_secrecy.sql")
