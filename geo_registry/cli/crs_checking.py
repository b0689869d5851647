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
@click.option("--reference-crs", help="参照文件的坐标系（缺省用文件自带的）。")
@json_option
def crs_check(
    file: Path,
    reference: Path | None,
    crs: str | None,
    reference_crs: str | None,
    *,
    as_json: bool,
) -> None:
    """核对坐标系：GCJ-02、BD-09、带号、中央经线、坐标轴颠倒等。

    只核对、不换算。看来不对时以退出码 5 结束，并说明像哪一种坐标系。
    """
    from geo_registry.domain.crs_check import suspect

    uploaded, declared = _own_numbers(file, crs)
    known = _reference(reference, reference_crs)
    suspicion = suspect(uploaded, declared, known)
    if as_json:
        click.echo(json.dumps(_document(suspicion, declared), ensure_ascii=False))
    elif suspicion is None:
        where = "参照边界" if reference else "本区范围"
        click.echo(f"坐标系（{_title(declared)}）与{where}相符，没有发现问题。")
        if reference is None:
            click.echo("没有给出参照边界，几百米的偏移（如 GCJ-02）看不出来；请用 --reference。")
    else:
        click.echo(suspicion.message)
    if suspicion is not None:
        raise SystemExit(5)


def _own_numbers(path: Path, crs: str | None) -> tuple[BaseGeometry, str]:
    """The areas of a file in its own numbers, and the system they are declared to be in."""
    import numpy as np
    import shapely

    from geo_registry.domain.errors import BadRequest, Unreadable
    from geo_registry.formats.vector import read_layer

    layer = read_layer(path)
    shapes = shapely.force_2d(layer.geometry)
    kept = shapes[np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)]
    numbers = shapely.get_coordinates(kept)
    if not len(kept) or not np.isfinite(numbers).all():
        raise Unreadable(f"“{path.name}”里没有可用的面要素，无从核对。")
    declared = crs or layer.crs
    if declared is None:
        if np.abs(numbers).max() > 180.0:
            raise BadRequest(
                f"“{path.name}”没有写明坐标系。",
                advice="请用 --crs 写明所声明的坐标系，例如 --crs EPSG:4550，再核对。",
            )
        declared = "EPSG:4490"
    return shapely.union_all(shapely.make_valid(kept)), declared


def _reference(path: Path | None, crs: str | None) -> BaseGeometry:
    """The registered boundary in degrees (EPSG:4490), or the extent of the district."""
    import shapely

    from geo_registry.domain.errors import BadRequest, Unreadable
    from geo_registry.formats.vector import read_features
    from geo_registry.reference import load_profile
    from geo_registry.settings import Settings

    if path is not None:
        features = read_features(path, wanted="polygon", crs=crs)
        if not len(features):
            raise Unreadable(f"参照文件“{path.name}”里没有可用的面要素。")
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


def _document(suspicion: Suspicion | None, declared: str) -> dict[str, object]:
    """The answer as JSON: metres and degrees from north, ``null`` where nothing is suspected."""
    if suspicion is None:
        return {"declared": declared, "suspected": None, "message": "坐标系与参照相符。"}
    known = math.isfinite(suspicion.offset_m)
    return {
        "declared": declared,
        "suspected": suspicion.system,
        "fit": suspicion.fit,
        "declared_fit": suspicion.declared_fit,
        "offset_m": suspicion.offset_m if known else None,
        "azimuth_deg": suspicion.azimuth_deg if known else None,
        "message": suspicion.message,
    }
