"""Compare an approved extent with a measured boundary, from two files, without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.domain.cemetery import METHODS, SurveyMethod

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.cemetery import Approval, Survey
    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.encroachment import Verdict

_METHOD = click.Choice(list(METHODS))


@click.command("check-boundary")
@click.option("--approved", type=click.Path(path_type=Path), required=True, help="批准范围文件。")
@click.option("--observed", type=click.Path(path_type=Path), required=True, help="实测边界文件。")
@click.option("--sigma-approved", type=float, help="批准范围单轴中误差（米）。")
@click.option("--sigma-observed", type=float, help="实测边界单轴中误差（米）。")
@click.option("--method", type=_METHOD, help="实测方式（缺省：文件的 method 列，再缺省 rtk）。")
@click.option("--approved-method", type=_METHOD, help="批图方式（缺省：method 列，再缺省 cad）。")
@click.option("--crs", help="两份文件的坐标系（缺省用文件自带的），例如 EPSG:4550、GCJ02。")
@click.option("--layer", metavar="NAME", help="实测文件里有几个图层时，指明其中一个。")
@click.option("--approved-layer", metavar="NAME", help="批准范围文件里有几个图层时，指明其中一个。")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="测量日期，缺省取文件里的 surveyed_on（测量日期）列，再缺省为今天。",
)
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
    layer: str | None,
    approved_layer: str | None,
    on: datetime | None,
    *,
    partial: bool,
    accept_crs: bool,
    as_json: bool,
) -> None:
    """比对批准范围与实测边界：超出多少、把握多大。不需要数据库。

    文件可以自带 method（方式）、sigma_m（单轴中误差，米）、sigma_shift_m（其中整体偏移，米）
    三列，批准范围还可以有 effect（批准性质）、valid_from、valid_to（生效、失效日期）、document
    （文号）、supersedes（替代文号）；几行批准各按自己的精度和日期算。命令行写明的优先。
    坐标系看来不对时不作比对（退出码 5）。
    """
    from geo_registry.domain.encroachment import assess
    from geo_registry.services.boundaries.stated_accuracy import method_of
    from geo_registry.services.boundaries.stated_approvals import (
        approvals_of,
        day_of,
        require_in_force,
    )

    granted, measured, plane = _read(
        (approved, approved_layer), (observed, layer), crs, accept_crs=accept_crs
    )
    survey_method = method_of(measured.worst, "rtk", asked=method)
    asked_day = on.date() if on else None
    day = day_of(measured.worst, measured.rows[0], asked=asked_day, today=today())
    rows = list(zip(granted.rows, granted.extents, granted.columns, strict=True))
    approvals = approvals_of(rows, method=approved_method, sigma_m=sigma_approved)
    require_in_force(approvals, day)
    survey = _survey(measured, survey_method, day, sigma_observed, complete=not partial)
    repaired = measured.repaired or granted.repaired
    verdict = assess(approvals, replace(survey, repaired=repaired), plane)
    repairs = [
        f"{word}自相交，已自动修复"
        for word, given in (("批准范围", granted), ("实测边界", measured))
        if given.repaired
    ]
    notes = [*granted.notes(), *measured.notes(), *_granted_later(verdict, approvals, day)]
    if as_json:
        answer = as_document(verdict, plane, day, repairs)
        answer["reasons"] += notes
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for line in [*_in_words(verdict, survey_method), *(f"{note}。" for note in notes)]:
        click.echo(line)
    for repair in repairs:
        click.echo(f"{repair.replace('自相交', '：图形自相交')}，请在图上核对。")


def _survey(
    measured: _Given, method: SurveyMethod, day: date, sigma_m: float | None, *, complete: bool
) -> Survey:
    import shapely

    from geo_registry.domain.cemetery import Survey
    from geo_registry.services.boundaries.stated_accuracy import accuracy_of

    return Survey(
        id=1,
        surveyed_on=day,
        method=method.key,
        extent=shapely.union_all(measured.extents),
        accuracy=accuracy_of(measured.worst, method, sigma_m),
        grade=method.grade,
        complete_trace=complete,
        repaired=measured.repaired,
    )


def _granted_later(verdict: Verdict, approvals: Sequence[Approval], day: date) -> list[str]:
    """Approvals that came after the survey and cover part of what it claims (先建后批)."""
    from geo_registry.domain.partition import approved_afterwards

    return [
        f"超出部分中有 {land.area:,.0f} m² 在 {approval.valid_from} 才获得批准（先建后批）"
        for approval, land in approved_afterwards(verdict.claim, approvals, day)
    ]


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
@click.option("--sigma-approved", type=float, help="批准范围单轴中误差（米）。")
@click.option("--sigma-observed", type=float, help="实测边界单轴中误差（米）。")
@click.option("--method", type=_METHOD, help="实测方式（缺省：文件的 method 列，再缺省 rtk）。")
@click.option("--approved-method", type=_METHOD, help="批图方式（缺省：method 列，再缺省 cad）。")
@click.option("--crs", help="两份文件的坐标系（缺省用文件自带的），例如 EPSG:4550、GCJ02。")
@click.option("--layer", metavar="NAME", help="实测文件里有几个图层时，指明其中一个。")
@click.option("--approved-layer", metavar="NAME", help="批准范围文件里有几个图层时，指明其中一个。")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="测量日期（缺省：测量日期列，今天）。"
)
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
    from geo_registry.services.boundaries.checking_boundaries import Asked, check_tables

    require_writable(out)
    progress = ProgressBar()
    found = check_tables(
        approved,
        observed,
        Asked(day=day.date() if day else None, today=today(), **asked),
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
    """The usable rows of a file: extents in the plane, what else they say, and what was wrong."""

    extents: Sequence[BaseGeometry]
    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[int]
    repaired: bool
    """Whether reading had to repair a ring, which nobody has accepted yet."""
    left_out: int
    file_name: str
    gap_m: float
    """The widest gap between the ends of an outline that was closed on reading."""

    @property
    def worst(self) -> Mapping[str, Any]:
        """The row of the least accuracy."""
        from geo_registry.services.boundaries.stated_accuracy import metres

        return max(self.columns, key=lambda row: metres(row, "sigma_m") or 0.0)

    def notes(self) -> list[str]:
        """What a person should know of how the file was taken."""
        import shapely

        name = self.file_name
        notes = [f"“{name}”有 {self.left_out} 行不能用，没有计入"] if self.left_out else []
        if self.gap_m >= 0.001:
            notes.append(f"“{name}”首尾没有闭合，相距 {self.gap_m:,.2f} m，已用直线连接")
        apart = len(shapely.get_parts(shapely.union_all(self.extents)))
        if len(self.extents) > 1 and apart > 1:
            notes.append(f"“{name}”有 {apart} 块互不相连的地，合起来作为一处公墓计算")
        return notes


def _read(
    approved: tuple[Path, str | None],
    observed: tuple[Path, str | None],
    crs: str | None,
    *,
    accept_crs: bool,
) -> tuple[_Given, _Given, WorkPlane]:
    """Both boundaries in the work plane of the approved one; several features of a layer unite.

    Raises :class:`~geo_registry.domain.errors.Refused` where the observed one looks as if it were
    in another coordinate system than declared.
    """
    import shapely

    from geo_registry.domain.crs import WorkPlane, numbers_in
    from geo_registry.domain.crs_check import suspect
    from geo_registry.domain.errors import Refused
    from geo_registry.domain.rings import clean, require_measurable, require_near
    from geo_registry.formats.vector import read_features
    from geo_registry.services.boundaries.stated_approvals import require_one_site, stated

    read = []
    for path, layer in (approved, observed):
        features = read_features(path, wanted="polygon", crs=crs, layer=layer)
        features.require_usable(path.name)
        for extent in features.geometry:
            require_measurable(extent)
        read.append((shapely.union_all(features.geometry), features))
    (granted, _), (measured, features) = read
    suspicion = suspect(numbers_in(measured, features.crs), features.crs, granted)
    if suspicion is not None and not accept_crs:
        raise Refused(
            f"“{observed[0].name}”：{suspicion.message}",
            advice="坐标系有误的，用 --crs 写明或转换后再比对；确认无误的，加 --accept-crs。",
        )
    plane = WorkPlane.containing(granted.centroid.x)
    given = [
        _Given(
            [clean(extent).extent for extent in plane.to_plane(f.geometry)],
            stated(f.attributes),
            f.rows.tolist(),
            bool(f.repaired.any()),
            f.total - len(f),
            path.name,
            float(f.gap_m.max(initial=0.0)),
        )
        for (path, _), (_, f) in zip((approved, observed), read, strict=True)
    ]
    for one in given:
        require_one_site(one.columns, one.file_name)
    require_near(*(shapely.union_all(g.extents) for g in reversed(given)))
    return given[0], given[1], plane


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
