"""Gazetteers from the registry: one scope as a whole, or what is alike or near a candidate.

One query a kind of row, geometry decoded and projected a column at a time. Everything is read in
the caller's transaction, so a slice is one state of the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import NATION, Scope
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.store import areas, built_up
from geo_registry.store.case_slices import with_cases
from geo_registry.store.cemetery_slices import read_cemeteries, read_graves, read_zones
from geo_registry.store.decided import kept, with_decisions
from geo_registry.store.decisions import road_decisions
from geo_registry.store.division_slices import alike_to_county, alike_to_names
from geo_registry.store.gazetteer_names import names_of_places, unspoken
from geo_registry.store.queries import query
from geo_registry.store.subsidies import claim, claim_rows, claims_of_area
from geo_registry.store.surroundings import Surroundings, surroundings_of
from geo_registry.store.toponyms import toponym

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Point

    from geo_registry.domain.reference import Profile, Reference

SCOPE_KINDS = (*areas.AREA_KINDS, "built_up", "batch", "cemetery")
"""Kinds of scope that can be loaded as a slice."""


_VILLAGE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Members:
    """The ids of the rows that make a slice."""

    places: list[int]
    seats: list[int]
    cemeteries: list[int]
    graves: list[int] = field(default_factory=list)
    """Plots without a cemetery."""
    subsidies: list[int] = field(default_factory=list)
    """Applications for a subsidy that are open or paid."""
    cases: list[int] = field(default_factory=list)
    """Cases without a cemetery."""


def scopes(connection: Connection, profile: Profile) -> list[Scope]:
    """The slices that together hold everything a scan looks at.

    The district's legal county first, then every other county that has places or cemeteries, and
    every imported file with some that lie in no known county; sites known by nothing else come by
    themselves, and built-up areas that no one slice holds. Committee seats of counties in which
    nothing else is registered are left out.
    """
    found = [Scope("legal_county", profile.code)]
    rows = connection.execute(
        text(
            "SELECT DISTINCT county_code, CASE WHEN county_code IS NULL THEN batch_id END, "
            " CASE WHEN county_code IS NULL AND batch_id IS NULL AND kind = 'c' THEN id END "
            "FROM (SELECT id, county_code, batch_id, 'p' AS kind FROM registry.place "
            " UNION ALL SELECT id, county_code, batch_id, 'c' FROM registry.cemetery "
            " UNION ALL SELECT id, county_code, batch_id, 'g' FROM registry.plot "
            "  WHERE cemetery_id IS NULL) m "
            "ORDER BY 1, 2, 3"
        )
    )
    for county, batch, cemetery in rows:
        if county is not None:
            found.append(Scope("legal_county", areas.legal_county(county, profile)))
        elif batch is not None:
            found.append(Scope("batch", str(batch)))
        elif cemetery is not None:
            found.append(Scope("cemetery", str(cemetery)))
    held = list(dict.fromkeys(found))
    lies_in = built_up.divisions_of(connection)
    for code in sorted(lies_in):
        area = Scope("built_up", code)
        if not any(areas.covers(part, area, profile, lies_in) for part in held):
            held.append(area)
    return held


def load(
    connection: Connection, scope: Scope, *, reference: Reference, profile: Profile, on: date
) -> Gazetteer:
    """Everything inside one scope on a day: places, committee seats, cemeteries, zones near them.

    Geometry is projected to the 3-degree zone of the data. Raises :class:`BadRequest` for a kind
    of scope that cannot be loaded.
    """
    members = _members(connection, scope, profile, on)
    found = _gazetteer(connection, members, reference=reference, profile=profile, on=on)
    if scope.kind != "legal_county":
        return found
    divisions = alike_to_county(connection, scope.code, reference=reference, on=on)
    return replace(found, places=(*found.places, *divisions))


def of_subjects(
    connection: Connection,
    subjects: Sequence[str],
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> Gazetteer:
    """Some places and committee seats by themselves, for rules that judge without neighbours.

    Divisions that are no committee seats are left out.
    """
    places = [int(s.removeprefix("place:")) for s in subjects if s.startswith("place:")]
    villages = [s.rpartition(":")[2] for s in subjects if s.startswith("division:nbs:")]
    codes = [code for code in villages if len(code) == _VILLAGE_DIGITS]
    seats = _seats_of_area(connection, codes, on) if codes else []
    members = _Members(sorted(places), seats, [])
    return _gazetteer(connection, members, reference=reference, profile=profile, on=on)


def around(
    connection: Connection,
    candidate: Place,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    near: Point | None = None,
    radius_m: float = 500.0,
) -> Gazetteer:
    """The candidate with all it could collide with: alike in a key, or near its point.

    As :func:`around_each`, for one.
    """
    (found,) = around_each(
        connection,
        (candidate,),
        reference=reference,
        profile=profile,
        on=on,
        near=near,
        radius_m=radius_m,
    )
    return found


def around_each(
    connection: Connection,
    candidates: Sequence[Place],
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    near: Point | None = None,
    radius_m: float = 500.0,
) -> list[Gazetteer]:
    """A slice for each candidate of one place: itself, and what is alike to any or near the point.

    Looks in the candidates' legal county, or the imported file they came with. ``near`` is in
    degrees and becomes the candidates' geometry. The slices differ in the candidate alone, so
    what they hold is read once: a few indexed look-ups at any size.
    """
    places: set[int] = set()
    seats: set[int] = set()
    for candidate in candidates:
        parameters = _alike(candidate, profile, on)
        for of_place, key in connection.execute(query("gazetteer_alike"), parameters):
            (places if of_place else seats).add(key)
    if near is not None:
        places |= set(_places_near(connection, near, radius_m))
    found = _gazetteer(
        connection,
        _Members(sorted(places), sorted(seats), []),
        reference=reference,
        profile=profile,
        on=on,
    )
    candidates = [_in_the_nation(c) for c in candidates]
    divisions = alike_to_names(connection, candidates, reference=reference, on=on)
    here = None if near is None else WorkPlane.containing(near.x).to_plane(near)
    own = {c.subject for c in candidates}
    others = tuple(p for p in (*found.places, *divisions) if p.subject not in own)
    return [
        replace(found, places=(c if here is None else replace(c, geometry=here), *others))
        for c in candidates
    ]


def _in_the_nation(candidate: Place) -> Place:
    """Names of divisions are compared with the whole country."""
    if not candidate.is_a("division"):
        return candidate
    return replace(candidate, scopes={**candidate.scopes, "nation": NATION})


def _alike(candidate: Place, profile: Profile, on: date) -> dict[str, Any]:
    keys = candidate.names[0].toponym.keys
    county = candidate.scopes.get("legal_county")
    return {
        "key_full": keys.full,
        "key_stem": keys.stem,
        "key_core": keys.core,
        "key_toneless": keys.toneless,
        "key_dialect": keys.dialect,
        "key_lookalike": keys.lookalike,
        "counties": list(areas.counties_of(county, profile)) if county else [],
        "batch": int(candidate.scopes["batch"]) if "batch" in candidate.scopes else None,
        "built_up": candidate.scopes.get("built_up"),
        "day": on,
    }


def _places_near(connection: Connection, near: Point, radius_m: float) -> list[int]:
    # The box is wide enough anywhere in China; the geography decides.
    rows = connection.execute(
        text(
            "WITH here AS (SELECT ST_SetSRID(ST_MakePoint(:x, :y), 4490) AS p), "
            "box AS (SELECT ST_Expand(p, :r / 60000.0, :r / 110000.0) AS b, p FROM here) "
            "SELECT g.place_id FROM registry.segment g, box "
            "WHERE g.geom && b AND ST_Distance(g.geom::geography, p::geography) <= :r "
            "UNION SELECT q.id FROM registry.place q, box "
            "WHERE q.geom && b AND ST_Distance(q.geom::geography, p::geography) <= :r"
        ),
        {"x": near.x, "y": near.y, "r": radius_m},
    )
    return [place for (place,) in rows]


# ---- members ----------------------------------------------------------------------------------


def _members(connection: Connection, scope: Scope, profile: Profile, on: date) -> _Members:
    if scope.kind in areas.AREA_KINDS:
        return _members_of_area(connection, areas.prefixes(scope, profile), on)
    if scope.kind == "built_up":
        statement = "SELECT id FROM registry.place WHERE built_up_code = :code"
        return _Members(_ids(connection, statement, {"code": scope.code}), [], [])
    if scope.kind in {"batch", "cemetery"} and scope.code.rpartition(":")[2].isdigit():
        key = {"key": int(scope.code.rpartition(":")[2])}
        if scope.kind == "batch":
            return _Members(
                _ids(connection, "SELECT id FROM registry.place WHERE batch_id = :key", key),
                [],
                _ids(connection, "SELECT id FROM registry.cemetery WHERE batch_id = :key", key),
                _ids(connection, f"{_GRAVES} batch_id = :key", key),
            )
        return _Members([], [], _ids(connection, _NEIGHBOURHOOD, key))
    raise BadRequest(
        f"不认识的核查范围“{scope}”。",
        advice="写成 种类:代码，种类有 "
        + "、".join(SCOPE_KINDS)
        + "，例如 legal_county:371002、town:371002101、batch:3。",
    )


_GRAVES = "SELECT id FROM registry.plot WHERE cemetery_id IS NULL AND"
_CASES = "SELECT id FROM registry.case_file WHERE cemetery_id IS NULL AND"
_NEIGHBOURHOOD = (
    "SELECT :key UNION "
    "SELECT b.cemetery_id FROM registry.survey a JOIN registry.survey b "
    " ON b.geom && ST_Expand(a.geom, 0.01) WHERE a.cemetery_id = :key"
)
"""A cemetery and those it may run into: extents within a kilometre of its surveys."""


def _members_of_area(connection: Connection, codes: Sequence[str], on: date) -> _Members:
    # One column serves each width of area, so that its index is used.
    width = len(codes[0])
    column = {12: "village_code", 9: "town_code", 6: "county_code"}.get(width)
    where = f"{column} = ANY (:codes)" if column else f"left(county_code, {width}) = ANY (:codes)"
    given = {"codes": list(codes), "day": on}
    everywhere = "true" if width == 0 else where
    return _Members(
        _ids(connection, f"SELECT id FROM registry.place WHERE {everywhere}", given),  # noqa: S608
        _seats_of_area(connection, codes, on),
        _ids(connection, f"SELECT id FROM registry.cemetery WHERE {everywhere}", given),  # noqa: S608
        _ids(connection, f"{_GRAVES} {everywhere}", given),
        claims_of_area(connection, codes),
        _ids(connection, f"{_CASES} {everywhere}", given),
    )


def _seats_of_area(connection: Connection, codes: Sequence[str], on: date) -> list[int]:
    return _ids(
        connection,
        "SELECT d.id FROM unnest(CAST(:codes AS text[])) AS c(code) "
        "JOIN registry.admin_division d ON d.code LIKE c.code || '%' "
        "WHERE d.level = 5 AND d.code_system = 'nbs' AND d.key_full IS NOT NULL "
        " AND (d.valid_from IS NULL OR d.valid_from <= :day) "
        " AND (d.valid_to IS NULL OR :day < d.valid_to)",
        {"codes": list(codes), "day": on},
    )


def _ids(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> list[int]:
    return [i for (i,) in connection.execute(text(statement), parameters)]


# ---- reading ----------------------------------------------------------------------------------


def _gazetteer(
    connection: Connection,
    members: _Members,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> Gazetteer:
    places = _of_ids(connection, "gazetteer_places", members.places)
    seats = _of_ids(connection, "gazetteer_seats", members.seats)
    names = names_of_places(connection, members.places, reference, on) if places else {}
    seats = unspoken(seats, places, names)
    sites = _of_ids(connection, "gazetteer_cemeteries", members.cemeteries)
    graves, buried, spots = read_graves(connection, members.graves)
    claims = claim_rows(connection, members.subsidies)
    known = [*places, *seats, *sites, *graves, *claims]
    surroundings = surroundings_of(connection, known, profile)
    shapes = shapely.from_wkb(np.array([r.shape for r in (*places, *seats)], dtype=object))
    cemeteries, extents = read_cemeteries(connection, sites)
    zones, zone_extents = read_zones(connection, members.cemeteries)
    plane = _plane([shapes, extents, zone_extents, spots], profile)
    metres = plane.to_plane(shapes)
    small = kept(connection)
    asked = road_decisions(connection) if places and small.road_decisions else ()
    decided = {d.pair: d.answer for d in asked}
    found = [
        *(
            _place(row, names.get(row.id, ()), metres[i], surroundings)
            for i, row in enumerate(places)
        ),
        *(
            _seat(row, metres[len(places) + i], surroundings, reference)
            for i, row in enumerate(seats)
        ),
    ]
    slice_ = Gazetteer(
        on,
        reference,
        profile,
        with_decisions(connection, found, plane, small),
        cemeteries(plane.to_plane(extents), surroundings),
        zones(plane.to_plane(zone_extents)),
        plane,
        road_decisions=decided,
        graves=buried(plane.to_plane(spots), surroundings),
        subsidies=tuple(claim(row, surroundings) for row in claims),
        built_up_known=small.built_up,
    )
    return with_cases(connection, slice_, members.cemeteries, members.cases)


def _of_ids(connection: Connection, name: str, ids: Sequence[int]) -> Sequence[Any]:
    """The rows of some ids; a check of one name reads no cemeteries, and does not ask for any."""
    return connection.execute(query(name), {"ids": list(ids)}).all() if ids else []


def _plane(columns: Iterable[NDArray[Any]], profile: Profile) -> WorkPlane:
    """The zone of the data: that of the middle of all geometry, the district's where is none."""
    bounds = [shapely.total_bounds(c) for c in columns if len(c)]
    known = [b for b in bounds if not np.isnan(b).any()]
    if not known:
        return WorkPlane(profile.central_meridian)
    west, east = min(b[0] for b in known), max(b[2] for b in known)
    return WorkPlane.containing((west + east) / 2)


def _place(row: Any, names: tuple[PlaceName, ...], shape: Any, surroundings: Surroundings) -> Place:
    scopes = surroundings.scopes(row)
    households = row.households
    if households is None:
        households = surroundings.households.get(scopes.get("village", ""))
    return Place(
        subject=f"place:{row.id}",
        place_class=row.place_class,
        names=names,
        scopes=scopes,
        located_in=surroundings.in_words(scopes),
        geometry=shape,
        attributes={
            "length_m": _length(row.length_m, shape),
            "width_m": row.width_m,
            "area_m2": row.area_m2,
            "floor_area_m2": row.floor_area_m2,
            "place_code": row.place_code,
            "class_code": row.class_code,
            "secrecy": row.secrecy,
            "households": households,
            "surface": row.surface,
            "needs_name": row.needs_name,
            "status": row.status,
            "managed": _managed(scopes, surroundings.profile),
        },
    )


def _length(stated: float | None, shape: Any) -> float | None:
    if stated is not None or shape is None:
        return stated
    return float(shape.length)


def _seat(row: Any, shape: Any, surroundings: Surroundings, reference: Reference) -> Place:
    scopes = areas.scopes_of_codes(row.code, None, None, surroundings.profile)
    return Place(
        subject=f"division:nbs:{row.code}",
        place_class="committee_seat",
        names=(
            PlaceName(
                toponym(row, "committee_seat", reference),
                NameKind.STANDARD,
                row.valid_from,
                row.valid_to,
            ),
        ),
        scopes=scopes,
        located_in=surroundings.names.get(row.code[:9], ""),
        geometry=shape,
        attributes={
            "households": row.households,
            "managed": _managed(scopes, surroundings.profile),
        },
    )


def _managed(scopes: Mapping[str, str], profile: Profile) -> bool:
    return "town" not in scopes or profile.manages(scopes["town"])


def count_seats(connection: Connection, counties: Sequence[str], on: date) -> int:
    """How many village and community committees some statistical counties hold on a day."""
    return len(_seats_of_area(connection, counties, on))
