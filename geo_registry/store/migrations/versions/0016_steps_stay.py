"""Steps and papers of proposals that nobody can rewrite."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the database refuse what the workflow never does."""
    run_sql("0016_steps_stay.sql")
