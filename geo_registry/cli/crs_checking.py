"""Check whether a boundary lies where its coordinate system says, without a database."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo_registry.cli.answering import json_option

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.crs_check import Suspicion


@click.command("crs-check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="已知正确的边界（例如批准范围）；缺省为本区范围，只能看出相差很远的情况。",
)
@click.option("--crs", help="文件声明的坐标系（缺省用文件自带的），例如 EPSG:4550。")
@click.option("--layer", metavar="NAME", help="文件里有几个图层时，指明其中一个。")
@click.option("--reference-crs", help="参照文件的坐标系（缺省用文件自带的）。")
@json_option
def crs_check(
    file: Path,
    reference: Path | None,
    crs: str | None,
    layer: str | None,
    reference_crs: str | None,
    *,
    as_json: bool,
) -> None:
    """核对坐标系：GCJ-02、BD-09、北京54、西安80、带号、中央经线、坐标轴颠倒等。

    只核对、不换算。看来不对时以退出码 5 结束，并说明像哪一种坐标系。
    """
    import shapely

    from geo_registry.domain.crs_check import suspect
    from geo_registry.services.boundaries.crs_examining import own_numbers

    areas, declared = own_numbers(file, crs, layer)
    known = _reference(reference, reference_crs)
    upload = shapely.union_all(shapely.make_valid(list(areas.values())))
    suspicion = suspect(upload, declared, known)
    apart = None if suspicion else _apart_m(upload, declared, known)
    if as_json:
        click.echo(json.dumps(_document(suspicion, declared, apart), ensure_ascii=False))
    elif suspicion is not None:
        for text in dict.fromkeys([suspicion.message, *suspicion.evidence]):
            click.echo(text)
    else:
        click.echo(_unsuspected(declared, apart, "参照边界" if reference else "本区范围"))
        if reference is None:
            click.echo(
                "没有给出参照边界，几百米以内的偏移（GCJ-02、北京54、西安80）看不出来；"
                "请用 --reference。"
            )
    if suspicion is not None or apart == math.inf:
        raise SystemExit(5)


def _apart_m(upload: BaseGeometry, declared: str, known: BaseGeometry) -> float:
    """Metres between an upload, where it is declared to lie, and the reference; 0 if they meet.

    Infinite where the upload lies nowhere on earth.
    """
    import numpy as np
    import shapely

    from geo_registry.domain.crs import degrees_from, geodesic_length_m

    there = degrees_from(upload, declared)
    if not np.isfinite(shapely.get_coordinates(there)).all():
        return math.inf
    return geodesic_length_m(shapely.shortest_line(there, known))


def _unsuspected(declared: str, apart_m: float | None, where: str) -> str:
    if apart_m == math.inf:
        return (
            f"这些数值不可能是所声明的坐标系（{_title(declared)}）：按它换算不在地球上。"
            "请向提供者问清坐标系（带号、中央经线），用 --crs 写明后再核对。"
        )
    if apart_m:
        return (
            f"按坐标系（{_title(declared)}），离{where} {apart_m:,.0f} m，没有重叠；"
            "已知的坐标系错误都解释不了，可能不是同一处。"
        )
    return f"坐标系（{_title(declared)}）与{where}相符，没有发现问题。"


def _reference(path: Path | None, crs: str | None) -> BaseGeometry:
    """The registered boundary in degrees (EPSG:4490), or the extent of the district."""
    import shapely

    from geo_registry.domain.errors import BadRequest
    from geo_registry.formats.vector import read_features
    from geo_registry.reference import load_profile
    from geo_registry.settings import Settings

    if path is not None:
        features = read_features(path, wanted="polygon", crs=crs)
        features.require_usable(path.name)
        return shapely.union_all(features.geometry)
    settings = Settings.from_environment()
    extent = load_profile(settings.data, settings.profile).parameters.get("extent")
    if extent is None:
        raise BadRequest("本区没有登记范围。", advice="请用 --reference 给出参照边界。")
    district: BaseGeometry = shapely.box(*extent.value)
    return district


def _title(declared: str) -> str:
    from geo_registry.formats.features import crs_title

    return crs_title(declared)


def _document(
    suspicion: Suspicion | None, declared: str, apart_m: float | None
) -> dict[str, object]:
    """The answer as JSON: metres and degrees from north, ``null`` where nothing is suspected."""
    if suspicion is None:
        message = _unsuspected(declared, apart_m, "参照")
        metres = None if apart_m == math.inf else apart_m
        return {"declared": declared, "suspected": None, "apart_m": metres, "message": message}
    known = math.isfinite(suspicion.offset_m)
    return {
        "declared": declared,
        "suspected": suspicion.system,
        "fit": suspicion.fit,
        "declared_fit": suspicion.declared_fit,
        "offset_m": suspicion.offset_m if known else None,
        "azimuth_deg": suspicion.azimuth_deg if known else None,
        "message": suspicion.message,
        "evidence": list(suspicion.evidence),
        "convertible": suspicion.convertible,
        "declared_position": _geojson(suspicion.declared_at),
        "suspected_position": _geojson(suspicion.position),
    }


def _geojson(geometry: BaseGeometry | None) -> object:
    """A position in EPSG:4490 as GeoJSON."""
    import shapely

    if geometry is None or geometry.is_empty:
        return None
    return json.loads(shapely.to_geojson(geometry))
