"""Dossiers on the boundary of a cemetery: made, issued, written, and worked out again.

A dossier is a report (:mod:`geo_registry.services.names.reporting`) whose content holds its inputs
beside its results. So it can be worked out again from itself, and gives the same hash.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry import __version__
from geo_registry.domain.canonical import canonical, plain
from geo_registry.domain.errors import BadRequest, RegistryError
from geo_registry.formats.layers import NamedLayer, read_layers, shown_by, write_layers
from geo_registry.services.cemeteries.listing_plots import one_cemetery
from geo_registry.services.dossiers import dossier_photos
from geo_registry.services.dossiers.dossier_inputs import gather
from geo_registry.services.dossiers.dossier_map import geometries, plane_of
from geo_registry.services.dossiers.dossier_paper import FORMAT
from geo_registry.services.dossiers.dossier_photos import no_photos
from geo_registry.services.dossiers.dossier_results import work_out
from geo_registry.services.names import reporting
from geo_registry.services.names.reporting import Report
from geo_registry.store import cemetery_papers, overview, reports

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.services.desk import Shelf

FORMATS = ("pdf", "docx", "gpkg", "json")
"""The files of a dossier, in the order in which they are written."""
MEDIA_TYPES: Mapping[str, str] = {**reporting.MEDIA_TYPES, "gpkg": "application/geopackage+sqlite3"}


def dossier(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    known_on: date | None = None,
    shelf: Shelf | None = None,
) -> Report:
    """Put together everything on the boundary of a cemetery, changing nothing.

    ``known_on``: what was entered after that day is left out, whatever day it is of.
    The connection must see one state of the registry throughout (a repeatable read). Raises
    :class:`NotFound`, :class:`Refused` for a retired cemetery, and :class:`BadRequest` where
    nothing was approved and nothing measured. ``shelf`` is where photos lie; without it there are
    none in the dossier.
    """
    inputs = gather(
        connection, cemetery_id, reference=reference, profile=profile, on=on, known_on=known_on
    )
    if shelf is not None:
        about = [inputs["site"]["subject"], *(f"survey:{s['id']}" for s in inputs["surveys"])]
        until = min(on, known_on or on)
        inputs |= plain(dossier_photos.gathered(connection, about, shelf, until))
    if not inputs["approvals"] and not inputs["surveys"]:
        raise BadRequest(
            f"“{inputs['site']['name']}”没有批准范围，也没有实测边界，无可出具。",
            advice="请先导入批准范围或测量（geo-registry import）。",
        )
    return reporting.report_of(
        {
            "format": FORMAT,
            "software": __version__,
            "day": on,
            "subject": inputs["site"]["subject"],
            "district": {"code": profile.code, "name": profile.name},
            "registry": {
                "revision": cemetery_papers.boundary_revision(connection),
                "sample": overview.has_sample(connection),
            },
            "inputs": inputs,
            "results": work_out(inputs, reference=reference, profile=profile, on=on),
        }
    )


def worked_out_again(
    content: Mapping[str, Any], *, reference: Reference, profile: Profile
) -> Report:
    """The dossier worked out again from the inputs that it holds; the same hash where all is well.

    Raises what reading broken inputs raises (``KeyError``, ``ValueError``, ``TypeError``, or
    :class:`RegistryError`).
    """
    on = date.fromisoformat(content["day"])
    results = work_out(content["inputs"], reference=reference, profile=profile, on=on)
    return reporting.report_of({**content, "results": results})


def issue(connection: Connection, report: Report, shelf: Shelf) -> None:
    """Enter a dossier into the register, and keep the pictures that it prints."""
    dossier_photos.keep(connection, report.content, shelf)
    reporting.issue(connection, report)


def rendered(report: Report, file_format: str, shelf: Shelf | None = None) -> bytes:
    """The dossier as a file: ``pdf``, ``docx``, ``gpkg`` or ``json``; photos from the shelf."""
    if file_format != "gpkg":
        photos = dossier_photos.on_shelf(report.content, shelf) if shelf else no_photos
        return reporting.rendered(report, file_format, photos)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dossier.gpkg"
        write_layers(layers_of(report.content), canonical(report.content), report.sha256, path)
        return path.read_bytes()


def write(report: Report, folder: Path, shelf: Shelf | None = None) -> list[Path]:
    """Write the dossier into a folder in every format; returns the files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for file_format in FORMATS:
            path = folder / f"{report.title}.{file_format}"
            path.write_bytes(rendered(report, file_format, shelf))
            written.append(path)
    except OSError as error:
        raise RegistryError(f"不能写入 {folder}：{error.strerror}。") from error
    return written


def listed(connection: Connection, cemetery_id: int) -> list[dict[str, Any]]:
    """The dossiers that were issued on a cemetery, the latest first."""
    one_cemetery(connection, cemetery_id)
    return [
        {"sha256": r.sha256, "title": r.title, "issued_by": r.person, "issued_at": r.at}
        for r in reports.about(connection, "dossier", f"cemetery:{cemetery_id}")
    ]


def faults_of_layers(path: Path, report: Report) -> list[str]:
    """What a GeoPackage shows otherwise than its content says."""
    found, _, _ = read_layers(path)
    layers = layers_of(report.content)
    faults = [
        f"图层“{layer.name}”与档案内容不符，已被改动或删除。"
        for layer in layers
        if found.get(layer.name) != shown_by(layer)
    ]
    known = {layer.name for layer in layers}
    return faults + [f"多出了图层“{name}”。" for name in sorted(set(found) - known)]


def layers_of(content: Mapping[str, Any]) -> list[NamedLayer]:
    """The layers of a dossier in degrees: what was approved, measured and claimed, and zones."""
    inputs, results, plane = content["inputs"], content["results"], plane_of(content)
    land = geometries(content)
    verdict = results["verdict"] or {}
    figures = {
        "结论": [verdict.get("word", "")],
        "面积_m2": [float(verdict.get("area_m2", 0))],
        "标准误差_m2": [float(verdict.get("standard_error_m2", 0))],
        "至少_m2": [float(verdict.get("at_least_m2", 0))],
        "最深_m": [float(verdict.get("max_depth_m", 0))],
    }
    layers = [
        NamedLayer("有效批准范围", (plane.to_degrees(land["approved"]),),
                   {"日期": [results["compared_on"]]}),
        _rows("批准", inputs["approvals"], {
            "编号": "id", "效力": "effect_title", "文件": "document", "生效": "valid_from",
            "失效": "valid_to", "精度_m": "sigma_m", "等级": "grade"}),
        _rows("测量", inputs["surveys"], {
            "编号": "id", "日期": "surveyed_on", "方式": "method_title", "精度_m": "sigma_m",
            "等级": "grade", "文件": "file_name", "sha256": "sha256"}),
        NamedLayer("超出部分", (plane.to_degrees(land["claim"]),), figures),
        NamedLayer("误差带", (plane.to_degrees(land["band"]),),
                   {"宽度_m": [float((results["band"] or {}).get("width_m", 0))]}),
        _rows("保护区", inputs["zones"], {
            "编号": "subject", "名称": "name", "种类": "kind", "控制距离_m": "setback_m"}),
        _rows("相邻公墓批准", [
            {**a, "name": n["name"]} for n in inputs["neighbours"] for a in n["approvals"]
        ], {"公墓": "name", "编号": "id", "生效": "valid_from", "失效": "valid_to"}),
    ]  # fmt: skip
    return [layer for layer in layers if any(e.area for e in layer.extents)]


def _rows(name: str, rows: list[dict[str, Any]], columns: Mapping[str, str]) -> NamedLayer:
    return NamedLayer(
        name,
        tuple(shapely.from_wkb(r["wkb"]) for r in rows),
        {
            title: [float(r[key]) if title.endswith("_m") else r[key] for r in rows]
            for title, key in columns.items()
        },
    )
