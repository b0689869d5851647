"""``geo-registry cemetery timeline``: growth between surveys, and strips followed across them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry_to_read
from geo_registry.services.cemeteries import growing
from geo_registry.settings import Settings


@click.command("timeline")
@click.argument("subject")
@json_option
def timeline(subject: str, *, as_json: bool) -> None:
    """历次测量：两次之间的增长（含误差），超界地块逐次跟踪、首次发现日期、第二种手段证实。"""
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        found = growing.grow(
            connection,
            cemetery_id(subject),
            reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
        )
    shown(found, timeline_lines(found), as_json=as_json)


def timeline_lines(found: Mapping[str, Any]) -> list[str]:
    """The time line in words; growth and encroachment on lines of their own."""
    surveys, strips = found["surveys"], found["strips"]
    lines = [f"{found['name']}（{found['cemetery']}）：{len(surveys)} 次测量"]
    for survey in surveys:
        lines += _survey(survey)
    if strips:
        lines.append("超界地块（与测量当日的批准范围比）：")
    for strip in strips:
        lines += _strip(strip)
    return lines


def _survey(survey: Mapping[str, Any]) -> list[str]:
    lines = [
        f"  {survey['surveyed_on']} {survey['method_title']}（±{survey['sigma_m']:g} m）："
        f"面积 {survey['area_m2']:,.0f} ± {survey['standard_error_m2']:,.0f} m²"
    ]
    growth = survey["growth"]
    if growth:
        net = "测量没有走完整圈，面积不能相比"
        if growth["net_m2"] is not None:
            sure = "" if growth["net_certain"] else "，在误差之内"
            net = (
                f"面积变化 {growth['net_m2']:+,.0f} ± {growth['net_standard_error_m2']:,.0f} m²"
                f"{sure}"
            )
        lines.append(f"    增长（较 {growth['since_day']}）：{net}")
        lines += [f"      {_land(growth[side])}" for side in ("gained", "lost")]
    excess = survey["encroachment"]
    if excess is None:
        lines.append(f"    超界：{survey['encroachment_note']}")
    else:
        lines.append(f"    超界：{excess['word']}{_figures(excess)}")
    return lines


def _land(growth: Mapping[str, Any]) -> str:
    aside = f"（{'；'.join(growth['reasons'])}）" if growth["area_m2"] and growth["reasons"] else ""
    return f"{growth['word']}{_figures(growth)}{aside}"


def _figures(found: Mapping[str, Any]) -> str:
    if not found["area_m2"]:
        return ""
    return (
        f" {found['area_m2']:,.0f} ± {found['standard_error_m2']:,.0f} m²"
        f"（95% 把握至少 {found['at_least_m2']:,.0f} m²，最深 {found['max_depth_m']:.1f} m）"
    )


def _strip(strip: Mapping[str, Any]) -> list[str]:
    before = f"（此前 {strip['unseen_on']} 的测量未见）" if strip["unseen_on"] else ""
    lines = [
        f"  {strip['side'] or '位置不明'}〔{strip['key']}〕："
        f"首次发现 {strip['first_seen']}{before}；{strip['status_word']}"
    ]
    lines += [
        f"    {s['surveyed_on']} {s['method_title']}：{s['word']}{_figures(s)}"
        for s in strip["sightings"]
    ]
    second = strip["second_sensor"]
    lines.append(
        f"    第二种手段证实：{second['surveyed_on']} {second['method_title']}"
        if second
        else "    尚无第二种手段证实"
    )
    return lines
