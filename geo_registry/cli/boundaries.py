"""Compare an approved extent with a measured boundary, from two files, without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.domain.cemetery import METHODS, SurveyMethod

if TYPE_CHECKING:
    import polars

    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.encroachment import Verdict
    from geo_registry.domain.rings import CleanBoundary

_METHOD = click.Choice(list(METHODS))


@click.command("check-boundary")
@click.option("--approved", type=click.Path(path_type=Path), required=True, help="批准范围文件。")
@click.option("--observed", type=click.Path(path_type=Path), required=True, help="实测边界文件。")
@click.option("--sigma-approved", type=click.FloatRange(0), help="批准范围单轴中误差（米）。")
@click.option("--sigma-observed", type=click.FloatRange(0), help="实测边界单轴中误差（米）。")
@click.option("--method", type=_METHOD, help="实测方式（缺省：文件的 method 列，再缺省 rtk）。")
@click.option("--approved-method", type=_METHOD, help="批图方式（缺省：method 列，再缺省 cad）。")
@click.option("--crs", help="两份文件的坐标系（缺省用文件自带的），例如 EPSG:4550、GCJ02。")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="测量日期，缺省为今天。")
@click.option("--partial", is_flag=True, help="测量没有走完整圈。")
@click.option("--accept-crs", is_flag=True, help="已经由人核对过坐标系，照此比对。")
@json_option
def check_boundary(
    approved: Path,
    observed: Path,
    sigma_approved: float | None,
    sigma_observed: float | None,
    method: str | None,
    approved_method: str | None,
    crs: str | None,
    on: datetime | None,
    *,
    partial: bool,
    accept_crs: bool,
    as_json: bool,
) -> None:
    """比对批准范围与实测边界：超出多少、把握多大。不需要数据库。

    文件可以自带 method（方式）、sigma_m（单轴中误差，米）、sigma_shift_m（其中整体偏移，米）
    三列；命令行写明的优先。坐标系看来不对时不作比对（退出码 5）。
    """
    from geo_registry.domain.cemetery import Approval, Survey
    from geo_registry.domain.encroachment import assess
    from geo_registry.services.stated_accuracy import accuracy_of, method_of

    day = on.date() if on else today()
    granted, measured, plane = _read(approved, observed, crs, accept_crs=accept_crs)
    approval_method = method_of(granted.columns, "cad", asked=approved_method)
    survey_method = method_of(measured.columns, "rtk", asked=method)
    verdict = assess(
        [
            Approval(
                id=1,
                effect="grants",
                extent=granted.boundary.extent,
                accuracy=accuracy_of(granted.columns, approval_method, sigma_approved),
                grade=approval_method.grade,
                valid_from=None,
            )
        ],
        Survey(
            id=1,
            surveyed_on=day,
            method=survey_method.key,
            extent=measured.boundary.extent,
            accuracy=accuracy_of(measured.columns, survey_method, sigma_observed),
            grade=survey_method.grade,
            complete_trace=not partial,
            repaired=measured.repaired or granted.repaired,
        ),
        plane,
    )
    if as_json:
        repairs = [
            f"{word}自相交，已自动修复"
            for word, given in (("批准范围", granted), ("实测边界", measured))
            if given.repaired
        ]
        answer = as_document(verdict, plane, day, repairs)
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in _in_words(verdict, survey_method):
        click.echo(line)
    for word, given in (("批准范围", granted), ("实测边界", measured)):
        if given.repaired:
            click.echo(f"{word}：图形自相交，已自动修复，请在图上核对。")


@click.command("check-boundaries")
@click.option("--approved", type=click.Path(path_type=Path), required=True, help="批准范围的表。")
@click.option("--observed", type=click.Path(path_type=Path), required=True, help="实测边界的表。")
@click.option("--on", required=True, metavar="列", help="两份表对应的编号列。")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="结果：parquet、gpkg、geojson（带超出范围的图形），csv、tsv、json 或 xlsx。",
)
@click.option("--sigma-approved", type=click.FloatRange(0), help="批准范围单轴中误差（米）。")
@click.option("--sigma-observed", type=click.FloatRange(0), help="实测边界单轴中误差（米）。")
@click.option("--method", type=_METHOD, help="实测方式（缺省：文件的 method 列，再缺省 rtk）。")
@click.option("--approved-method", type=_METHOD, help="批图方式（缺省：method 列，再缺省 cad）。")
@click.option("--crs", help="两份文件的坐标系（缺省用文件自带的），例如 EPSG:4550、GCJ02。")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="测量日期，缺省为今天。")
@click.option("--full", is_flag=True, help="没有发现的也算出全部数字（慢十几倍）。")
@click.option("--threads", type=click.IntRange(1, 64), default=2, show_default=True, help="线程。")
@click.option("--accept-crs", is_flag=True, help="已经由人核对过坐标系，照此比对。")
@json_option
def check_boundaries(
    approved: Path, observed: Path, out: Path, day: datetime | None, *, as_json: bool, **asked: Any
) -> None:
    """按编号逐个比对两份表：谁超出批准范围、多少、把握多大。不需要数据库。

    同一编号有几行批准范围的，合起来算；有几行实测的，各算各的。不能比对的行逐行列出原因。
    """
    from geo_registry.cli.importing import ProgressBar
    from geo_registry.domain.encroachment import Level
    from geo_registry.formats.feature_tables import require_writable, write_features
    from geo_registry.services.checking_boundaries import Asked, check_tables

    require_writable(out)
    progress = ProgressBar()
    on_day = day.date() if day else today()
    found = check_tables(
        approved,
        observed,
        Asked(day=on_day, **asked),
        lambda done, total: progress("比对", done, total),
    )
    progress.close()
    write_features(found.table, found.claims, out)
    summary = found.summary()
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    for level, count in summary["verdicts"].items():
        click.echo(f"{Level(level).word}\t{count:,}")
    say(f"已写入 {out}：{summary['rows']:,} 行。")
    for issue in found.issues[:10]:
        say(issue.message)
    if len(found.issues) > 10:
        say(f"……共 {len(found.issues):,} 行不能比对，用 --json 查看。")


def as_document(
    verdict: Verdict, plane: WorkPlane, day: date, repairs: Sequence[str] = ()
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


@dataclass(frozen=True, slots=True)
class _Given:
    """A boundary in the plane, and what its file says of how it was made (``None``: nothing)."""

    boundary: CleanBoundary
    columns: Mapping[str, Any]
    repaired: bool
    """Whether reading had to repair a ring, which nobody has accepted yet."""


def _read(
    approved: Path, observed: Path, crs: str | None, *, accept_crs: bool
) -> tuple[_Given, _Given, WorkPlane]:
    """Both boundaries in the work plane of the approved one; several features of a file unite.

    Raises :class:`~geo_registry.domain.errors.Refused` where the observed one looks as if it were
    in another coordinate system than declared.
    """
    import shapely

    from geo_registry.domain.crs import WorkPlane, numbers_in
    from geo_registry.domain.crs_check import suspect
    from geo_registry.domain.errors import Refused, Unreadable
    from geo_registry.domain.rings import clean, require_near
    from geo_registry.formats.vector import read_features

    read = []
    for path in (approved, observed):
        features = read_features(path, wanted="polygon", crs=crs)
        if not len(features):
            first = features.issues[0].message if features.issues else "没有面要素。"
            raise Unreadable(f"“{path.name}”没有可用的边界：{first}")
        read.append((shapely.union_all(features.geometry), features))
    (granted, _), (measured, features) = read
    suspicion = suspect(numbers_in(measured, features.crs), features.crs, granted)
    if suspicion is not None and not accept_crs:
        raise Refused(
            f"“{observed.name}”：{suspicion.message}",
            advice="坐标系有误的，用 --crs 写明或转换后再比对；确认无误的，加 --accept-crs。",
        )
    plane = WorkPlane.containing(granted.centroid.x)
    given = [
        _Given(clean(plane.to_plane(e)), _columns(f.attributes), bool(f.repaired.any()))
        for e, f in read
    ]
    require_near(given[1].boundary.extent, given[0].boundary.extent)
    return given[0], given[1], plane


def _columns(attributes: polars.DataFrame) -> Mapping[str, Any]:
    """What the file says of its accuracy; of several features the least accurate one counts."""
    from geo_registry.services.stated_accuracy import COLUMNS, metres

    rows = attributes.select([n for n in COLUMNS if n in attributes.columns]).to_dicts()
    return max(rows, key=lambda row: metres(row, "sigma_m") or 0.0, default={})


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
