"""Plots, burials and cemeteries as they are listed, and the counts that a forecast rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query


def page_of_plots(connection: Connection, **wanted: Any) -> list[Mapping[str, Any]]:
    """A page of plots; ``cemetery`` None gives the graves that stand by themselves.

    ``wanted``: cemetery, after, limit, status, kind, section, ends_by.
    """
    return [dict(r) for r in connection.execute(query("plot_page"), wanted).mappings()]


def page_of_burials(
    connection: Connection, cemetery: int | None, *, after: int, limit: int, ended: bool
) -> list[Mapping[str, Any]]:
    """A page of burials with the person's row."""
    given = {"cemetery": cemetery, "after": after, "limit": limit, "ended": ended}
    return [dict(r) for r in connection.execute(query("burial_page"), given).mappings()]


def cemeteries(
    connection: Connection,
    on: date,
    *,
    ids: Sequence[int] | None = None,
    type_: str | None = None,
    under: str | None = None,
) -> list[Mapping[str, Any]]:
    """Cemeteries with counts; ``under`` is the beginning of a division code."""
    given = {"on": on, "ids": ids, "type": type_, "under": under}
    return [dict(r) for r in connection.execute(query("cemetery_list"), given).mappings()]


def sections(connection: Connection, cemetery_id: int) -> list[Mapping[str, Any]]:
    """The sections of a cemetery with the number of their plots in use."""
    rows = connection.execute(
        text(
            "SELECT s.id, s.name, s.kind, count(p.id) AS plots, "
            " count(p.id) FILTER (WHERE p.status = 'free') AS free "
            "FROM registry.section s "
            "LEFT JOIN registry.plot p ON p.section_id = s.id AND p.status <> 'closed' "
            "WHERE s.cemetery_id = :id GROUP BY s.id ORDER BY s.name"
        ),
        {"id": cemetery_id},
    )
    return [dict(r) for r in rows.mappings()]


def stock(connection: Connection, cemetery_id: int) -> list[Mapping[str, Any]]:
    """Plots in use by kind and status: how many, and the area that those with a known one take."""
    rows = connection.execute(
        text(
            "SELECT kind, status, count(*) AS number, coalesce(sum(area_m2), 0) AS area_m2, "
            " count(*) FILTER (WHERE area_m2 IS NULL) AS of_unknown_area "
            "FROM registry.plot WHERE cemetery_id = :id AND status <> 'closed' "
            "GROUP BY kind, status ORDER BY kind, status"
        ),
        {"id": cemetery_id},
    )
    return [dict(r) for r in rows.mappings()]


def days_taken(connection: Connection, cemetery_id: int) -> list[date | None]:
    """For each plot that was given or used, the first day of it; None where nobody wrote it."""
    rows = connection.execute(
        text(
            "SELECT least(p.term_from, (SELECT min(b.buried_on) FROM registry.burial b "
            " WHERE b.plot_id = p.id)) FROM registry.plot p "
            "WHERE p.cemetery_id = :id AND p.status IN ('sold', 'occupied', 'closed')"
        ),
        {"id": cemetery_id},
    )
    return [d for (d,) in rows]


def days_buried(connection: Connection, cemetery_id: int) -> list[date | None]:
    """The days of all burials in a cemetery, those that were ended too."""
    rows = connection.execute(
        text("SELECT buried_on FROM registry.burial WHERE cemetery_id = :id"),
        {"id": cemetery_id},
    )
    return [d for (d,) in rows]
