"""Which registered cemetery a boundary belongs to.

A boundary finds its cemetery by its id in the source, else by overlap with what is registered; an
overlap that fits two cemeteries is never decided by the machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo_registry.domain.errors import Issue, NotFound, Refused
from geo_registry.formats.features import Features
from geo_registry.services.boundaries.crs_examining import widened
from geo_registry.services.boundaries.stated_boundaries import Boundary, Kind, Terms
from geo_registry.services.imports.importing import plane_of
from geo_registry.store.imports import (
    Footprint,
    cemeteries_by_source,
    cemetery_footprints,
    footprint_of,
)

MIN_OVERLAP = 0.3
"""Least common part of the smaller boundary for two boundaries to be of one cemetery. Among the
18 real pairs of two dates that were at hand the least is 0.83; the limit itself is a choice."""
CLEAR_LEAD = 0.5
"""A second candidate whose IoU reaches this part of the best one's makes the match ambiguous."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Which cemetery each boundary belongs to.

    ``found``: index of a boundary → its cemetery, ``None`` for a new one; boundaries that cannot be
    decided are left out and listed in ``issues``. ``linked``: row → the cemetery that its number or
    its place points at, decided or not. ``registered``: the cemeteries around.
    """

    found: Mapping[int, Footprint | None]
    linked: Mapping[int, Footprint]
    registered: Sequence[Footprint]
    issues: Sequence[Issue]


def match(
    connection: Connection, features: Features, boundaries: Sequence[Boundary], terms: Terms
) -> Matched:
    """Find the cemetery of each boundary: the one the terms name, else by id, else by overlap.

    Raises :class:`NotFound` for a number that no cemetery has, and :class:`Refused` where the file
    names several cemeteries although one was named.
    """
    if terms.cemetery is not None:
        return _named(connection, boundaries, terms, terms.cemetery)
    issues: list[Issue] = []
    found: dict[int, Footprint | None] = {}
    if not boundaries:
        return Matched(found, {}, (), issues)
    chosen = np.array([b.index for b in boundaries])
    geometry = features.geometry[chosen]
    registered = cemetery_footprints(connection, widened(shapely.total_bounds(geometry).tolist()))
    by_id = {f.id: f for f in registered}
    known = cemeteries_by_source(connection, [b.source_id for b in boundaries if b.source_id])
    plane = plane_of(geometry)
    flat = plane.to_plane(geometry)
    areas = plane.to_plane(np.array([f.extent for f in registered], dtype=object))
    tree = shapely.STRtree(areas)
    linked: dict[int, Footprint] = {}
    for boundary, extent in zip(boundaries, flat, strict=True):
        same_id = by_id.get(known.get(boundary.source_id, -1))
        near = [] if same_id else tree.query(extent, predicate="intersects").tolist()
        ranked = _ranked(extent, areas, near)
        if same_id is None and len(ranked) > 1 and ranked[1][0] >= CLEAR_LEAD * ranked[0][0]:
            issues.append(_ambiguous(boundary, [registered[i] for _, i in ranked[:2]]))
            continue
        match = same_id or (registered[ranked[0][1]] if ranked else None)
        if match is not None:
            linked[boundary.row] = match
        if match is None and terms.kind is Kind.SURVEY and not terms.register_new:
            issues.append(_unregistered(boundary))
            continue
        found[boundary.index] = match
    if terms.kind is Kind.SURVEY:
        issues += _drop_twice(found, boundaries)
    return Matched(found, linked, registered, issues)


def _named(
    connection: Connection, boundaries: Sequence[Boundary], terms: Terms, cemetery: int
) -> Matched:
    """All boundaries belong to the cemetery that a person named."""
    footprint = footprint_of(connection, cemetery)
    if footprint is None:
        raise NotFound(f"没有编号为 {cemetery} 的公墓。")
    names = list(dict.fromkeys(b.name for b in boundaries if b.name))
    if len(names) > 1:
        shown = "、".join(names[:3]) + ("……" if len(names) > 3 else "")
        raise Refused(
            f"文件里有 {len(names)} 处公墓（{shown}），不能都存入“{footprint.name}”。",
            advice="请每处公墓存一个文件，或用 --where 只取一处。",
        )
    found: dict[int, Footprint | None] = {b.index: footprint for b in boundaries}
    known = {} if footprint.extent.is_empty else {b.row: footprint for b in boundaries}
    issues = _drop_twice(found, boundaries) if terms.kind is Kind.SURVEY else []
    return Matched(found, known, [], issues)


def _ranked(extent: Any, areas: NDArray[Any], near: Sequence[int]) -> list[tuple[float, int]]:
    """(IoU, index) of the areas that share enough with an extent, best first."""
    result = []
    for i in near:
        common = shapely.area(shapely.intersection(extent, areas[i]))
        smaller = min(extent.area, areas[i].area)
        if smaller > 0 and common / smaller >= MIN_OVERLAP:
            result.append((float(common / (extent.area + areas[i].area - common)), i))
    return sorted(result, reverse=True)


def _ambiguous(boundary: Boundary, candidates: Sequence[Footprint]) -> Issue:
    names = "”和“".join(f.name for f in candidates)
    text = f"第 {boundary.row} 行“图形”：与“{names}”都有较大重叠，无法判定属于哪一处公墓。"
    advice = "请在“编号”列填写登记时的编号，并用 --id-column 指明。"
    return Issue(boundary.row, "图形", "match_ambiguous", boundary.source_id, text, advice)


def _unregistered(boundary: Boundary) -> Issue:
    text = f"第 {boundary.row} 行“图形”：没有与之重叠的已登记公墓。"
    advice = "请先导入批准范围；确实没有批准的，请选择作为新公墓登记（命令行加 --register-new）。"
    return Issue(boundary.row, "图形", "not_registered", boundary.source_id, text, advice)


def _drop_twice(found: dict[int, Footprint | None], boundaries: Sequence[Boundary]) -> list[Issue]:
    """Two boundaries of one day for one cemetery would hide each other: neither is taken."""
    owners: dict[tuple[int, date | None], list[Boundary]] = {}
    for boundary in boundaries:
        match = found.get(boundary.index)
        if match is not None:
            owners.setdefault((match.id, boundary.on), []).append(boundary)
    issues = []
    for (cemetery_id, _), rows in owners.items():
        if len(rows) > 1:
            numbers = "、".join(str(b.row) for b in rows)
            name = next(f.name for f in found.values() if f is not None and f.id == cemetery_id)
            text = f"第 {numbers} 行“图形”：同一天的几条边界都对应“{name}”。"
            advice = "一次测量的几块地请合并为一个多部件面后再导入。"
            for boundary in rows:
                del found[boundary.index]
                issues.append(
                    Issue(boundary.row, "图形", "match_twice", boundary.source_id, text, advice)
                )
    return issues
