"""How a revision runs its SQL file."""

from __future__ import annotations

from pathlib import Path

from alembic import op


def run_sql(name: str) -> None:
    """Run ``sql/<name>`` as it would run in psql, in the transaction of the migration."""
    text = (Path(__file__).with_name("sql") / name).read_text(encoding="utf-8")
    # Past SQLAlchemy: the file holds many statements and colons that are no parameters.
    raw = op.get_bind().connection.driver_connection
    if raw is None:
        raise RuntimeError("the migration has no connection")
    raw.execute(text)
