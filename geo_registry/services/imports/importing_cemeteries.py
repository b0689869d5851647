"""Importing cemeteries: boundaries of a file become approvals or surveys of registered cemeteries.

What is asked of a boundary stands in ``stated_boundaries``, which cemetery it belongs to is decided
in ``matching_cemeteries``, whether it lies in the system it claims in ``crs_gate``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_registry.domain.cemetery import METHODS, Accuracy
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import parse
from geo_registry.formats.features import Features
from geo_registry.formats.vector import read_features
from geo_registry.services.boundaries.crs_gate import Gate
from geo_registry.services.boundaries.stated_boundaries import (
    Boundary,
    Kind,
    Terms,
    read_boundaries,
    require_terms,
)
from geo_registry.services.cemeteries.matching_cemeteries import match
from geo_registry.services.imports.importing import (
    Codes,
    Source,
    Summary,
    file_hash,
    keep_raw,
    locate,
    plane_of,
    refuse_second_time,
    require_division,
    store,
)
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.imports import Footprint
from geo_registry.store.papers import insert_documents
from geo_registry.store.rows import ApprovalRow, CemeteryRow, DocumentRow, SurveyRow

__all__ = ["Kind", "Terms", "accuracy_of", "import_cemeteries"]


def import_cemeteries(
    connection: Connection, source: Source, terms: Terms, *, reference: Reference, **reading: Any
) -> Summary:
    """Import the boundaries of a file as approvals or as surveys, in one batch.

    An approval that meets no registered cemetery registers one. ``reading`` (crs, layer, where,
    swap_axes) goes to :func:`formats.vector.read_features`. Raises :class:`BadRequest` for an
    unknown method or a survey without a day, :class:`Conflict` for a file imported before,
    :class:`Refused` for a boundary that looks as if it were in another coordinate system.
    """
    require_terms(terms)
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取边界", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    boundaries, issues = read_boundaries(features, terms, source.path.name, source.today)
    decided = match(connection, features, boundaries, terms)
    extents = {b.row: features.geometry[b.index] for b in boundaries}
    # Land that is added to a site or taken from it need not have its shape.
    same_land = terms.kind is Kind.SURVEY or terms.effect == "grants"
    linked, around = (decided.linked, decided.registered) if same_land else ({}, ())
    gate = Gate(
        sha256, source.district, accepted=terms.accept_crs, reason=terms.crs_reason,
        swapped=bool(reading.get("swap_axes")),
    )  # fmt: skip
    gate.check(connection, extents, features.crs, linked, around)
    matched, more = decided.found, decided.issues
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


def _listed(boundary: Boundary, footprint: Footprint | None) -> Mapping[str, Any]:
    return {
        "row": boundary.row,
        "source_id": boundary.source_id,
        "name": boundary.name,
        "cemetery": f"cemetery:{footprint.id}" if footprint else None,
        "cemetery_name": footprint.name if footprint else None,
    }


# --- writing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the matched boundaries of one batch; called with the id of the batch."""

    connection: Connection
    source: Source
    terms: Terms
    features: Features
    boundaries: Sequence[Boundary]
    matched: Mapping[int, Footprint | None]
    reference: Reference
    sha256: str

    def __call__(self, batch_id: int) -> Mapping[str, int]:
        keep_raw(self.connection, self.source)
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

    def _cemeteries(self, new: Sequence[Boundary], batch_id: int) -> list[CemeteryRow]:
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
            assert b.on is not None  # noqa: S101 (read_boundaries keeps no survey without a day)
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
