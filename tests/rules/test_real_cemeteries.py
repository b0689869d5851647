"""Two dates of the same real cemeteries: growth is flagged, redrawing and repetition are not."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import shapely

from geo_registry.domain.cemetery import Accuracy, Approval, Cemetery, CemeteryType, Survey
from geo_registry.domain.crs import WorkPlane, geodesic_area_m2
from geo_registry.domain.finding import Finding
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.reference import load, load_profile
from geo_registry.rules import rule
from geo_registry.settings import DEFAULT_PROFILE, shipped

BEFORE, AFTER = date(2013, 8, 1), date(2015, 7, 1)

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cemetery"


@pytest.fixture(scope="module")
def polygons(folder: Path) -> dict[tuple[str, str], shapely.Geometry]:
    features = json.loads((folder / "osm_cemeteries.geojson").read_text("utf-8"))["features"]
    return {
        (f["properties"]["src"], f["properties"]["osm"]): shapely.geometry.shape(f["geometry"])
        for f in features
    }


@pytest.fixture(scope="module")
def pairs(folder: Path) -> list[dict[str, str]]:
    with (folder / "cemetery_pairs.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def findings(
    pair: dict[str, str],
    polygons: dict[tuple[str, str], shapely.Geometry],
    approved: Accuracy,
    observed: Accuracy,
    grade: str = "B",
) -> list[Finding]:
    after = polygons[pair["after"], pair["osm_after"]]
    plane = WorkPlane.containing(after.centroid.x)
    approvals = ()
    if pair["osm_before"]:
        before = plane.to_plane(polygons[pair["before"], pair["osm_before"]])
        approvals = (Approval(1, "grants", before, approved, "B", BEFORE),)
    survey = Survey(1, AFTER, "satellite", plane.to_plane(after), observed, grade)
    site = Cemetery(
        "cemetery:1", pair["osm_after"], CemeteryType.URBAN_PUBLIC, approvals, (survey,)
    )
    data = shipped("data")
    gazetteer = Gazetteer(
        on=AFTER,
        reference=load(data),
        profile=load_profile(data, DEFAULT_PROFILE),
        cemeteries=(site,),
        plane=plane,
    )
    return [
        finding
        for rule_id in ("cm.bound.exceeds_approved", "cm.bound.no_approval")
        for finding in rule(rule_id).run(gazetteer)
    ]


@pytest.mark.parametrize("sigma_approved", [2.0, 0.3])
def test_growth_is_flagged_and_nothing_unchanged_is(pairs, polygons, sigma_approved):
    approved = Accuracy(sigma_approved, sigma_approved * 0.8**0.5)
    observed = Accuracy(2.0, 2.0 * 0.8**0.5)
    outcomes: dict[str, list[set[tuple[str, str]]]] = {}
    for pair in pairs:
        found = findings(pair, polygons, approved, observed)
        outcomes.setdefault(pair["label"], []).append({(f.rule_id, f.outcome) for f in found})
    assert {label: len(found) for label, found in outcomes.items()} == {
        "expanded": 2,
        "unchanged": 10,
        "redrawn": 6,
        "appeared": 3,
    }
    suspected = {("cm.bound.exceeds_approved", "suspected")}
    assert outcomes["expanded"] == [suspected, suspected]
    assert outcomes["unchanged"] == [set()] * 10
    assert all(found <= suspected for found in outcomes["redrawn"])
    assert outcomes["appeared"] == [{("cm.bound.no_approval", "never")}] * 3


def test_areas_agree_with_the_published_ones(pairs, polygons):
    for pair in pairs:
        area = geodesic_area_m2(polygons[pair["after"], pair["osm_after"]])
        assert area == pytest.approx(float(pair["area_after_m2"]), rel=2e-3)
