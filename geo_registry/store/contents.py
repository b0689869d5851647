"""What the registry holds so far, as the first start asks."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from geo_registry.store.tables import admin_division, cemetery, place, scan_run


def is_empty(connection: Connection) -> bool:
    """Whether nobody has loaded, imported or entered anything yet."""
    found = [select(table.c.id).exists() for table in (admin_division, place, cemetery)]
    return not any(connection.scalar(select(one)) for one in found)


def was_scanned(connection: Connection) -> bool:
    """Whether the rules have been run over the registry at least once."""
    return bool(connection.scalar(select(exists().where(scan_run.c.id.is_not(None)))))
