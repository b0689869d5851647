"""Builds the sample district: fictional geometry on real division names, the same bytes every time.

    python tools/build_sample_district.py [--out FOLDER]

Writes ``sample_371002_*.geojson`` (EPSG:4490, longitude first, RFC 7946 order) and
``sample_371002_truth.json``, the list of every seeded problem with the rule that must find it;
``sample_371002_money.json`` holds eco-burials, subsidies, lists of fees and charges.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sample_district import graves, land, network, streets
from sample_district import ground as grounds
from sample_district.money import money
from sample_district.naming import LARGE, NOTICE, NOTICE_EN, SEAT_NOTICE
from sample_district.truth import truth
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import METHODS
from geo_registry.domain.crs import gcj02_from_wgs84, geodesic_area_m2

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "data" / "divisions" / "huancui_villages.csv"
OUT = ROOT / "data" / "boundaries"
SEED = 371002

PLANE = grounds.PLANE


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, default=OUT)
    out = options.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    made = build()
    for name, features in made.layers.items():
        size = write_layer(out / f"sample_371002_{name}.geojson", name, features)
        print(f"sample_371002_{name}.geojson: {len(features):,} features, {size:,} bytes")
    text = json.dumps(money(), ensure_ascii=False, indent=1) + "\n"
    (out / "sample_371002_money.json").write_text(text, "utf-8")
    text = json.dumps(made.truth, ensure_ascii=False, indent=1) + "\n"
    (out / "sample_371002_truth.json").write_text(text, "utf-8")
    print(f"sample_371002_truth.json: {len(made.truth['expected'])} expected findings")


class Built:
    """The layers as GeoJSON features, and the truth about them."""

    def __init__(self, layers: dict[str, list[dict[str, Any]]], found: dict[str, Any]) -> None:
        self.layers = layers
        self.truth = found


def build() -> Built:
    """Draw everything; each part has its own stream of random numbers, so parts stay put."""
    stream = {n: np.random.default_rng([SEED, i]) for i, n in enumerate("ABCDE")}
    large = {v.code: v for v in LARGE}
    ground = grounds.make(UNITS, stream["A"], frozenset(large))
    layouts = _villages(ground, large, stream["B"])
    inner = [road for layout in layouts for road in layout.roads]
    outer = network.draw(ground, layouts, stream["C"])
    roads = [*inner, *outer]
    sites = land.cemeteries(ground, layouts, roads, stream["D"])
    zones = land.zones(ground, layouts, roads, sites, stream["E"])
    plots = graves.graves(ground, sites, np.random.default_rng([SEED, 10]))
    households = _households(ground, large, np.random.default_rng([SEED, 9]))
    layers = {
        "towns": [_town(ground, code) for code in sorted(ground.towns)],
        "villages": [_village(v, households) for v in ground.villages],
        "roads": [_road(r, ground) for r in roads],
        "cemeteries": [_cemetery(s, ground) for s in sites],
        "approvals": [_approval(s, g) for s in sites for g in s.grants],
        "surveys": [_survey(s, m) for s in sites for m in s.surveys],
        "zones": [_zone(z) for z in zones],
        "plots": [_plot(p, ground) for p in plots],
        "upload_gcj02": [_upload(s) for s in sites if s.upload],
    }
    return Built(layers, truth(roads, sites, households, plots))


def _villages(
    ground: grounds.Ground, large: dict[str, Any], random: np.random.Generator
) -> list[streets.Layout]:
    layouts = []
    small = 0
    for village in ground.villages:
        if village.code in large:
            layouts.append(streets.lay_out(village, large[village.code], random))
        elif village.town in network.FULL and village.name.endswith("村委会"):
            small += 1
            layouts.append(streets.hamlet(village, random, side_lane=small % 8 == 0))
    return layouts


def _households(
    ground: grounds.Ground, large: dict[str, Any], random: np.random.Generator
) -> dict[str, int]:
    """Fictional counts: as told for the large villages, 60 to 290 for the other ones drawn."""
    found = {}
    for village in ground.villages:
        if village.code in large:
            found[village.code] = large[village.code].households
        elif village.town in network.FULL and village.name.endswith("村委会"):
            found[village.code] = int(60 + random.random() * 230)
    return found


def _feature(key: str, shape: BaseGeometry, **properties: Any) -> dict[str, Any]:
    """One feature; metres become degrees rounded to 7 decimals (a centimetre)."""
    degrees = shapely.orient_polygons(PLANE.to_degrees(shape))
    return {
        "type": "Feature",
        "id": key,
        "properties": {"key": key, **properties, "fictional": True},
        "geometry": _rounded(json.loads(shapely.to_geojson(degrees))),
    }


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def walk(value: Any) -> Any:
        return round(value, 7) if isinstance(value, float) else [walk(v) for v in value]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def _town(ground: grounds.Ground, code: str) -> dict[str, Any]:
    seat = PLANE.to_degrees(ground.town_seats[code])
    name = next(v.town_name for v in ground.villages if v.town == code)
    return _feature(
        code, ground.towns[code], code=code, code_system="nbs", name=name, level=4,
        seat=[round(seat.x, 7), round(seat.y, 7)],
        seat_source="GeoNames, CC BY 4.0" if code in grounds.SEATS_GEONAMES else "虚构",
    )  # fmt: skip


def _village(village: grounds.Village, households: dict[str, int]) -> dict[str, Any]:
    seat = PLANE.to_degrees(village.seat)
    return _feature(
        village.code, village.area, code=village.code, code_system="nbs", name=village.name,
        level=5, town=village.town, households=households.get(village.code),
        seat=[round(seat.x, 7), round(seat.y, 7)],
    )  # fmt: skip


def _road(road: streets.Road, ground: grounds.Ground) -> dict[str, Any]:
    new = {"event": "named", "valid_from": "2024-11-05", "authority": "示例区人民政府（虚构）",
           "document": "示例政地〔2024〕1号（虚构）"}  # fmt: skip
    names = []
    if road.name:
        names.append({"name": road.name, "kind": "standard", **(new if road.new else {})})
    names += [{"name": name, "kind": kind} for kind, name in road.more_names]
    return _feature(
        road.key, shapely.MultiLineString(list(road.parts)),
        name=road.name, place_class=road.place_class, names=names,
        village=road.village, town=road.town, county="371002",
        length_m=round(road.length_m, 1), width_m=road.width_m, surface=road.surface,
        new=road.new, reason=road.reason, direction=road.direction, start=road.start, end=road.end,
    )  # fmt: skip


def _where(at: BaseGeometry, ground: grounds.Ground) -> grounds.Village:
    return next(v for v in ground.villages if v.area.contains(at))


def _cemetery(site: land.Site, ground: grounds.Ground) -> dict[str, Any]:
    village = _where(site.at, ground)
    return _feature(
        site.key, site.at, name=site.name, type=site.type, case=site.case, village=village.code,
        town=village.town, county="371002", operator="示例单位（虚构）",
    )  # fmt: skip


def _accuracy(method: str) -> dict[str, Any]:
    found = METHODS[method]
    return {
        "method": method, "grade": found.grade, "sigma_m": round(found.accuracy.sigma_m, 4),
        "shift_m": round(found.accuracy.shift_m, 4),
    }  # fmt: skip


def _approval(site: land.Site, grant: land.Grant) -> dict[str, Any]:
    area = geodesic_area_m2(PLANE.to_degrees(grant.extent))
    return _feature(
        grant.key, grant.extent, cemetery=site.key, effect="grants", **_accuracy(grant.method),
        valid_from=grant.valid_from.isoformat(), supersedes=grant.supersedes,
        document=grant.document, authority="示例民政局（虚构）", stated_area_m2=round(area, 1),
    )  # fmt: skip


def _survey(site: land.Site, survey: land.Measured) -> dict[str, Any]:
    return _feature(
        survey.key, survey.extent, cemetery=site.key, surveyed_on=survey.on.isoformat(),
        **_accuracy(survey.method), surveyor=survey.surveyor, complete_trace=True,
    )  # fmt: skip


def _zone(zone: land.Protected) -> dict[str, Any]:
    return _feature(zone.key, zone.extent, kind=zone.kind, name=zone.name, setback_m=zone.setback_m)


def _plot(plot: graves.Grave, ground: grounds.Ground) -> dict[str, Any]:
    village = _where(plot.at, ground) if plot.cemetery is None else None
    return _feature(
        plot.key, plot.at, cemetery=plot.cemetery, section=plot.section, number=plot.number,
        kind=plot.kind, status=plot.status, sigma_m=graves.SIGMA_M,
        village=village and village.code, town=village and village.town,
        county="371002" if village else None, **plot.more, burials=plot.burials,
    )  # fmt: skip


def _upload(site: land.Site) -> dict[str, Any]:
    """A survey as a phone with a public map would send it: GCJ-02, some 461 m off, undeclared."""
    survey = site.upload
    assert survey is not None
    feature = _survey(site, survey)
    ring = np.array(feature["geometry"]["coordinates"][0])
    feature["geometry"]["coordinates"] = [gcj02_from_wgs84(ring).round(7).tolist()]
    feature["properties"] |= {"cemetery_name": site.name, "note": "坐标为 GCJ-02，用于练习坐标检查"}
    return feature


def write_layer(path: Path, name: str, features: Iterable[dict[str, Any]]) -> int:
    """Write one layer, a feature a line, with what it is said in the file itself."""
    crs = "GCJ-02 (not EPSG:4490)" if name == "upload_gcj02" else "EPSG:4490, longitude latitude"
    metadata = {"notice": NOTICE, "notice_en": NOTICE_EN, "crs": crs,
                "generator": "tools/build_sample_district.py", "seed": SEED}  # fmt: skip
    if name in {"towns", "villages"}:
        metadata["attribution"] = SEAT_NOTICE
    head = {"type": "FeatureCollection", "name": path.stem, "metadata": metadata}
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features]
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    raw = (text + ",\n".join(lines) + "\n]}\n").encode()
    path.write_bytes(raw)
    return len(raw)


if __name__ == "__main__":
    main()
