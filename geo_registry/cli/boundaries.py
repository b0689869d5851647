"""Compare an approved extent with a measured boundary, from two files, without a database."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from geo_registry.cli.answering import json_option
from geo_registry.domain.cemetery import METHODS, Accuracy, SurveyMethod

if TYPE_CHECKING:
    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.encroachment import Verdict
    from geo_registry.domain.rings import CleanBoundary

_METHOD = click.Choice(list(METHODS))


@click.command("check-boundary")
@click.option("--approved", type=click.Path(path_type=Path), required=True, help="批准范围文件。")
@click.option("--observed", type=click.Path(path_type=Path), required=True, help="实测边界文件。")
@click.option("--sigma-approved", type=click.FloatRange(0), help="批准范围单轴中误差（米）。")
@click.option("--sigma-observed", type=click.FloatRange(0), help="实测边界单轴中误差（米）。")
@click.option("--method", type=_METHOD, default="rtk", show_default=True, help="实测方式。")
@click.option(
    "--approved-method", type=_METHOD, default="cad", show_default=True, help="批图方式。"
)
@click.option("--crs", help="两份文件的坐标系（缺省用文件自带的），例如 EPSG:4550、GCJ02。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="测量日期，缺省为今天。")
@click.option("--partial", is_flag=True, help="测量没有走完整圈。")
@json_option
def check_boundary(
    approved: Path,
    observed: Path,
    sigma_approved: float | None,
    sigma_observed: float | None,
    method: str,
    approved_method: str,
    crs: str | None,
    on: datetime | None,
    *,
    partial: bool,
    as_json: bool,
) -> None:
    """比对批准范围与实测边界：超出多少、把握多大。不需要数据库。"""
    from geo_registry.domain.cemetery import Approval, Survey
    from geo_registry.domain.encroachment import assess

    day = on.date() if on else _today()
    granted, measured, plane = _read(approved, observed, crs)
    approval_method, survey_method = METHODS[approved_method], METHODS[method]
    verdict = assess(
        [
            Approval(
                id=1,
                effect="grants",
                extent=granted.extent,
                accuracy=_accuracy(approval_method, sigma_approved),
                grade=approval_method.grade,
                valid_from=None,
            )
        ],
        Survey(
            id=1,
            surveyed_on=day,
            method=method,
            extent=measured.extent,
            accuracy=_accuracy(survey_method, sigma_observed),
            grade=survey_method.grade,
            complete_trace=not partial,
            repaired=measured.material or granted.material,
        ),
        plane,
    )
    if as_json:
        answer = as_document(verdict, plane, day, (*granted.notes, *measured.notes))
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in _in_words(verdict, survey_method):
        click.echo(line)


def as_document(
    verdict: Verdict, plane: WorkPlane, day: date, repairs: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The verdict as a JSON document; areas in geodesic m², the claim in EPSG:4490."""
    import shapely

    from geo_registry.domain.crs import mu_from_m2

    claim = None
    if not verdict.claim.is_empty:
        claim = json.loads(shapely.to_geojson(plane.to_degrees(verdict.claim)))
    return {
        "verdict": str(verdict.verdict),
        "verdict_words": verdict.verdict.word,
        "geometric_verdict": str(verdict.geometric),
        "area_m2": verdict.area_m2,
        "area_mu": mu_from_m2(verdict.area_m2),
        "plane_area_m2": verdict.plane_area_m2,
        "standard_error_m2": verdict.standard_error_m2,
        "at_least_m2": verdict.at_least_m2,
        "p_bound": verdict.p_bound,
        "raw_area_m2": verdict.raw_area_m2,
        "noise_floor_m2": verdict.noise_floor_m2,
        "detection_limit_m": verdict.detection_limit_m,
        "area_gain_m2": verdict.area_gain_m2,
        "max_depth_m": verdict.max_depth_m,
        "approved_area_m2": verdict.approved_area_m2,
        "surveyed_area_m2": verdict.surveyed_area_m2,
        "grade": verdict.grade,
        "reasons": list(verdict.reasons),
        "located": verdict.located,
        "on": day.isoformat(),
        "plane": plane.code,
        "repairs": list(repairs),
        "claim": claim,
    }


def _read(
    approved: Path, observed: Path, crs: str | None
) -> tuple[CleanBoundary, CleanBoundary, WorkPlane]:
    """Both boundaries in the work plane of the approved one; several features of a file unite."""
    import shapely

    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.errors import Unreadable
    from geo_registry.domain.rings import clean
    from geo_registry.formats.vector import read_features

    boundaries = []
    for path in (approved, observed):
        features = read_features(path, wanted="polygon", crs=crs)
        if not len(features):
            first = features.issues[0].message if features.issues else "没有面要素。"
            raise Unreadable(f"“{path.name}”没有可用的边界：{first}")
        boundaries.append((shapely.union_all(features.geometry), features.repaired.any()))
    plane = WorkPlane.containing(boundaries[0][0].centroid.x)
    granted, measured = (clean(plane.to_plane(extent)) for extent, _ in boundaries)
    return granted, measured, plane


def _accuracy(method: SurveyMethod, sigma_m: float | None) -> Accuracy:
    """The planning accuracy of a method, scaled to the stated standard error."""
    if sigma_m is None:
        return method.accuracy
    share = method.accuracy.shift_m / method.accuracy.sigma_m
    return Accuracy(sigma_m, sigma_m * share)


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _in_words(verdict: Verdict, method: SurveyMethod) -> list[str]:
    lines = [verdict.verdict.word]
    if verdict.verdict.found:
        lines.append(
            f"约 {verdict.area_m2:,.0f} m²（标准误差 {verdict.standard_error_m2:,.0f} m²，"
            f"95% 把握至少 {verdict.at_least_m2:,.0f} m²，"
            f"占批准面积 {verdict.share:.1%}），最深 {verdict.max_depth_m:.1f} m。"
        )
    lines.append(
        f"单纯由误差造成这种差异的概率不超过 {verdict.p_bound:.2g}；"
        f"直接叠加面积 {verdict.raw_area_m2:,.0f} m²，"
        f"其中误差本身就会有约 {verdict.noise_floor_m2:,.0f} m²。"
    )
    lines.append(
        f"这次测量（{method.title}）只能发现 {verdict.detection_limit_m:.1f} m 以上的扩建。"
    )
    return lines + [f"{reason}。" for reason in verdict.reasons]
