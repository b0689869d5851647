"""A name uses a foreign personal or place name, or looks like a transliteration (洋地名).

Why: the regulation forbids foreign personal and place names as place names.
Fix: choose a name that comes from the place itself.
Not a finding: names that commemorate friendship between China and others, words that have long
been ordinary Chinese, names in languages of China that are written with the same characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import irregular_names, place_names
from geo_registry.rules.wording import (
    ANY,
    CAMPAIGN,
    found_in,
    looked_at,
    screen,
    wording_hit,
    wording_hits,
)

LIST = "foreign"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a listed foreign name in their specific part."""
    return wording_hits(gazetteer, LIST, CAMPAIGN)


def check_sound(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield proposed names without a listed word that read like a transliteration."""
    words = gazetteer.reference.wordlists.get(LIST)
    if words is None:
        return
    pattern = words.settings.get("transliteration", {})
    for named in looked_at(gazetteer, ()):
        run = "" if found_in(words, named) else transliterated(named, pattern)
        if run:
            yield wording_hit(named, [], run=run)


def transliterated(named: NamedPlace, pattern: Mapping[str, Any]) -> str:
    """The longest run of characters of transliteration in a proposed name, or an empty text.

    Where languages are spoken whose names are written with the same characters, nothing is said.
    """
    county = named.place.scopes.get("legal_county", "")
    if (
        not pattern
        or named.place.subject != CANDIDATE
        or county[:2] in pattern["provinces_with_other_languages"]
    ):
        return ""
    strong, weak = set(pattern["strong"]), set(pattern["weak"])
    toponym = named.name.toponym
    runs, run = [], ""
    for character in (*toponym.specific, *toponym.modifier, ""):
        if character and character in strong | weak:
            run += character
        else:
            runs.append(run)
            run = ""
    fitting = [
        r
        for r in runs
        if len(r) >= pattern["min_run"] and sum(c in strong for c in r) >= pattern["min_strong"]
    ]
    return max(fitting, key=len, default="")


_LAW = (
    place_names("第九条第（五）项", "不以外国人名、地名作地名"),
    irregular_names("崇洋媚外（“洋”）：外国人名、地名及其简称，外语词汉字音译"),
)

RULES = (
    Rule(
        id="pn.lex.foreign",
        version=1,
        title="使用外国人名、地名",
        check=check,
        guidance=Guidance(
            why="条例规定不以外国人名、地名作地名。",
            fix="从本地的历史、地理、产业中另取名称。",
            exempt="中外友好纪念名称、已成为普通汉语词的名称不算问题；老村名、老路名不追溯。",
        ),
        judgements={
            "default": Judgement(
                SeverityPair(Severity.ERROR, Severity.WARN),
                "“{name}”含有外国人名或地名{words}，不得用作地名。",
            ),
        },
        basis=_LAW,
        applies_to=ANY,
        parameters={"wordlists": (LIST,)},
        screen=screen(LIST, CAMPAIGN),
        fires_on=(
            Example("加州花园", places(proposed("加州花园", place_class="estate"))),
            Example("已登记的住宅区", places(road("维多利亚小区", place_class="estate"))),
        ),
        silent_on=(
            Example("白求恩是国际友人", places(proposed("白求恩路"))),
            Example("“和美国际”是“和美”加“国际”", places(proposed("和美国际路"))),
            Example("罗家、马家的老村名", places(seat("罗马村委会"), proposed("罗马庄路"))),
        ),
        doc=__doc__,
    ),
    Rule(
        id="pn.lex.foreign_transliteration",
        version=1,
        title="疑似外语音译",
        check=check_sound,
        guidance=Guidance(
            why="用外语词的汉字音译作地名属于“洋”地名；名单不可能列全，连续的音译用字值得看一眼。",
            fix="请核对词的来源；确为外语音译的，另取名称。",
            exempt="本地方言名、少数民族语地名的音译不算问题；本规则只作提示，只看新报名称。",
        ),
        judgements={
            "default": Judgement(
                SeverityPair(Severity.INFO, None),
                "“{name}”中的“{run}”像外语音译，请核对是否来自外国人名、地名或外语词。",
            ),
        },
        basis=_LAW,
        applies_to=ANY,
        parameters={"wordlists": (LIST,)},
        screen=screen(LIST, ()),
        fires_on=(Example("蒂芙尼斯花园", places(proposed("蒂芙尼斯花园", place_class="estate"))),),
        silent_on=(
            Example("音译用字的汉语名称", places(proposed("利民路"), proposed("瑞德路"))),
            Example("已有的名称", places(road("蒂芙尼斯花园", place_class="estate"))),
        ),
        doc=__doc__,
    ),
)
