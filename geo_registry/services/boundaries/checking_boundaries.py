"""Two tables of boundaries compared row by row, without a database (批量比对)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Survey
from geo_registry.domain.crs import WorkPlane, numbers_in
from geo_registry.domain.crs_check import suspect
from geo_registry.domain.encroachment import Verdict
from geo_registry.domain.errors import BadRequest, Issue, Refused, RegistryError, Unreadable
from geo_registry.domain.rings import clean, require_near
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.boundaries.screening_boundaries import Given, judge_each
from geo_registry.services.boundaries.stated_accuracy import accuracy_of, method_of
from geo_registry.services.boundaries.stated_approvals import (
    approvals_of,
    day_of,
    require_in_force,
    stated,
)

_LOOKED_AT = 200
"""Sites, evenly spread over the table, by which its coordinate system is checked."""

SCHEMA: dict[str, Any] = {
    "id": polars.String, "row": polars.Int64, "verdict": polars.String,
    "area_m2": polars.Float64, "standard_error_m2": polars.Float64, "at_least_m2": polars.Float64,
    "p_bound": polars.Float64, "raw_area_m2": polars.Float64, "noise_floor_m2": polars.Float64,
    "detection_limit_m": polars.Float64, "area_gain_m2": polars.Float64,
    "max_depth_m": polars.Float64, "grade": polars.String, "reasons": polars.String,
}  # fmt: skip
"""One row a survey. ``reasons`` is a JSON list. ``p_bound`` and ``raw_area_m2`` are null where
screening proved that nothing was found and nobody asked for all numbers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds for all rows, unless a column says otherwise (``None``: the method's value)."""

    on: str
    day: date | None
    today: date
    crs: str | None = None
    layer: str | None = None
    approved_layer: str | None = None
    method: str | None = None
    approved_method: str | None = None
    sigma_approved: float | None = None
    sigma_observed: float | None = None
    full: bool = False
    accept_crs: bool = False
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer: a table in the columns :data:`SCHEMA`, and the claims (EPSG:4490, None if none).

    ``issues`` name the rows that could not be judged, of both files.
    """

    table: polars.DataFrame
    claims: NDArray[Any]
    issues: tuple[Issue, ...]

    def summary(self) -> dict[str, Any]:
        """Counts by verdict, and the rows that could not be judged."""
        return {
            "rows": self.table.height,
            "verdicts": dict(sorted(self.table["verdict"].value_counts().iter_rows())),
            "unusable_rows": len(self.issues),
            "issues": [
                {"row": i.row, "field": i.field, "code": i.code, "message": i.message}
                for i in self.issues[:100]
            ],
        }


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    row: int
    extent: BaseGeometry
    columns: Mapping[str, Any]
    repaired: bool


def check_tables(
    approved: Path,
    observed: Path,
    asked: Asked,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Compared:
    """Judge every survey of one file by the approvals of the same id in the other.

    Several approved rows of one id are several approvals of that site; several observed rows are
    several surveys, each judged for itself. Raises :class:`Unreadable` for a file or column that
    is not there, and :class:`Refused` where the surveys look as if they were in another coordinate
    system than declared.
    """
    issues: list[Issue] = []
    granted_in = _read(approved, asked.approved_layer, asked)
    measured_in = _read(observed, asked.layer, asked)
    if not asked.accept_crs:
        _refuse_other_system(measured_in, granted_in, asked, observed.name)
    middle = float(np.median(shapely.get_x(shapely.centroid(granted_in.geometry))))
    plane = WorkPlane.containing(middle)
    granted: dict[str, list[_Row]] = defaultdict(list)
    for row in _rows(granted_in, plane, asked.on, approved.name, issues):
        granted[row.key].append(row)
    sites, surveyed = [], []
    for row in _rows(measured_in, plane, asked.on, observed.name, issues):
        try:
            site = _site(granted.get(row.key, []), row, asked, approved.name)
        except RegistryError as error:
            issues.append(_issue(observed.name, row.row, asked.on, "unusable", str(error)))
            continue
        sites.append(site)
        surveyed.append(row)
    done = 0

    def judged(count: int) -> None:
        nonlocal done
        done += count
        advance(done, len(sites))

    verdicts = judge_each(sites, plane, full=asked.full, threads=asked.threads, advance=judged)
    return _answer(surveyed, list(verdicts), plane, issues)


def _read(path: Path, layer: str | None, asked: Asked) -> Features:
    features = read_features(path, wanted="polygon", crs=asked.crs, layer=layer)
    features.require_usable(path.name)
    require_columns(features.attributes.columns, [asked.on], path.name)
    return features


def _refuse_other_system(measured: Features, granted: Features, asked: Asked, name: str) -> None:
    keys = [f.attributes[asked.on].cast(polars.String) for f in (granted, measured)]
    both = sorted(set(keys[0].drop_nulls()) & set(keys[1].drop_nulls()))
    chosen = both[:: max(len(both) // _LOOKED_AT, 1)][:_LOOKED_AT]
    if not chosen:
        return
    of_granted, of_measured = (
        shapely.union_all(f.geometry[k.is_in(chosen).fill_null(value=False).to_numpy()])
        for f, k in zip((granted, measured), keys, strict=True)
    )
    suspicion = suspect(numbers_in(of_measured, measured.crs), measured.crs, of_granted)
    if suspicion is not None:
        raise Refused(
            f"“{name}”：{suspicion.message}",
            advice="坐标系有误的，用 --crs 写明或转换后再比对；确认无误的，加 --accept-crs。",
        )


def _rows(
    features: Features, plane: WorkPlane, on: str, name: str, issues: list[Issue]
) -> list[_Row]:
    """The usable rows of a file in the work plane; the others become issues."""
    issues.extend(features.issues)
    keys = features.attributes[on].cast(polars.String).to_list()
    found = []
    for key, row, extent, repaired, cells in zip(
        keys,
        features.rows.tolist(),
        plane.to_plane(features.geometry),
        features.repaired.tolist(),
        stated(features.attributes),
        strict=True,
    ):
        if key is None or not key.strip():
            issues.append(_issue(name, row, on, "no_id", f"“{on}”列是空的，无从对应。"))
            continue
        try:
            found.append(_Row(key.strip(), row, clean(extent).extent, cells, repaired))
        except RegistryError as error:
            issues.append(_issue(name, row, "geometry", "unusable", str(error)))
    return found


def _site(granted: Sequence[_Row], measured: _Row, asked: Asked, approved_name: str) -> Given:
    """A site to judge; :class:`Unreadable` where no approved row has its id.

    Raises :class:`Refused` where the boundaries are not of one site, :class:`BadRequest` for cells
    that cannot be understood; those of the approvals with the name of their file.
    """
    if not granted:
        raise Unreadable(f"批准范围中没有编号“{measured.key[:40]}”，属于无批准记录，不作比对。")
    method = method_of(measured.columns, "rtk", asked=asked.method)
    require_near(measured.extent, shapely.union_all([r.extent for r in granted]))
    day = day_of(measured.columns, measured.row, asked=asked.day, today=asked.today)
    try:
        approvals = approvals_of(
            [(r.row, r.extent, r.columns) for r in granted],
            method=asked.approved_method,
            sigma_m=asked.sigma_approved,
        )
    except BadRequest as error:
        text = f"批准范围“{approved_name}”：{error.message}"
        raise BadRequest(text, advice=error.advice) from error
    require_in_force(approvals, day)
    return Given(
        approvals,
        Survey(
            id=measured.row,
            surveyed_on=day,
            method=method.key,
            extent=measured.extent,
            accuracy=accuracy_of(measured.columns, method, asked.sigma_observed),
            grade=method.grade,
            repaired=measured.repaired or any(r.repaired for r in granted),
        ),
    )


def _answer(
    rows: Sequence[_Row], verdicts: Sequence[Verdict], plane: WorkPlane, issues: Sequence[Issue]
) -> Compared:
    numbers = [c for c in SCHEMA if c.endswith(("_m2", "_m")) or c == "p_bound"]
    table = polars.DataFrame(
        {
            "id": [r.key for r in rows],
            "row": [r.row for r in rows],
            "verdict": [str(v.verdict) for v in verdicts],
            **{name: [getattr(v, name) for v in verdicts] for name in numbers},
            "grade": [v.grade for v in verdicts],
            "reasons": [json.dumps(v.reasons, ensure_ascii=False) for v in verdicts],
        },
        schema_overrides=SCHEMA,
    ).select(list(SCHEMA))
    claims = np.full(len(verdicts), None, dtype=object)
    at = [i for i, v in enumerate(verdicts) if not v.claim.is_empty]
    if at:
        claims[at] = plane.to_degrees(np.array([verdicts[i].claim for i in at], dtype=object))
    ordered = sorted(issues, key=lambda i: i.row or 0)
    return Compared(table.with_columns(polars.col(numbers).fill_nan(None)), claims, tuple(ordered))


def _issue(name: str, row: int, field: str, code: str, message: str) -> Issue:
    said = f"“{name}”第 {row} 行：{message}"
    return Issue(row=row, field=field, code=code, raw="", message=said)
