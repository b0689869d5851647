"""Monthly and yearly reports: the figures of a period on paper and as a workbook."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars

from geo_registry.domain.errors import BadRequest
from geo_registry.services import papers
from geo_registry.services.reports import figures
from geo_registry.services.reports.figures import Wanted

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.formats.paper import Paper
    from geo_registry.settings import Settings

TEMPLATE = "工作报告"
GROUPS = ("地名", "问题", "公墓", "办理", "文化")
PROGRESS = {
    "roads_unnamed": "有地无名",
    "roads_proposed": "已申报",
    "roads_named": "有名",
    "roads_signed": "已设牌",
    "findings_open": "待处理问题",
}
"""Figures that show the progress of a town, and their headings."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year, first and last day included."""

    title: str
    first: date
    last: date


def period(words: str) -> Period:
    """A period from ``2024`` or ``2024-11``; :class:`BadRequest` for anything else."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?", words.strip())
    if found is None or not 1949 <= int(found[1]) <= 2199:
        raise BadRequest(f"“{words[:20]}”不是年度或月份。", advice="请写成 2024 或 2024-11。")
    year = int(found[1])
    if found[2] is None:
        return Period(f"{year}年", date(year, 1, 1), date(year, 12, 31))
    month = int(found[2])
    if not 1 <= month <= 12:
        raise BadRequest(f"“{words[:20]}”不是月份。", advice="请写成 2024-11。")
    last = calendar.monthrange(year, month)[1]
    return Period(f"{year}年{month}月", date(year, month, 1), date(year, month, last))


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """A report: the paper, and the same numbers as sheets of a workbook."""

    paper: Paper
    sheets: Mapping[str, polars.DataFrame]


def make(
    connection: Connection,
    wanted: Period,
    *,
    profile: Profile,
    reference: Reference,
    settings: Settings,
    today: date,
    known_on: date | None = None,
) -> PeriodReport:
    """The report of a period that has begun; one that still runs is reported up to today.

    ``known_on``: with what was known at the end of that day.
    """
    if wanted.first > today:
        raise BadRequest(f"{wanted.title}还没有开始，不能出报告。")
    end = min(wanted.last, today)
    measured = figures.measure(
        connection, Wanted(end, wanted.first, known_on), profile=profile, reference=reference
    )
    lines = [line for f in measured["figures"] for line in _lines(f)]
    progress = _progress(measured["figures"])
    values: dict[str, Any] = {
        "年度月份": wanted.title,
        "单位": profile.setting("bureau", f"{profile.name}民政局"),
        "截止日期": end,
        "镇街进度": progress,
    }
    for group in GROUPS:
        values[f"{group}指标"] = [line for line in lines if line["归类"] == group]
    return PeriodReport(
        papers.render(TEMPLATE, values, settings, on=end),
        {
            "指标": polars.DataFrame(lines, infer_schema_length=None),
            "各镇街进度": polars.DataFrame(progress, infer_schema_length=None),
        },
    )


def _lines(figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A line for the figure, and one for each of its parts instead where it has some."""
    parts = [(f"{figure['title']}：{p['title']}", p["value"]) for p in figure["parts"]]
    return [
        {
            "归类": figure["group"],
            "指标": title,
            "数值": value,
            "单位": figure["unit"],
            "口径": figure["definition"],
        }
        for title, value in parts or [(figure["title"], figure["value"])]
    ]


def _progress(found: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    towns: dict[str, dict[str, Any]] = {}
    for figure in found:
        heading = PROGRESS.get(figure["id"], "")
        for town in figure["towns"] if heading else ():
            row = towns.setdefault(
                town["code"], {"镇街": town["name"], **dict.fromkeys(PROGRESS.values(), 0)}
            )
            row[heading] = town["value"]
    return [towns[code] for code in sorted(towns)]
