"""The chain of history: each transaction sealed on top of the one before."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Seal what is there, and from now on every transaction."""
    run_sql("0013_chain_of_history.sql")
