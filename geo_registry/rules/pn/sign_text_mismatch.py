"""A sign says something else than the standard name, in characters or in pinyin.

Why: signs must show the standard name; a wrong one teaches everybody the wrong name.
Fix: replace the sign, or correct the record where the sign is right.
Not a finding: signs that are gone; roads without a standard name; differences of tone marks,
capitals, spaces and hyphens; a sign without recorded pinyin.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import NameKind
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.signs import SignText
from geo_registry.domain.toponym import parse
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import place_names, signs


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield places with signs whose text or pinyin is not that of a standard name in force."""
    for place in gazetteer.places:
        standing = [s for s in place.attributes.get("sign_texts", ()) if s.state != "missing"]
        names = [
            n.toponym for n in place.names if n.kind is NameKind.STANDARD and n.in_use(gazetteer.on)
        ]
        if not standing or not names:
            continue
        stems = {n.keys.stem for n in names}
        spelled = {_letters(romanise(n, marks=False)) for n in names}
        for sign in standing:
            said = parse(sign.text, place.place_class, gazetteer.reference).keys.stem
            outcome = ""
            if said not in stems:
                outcome = "text"
            elif sign.romanized and _letters(sign.romanized) not in spelled:
                outcome = "pinyin"
            if outcome:
                yield Hit(
                    scope=narrowest_scope(place),
                    key=f"{place.subject}|sign:{sign.id}",
                    subjects=(place.subject,),
                    outcome=outcome,
                    where=place.geometry,
                    facts={
                        "sign": f"sign:{sign.id}", "text": sign.text,
                        "pinyin": sign.romanized or "", "name": names[0].full,
                        "spelling": romanise(names[0]),
                        "where": place.located_in or "位置待核", "names": [names[0].full],
                    },
                )  # fmt: skip


def _letters(text: str) -> str:
    """The letters alone: without tone marks, capitals, spaces, hyphens and apostrophes."""
    plain = unicodedata.normalize("NFD", text.replace("ü", "v").replace("Ü", "v"))
    return "".join(c for c in plain.lower() if c.isascii() and c.isalpha())


RULE = Rule(
    id="pn.sign.text_mismatch",
    version=1,
    title="标志与标准名称不一致",
    check=check,
    guidance=Guidance(
        why="地名标志应使用标准名称；写错的牌会让大家记错名称。",
        fix="更换标志；标志无误而登记有误的，更正登记。",
        exempt="已缺失的牌、没有标准名称的道路不提示；声调、大小写、空格、连字符不同不算；没有登记拼音的牌不比拼音。",
    ),
    judgements={
        "text": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}的“{name}”有一块牌写的是“{text}”（{sign}）。请更换，或核对登记。",
        ),
        "pinyin": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}的“{name}”有一块牌拼写为 {pinyin}（{sign}），应为 {spelling}。",
        ),
    },
    basis=(
        place_names("第十八条", "地名标志应使用标准地名"),
        place_names("第十九条"),
        signs("牌面文字和拼音"),
    ),
    applies_to=("road",),
    fires_on=(
        Example("写了别字", places(road("文化路", sign_texts=(SignText(1, "文华路"),))), "text"),
        Example(
            "拼音写成英文",
            places(road("文化路", sign_texts=(SignText(1, "文化路", "Wenhua Road"),))),
            "pinyin",
        ),
    ),
    silent_on=(
        Example("一致", places(road("文化路", sign_texts=(SignText(1, "文化路", "WENHUA LU"),)))),
        Example("没有登记拼音", places(road("文化路", sign_texts=(SignText(1, "文化路"),)))),
        Example(
            "写错的牌已经缺失",
            places(road("文化路", sign_texts=(SignText(1, "文华路", state="missing"),))),
        ),
        Example("道路没有标准名称", places(road(sign_texts=(SignText(1, "文华路"),)))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
