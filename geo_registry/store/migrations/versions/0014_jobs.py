"""The queue of jobs, and which job has run for which day."""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue's schema and the table of runs."""
    run_sql("0014_jobs.sql")
    run_sql("0014_procrastinate_3_10.sql")
    run_sql("0014_after.sql")
