"""What the database says of itself."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text


def database_state(connection: Connection) -> dict[str, Any]:
    """Versions, the newest migration, size in bytes, and when it was started."""
    row = connection.execute(
        text(
            "SELECT current_setting('server_version') AS postgresql, "
            " (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis, "
            " (SELECT version_num FROM registry.alembic_version) AS migration, "
            " pg_database_size(current_database()) AS bytes, "
            " current_database() AS name, pg_postmaster_start_time() AS started_at"
        )
    ).mappings()
    return dict(row.one())
