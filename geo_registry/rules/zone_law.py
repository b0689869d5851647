"""Protected and controlled land where graves are forbidden: its kinds, and the law of each.

Distances: the zones themselves come as polygons with their statutory width; the siting distances
are those of the provincial rules of 2011, read in an excerpt and replaced in 2023 by rules whose
figures are not known here. They are shown for a new site, as information, never for an old one: in
a coastal district two kilometres cover nearly everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geo_registry.domain.basis import Basis


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """A kind of protected land: its title, its law, and the siting distance in metres (0: none)."""

    key: str
    title: str
    laws: tuple[Basis, ...]
    siting_m: float = 0.0


def _law(  # the articles were read in full; the day from which they apply was not looked up
    law: str,
    article: str,
    since: date | None,
    note: str = "",
    number: str = "",
    confidence: str = "A",
) -> Basis:
    note = "；".join(part for part in (note, "施行日期待核") if part)
    return Basis(law, article, confidence, valid_from=since, number=number, note=note)


SITING_RULE = Basis(
    law="山东省公墓管理办法",
    article="选址距离",
    confidence="B",
    note="据摘录；已被鲁民〔2023〕72号替代，新的距离尚未取得，仅供新建选址参考。",
)

KINDS: Mapping[str, ZoneKind] = {
    kind.key: kind
    for kind in (
        ZoneKind(
            "farmland",
            "耕地、永久基本农田",
            (
                _law("土地管理法", "第三十七条、第七十五条", date(2020, 1, 1), "禁止占用耕地建坟"),
                _law("基本农田保护条例", "第十七条、第三十三条", date(1999, 1, 1)),
            ),
        ),
        ZoneKind(
            "forest",
            "林地",
            (_law("山东省森林资源条例", "第三十九条", None, "据2015年文本"),),
        ),
        ZoneKind(
            "scenic",
            "风景名胜区",
            (_law("风景名胜区条例", "第二十六条、第四十三条", date(2006, 12, 1), "禁止修坟立碑"),),
            2000.0,
        ),
        ZoneKind(
            "reserve",
            "自然保护区",
            (
                _law(
                    "山东省森林和野生动物类型自然保护区管理办法",
                    "第十九条、第二十一条",
                    None,
                    "禁止筑坟；法规名称待核",
                    confidence="B",
                ),
            ),
            2000.0,
        ),
        ZoneKind(
            "heritage",
            "文物保护单位的保护范围和建设控制地带",
            (_law("文物保护法", "第二十八条、第二十九条", date(2025, 3, 1), "2024年修订"),),
            2000.0,
        ),
        ZoneKind(
            "dam",
            "水库大坝管理和保护范围",
            (_law("水库大坝安全管理条例", "第十三条、第二十九条", date(1991, 3, 22), "禁止修坟"),),
            2000.0,
        ),
        ZoneKind(
            "dyke",
            "堤防和护堤地",
            (_law("河道管理条例", "第二十四条、第四十四条", date(1988, 6, 10), "禁止葬坟"),),
            2000.0,
        ),
        ZoneKind(
            "water",
            "饮用水水源一级保护区",
            (_law("威海市饮用水水源地保护条例", "第十六条", None, "一级保护区内禁止建墓"),),
            2000.0,
        ),
        ZoneKind(
            "road",
            "公路建筑控制区",
            (
                _law(
                    "公路安全保护条例",
                    "第十一条、第十三条",
                    date(2011, 7, 1),
                    "建筑控制区：国道 20 m、省道 15 m、县道 10 m、乡道 5 m、高速 30 m 起",
                ),
            ),
            500.0,
        ),
        ZoneKind(
            "rail",
            "铁路线路安全保护区",
            (_law("铁路安全管理条例", "第二十七条、第三十条", date(2014, 1, 1)),),
            500.0,
        ),
    )
}
