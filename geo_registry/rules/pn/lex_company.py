"""A name uses the name of an enterprise or a trademark (企业名、商标名).

Why: the regulation forbids names of enterprises and trademarks as place names.
Fix: choose another name, or say why the words have no specific link with the firm.
Not a finding: words without a specific link, names that were registered long ago.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names, place_names_measures
from geo_registry.rules.wording import (
    ANY,
    CAMPAIGN,
    NO_LINK,
    NO_LINK_REASON,
    kept_or_shipped,
    screen,
    unfilled,
    with_words,
    wording_hits,
)

LIST = "company"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a word of the bureau's list, or one that says it is a firm."""
    return wording_hits(
        gazetteer,
        LIST,
        CAMPAIGN,
        kept_or_shipped,
        exemption=NO_LINK,
        exemption_reason=NO_LINK_REASON,
    )


RULE = Rule(
    id="pn.lex.company",
    version=1,
    title="使用企业名称、商标名称",
    check=check,
    guidance=Guidance(
        why="条例规定不以企业名称、商标名称作地名。",
        fix="换一个名称；与该企业、商标无关的，选“没有特定联系”并写明理由。",
        exempt="没有特定联系的普通词语、沿用已久的名称不算问题。企业和商标名单由本局填写。",
    ),
    judgements={
        "kept": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”含有本局名单中的企业或商标名称{words}；没有特定联系的，请写明理由。",
        ),
        "shipped": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”中的{words}表明是企业名称，不得用作地名。",
        ),
    },
    basis=(
        place_names("第九条第（六）项", "不以企业名称、商标名称作地名"),
        place_names_measures("第四条", "没有特定联系的除外"),
    ),
    applies_to=ANY,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, CAMPAIGN),
    blind=unfilled(LIST, "本地企业、商标名单"),
    fires_on=(
        Example(
            "名单中有“东海牌”，拟用“东海牌路”",
            with_words(LIST, "东海牌", on=[proposed("东海牌路")]),
            "kept",
        ),
        Example("写明“集团”的路名", places(proposed("东海集团路")), "shipped"),
    ),
    silent_on=(
        Example("名单还没有填写，又没有企业字样", places(proposed("东海牌路"))),
        Example("老名称不追溯", places(road("化肥公司路"))),
        Example("企业家属区的居委会", places(seat("石油公司社区居委会"))),
    ),
    doc=__doc__,
)
