"""What a dossier on the boundary of a cemetery says on paper, made from its content alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from geo_registry.domain.canonical import canonical
from geo_registry.domain.cemetery import GRADES
from geo_registry.domain.crs import mu_from_m2
from geo_registry.formats.paper import Block, Grid, Heading, Paper, Paragraph, Photograph
from geo_registry.services.dossiers.dossier_history import time_line_blocks
from geo_registry.services.dossiers.dossier_map import map_of
from geo_registry.services.dossiers.dossier_numbers import (
    chance,
    metres,
    rounded,
    square_metres,
    with_mu,
)
from geo_registry.services.dossiers.dossier_photos import Photos, no_photos
from geo_registry.services.names.report_paper import cited, day_in_words

FORMAT = "geo-registry/cemetery-dossier/1"
TITLE = "公墓边界档案"
_TONES = {
    "none": "passed",
    "within_tolerance": "passed",
    "suspected": "warning",
    "confirmed": "violation",
}


def paper(content: Mapping[str, Any], sha256: str, photos: Photos = no_photos) -> Paper:
    """The paper of a dossier; the same content with the same photos always gives the same paper."""
    district = content["district"]["name"]
    return Paper(
        title=TITLE,
        subtitle=f"{district}公墓登记",
        blocks=(
            *_head(content),
            *_conclusion(content),
            *_map(content),
            *_figures(content),
            *_approvals(content),
            *_surveys(content),
            *_land(content),
            *time_line_blocks(content),
            *_findings(content),
            *_versions(content, sha256),
            *_closing(),
            *_photos(content, photos),
        ),
        footer=(
            f"校验码（SHA-256）{sha256}\n"
            "核验：geo-registry dossier verify 文件名。档案内容随文件内嵌，改动均可查出。"
        ),
        day=date.fromisoformat(content["day"]),
        content=canonical(content),
        sha256=sha256,
        author=f"{district}公墓登记",
    )


def _head(content: Mapping[str, Any]) -> Iterable[Block]:
    site = content["inputs"]["site"]
    rows = (
        ("公墓", site["name"], "编号", site["subject"]),
        ("类型", site["type_title"], "经营（管理）单位", site["operator"] or "未登记"),
        ("所在", site["located_in"] or "未登记", "出具日期", day_in_words(content["day"])),
    )
    yield Grid(rows, (3, 8, 4, 6))
    if content["inputs"].get("known_on"):
        day = day_in_words(content["inputs"]["known_on"])
        yield Paragraph(f"只用到{day}为止已经登记的测量、批准和保护区。", "small")
    if content["registry"]["sample"] or site["sample"]:
        yield Paragraph("登记库中含示例数据（虚构），本档案只供试用，不作为办件依据。", "small")


def _conclusion(content: Mapping[str, Any]) -> Iterable[Block]:
    results, verdict = content["results"], content["results"]["verdict"]
    yield Heading("一、测量结论与认定")
    if verdict is None:
        yield Paragraph(results["note"], "unseen")
    else:
        area = ""
        if verdict["verdict"] in {"suspected", "confirmed"}:
            area = (
                f"约 {square_metres(verdict['area_m2'])}"
                f"（95% 把握至少 {square_metres(verdict['at_least_m2'])}，"
                f"最深 {rounded(verdict['max_depth_m'], 1)} m）"
            )
        yield Paragraph(f"{verdict['word']}{area}", _TONES[verdict["verdict"]])
        for reason in verdict["reasons"]:
            yield Paragraph(f"说明：{reason}。", "small")
        if results["note"]:
            yield Paragraph(f"说明：{results['note']}", "small")
    yield Paragraph(
        "以上是测量结论，说明边界在误差之外是否超出批准范围；是否违法由主管部门的人员认定，"
        "系统不作认定。"
    )
    signed = [d for d in content["inputs"]["determinations"] if d["in_force"]]
    if not signed:
        yield Paragraph("认定：尚无。")
        return
    for row in signed:
        yield from _determination(row, content)


def _determination(row: Mapping[str, Any], content: Mapping[str, Any]) -> Iterable[Block]:
    found = [f for f in content["results"]["findings"] if f["determination"] == row["id"]]
    number = f"（{row['number']}）" if row["number"] else ""
    papers = f"文书：{row['title']}{number}。" if row["title"] else ""
    basis = f"依据：{row['legal_basis']}。" if row["legal_basis"] else ""
    signed = "，".join(
        p for p in (row["by"], row["authority"], day_in_words(row["decided_on"])) if p
    )
    about = f"（针对“{found[0]['title']}”）" if found else ""
    yield Paragraph(
        f"认定：{row['outcome_title']}{about}。理由：{row['reason']}。{basis}{papers}认定人：{signed}。"
    )
    if not found:
        yield Paragraph(f"现在的测量不再显示这一问题。认定时的测量结论：{row['verdict']}", "small")
    elif found[0]["measured_since"]:
        yield Paragraph(f"认定以后测量数字有变化。认定时的测量结论：{row['verdict']}", "small")


def _map(content: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading("二、地图")
    drawn = map_of(content)
    yield drawn if drawn else Paragraph("没有批准范围，也没有实测边界，无图。")


def _figures(content: Mapping[str, Any]) -> Iterable[Block]:
    results, verdict, band = (content["results"][k] for k in ("approved", "verdict", "band"))
    yield Heading("三、数字")
    if verdict is None and not results["ids"]:
        yield Paragraph(f"{day_in_words(content['results']['compared_on'])}没有有效的批准范围。")
        return
    if verdict is None:
        yield Paragraph(
            f"{day_in_words(content['results']['compared_on'])}有效的批准面积"
            f" {square_metres(results['area_m2'])}（{rounded(results['area_mu'], 2)} 亩）。"
        )
        return
    surveyed = verdict["surveyed_area_m2"]
    rows = (
        ("批准面积", with_mu(results["area_m2"], results["area_mu"]),
         "实测面积", with_mu(surveyed, mu_from_m2(float(surveyed)))),
        ("超出面积", f"{rounded(verdict['area_m2'])} ± {rounded(verdict['standard_error_m2'])} m²"
                 f"（{rounded(verdict['area_mu'], 3)} 亩）",
         "95% 把握至少", square_metres(verdict["at_least_m2"])),
        ("仅由误差造成的概率", f"≤ {chance(verdict['p_bound'])}",
         "最深", f"{rounded(verdict['max_depth_m'], 2)} m"),
        ("直接叠加的面积差", square_metres(verdict["raw_area_m2"]),
         "其中仅由误差可有", square_metres(verdict["noise_floor_m2"])),
        ("实测减批准", square_metres(verdict["area_gain_m2"]),
         "本次测量最小可发现", f"{rounded(verdict['detection_limit_m'], 2)} m 宽"),
        ("平面面积（超出）", square_metres(verdict["plane_area_m2"]),
         "误差带", f"±{rounded(band['width_m'], 2)} m（{rounded(band['k'], 2)} σ）"),
    )  # fmt: skip
    yield Grid(rows, (5, 7, 5, 5))
    yield Paragraph(
        "面积为 CGCS2000 椭球面积；“±”为一倍标准误差，两条边界的误差都已计入。", "small"
    )


def _approvals(content: Mapping[str, Any]) -> Iterable[Block]:
    day, results = content["results"]["compared_on"], content["results"]
    yield Heading("四、批准")
    rows = content["inputs"]["approvals"]
    if not rows:
        yield Paragraph("没有登记批准文件。")
        return
    yield Grid(
        tuple(_approval(a, content["day"], a["id"] in results["approved"]["ids"]) for a in rows),
        (14, 10, 15, 10, 8),
        ("批准文件", "有效期", "面积（图形／文件写明）", "边界来源与精度", f"{day} 有效"),
    )


def _approval(row: Mapping[str, Any], day: str, in_force: bool) -> tuple[str, ...]:  # noqa: FBT001
    named = row["title"] or f"批准 {row['id']}（未登记文件）"
    number = f"（{row['number']}）" if row["number"] else ""
    stated = row["stated_area_m2"]
    said = f"／{square_metres(stated)}" if stated is not None else "／未写明"
    later = row["recorded_on"] if row.get("recorded_on", day) > day else ""
    return (
        f"{row['effect_title']}：{named}{number} {row['authority']}".strip()
        + (later and f"（{later} 补录）"),
        f"{row['valid_from'] or '……'} 至 {row['valid_to'] or '今'}",
        f"{square_metres(row['area_m2'])}{said}",
        f"{row['method_title']} ±{rounded(row['sigma_m'], 2)} m，{row['grade']} 级",
        "是" if in_force else "否",
    )


def _surveys(content: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading("五、测量")
    rows = content["inputs"]["surveys"]
    if not rows:
        yield Paragraph("没有登记测量。")
        return
    yield Grid(
        tuple(_survey(s, content["day"]) for s in rows),
        (4, 7, 5, 4, 6),
        ("日期", "方式与精度（每轴标准误差）", "证据等级", "实测面积", "测量单位、完整性"),
    )


def _survey(row: Mapping[str, Any], day: str) -> tuple[str, ...]:
    notes = [row["surveyor"]] if row["surveyor"] else []
    notes.append("走完整圈" if row["complete_trace"] else "没有走完整圈")
    if row["repaired"]:
        notes.append("自相交，自动修复，未经认可")
    if row.get("recorded_on", day) > day:  # days in ISO format
        notes.append(f"{row['recorded_on']} 补录")
    return (
        row["surveyed_on"],
        f"{row['method_title']} ±{rounded(row['sigma_m'], 2)} m"
        f"（其中整体偏移 {rounded(row['shift_m'], 2)} m）",
        GRADES[row["grade"]],
        square_metres(row["area_m2"]),
        "；".join(notes),
    )


def _land(content: Mapping[str, Any]) -> Iterable[Block]:
    land = content["results"]["land"]
    yield Heading("六、超出部分所在的土地")
    rows = [("未经批准的土地", square_metres(land["unapproved_m2"]))]
    rows += [(f"{n['name']}的批准范围", square_metres(n["area_m2"])) for n in land["neighbours"]]
    if not content["results"]["claim"]:
        yield Paragraph("没有可以指明位置的超出部分。")
    else:
        yield Grid(tuple(rows), (14, 6), ("土地", "面积"))
    if land["zones"]:
        yield Grid(
            tuple(
                (z["name"], z["kind_title"], metres(z["setback_m"]), square_metres(z["area_m2"]))
                for z in land["zones"]
            ),
            (8, 6, 4, 5),
            ("涉及的保护区", "种类", "控制距离", "超出部分在其内"),
        )
        yield Paragraph("保护区与上表的土地重叠，不另加总。", "small")
    else:
        yield Paragraph("超出部分不涉及已登记的保护区。")
    for later in land["approved_later"]:
        yield Paragraph(
            f"其中 {square_metres(later['area_m2'])} 在测量之后由"
            f"“{later['document'] or later['id']}”批准（{later['valid_from']} 起）："
            "先测到、后批准，由主管部门认定。"
        )


def _findings(content: Mapping[str, Any]) -> Iterable[Block]:
    found = content["results"]["findings"]
    yield Heading("八、问题与依据")
    if not found:
        yield Paragraph("边界和保护区的规则没有发现问题。")
    for number, each in enumerate(found, 1):
        yield Heading(f"{number}. {each['title']}（{each['severity_word']}）", 2)
        yield Paragraph(each["message"])
        basis = "；".join(cited(b) for b in each["basis"]) or "待核"
        yield Paragraph(f"行为期间有效的依据：{basis}。", "small")
        if each["capped"]:
            yield Paragraph("该依据尚未核对原文，因此最高只作警示。", "small")
        yield Paragraph(
            f"规则 {each['rule_id']} 第 {each['rule_version']} 版；问题指纹 "
            f"{each['fingerprint'][:16]}；结论校验码 {each['verdict_sha256'][:16]}",
            "small",
        )


def _versions(content: Mapping[str, Any], sha256: str) -> Iterable[Block]:
    inputs = content["inputs"]
    yield Heading("九、参数、版本与文件")
    given = inputs["parameters"]
    rows = (
        ("比对参数版本", given["version"], "软件版本", content["software"]),
        ("疑似、确认的误报率", f"{given['alpha_suspected']}、{given['alpha_confirmed']}",
         "独立边长", f"{given['piece_m']} m"),
        ("误差相关长度", f"{given['correlation_m']} m", "法定容差",
         f"{given['legal_tolerance_m']} m"),
        ("登记库修订号", f"{content['registry']['revision']}", "区划代码",
         content["district"]["code"]),
    )  # fmt: skip
    yield Grid(rows, (5, 5, 4, 6))
    files = tuple((used, f"{name}\n{hashed}") for used, name, hashed in _files(inputs))
    if files:
        yield Grid(files, (5, 19), ("用于", "原始文件及其 SHA-256"))
    yield Paragraph(f"本档案内容的校验码（SHA-256）：{sha256}", "small")


def _files(inputs: Mapping[str, Any]) -> Iterable[tuple[str, ...]]:
    seen: dict[tuple[str, str], list[str]] = {}
    for row in inputs["approvals"]:
        for kind, what in (("document", "批准文件"), ("boundary", "批准边界")):
            if row[f"{kind}_sha256"]:
                file = row[f"{kind}_file"] or "—", row[f"{kind}_sha256"]
                seen.setdefault(file, []).append(f"{what} {row['id']}")
    for row in inputs["surveys"]:
        if row["sha256"]:
            file = row["file_name"] or "—", row["sha256"]
            seen.setdefault(file, []).append(f"测量 {row['surveyed_on']}")
    for (name, sha256), used in seen.items():
        yield "、".join(used), name, sha256


def _photos(content: Mapping[str, Any], photos: Photos) -> Iterable[Block]:
    """The photos as an annex, behind the signatures; dossiers without any have none."""
    rows = content["inputs"].get("photos", ())
    if not rows:
        return
    yield Heading("附、照片")
    for number, row in enumerate(rows, 1):
        jpeg = photos(row["shown_sha256"]) if row["shown_sha256"] else None
        said = _photo_in_words(number, row)
        if jpeg is None:
            yield Paragraph(f"{said}。照片不在手边或打不开，没有印出。", "small")
        else:
            yield Photograph(jpeg, row["title"] or row["file_name"], said)
        yield Paragraph(f"照片 {number} 原文件的校验码（SHA-256）：{row['sha256']}", "small")
    left_out = content["inputs"]["photos_left_out"]
    if left_out:
        yield Paragraph(f"另有较早的照片 {left_out} 张没有附上，可在登记库中查看。", "small")


def _photo_in_words(number: int, row: Mapping[str, Any]) -> str:
    survey = row["subject"].removeprefix("survey:")
    parts = [f"照片 {number}", row["title"] or row["file_name"]]
    parts += [f"测量 {survey}"] if survey != row["subject"] else []
    parts += [f"摄于 {row['taken_at'].replace('T', ' ')}"] if row["taken_at"] else []
    if row["position"]:
        lon, lat = (rounded(v, 6) for v in row["position"])
        parts.append(f"位置（照片自带，WGS-84）东经 {lon}°、北纬 {lat}°")
    parts.append(f"{row['by']} {row['added_on']} 存入")
    return "，".join(parts)


def _closing() -> Iterable[Block]:
    yield Heading("十、签字")
    yield Grid((("核对人", "", "日期", ""), ("负责人", "", "日期", "")), (3, 8, 3, 6))
