"""A name exaggerates: 世界, 中央, 国际 and the like in the specific part (刻意夸大).

Why: the meaning goes far beyond the real area, status, size or function of the place.
Fix: choose a name that fits the place, or attach the approval for the word.
Not a finding: words that mean something else there (中央村 lies in the middle), names approved
with the word, old villages and roads; the campaign is about new estates and buildings.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import irregular_names, place_names
from geo_registry.rules.wording import ANY, CAMPAIGN, screen, wording_hits

LIST = "grandiose"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a word of exaggeration in their specific part."""
    return wording_hits(gazetteer, LIST, CAMPAIGN)


RULE = Rule(
    id="pn.lex.grandiose",
    version=1,
    title="用词刻意夸大（“大”）",
    check=check,
    guidance=Guidance(
        why="名称的含义远远超出实际的地域、地位、规模或功能，容易误导。",
        fix="改用与实际相符的名称；经批准使用的，附批准文件。",
        exempt="方位含义（中央村）、历史名称、经批准使用的不算问题；老村名、老路名不追溯。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”含有{words}，含义可能超出实际范围，请核对是否经过批准。词语来源：{source}。",
        ),
    },
    basis=(
        irregular_names("刻意夸大（“大”），未经批准使用"),
        place_names("第九条第（二）项", "符合地理实体的实际地域、规模、性质等特征"),
    ),
    applies_to=ANY,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, CAMPAIGN),
    fires_on=(
        Example("拟用名“世界之窗花园”", places(proposed("世界之窗花园", place_class="estate"))),
        Example("已登记的楼宇", places(road("环球大厦", place_class="building"))),
    ),
    silent_on=(
        Example("中央村是居中的村", places(seat("中央村委会"), proposed("中央村路"))),
        Example("老路名不追溯", places(road("国际路"))),
        Example("词语没有完整出现在专名里", places(proposed("新中路"), proposed("安国路"))),
    ),
    doc=__doc__,
)
