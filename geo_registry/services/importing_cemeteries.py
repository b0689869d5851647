"""Importing cemeteries: boundaries of a file become approvals or surveys of registered cemeteries.

A boundary finds its cemetery by its id in the source, else by overlap with what is registered; an
overlap that fits two cemeteries is never decided by the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo_registry.domain.cemetery import METHODS, Accuracy, CemeteryType
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import parse
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.crs_gate import refuse_other_systems, widened
from geo_registry.services.importing import (
    Codes,
    Source,
    Summary,
    clean_name,
    file_hash,
    locate,
    pick_column,
    plane_of,
    read_date,
    refuse_second_time,
    require_division,
    store,
    texts,
)
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.imports import Footprint, cemeteries_by_source, cemetery_footprints
from geo_registry.store.papers import insert_documents
from geo_registry.store.rows import ApprovalRow, CemeteryRow, DocumentRow, SurveyRow

NAME_COLUMNS = ("公墓名称", "名称", "标准名称", "name", "mc")
ID_COLUMNS = ("编号", "公墓编号", "osm", "osm_id", "source_id", "id")
MIN_OVERLAP = 0.3
"""Least common part of the smaller boundary for two boundaries to be of one cemetery. Among the
18 real pairs of two dates that were at hand the least is 0.83; the limit itself is a choice."""
CLEAR_LEAD = 0.5
"""A second candidate whose IoU reaches this part of the best one's makes the match ambiguous."""


class Kind(StrEnum):
    """What the boundaries of a file are."""

    APPROVAL = "approval"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the boundaries of a file, unless a column says otherwise.

    ``on``: first day of the approval, or day of the survey. ``sigma_m``: standard error per axis,
    metres (default: the planning value of the method). ``register_new``: a survey that meets no
    registered cemetery registers one without an approval; otherwise it is listed as unusable.
    ``accept_crs``: a person confirmed the coordinate system of surveys that looked doubtful.
    """

    kind: Kind
    on: date | None = None
    method: str | None = None
    sigma_m: float | None = None
    type: CemeteryType = CemeteryType.RURAL_PUBLIC
    effect: str = "grants"
    supersede: bool = False
    register_new: bool = False
    accept_crs: bool = False
    document_number: str = ""
    document_title: str = ""
    authority: str = ""
    surveyor: str = ""
    name_column: str | None = None
    id_column: str | None = None
    date_column: str | None = None
    method_column: str | None = None
    sigma_column: str | None = None


@dataclass(frozen=True, slots=True)
class _Boundary:
    """One usable row: where its boundary lies in the arrays, and what is known of it."""

    index: int
    row: int
    name: str | None
    source_id: str
    on: date | None
    method: str
    sigma_m: float


def import_cemeteries(
    connection: Connection, source: Source, terms: Terms, *, reference: Reference, **reading: Any
) -> Summary:
    """Import the boundaries of a file as approvals or as surveys, in one batch.

    An approval that meets no registered cemetery registers one. ``reading`` (crs, layer, where,
    swap_axes) goes to :func:`formats.vector.read_features`. Raises :class:`BadRequest` for an
    unknown method or a survey without a day, :class:`Conflict` for a file imported before,
    :class:`Refused` for a survey that looks as if it were in another coordinate system.
    """
    _require(terms)
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取边界", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    boundaries, issues = _boundaries(features, terms, source.path.name)
    matched, more = _matched(connection, features, boundaries, terms)
    usable = [b for b in boundaries if b.index in matched]
    write = _Writer(connection, source, terms, features, usable, matched, reference, sha256)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(usable),
        counts={
            f"{terms.kind}s": len(usable),
            "matched": sum(matched[b.index] is not None for b in usable),
            "new_cemeteries": sum(matched[b.index] is None for b in usable),
            "repaired": int(sum(features.repaired[b.index] for b in usable)),
        },
        issues=sorted((*features.issues, *issues, *more), key=lambda i: i.row or 0),
        write=write,
        crs=features.crs,
        listed=[_listed(b, matched[b.index]) for b in usable],
    )


def _listed(boundary: _Boundary, footprint: Footprint | None) -> Mapping[str, Any]:
    return {
        "row": boundary.row,
        "source_id": boundary.source_id,
        "name": boundary.name,
        "cemetery": f"cemetery:{footprint.id}" if footprint else None,
        "cemetery_name": footprint.name if footprint else None,
    }


def _require(terms: Terms) -> None:
    """The terms are complete: a survey needs a day and a method, a method must be known."""
    if terms.method is not None and terms.method not in METHODS:
        raise BadRequest(f"不认识测量方法“{terms.method}”。可用：{_methods()}。")
    if terms.method is None and terms.method_column is None:
        raise BadRequest(f"请用 --method 指明边界是怎样得来的。可用：{_methods()}。")
    if terms.kind is Kind.SURVEY and terms.on is None and terms.date_column is None:
        raise BadRequest("测量必须有日期，请用 --date 2024-11-05 或 --date-column 指明。")
    if terms.sigma_m is not None and not 0 < terms.sigma_m <= 100:
        raise BadRequest(f"中误差 {terms.sigma_m} 米不合理，应在 0–100 米之间。")


def _methods() -> str:
    return "、".join(f"{key}（{method.title}）" for key, method in METHODS.items())


def _boundaries(
    features: Features, terms: Terms, file_name: str
) -> tuple[list[_Boundary], list[Issue]]:
    """The rows whose cells can all be read, and an issue for each cell that cannot."""
    frame = features.attributes
    columns = {
        "name": pick_column(frame.columns, terms.name_column, NAME_COLUMNS),
        "id": pick_column(frame.columns, terms.id_column, ID_COLUMNS),
        "date": terms.date_column,
        "method": terms.method_column,
        "sigma": terms.sigma_column,
    }
    require_columns(frame.columns, [c for c in columns.values() if c is not None], file_name)
    cells = {key: texts(frame, column) for key, column in columns.items()}
    good: list[_Boundary] = []
    issues: list[Issue] = []
    for index, number in enumerate(features.rows.tolist()):
        name, note, bad_name = clean_name(cells["name"][index], number, columns["name"] or "名称")
        on, bad_date = read_date(cells["date"][index], number, columns["date"] or "")
        method, bad_method = _method(cells["method"][index], number, terms)
        sigma, bad_sigma = _sigma(cells["sigma"][index], number, terms)
        day = on or terms.on
        missing = _no_day(number, terms) if day is None and bad_date is None else None
        wrong = [i for i in (bad_date, bad_method, bad_sigma, missing) if i is not None]
        issues += wrong if note is None else [note, *wrong]
        if not wrong and not bad_name:
            key = cells["id"][index] or ""
            accuracy = sigma if sigma is not None else METHODS[method].accuracy.sigma_m
            good.append(_Boundary(index, number, name, key, day, method, accuracy))
    return good, issues


def _method(raw: str | None, row: int, terms: Terms) -> tuple[str, Issue | None]:
    """The method of a row: a key of METHODS, or its Chinese title, or that of the whole file."""
    by_title = {method.title: key for key, method in METHODS.items()}
    found = by_title.get(raw or "", raw) or terms.method
    if found in METHODS:
        return str(found), None
    name = terms.method_column or "测量方法"
    text = f"第 {row} 行“{name}”：{f'不认识“{raw[:40]}”' if raw else '是空的'}。"
    return "", Issue(row, name, "unknown_method", raw or "", text, f"可用：{_methods()}。")


def _sigma(raw: str | None, row: int, terms: Terms) -> tuple[float | None, Issue | None]:
    if raw is None:
        return terms.sigma_m, None
    name = terms.sigma_column or "中误差"
    try:
        value = float(raw.removesuffix("m").removesuffix("米").strip())
    except ValueError:
        value = float("nan")
    if 0 < value <= 100:
        return value, None
    text = f"第 {row} 行“{name}”：“{raw[:40]}”不是 0–100 米之间的数。"
    return None, Issue(
        row, name, "bad_sigma", raw[:100], text, "请填写以米为单位的中误差，或留空。"
    )


def _no_day(row: int, terms: Terms) -> Issue | None:
    if terms.kind is not Kind.SURVEY:
        return None
    name = terms.date_column or "测量日期"
    text = f"第 {row} 行“{name}”：是空的，测量必须有日期。"
    return Issue(row, name, "date_missing", "", text, "请补填日期，或用 --date 给出全部行的日期。")


# --- which cemetery a boundary belongs to ---------------------------------------------------------


def _matched(
    connection: Connection, features: Features, boundaries: Sequence[_Boundary], terms: Terms
) -> tuple[dict[int, Footprint | None], list[Issue]]:
    """Index → cemetery (None: a new one); boundaries that cannot be decided are left out."""
    issues: list[Issue] = []
    found: dict[int, Footprint | None] = {}
    if not boundaries:
        return found, issues
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
        if not terms.accept_crs:
            extents = {b.row: features.geometry[b.index] for b in boundaries}
            refuse_other_systems(extents, features.crs, linked, registered)
        issues += _drop_twice(found, boundaries)
    return found, issues


def _ranked(extent: Any, areas: NDArray[Any], near: Sequence[int]) -> list[tuple[float, int]]:
    """(IoU, index) of the areas that share enough with an extent, best first."""
    result = []
    for i in near:
        common = shapely.area(shapely.intersection(extent, areas[i]))
        smaller = min(extent.area, areas[i].area)
        if smaller > 0 and common / smaller >= MIN_OVERLAP:
            result.append((float(common / (extent.area + areas[i].area - common)), i))
    return sorted(result, reverse=True)


def _ambiguous(boundary: _Boundary, candidates: Sequence[Footprint]) -> Issue:
    names = "”和“".join(f.name for f in candidates)
    text = f"第 {boundary.row} 行“图形”：与“{names}”都有较大重叠，无法判定属于哪一处公墓。"
    advice = "请在“编号”列填写登记时的编号，并用 --id-column 指明。"
    return Issue(boundary.row, "图形", "match_ambiguous", boundary.source_id, text, advice)


def _unregistered(boundary: _Boundary) -> Issue:
    text = f"第 {boundary.row} 行“图形”：没有与之重叠的已登记公墓。"
    advice = "请先导入批准范围；确实没有批准的，加 --register-new 登记为未经批准的公墓。"
    return Issue(boundary.row, "图形", "not_registered", boundary.source_id, text, advice)


def _drop_twice(found: dict[int, Footprint | None], boundaries: Sequence[_Boundary]) -> list[Issue]:
    """Two boundaries of one day for one cemetery would hide each other: neither is taken."""
    owners: dict[tuple[int, date | None], list[_Boundary]] = {}
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


# --- writing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the matched boundaries of one batch; called with the id of the batch."""

    connection: Connection
    source: Source
    terms: Terms
    features: Features
    boundaries: Sequence[_Boundary]
    matched: Mapping[int, Footprint | None]
    reference: Reference
    sha256: str

    def __call__(self, batch_id: int) -> Mapping[str, int]:
        new = [b for b in self.boundaries if self.matched[b.index] is None]
        rows = self._cemeteries(new, batch_id)
        ids = dict(
            zip((b.index for b in new), insert_cemeteries(self.connection, rows), strict=True)
        )
        ids |= {i: f.id for i, f in self.matched.items() if f is not None}
        self.source.progress("写入数据库", 0, len(self.boundaries))
        save: Callable[[Mapping[int, int], int], None] = (
            self._approvals if self.terms.kind is Kind.APPROVAL else self._surveys
        )
        save(ids, batch_id)
        self.source.progress("写入数据库", len(self.boundaries), len(self.boundaries))
        return {}

    def _cemeteries(self, new: Sequence[_Boundary], batch_id: int) -> list[CemeteryRow]:
        if not new:
            return []
        geometry = self.features.geometry[[b.index for b in new]]
        plane: WorkPlane = plane_of(geometry)
        codes: list[Codes] = locate(
            self.connection,
            geometry,
            np.arange(len(new)),
            len(new),
            plane=plane,
            at=self.source.at,
        )
        points = shapely.point_on_surface(geometry)
        return [
            CemeteryRow(
                name=b.name or f"未命名公墓（{b.source_id or f'第 {b.row} 行'}）",
                type=self.terms.type.value,
                village_code=code.village,
                town_code=code.town,
                county_code=code.county,
                location=point,
                batch_id=batch_id,
                source_id=b.source_id,
                toponym=parse(b.name, "cemetery", self.reference) if b.name else None,
            )
            for b, code, point in zip(new, codes, points, strict=True)
        ]

    def _approvals(self, ids: Mapping[int, int], batch_id: int) -> None:
        document = DocumentRow(
            title=self.terms.document_title or f"批准范围（{self.source.path.name}）",
            kind="approval",
            number=self.terms.document_number,
            authority=self.terms.authority,
            dated_on=self.terms.on,
            file_name=self.source.path.name,
            sha256=self.sha256,
        )
        (document_id,) = insert_documents(self.connection, [document])
        rows = []
        for b in self.boundaries:
            match = self.matched[b.index]
            accuracy = accuracy_of(b.method, b.sigma_m)
            replaced = match.approvals[-1] if match and match.approvals else None
            rows.append(
                ApprovalRow(
                    cemetery_id=ids[b.index],
                    extent=self.features.geometry[b.index],
                    sigma_m=accuracy.sigma_m,
                    shift_m=accuracy.shift_m,
                    grade=METHODS[b.method].grade,
                    method=b.method,
                    effect=self.terms.effect,
                    valid_from=b.on,
                    supersedes=replaced if self.terms.supersede else None,
                    document_id=document_id,
                    batch_id=batch_id,
                )
            )
        insert_approvals(self.connection, rows)

    def _surveys(self, ids: Mapping[int, int], batch_id: int) -> None:
        rows = []
        for b in self.boundaries:
            accuracy = accuracy_of(b.method, b.sigma_m)
            assert b.on is not None  # noqa: S101 (_boundaries keeps no survey without a day)
            rows.append(
                SurveyRow(
                    cemetery_id=ids[b.index],
                    surveyed_on=b.on,
                    extent=self.features.geometry[b.index],
                    method=b.method,
                    sigma_m=accuracy.sigma_m,
                    shift_m=accuracy.shift_m,
                    grade=METHODS[b.method].grade,
                    repaired=bool(self.features.repaired[b.index]),
                    surveyor=self.terms.surveyor,
                    file_name=self.source.path.name,
                    sha256=self.sha256,
                    batch_id=batch_id,
                )
            )
        insert_surveys(self.connection, rows)


def accuracy_of(method: str, sigma_m: float) -> Accuracy:
    """A stated standard error (metres), split into shift and vertex part as the method's is."""
    planned = METHODS[method].accuracy
    return Accuracy(sigma_m, sigma_m * planned.shift_m / planned.sigma_m)
