"""The sample district: loaded into an empty registry, and taken out again.

Its files in ``data/boundaries`` are written by ``tools/build_sample_district.py``. The names and
codes of divisions are real; everything else is fictional and says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import Point
from sqlalchemy import Connection

from geo_registry.domain.errors import Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.imports import divisions
from geo_registry.services.names.rekeying import note_first
from geo_registry.services.people import accounts
from geo_registry.services.samples.sample_cases import write_cases
from geo_registry.services.samples.sample_contributions import write_contributions
from geo_registry.services.samples.sample_graves import write_graves
from geo_registry.services.samples.sample_money import write_money
from geo_registry.services.samples.sample_proposals import write_proposals
from geo_registry.store import sample as store
from geo_registry.store.cemeteries import (
    insert_approvals,
    insert_cemeteries,
    insert_surveys,
    insert_zones,
)
from geo_registry.store.papers import count_batch, insert_batches, insert_documents
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import (
    ApprovalRow,
    BatchRow,
    CemeteryRow,
    DivisionRow,
    DocumentRow,
    PlaceNameRow,
    PlaceRow,
    SegmentRow,
    SurveyRow,
    ZoneRow,
)
from geo_registry.store.sample import Removed

BANNER = "示例数据：除区划名称、代码外均为虚构，非真实边界。"
LAYERS = ("towns", "villages", "roads", "cemeteries", "approvals", "surveys", "zones", "plots")

SECOND_NAME_ENDS = date(2099, 12, 31)
"""The end written on the second of two current names: the store admits one name without an end."""
RENAMED_ON = date(2024, 11, 5)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote; all zero when the sample was there already."""

    divisions: int = 0
    roads: int = 0
    roads_new: int = 0
    segments: int = 0
    cemeteries: int = 0
    approvals: int = 0
    surveys: int = 0
    zones: int = 0
    plots: int = 0
    burials: int = 0
    cases: int = 0
    eco_burials: int = 0
    charges: int = 0


@dataclass(frozen=True, slots=True)
class _Feature:
    """One feature of a sample file: its key, geometry in EPSG:4490, and properties."""

    key: str
    geometry: Any
    properties: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.properties.get(name)

    def on(self, name: str) -> date | None:
        value = self[name]
        return date.fromisoformat(value) if value else None


def load(
    connection: Connection,
    *,
    data: Path,
    reference: Reference,
    profile: Profile,
    progress: Callable[[str], None] | None = None,
    identify: Callable[[str], str] | None = None,
) -> Loaded:
    """Write the sample district, with the division lists it lies on; a second time does nothing.

    ``identify`` makes the digest of an identity number; without it the sample has none.
    Raises :class:`Unreadable` where a shipped file is missing or broken.
    """
    if is_loaded(connection):
        return Loaded()
    say = progress or (lambda _: None)
    note_first(connection, reference)
    say("载入行政区划")
    divisions.load(connection, data=data, reference=reference, profile=profile)
    say("载入示例区")
    layers, money, digest = _layers(data / "boundaries")
    (batch,) = insert_batches(
        connection, [BatchRow(store.KIND, "sample_371002", digest, source=BANNER, sample=True)]
    )
    papers = _papers(connection, layers)
    drawn = store.draw_divisions(
        connection, [_division(f) for f in (*layers["towns"], *layers["villages"])]
    )
    segments = _roads(connection, layers["roads"], batch, papers, reference)
    sites = _cemeteries(connection, layers, batch, papers, reference)
    burials = write_graves(connection, layers["plots"], sites, batch, identify)
    bought = write_money(connection, money, sites, batch, county=profile.code, identify=identify)
    insert_zones(connection, [_zone(f, batch) for f in layers["zones"]])
    accounts.add_sample(connection)
    say("载入示例案件")
    cases = write_cases(
        connection, data / "cases/sample.toml", sites, accounts.sample_people(connection),
        reference, profile,
    )  # fmt: skip
    write_contributions(connection, _spots(layers["roads"]), reference=reference, profile=profile)
    write_proposals(
        connection,
        [(f["code"], Point(f["seat"])) for f in layers["towns"][:4]],
        batch,
        reference=reference,
        profile=profile,
    )
    done = Loaded(
        divisions=drawn,
        roads=len(layers["roads"]),
        roads_new=sum(bool(f["new"]) for f in layers["roads"]),
        segments=segments,
        cemeteries=len(layers["cemeteries"]),
        approvals=len(layers["approvals"]),
        surveys=len(layers["surveys"]),
        zones=len(layers["zones"]),
        plots=len(layers["plots"]),
        burials=burials,
        cases=cases,
        eco_burials=bought["eco_burials"],
        charges=bought["charges"],
    )
    count_batch(connection, batch, {"roads": done.roads, "cemeteries": done.cemeteries})
    return done


def is_loaded(connection: Connection) -> bool:
    """Whether the sample district is in the registry."""
    return store.batch(connection) is not None


def remove(connection: Connection) -> Removed:
    """Take the sample out; real divisions stay, and so does whatever a person has worked on."""
    batch = store.batch(connection)
    accounts.remove_sample(connection)
    return Removed(0, 0, 0, 0) if batch is None else store.remove(connection, batch)


# --- files ----------------------------------------------------------------------------------------


def _layers(folder: Path) -> tuple[dict[str, list[_Feature]], Mapping[str, Any], str]:
    """The layers by name, the file on money, and a digest of all of them."""
    digest = hashlib.sha256()
    layers = {
        name: list(_features(_read(folder / f"sample_371002_{name}.geojson", digest.update)))
        for name in LAYERS
    }
    money = _read(folder / "sample_371002_money.json", digest.update)
    return layers, money, digest.hexdigest()


def _read(path: Path, seen: Callable[[bytes], None]) -> Mapping[str, Any]:
    try:
        raw = path.read_bytes()
        found: Mapping[str, Any] = json.loads(raw)
    except (OSError, ValueError) as error:
        raise Unreadable(
            f"示例文件 {path.name} 缺失或已损坏。",
            advice="请重新安装，或运行 python tools/build_sample_district.py 重新生成。",
        ) from error
    seen(raw)
    return found


def _features(collection: Mapping[str, Any]) -> Iterator[_Feature]:
    found = collection["features"]
    shapes = shapely.from_geojson(np.array([json.dumps(f["geometry"]) for f in found]))
    for feature, shape in zip(found, shapes, strict=True):
        yield _Feature(feature["properties"]["key"], shape, feature["properties"])


# --- rows -----------------------------------------------------------------------------------------


def _division(feature: _Feature) -> DivisionRow:
    return DivisionRow(
        code=feature["code"],
        code_system="nbs",
        name=feature["name"],
        level=feature["level"],
        households=feature["households"],
        seat=Point(feature["seat"]),
        extent=feature.geometry,
        sample=True,
    )


def _papers(connection: Connection, layers: Mapping[str, list[_Feature]]) -> dict[str, int]:
    """Write each document that a name or an approval rests on, once; number → id."""
    rows: dict[str, DocumentRow] = {}
    for feature in layers["approvals"]:
        rows[feature["document"]] = DocumentRow(
            "公墓建设批复（虚构）", "approval", feature["document"], feature["authority"],
            feature.on("valid_from"), sample=True,
        )  # fmt: skip
    for name in (n for f in layers["roads"] for n in f["names"] if n.get("document")):
        rows[name["document"]] = DocumentRow(
            "关于命名 18 个村内部道路的批复（虚构）", "naming", name["document"],
            name["authority"], date.fromisoformat(name["valid_from"]), sample=True,
        )  # fmt: skip
    return dict(zip(rows, insert_documents(connection, list(rows.values())), strict=True))


def _roads(
    connection: Connection,
    roads: list[_Feature],
    batch: int,
    papers: Mapping[str, int],
    reference: Reference,
) -> int:
    """Write roads with their names and segments; returns the number of segments."""
    places = insert_places(connection, [_road(f, batch) for f in roads])
    insert_names(
        connection,
        [
            _name(place, feature, name, number, papers, reference)
            for place, feature in zip(places, roads, strict=True)
            for number, name in enumerate(feature["names"])
        ],
    )
    segments = [
        SegmentRow(place, line, f"{feature.key}/{number}", feature["name"])
        for place, feature in zip(places, roads, strict=True)
        for number, line in enumerate(shapely.get_parts(feature.geometry), start=1)
    ]
    insert_segments(connection, segments)
    return len(segments)


def _spots(roads: list[_Feature]) -> list[tuple[str, Point]]:
    """Three roads without a name, then one with a name: where volunteers found something."""
    unnamed = [f for f in roads if not f["names"]][:3]
    named = [f for f in roads if f["names"]][:1]
    return [
        (f["names"][0]["name"] if f["names"] else "", shapely.point_on_surface(f.geometry))
        for f in (*unnamed, *named)
    ]


def _road(feature: _Feature, batch: int) -> PlaceRow:
    return PlaceRow(
        place_class=feature["place_class"],
        village_code=feature["village"],
        town_code=feature["town"],
        county_code=feature["county"],
        length_m=feature["length_m"],
        width_m=feature["width_m"],
        surface=feature["surface"],
        sample=True,
        batch_id=batch,
        source=feature.key,
    )


def _name(
    place: int,
    feature: _Feature,
    name: Mapping[str, str],
    number: int,
    papers: Mapping[str, int],
    reference: Reference,
) -> PlaceNameRow:
    kind = name["kind"]
    begin = date.fromisoformat(name["valid_from"]) if "valid_from" in name else None
    end = RENAMED_ON if kind == "former" else None
    if kind == "standard" and number > 0:
        end = SECOND_NAME_ENDS
    return PlaceNameRow(
        place_id=place,
        toponym=parse(name["name"], feature["place_class"], reference),
        kind=kind,
        event=name.get("event", "registered"),
        authority=name.get("authority", ""),
        document_id=papers.get(name.get("document", "")),
        valid_from=begin,
        valid_to=end,
    )


def _cemeteries(
    connection: Connection,
    layers: Mapping[str, list[_Feature]],
    batch: int,
    papers: Mapping[str, int],
    reference: Reference,
) -> dict[str, int]:
    """Write cemeteries, then approvals (those that replace another last), then surveys.

    Returns the ids of the cemeteries by their keys.
    """
    rows = [_cemetery(f, batch, reference) for f in layers["cemeteries"]]
    ids = insert_cemeteries(connection, rows)
    sites = dict(zip((f.key for f in layers["cemeteries"]), ids, strict=True))
    approvals: dict[str, int] = {}
    for later in (False, True):
        some = [f for f in layers["approvals"] if (f["supersedes"] is not None) == later]
        written = [_approval(f, sites, approvals, papers, batch) for f in some]
        new = insert_approvals(connection, written)
        approvals |= dict(zip((f.key for f in some), new, strict=True))
    insert_surveys(connection, [_survey(f, sites, batch) for f in layers["surveys"]])
    return sites


def _cemetery(feature: _Feature, batch: int, reference: Reference) -> CemeteryRow:
    return CemeteryRow(
        name=feature["name"],
        type=feature["type"],
        village_code=feature["village"],
        town_code=feature["town"],
        county_code=feature["county"],
        location=feature.geometry,
        operator=feature["operator"],
        sample=True,
        batch_id=batch,
        source_id=feature.key,
        toponym=parse(feature["name"], "cemetery", reference),
    )


def _approval(
    feature: _Feature,
    sites: Mapping[str, int],
    approvals: Mapping[str, int],
    papers: Mapping[str, int],
    batch: int,
) -> ApprovalRow:
    return ApprovalRow(
        cemetery_id=sites[feature["cemetery"]],
        extent=feature.geometry,
        sigma_m=feature["sigma_m"],
        shift_m=feature["shift_m"],
        grade=feature["grade"],
        method=feature["method"],
        effect=feature["effect"],
        valid_from=feature.on("valid_from"),
        supersedes=approvals[feature["supersedes"]] if feature["supersedes"] else None,
        document_id=papers[feature["document"]],
        stated_area_m2=feature["stated_area_m2"],
        batch_id=batch,
    )


def _survey(feature: _Feature, sites: Mapping[str, int], batch: int) -> SurveyRow:
    return SurveyRow(
        cemetery_id=sites[feature["cemetery"]],
        surveyed_on=date.fromisoformat(feature["surveyed_on"]),
        extent=feature.geometry,
        method=feature["method"],
        sigma_m=feature["sigma_m"],
        shift_m=feature["shift_m"],
        grade=feature["grade"],
        complete_trace=feature["complete_trace"],
        surveyor=feature["surveyor"],
        file_name="sample_371002_surveys.geojson",
        batch_id=batch,
    )


def _zone(feature: _Feature, batch: int) -> ZoneRow:
    return ZoneRow(
        kind=feature["kind"],
        name=feature["name"],
        extent=feature.geometry,
        setback_m=feature["setback_m"],
        county_code="371002",
        source=feature.key,
        sample=True,
        batch_id=batch,
    )
