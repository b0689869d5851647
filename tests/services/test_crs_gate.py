"""Boundaries in another coordinate system are stopped before anything is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.crs import WorkPlane, gcj02_from_wgs84
from geo_registry.domain.errors import Refused
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.boundaries.crs_examining import examine
from geo_registry.services.imports.importing import Source, Summary, file_hash
from geo_registry.services.imports.importing_cemeteries import Kind, Terms, import_cemeteries
from geo_registry.services.imports.importing_zones import ZoneTerms, import_zones
from geo_registry.services.samples import sample
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.imports import Footprint
from geo_registry.store.uploads import answers_of, insert_answer


@pytest.fixture
def imported(engine: Engine, data: Path, reference: Reference, profile: Profile) -> Any:
    """Import the sample's GCJ-02 survey into the sample district, as a person would."""
    with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
        sample.load(connection, data=data, reference=reference, profile=profile)

    def run(crs: str | None = None, **terms: Any) -> tuple[Summary, Any]:
        path = data / "boundaries" / "sample_371002_upload_gcj02.geojson"
        given = {"method_column": "method", "sigma_column": "sigma_m", **terms}
        with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
            summary = import_cemeteries(
                connection,
                Source(path, "cemeteries.survey"),
                Terms(Kind.SURVEY, date_column="surveyed_on", **given),
                reference=reference,
                crs=crs,
            )
            return summary, _surveyed(connection)

    return run


def _surveyed(connection: Connection) -> Any:
    return (
        connection.execute(
            text(
                "SELECT c.source_id FROM registry.survey s JOIN registry.cemetery c "
                "ON c.id = s.cemetery_id JOIN registry.import_batch b ON b.id = s.batch_id "
                "WHERE b.kind = 'cemeteries.survey' ORDER BY s.id"
            )
        )
        .scalars()
        .all()
    )


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM registry.survey")) or 0)


@pytest.mark.parametrize("linked", [{"id_column": "cemetery"}, {}])
def test_the_import_stops_asks_and_stores_nothing(
    engine: Engine, imported: Any, linked: dict[str, str]
) -> None:
    before = _count(engine)
    with pytest.raises(Refused, match=r"示例公墓六.*GCJ-02.*没有导入任何内容") as refused:
        imported(**linked)
    assert "--accept-crs" in refused.value.advice
    assert _count(engine) == before


def test_it_goes_on_with_the_right_system(imported: Any) -> None:
    summary, surveyed = imported(crs="GCJ-02")
    assert summary.counts["matched"] == 1
    assert surveyed == ["cemetery:6"]


def test_a_person_may_insist(imported: Any) -> None:
    summary, surveyed = imported(id_column="cemetery", accept_crs=True)
    assert summary.counts["surveys"] == 1
    assert surveyed == ["cemetery:6"]


SITE = WorkPlane(123).to_degrees(shapely.box(422_200, 4_152_400, 422_300, 4_152_460))
DISTRICT = shapely.box(121.95, 37.30, 122.35, 37.58)


def _file(folder: Path, name: str, geometry: Any, **properties: Any) -> Path:
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(geometry)),
    }
    path = folder / name
    path.write_text(json.dumps(feature), "utf-8")
    return path


@pytest.fixture
def approve(engine: Engine, reference: Reference, tmp_path: Path) -> Any:
    """Import an approval of a file, as a person would."""

    def run(path: Path, **terms: Any) -> Summary:
        given = Terms(Kind.APPROVAL, method="cad", id_column="编号", **terms)
        source = Source(path, "cemeteries.approval", keep_in=tmp_path / "home", district=DISTRICT)
        with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
            return import_cemeteries(connection, source, given, reference=reference)

    return run


def test_approvals_pass_the_gate_too(approve: Any, tmp_path: Path) -> None:
    first = _file(tmp_path, "一.geojson", SITE, 编号="A", 名称="桥头公墓")
    assert approve(first).counts["new_cemeteries"] == 1
    moved = shapely.transform(SITE, gcj02_from_wgs84)
    second = _file(tmp_path, "二.geojson", moved, 编号="A")
    with pytest.raises(Refused, match=r"桥头公墓.*GCJ-02.*没有导入任何内容"):
        approve(second)
    # land added beside the site has another shape and place: it is not compared with it
    assert approve(second, effect="adds").counts["approvals"] == 1


def test_the_registered_site_need_not_be_named(approve: Any, tmp_path: Path) -> None:
    approve(_file(tmp_path, "一.geojson", SITE, 编号="A", 名称="桥头公墓"))
    moved = _file(tmp_path, "二.geojson", shapely.transform(SITE, gcj02_from_wgs84), 编号="")
    with pytest.raises(Refused, match="桥头公墓"):
        approve(moved)
    neighbour = WorkPlane(123).to_degrees(shapely.box(422_400, 4_152_400, 422_470, 4_152_480))
    assert approve(_file(tmp_path, "三.geojson", neighbour, 编号="B")).counts["approvals"] == 1


def test_insisting_is_remembered_with_the_file(
    engine: Engine, approve: Any, tmp_path: Path
) -> None:
    approve(_file(tmp_path, "一.geojson", SITE, 编号="A", 名称="桥头公墓"))
    second = _file(tmp_path, "二.geojson", shapely.transform(SITE, gcj02_from_wgs84), 编号="A")
    done = approve(second, accept_crs=True, crs_reason="两处墓地")
    with engine.connect() as connection:
        (answer,) = answers_of(connection, done.sha256)
        kept = connection.scalar(
            text("SELECT count(*) FROM registry.raw_file WHERE sha256 = :h"), {"h": done.sha256}
        )
    assert (answer.stands, answer.reason, kept) == (True, "两处墓地", 1)
    assert any("GCJ-02" in e for e in answer.evidence)
    assert (tmp_path / "home/files" / done.sha256[:2] / done.sha256).read_bytes() == (
        second.read_bytes()
    )


def test_what_was_answered_before_is_said_again(
    engine: Engine, approve: Any, tmp_path: Path
) -> None:
    approve(_file(tmp_path, "一.geojson", SITE, 编号="A", 名称="桥头公墓"))
    second = _file(tmp_path, "二.geojson", shapely.transform(SITE, gcj02_from_wgs84), 编号="A")
    with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
        insert_answer(connection, file_hash(second), "EPSG:4326", "GCJ02", [], "高德描绘")
    with pytest.raises(Refused, match=r"本机用户已确认（高德描绘）.*实为GCJ-02") as refused:
        approve(second)
    assert "--crs GCJ02" in refused.value.advice


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (shapely.box(139.7, 35.7, 139.701, 35.701), "东经 139.70°、北纬 35.70°"),
        (shapely.box(-70.65, -33.45, -70.649, -33.449), "西经 70.65°、南纬 33.45°"),
    ],
)
def test_another_country_is_refused(
    engine: Engine, approve: Any, tmp_path: Path, box: Any, words: str
) -> None:
    path = _file(tmp_path, "外国.geojson", box, 编号="X", 类型="耕地")
    with pytest.raises(Refused, match=rf"{words}，离本区约 [\d,]+ km，不是本区的地方"):
        approve(path)
    zone = Source(path, "zones", district=DISTRICT)
    with (
        transaction(engine, person=LOCAL_USER, reason="测试") as connection,
        pytest.raises(Refused, match="不是本区的地方"),
    ):
        import_zones(connection, zone, ZoneTerms())


def test_a_zone_in_the_wrong_zone_of_the_grid_is_stopped(engine: Engine, tmp_path: Path) -> None:
    numbers = shapely.box(422_200, 4_152_400, 423_300, 4_153_460)
    path = tmp_path / "农田.gpkg"
    frame = geopandas.GeoDataFrame({"类型": ["耕地"], "geometry": [numbers]}, crs=4549)
    frame.to_file(path, driver="GPKG")
    source = Source(path, "zones", district=DISTRICT)
    with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
        with pytest.raises(Refused, match=r"本区范围.*中央经线 123°"):
            import_zones(connection, source, ZoneTerms())
        done = import_zones(connection, source, ZoneTerms(), crs="EPSG:4550")
    assert done.counts["zones"] == 1


def test_what_the_accuracy_hides_is_admitted() -> None:
    footprint = Footprint(1, "桥头公墓", "", SITE, ())
    rough = examine({1: SITE}, "EPSG:4490", {1: footprint}, [], sigma_m=40.0)
    assert rough.verdict == "fits"
    assert any("北京54" in e and "分不清" in e for e in rough.evidence)
    fine = examine({1: SITE}, "EPSG:4490", {1: footprint}, [], sigma_m=0.1)
    assert not any("分不清" in e for e in fine.evidence)
    alone = examine({1: SITE}, "EPSG:4490", {}, [], district=DISTRICT)
    assert any("看不出来" in e for e in alone.evidence)
    nothing = examine({1: SITE}, "EPSG:4490", {}, [])
    assert (nothing.verdict, nothing.options) == ("untold", ())
