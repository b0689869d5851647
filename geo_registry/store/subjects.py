"""Things by their subject id: a line about many, or all there is to say about one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import Connection, text

from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.store import areas, divisions
from geo_registry.store.queries import query

if TYPE_CHECKING:
    from geo_registry.domain.reference import Profile


_OWN_TITLES: Mapping[str, str] = {
    "plot": "墓位",
    "burial": "安葬记录",
    "subsidy": "生态安葬补助申请",
    "charge": "收费",
    "case": "案件",
}


@dataclass(frozen=True, slots=True)
class Brief:
    """A thing in one line. ``point`` and ``bbox`` in degrees; ``name`` None where it has none."""

    subject: str
    kind: str
    place_class: str
    name: str | None
    located_in: str
    point: tuple[float, float] | None
    bbox: tuple[float, float, float, float] | None

    @property
    def class_title(self) -> str:
        """The class in Chinese."""
        own = _OWN_TITLES.get(self.place_class)
        return own or PLACE_CLASSES.get(self.place_class, self.place_class)

    @property
    def title(self) -> str:
        """The name, or that there is none."""
        return self.name or f"未命名{PLACE_CLASSES.get(self.place_class.split('.')[0], '')}"


def briefs(connection: Connection, subjects: Iterable[str], profile: Profile) -> dict[str, Brief]:
    """A line about each subject that exists."""
    wanted = _by_kind(subjects)
    rows = connection.execute(
        query("subject_briefs"),
        {
            "places": wanted["place"],
            "codes": wanted["division"],
            "cemeteries": wanted["cemetery"],
            "zones": wanted["zone"],
            "plots": wanted["plot"],
            "burials": wanted["burial"],
            "subsidies": wanted["subsidy"],
            "charges": wanted["charge"],
            "cases": wanted["case"],
        },
    ).all()
    codes = {c for r in rows for c in (r.village_code, r.town_code, r.county_code) if c}
    called = divisions.names_of(connection, codes)
    return {r.subject: _brief(r, called, profile) for r in rows}


def _by_kind(subjects: Iterable[str]) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for subject in subjects:
        kind, _, rest = subject.partition(":")
        if kind == "division":
            found[kind].append(rest.rpartition(":")[2])
        # Longer numbers are no ids and would overflow the column.
        elif rest.isdecimal() and len(rest) <= 18:
            found[kind].append(int(rest))
    return found


def _brief(row: Any, called: Mapping[str, str], profile: Profile) -> Brief:
    scopes = areas.scopes_of_codes(row.village_code, row.town_code, row.county_code, profile)
    parts = [called.get(scopes.get(kind, ""), "") for kind in ("town", "village")]
    county = scopes.get("stat_county", "")
    return Brief(
        row.subject,
        row.kind,
        row.__getattr__("class"),
        row.name,
        "".join(parts) or called.get(county, ""),
        degrees(row.point),
        box(row.box),
    )


def degrees(point: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a point as the database gives it (hexadecimal EWKB)."""
    if point is None:
        return None
    found = shapely.from_wkb(point)
    return (round(found.x, 7), round(found.y, 7))


def box(value: str | None) -> tuple[float, float, float, float] | None:
    """West, south, east, north from a ``BOX(w s,e n)``."""
    if value is None:
        return None
    corners = value.removeprefix("BOX(").removesuffix(")").replace(",", " ").split()
    west, south, east, north = (round(float(c), 7) for c in corners)
    return (west, south, east, north)


# ---- one thing ----------------------------------------------------------------------------------

_GEOMETRY = {
    "place": "SELECT coalesce(p.geom, (SELECT ST_Collect(s.geom) FROM registry.segment s "
    "WHERE s.place_id = p.id)) AS g FROM registry.place p WHERE p.id = :id",
    "division": "SELECT coalesce(extent, seat) AS g FROM registry.admin_division "
    "WHERE code = :code AND code_system = :system AND valid_to IS NULL LIMIT 1",
    "cemetery": "SELECT coalesce((SELECT ST_Union(geom) FROM registry.survey s "
    "WHERE s.cemetery_id = c.id), (SELECT ST_Union(geom) FROM registry.approval a "
    "WHERE a.cemetery_id = c.id), c.location) AS g FROM registry.cemetery c WHERE c.id = :id",
    "zone": "SELECT geom AS g FROM registry.zone WHERE id = :id",
    "plot": "SELECT geom AS g FROM registry.plot WHERE id = :id",
    "burial": "SELECT p.geom AS g FROM registry.burial b LEFT JOIN registry.plot p "
    "ON p.id = b.plot_id WHERE b.id = :id",
    "subsidy": "SELECT c.location AS g FROM registry.subsidy_application a "
    "JOIN registry.eco_burial e ON e.id = a.eco_burial_id "
    "LEFT JOIN registry.cemetery c ON c.id = e.cemetery_id WHERE a.id = :id",
    "charge": "SELECT c.location AS g FROM registry.charge h "
    "JOIN registry.cemetery c ON c.id = h.cemetery_id WHERE h.id = :id",
}
_ROWS = {
    "place": "SELECT p.*, b.file_name, coalesce(p.length_m, (SELECT sum(ST_Length(geom::geography))"
    " FROM registry.segment s WHERE s.place_id = p.id)) AS measured_m, "
    "(SELECT count(*) FROM registry.segment s WHERE s.place_id = p.id) AS pieces "
    "FROM registry.place p LEFT JOIN registry.import_batch b ON b.id = p.batch_id "
    "WHERE p.id = :id",
    "division": "SELECT d.*, m.mca_code, m.how FROM registry.admin_division d "
    "LEFT JOIN registry.division_match m ON m.nbs_code = d.code AND d.code_system = 'nbs' "
    "WHERE d.code = :code AND d.code_system = :system AND d.valid_to IS NULL LIMIT 1",
    "cemetery": "SELECT c.*, b.file_name FROM registry.cemetery c "
    "LEFT JOIN registry.import_batch b ON b.id = c.batch_id WHERE c.id = :id",
    "zone": "SELECT z.*, b.file_name FROM registry.zone z "
    "LEFT JOIN registry.import_batch b ON b.id = z.batch_id WHERE z.id = :id",
    # Without the persons: their columns are read by the lists that mask them.
    "plot": "SELECT p.id, p.area_m2, p.stele_height_m, p.village_code, p.town_code, p.sample, "
    "b.file_name FROM registry.plot p LEFT JOIN registry.import_batch b ON b.id = p.batch_id "
    "WHERE p.id = :id",
    "burial": "SELECT u.id, u.sample, b.file_name FROM registry.burial u "
    "LEFT JOIN registry.import_batch b ON b.id = u.batch_id WHERE u.id = :id",
    "subsidy": "SELECT a.id, a.town_code, a.sample, b.file_name "
    "FROM registry.subsidy_application a "
    "LEFT JOIN registry.import_batch b ON b.id = a.batch_id WHERE a.id = :id",
    "charge": "SELECT h.id, h.sample, b.file_name FROM registry.charge h "
    "LEFT JOIN registry.import_batch b ON b.id = h.batch_id WHERE h.id = :id",
}


def _key(subject: str) -> tuple[str, dict[str, Any]]:
    kind, _, rest = subject.partition(":")
    system, _, code = rest.rpartition(":")
    numeric = int(rest) if rest.isdecimal() and len(rest) <= 18 else -1
    return kind, {"id": numeric, "code": code, "system": system or divisions.NBS}


def row(connection: Connection, subject: str) -> Mapping[str, Any] | None:
    """The stored columns of one thing, or None where it does not exist."""
    kind, key = _key(subject)
    if kind not in _ROWS:
        return None
    found = connection.execute(text(_ROWS[kind]), key).mappings().first()
    return None if found is None else dict(found)


def geojson(connection: Connection, subject: str) -> str | None:
    """The shape of one thing as GeoJSON text in degrees (a cemetery's is its surveyed land)."""
    kind, key = _key(subject)
    found: str | None = connection.scalar(
        text(f"SELECT ST_AsGeoJSON(g.g, 7, 0) FROM ({_GEOMETRY[kind]}) g"),  # noqa: S608
        key,
    )
    return found


def names(connection: Connection, subject: str) -> list[Mapping[str, Any]]:
    """The names of a place, present and past, with the papers they rest on."""
    kind, key = _key(subject)
    if kind != "place":
        return []
    rows = connection.execute(
        text(
            "SELECT n.id, n.full_name, n.kind, n.romanized, n.reading, n.valid_from, n.valid_to, "
            " n.event, n.authority, "
            " concat(d.title, '（' || nullif(d.number, '') || '）') AS document "
            "FROM registry.place_name n LEFT JOIN registry.document d ON d.id = n.document_id "
            "WHERE n.place_id = :id AND n.superseded_at IS NULL "
            "ORDER BY n.valid_to IS NOT NULL, n.kind <> 'standard', n.valid_from DESC, n.id"
        ),
        key,
    )
    return [dict(r) for r in rows.mappings()]


def approvals(connection: Connection, cemetery_id: int) -> list[Mapping[str, Any]]:
    """The approvals of a cemetery with their papers and areas on the ellipsoid."""
    rows = connection.execute(
        text(
            "SELECT a.id, a.effect, a.method, a.sigma_m, a.grade, a.valid_from, a.valid_to, "
            " a.supersedes, a.stated_area_m2, ST_Area(a.geom::geography) AS area_m2, "
            " d.title, d.number, d.authority, d.dated_on "
            "FROM registry.approval a LEFT JOIN registry.document d ON d.id = a.document_id "
            "WHERE a.cemetery_id = :id ORDER BY a.valid_from NULLS FIRST, a.id"
        ),
        {"id": cemetery_id},
    )
    return [dict(r) for r in rows.mappings()]


def surveys(connection: Connection, cemetery_id: int) -> list[Mapping[str, Any]]:
    """The surveys of a cemetery, newest first, with their areas on the ellipsoid."""
    rows = connection.execute(
        text(
            "SELECT id, surveyed_on, method, sigma_m, grade, complete_trace, repaired, surveyor, "
            " file_name, ST_Area(geom::geography) AS area_m2 "
            "FROM registry.survey WHERE cemetery_id = :id ORDER BY surveyed_on DESC, id DESC"
        ),
        {"id": cemetery_id},
    )
    return [dict(r) for r in rows.mappings()]
