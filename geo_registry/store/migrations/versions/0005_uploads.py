"""Raw files, uploads and the answers to questions of coordinates."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    run_sql("0005_uploads.sql")
