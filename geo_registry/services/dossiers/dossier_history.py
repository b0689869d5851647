"""The part of a dossier on the surveys over time: growth first, encroachment after it, apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geo_registry.formats.paper import Block, Grid, Heading, Paragraph
from geo_registry.services.dossiers.dossier_numbers import rounded, signed, square_metres


def time_line_blocks(content: Mapping[str, Any]) -> Iterable[Block]:
    """Growth between surveys, then the strips outside followed across them."""
    line = content["results"]["timeline"]
    grown = [s for s in line["surveys"] if s["growth"]]
    yield Heading("七、历次测量")
    yield Heading("1. 增长（两次测量之间，与批准无关）", 2)
    if grown:
        yield Grid(
            tuple(_growth(s) for s in grown),
            (5, 6, 7, 7),
            ("两次测量", "面积变化", "增长", "缩减"),
        )
    else:
        yield Paragraph("不足两次测量，看不出增长。")
    yield Heading("2. 超界地块（与测量当日的批准范围比）", 2)
    if not line["strips"]:
        yield Paragraph("历次测量都没有发现超界。")
    for strip in line["strips"]:
        before = f"，此前 {strip['unseen_on']} 的测量未见" if strip["unseen_on"] else ""
        second = strip["second_sensor"]
        twice = (
            f"第二种手段证实：{second['surveyed_on']} {second['method_title']}"
            if second
            else "尚无第二种手段证实"
        )
        yield Paragraph(
            f"{strip['side'] or '位置不明'}：首次发现 {strip['first_seen']}{before}；"
            f"{strip['status_word']}；{twice}。"
        )
        yield Grid(
            tuple(
                (
                    s["surveyed_on"],
                    s["method_title"],
                    s["word"],
                    f"{rounded(s['area_m2'])} ± {rounded(s['standard_error_m2'])} m²",
                    square_metres(s["at_least_m2"]),
                )
                for s in strip["sightings"]
            ),
            (4, 6, 5, 6, 5),
            ("日期", "方式", "结论", "超界面积", "95% 把握至少"),
        )


def _growth(survey: Mapping[str, Any]) -> tuple[str, ...]:
    growth = survey["growth"]
    net = "没有走完整圈，不能相比"
    if growth["net_m2"] is not None:
        net = f"{signed(growth['net_m2'])} ± {rounded(growth['net_standard_error_m2'])} m²"
        net += "" if growth["net_certain"] else "（在误差之内）"
    return (
        f"{growth['since_day']} 至 {survey['surveyed_on']}",
        net,
        *(_grown(growth[side]) for side in ("gained", "lost")),
    )


def _grown(growth: Mapping[str, Any]) -> str:
    if float(growth["area_m2"]) == 0:
        return str(growth["word"])
    return (
        f"{growth['word']} {rounded(growth['area_m2'])} ± {rounded(growth['standard_error_m2'])} m²"
    )
