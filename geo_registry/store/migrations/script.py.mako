"""${message}"""

from __future__ import annotations

from geo_registry.store.migrations.runner import run_sql

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Run the file of this revision."""
    run_sql("${up_revision}.sql")
