"""The life of names: events, proposals, stories, signs, decisions, built-up areas."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them to the schema ``registry``."""
    run_sql("0002_life_of_names.sql")
