"""Previewing an upload: the map, areas, gaps, repairs, and the question of coordinates.

Nothing is stored. The verdict is that of a dry run of the very import that a confirmation would do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection

from geo_registry.domain.cemetery import METHODS
from geo_registry.domain.crs import WorkPlane, geodesic_area_m2, mu_from_m2, numbers_in
from geo_registry.domain.crs_words import title_of
from geo_registry.domain.errors import BadRequest, Issue, RegistryError, Unreadable
from geo_registry.formats.features import Features, crs_title
from geo_registry.formats.issues import is_note
from geo_registry.formats.vector import read_features
from geo_registry.services.boundaries import crs_examining, crs_gate
from geo_registry.services.boundaries.crs_examining import CrsExamination
from geo_registry.services.boundaries.stated_boundaries import (
    Boundary,
    read_boundaries,
    require_terms,
)
from geo_registry.services.boundaries.uploading import (
    Asked,
    Room,
    as_named,
    attempt,
    described,
    found,
    reading_of,
    terms_of,
)
from geo_registry.services.cemeteries.matching_cemeteries import Matched, match
from geo_registry.store.imports import Footprint
from geo_registry.store.uploads import WAITING, CrsAnswer, StoredUpload

_MOST_SHOWN = 2_000
"""Features listed and drawn; a table of more is summed up."""
_ADVICE = "请在地图上核对两个位置，再从列出的答复中选一个并写明理由。"
_CRS_ISSUES = frozenset({"axes_swapped", "outside_crs", "not_degrees"})


def preview(connection: Connection, room: Room, number: int) -> dict[str, Any]:
    """An upload as a document: what is in it, where it lies, and what stands in the way.

    ``features``: rows with ``area_m2`` (geodesic), ``area_mu``, ``plane_area_m2``, ``gap_m``,
    ``repaired``, the ``cemetery`` they belong to; ``map``: GeoJSON (EPSG:4490); ``crs_check``:
    evidence, both positions, the answers possible and the one given; ``problems``: sentences with
    advice, empty where a confirmation would store the boundaries. Raises :class:`NotFound`.
    """
    stored = found(connection, number)
    asked = Asked.read(stored.kind, stored.asked)
    with as_named(room.home, stored) as path:
        return described(stored) | _look(connection, room, path, stored, asked)


def answer_crs(connection: Connection, room: Room, number: int, accepted: str, reason: str) -> None:
    """Remember what a person says of the coordinates of an upload, and why.

    Raises :class:`BadRequest` where there is no question, or for another answer than those offered.
    """
    stored = found(connection, number)
    asked = Asked.read(stored.kind, stored.asked)
    with as_named(room.home, stored) as path:
        reading, _ = reading_of(connection, stored.sha256, path, asked)
        examined = _examined(connection, room, path, asked, reading)
    if examined is None or examined.verdict != crs_examining.DOUBTFUL:
        raise BadRequest("这份文件的坐标系没有疑问，不需要答复。")
    crs_gate.answer(connection, stored.sha256, examined, accepted, reason)


def _look(
    connection: Connection, room: Room, path: Path, stored: StoredUpload, asked: Asked
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "crs": None, "encoding": None, "rows": 0, "features": [], "totals": None, "issues": [],
        "crs_check": None, "map": _collection([]), "problems": [], "notes": [],
    }  # fmt: skip
    try:
        reading, answers = reading_of(connection, stored.sha256, path, asked)
        examined = _examined(connection, room, path, asked, reading)
        document["crs_check"] = _crs_document(examined, answers)
        features = read_features(path, wanted="polygon", **reading)
    except RegistryError as error:
        document["problems"].append(_problem(error))
        return document
    rows, matched = _described_rows(connection, features, asked, path.name)
    document |= {
        "crs": crs_title(features.crs),
        "encoding": features.encoding,
        "rows": features.total,
        "features": rows,
        "totals": _totals(features, rows),
        "issues": [_issue(i) for i in features.issues],
        "map": _map(features, rows, matched),
    }
    if stored.status == WAITING:
        document["problems"] += _problems(connection, room, path, stored, asked)
    return document


def _problems(
    connection: Connection, room: Room, path: Path, stored: StoredUpload, asked: Asked
) -> list[dict[str, str]]:
    """What a confirmation would be refused for now; empty where it would go through."""
    try:
        summary = attempt(connection, room, path, stored, asked, dry_run=True)
    except RegistryError as error:
        return [_problem(error)]
    good = summary.rows - summary.rejected
    if summary.rejected and (not asked.admit_good or not good):
        first = next((i for i in summary.issues if i.row and not is_note(i)), None)
        text = f"有 {summary.rejected} 行不能用。{first.message if first else ''}"
        advice = first.suggestion if first else ""
        if good:
            advice += f"也可以只存入其余 {good} 行。"
        return [{"code": "bad_rows", "message": text, "advice": advice}]
    return []


# --- rows -----------------------------------------------------------------------------------------


def _described_rows(
    connection: Connection, features: Features, asked: Asked, name: str
) -> tuple[list[dict[str, Any]], Matched | None]:
    """The usable rows with their figures, and the cemeteries they belong to as far as known."""
    rows = [_figures(features, i) for i in range(min(len(features), _MOST_SHOWN))]
    if asked.kind == "zone":
        return rows, None
    terms = terms_of(asked)
    try:
        require_terms(terms)
        boundaries, _ = read_boundaries(features, terms, name)
        matched = match(connection, features, boundaries, terms)
    except RegistryError:  # said among the problems, by the dry run
        return rows, None
    for boundary in boundaries:
        if boundary.index < len(rows):
            rows[boundary.index] |= _belonging(boundary, matched)
    return rows, matched


def _figures(features: Features, i: int) -> dict[str, Any]:
    extent = features.geometry[i]
    area = geodesic_area_m2(extent)
    plane = WorkPlane.containing(extent.centroid.x)
    return {
        "row": int(features.rows[i]),
        "area_m2": area,
        "area_mu": mu_from_m2(area),
        "plane_area_m2": float(plane.to_plane(extent).area),
        "plane": plane.code,
        "points": int(shapely.get_num_coordinates(extent)),
        "gap_m": float(features.gap_m[i]),
        "repaired": bool(features.repaired[i]),
    }


def _belonging(boundary: Boundary, matched: Matched) -> dict[str, Any]:
    site = matched.linked.get(boundary.row) or matched.found.get(boundary.index)
    return {
        "name": boundary.name,
        "on": boundary.on,
        "method": boundary.method,
        "method_title": METHODS[boundary.method].title,
        "grade": METHODS[boundary.method].grade,
        "sigma_m": boundary.sigma_m,
        "cemetery": None if site is None else f"cemetery:{site.id}",
        "cemetery_name": None if site is None else site.name,
    }


def _totals(features: Features, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    areas = [r["area_m2"] for r in rows]
    return {
        "usable": len(features),
        "left_out": features.total - len(features),
        "shown": len(rows),
        "repaired": int(features.repaired.sum()),
        "closed": int((features.gap_m > 0).sum()),
        "area_m2": sum(areas),
        "area_mu": mu_from_m2(sum(areas)),
    }


# --- coordinates ----------------------------------------------------------------------------------


def _examined(
    connection: Connection, room: Room, path: Path, asked: Asked, reading: Mapping[str, Any]
) -> CrsExamination | None:
    """The check of the file as it is read now.

    Rows that cannot even be read in the declared system are compared with the district. ``None``
    where there are no areas, or no system is declared.
    """
    swapped = bool(reading["swap_axes"])
    try:
        numbers, declared = crs_examining.own_numbers(path, reading["crs"], asked.layer)
        if swapped:
            numbers = {r: shapely.transform(g, lambda c: c[:, ::-1]) for r, g in numbers.items()}
    except (Unreadable, BadRequest):
        return None
    linked: Mapping[int, Footprint] = {}
    around: Sequence[Footprint] = ()
    sigma = 0.0
    try:
        features = read_features(path, wanted="polygon", **reading)
        rejected = {i.row for i in features.issues if i.code in _CRS_ISSUES}
        numbers = {row: own for row, own in numbers.items() if row in rejected}
        usable = zip(features.rows.tolist(), features.geometry, strict=True)
        numbers |= {row: numbers_in(extent, features.crs) for row, extent in usable}
        linked, around, sigma = _neighbours(connection, features, asked, path.name)
    except RegistryError:  # the same sentence is among the problems; the numbers can be looked at
        pass
    if not numbers:
        return None
    return crs_examining.examine(
        numbers, declared, linked, around,
        district=room.district, sigma_m=sigma, swapped=swapped,
    )  # fmt: skip


def _neighbours(
    connection: Connection, features: Features, asked: Asked, name: str
) -> tuple[Mapping[int, Footprint], Sequence[Footprint], float]:
    """What the boundaries are compared with, as at the gate, and how well they are known."""
    # Land that is added to a site or taken from it need not have its shape; a zone has none.
    if asked.kind == "zone" or (asked.kind == "approval" and asked.effect != "grants"):
        return {}, (), 0.0
    terms = terms_of(asked)
    boundaries, _ = read_boundaries(features, terms, name)
    matched = match(connection, features, boundaries, terms)
    return matched.linked, matched.registered, max((b.sigma_m for b in boundaries), default=0.0)


def _crs_document(
    examined: CrsExamination | None, answers: Sequence[CrsAnswer]
) -> dict[str, Any] | None:
    """The check as a document; ``open`` where a person is still asked."""
    if examined is None:
        return None
    answered = answers and answers[-1].accepted_crs == answers[-1].declared_crs
    return {
        "verdict": examined.verdict,
        "open": examined.verdict == crs_examining.DOUBTFUL and not answered,
        "declared": title_of(examined.declared),
        "evidence": list(examined.evidence),
        "positions": examined.positions,
        "options": list(examined.options),
        "answers": [
            {
                "declared": a.declared_crs,
                "accepted": a.accepted_crs,
                "reason": a.reason,
                "by": a.by,
                "at": a.at,
            }
            for a in answers
        ],
    }


# --- for people -----------------------------------------------------------------------------------


def _map(
    features: Features, rows: Sequence[Mapping[str, Any]], matched: Matched | None
) -> dict[str, Any]:
    """The uploaded boundaries and the registered ones around (EPSG:4490)."""
    shown = [
        _feature(features.geometry[i], role="uploaded", row=row["row"], title=row.get("name"))
        for i, row in enumerate(rows)
    ]
    if matched is not None:
        near = {f.id: f for f in [*matched.registered, *matched.linked.values()]}
        kept = [f for f in near.values() if not f.extent.is_empty]
        shown += [_feature(f.extent, role="registered", cemetery=f.id, title=f.name) for f in kept]
    return _collection(shown)


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(geometry)),
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _problem(error: RegistryError) -> dict[str, str]:
    advice = _ADVICE if isinstance(error, crs_gate.InDoubt) else error.advice
    return {"code": error.code, "message": error.message, "advice": advice}


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "row": issue.row,
        "code": issue.code,
        "message": issue.message,
        "suggestion": issue.suggestion,
        "used": is_note(issue),
    }
