"""Whole tables for analysts: one query each, geometry as WKB in EPSG:4490."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, text

_CURRENT_NAME = (
    "LEFT JOIN LATERAL (SELECT full_name, romanized, event, valid_from FROM registry.place_name n "
    " WHERE n.place_id = p.id AND n.kind = 'standard' "
    " AND (n.valid_from IS NULL OR n.valid_from <= :on) "
    " AND (n.valid_to IS NULL OR n.valid_to > :on) ORDER BY n.id LIMIT 1) n ON true "
)

QUERIES = {
    "findings": (
        "SELECT id, rule_id, severity, state, title, message, outcome, scope_kind, scope_code, "
        " scope_name, subjects, confidence, capped, managed, rank, first_seen, last_seen, "
        " ST_AsBinary(coalesce(geom, marks)) AS geometry "
        "FROM registry.finding ORDER BY rank DESC, id"
    ),
    "roads": (
        "SELECT 'place:' || p.id AS subject, n.full_name AS name, n.romanized, p.place_class, "
        " n.event, n.valid_from AS named_from, p.village_code, p.town_code, p.households, "
        " p.length_m, p.width_m, p.needs_name, ST_AsBinary(p.geom) AS geometry "
        f"FROM registry.place p {_CURRENT_NAME} "
        "WHERE p.place_class LIKE 'road%' ORDER BY p.id"
    ),
    "places": (
        "SELECT 'place:' || p.id AS subject, n.full_name AS name, n.romanized, p.place_class, "
        " p.village_code, p.town_code, ST_AsBinary(p.geom) AS geometry "
        f"FROM registry.place p {_CURRENT_NAME} "
        "WHERE p.place_class NOT LIKE 'road%' ORDER BY p.id"
    ),
    "divisions": (
        "SELECT code, code_system, name, level, parent_code, households, valid_from, valid_to, "
        " source, ST_AsBinary(coalesce(extent, seat)) AS geometry "
        "FROM registry.admin_division ORDER BY code_system, code"
    ),
    "approvals": (
        "SELECT a.id, 'cemetery:' || c.id AS subject, c.name AS cemetery, a.effect, a.valid_from, "
        " a.valid_to, a.method, a.sigma_m, a.shift_m, a.grade, a.stated_area_m2, "
        " ST_AsBinary(a.geom) AS geometry "
        "FROM registry.approval a JOIN registry.cemetery c ON c.id = a.cemetery_id ORDER BY a.id"
    ),
    "surveys": (
        "SELECT s.id, 'cemetery:' || c.id AS subject, c.name AS cemetery, s.surveyed_on, "
        " s.method, s.sigma_m, s.shift_m, s.grade, s.complete_trace, s.surveyor, "
        " ST_AsBinary(s.geom) AS geometry "
        "FROM registry.survey s JOIN registry.cemetery c ON c.id = s.cemetery_id ORDER BY s.id"
    ),
    "zones": (
        "SELECT 'zone:' || id AS subject, kind, name, setback_m, sigma_m, valid_from, valid_to, "
        " source, ST_AsBinary(geom) AS geometry FROM registry.zone ORDER BY id"
    ),
}
"""What can be had, and the query that gives it; ``:on`` is the day names are looked at."""


def rows(connection: Connection, table: str, *, on: date) -> list[dict[str, Any]]:
    """Every row of one of :data:`QUERIES`; ``geometry`` is WKB bytes in EPSG:4490 or None."""
    found = connection.execute(text(QUERIES[table]), {"on": on})
    return [dict(row) for row in found.mappings()]
