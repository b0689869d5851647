"""The stated spelling is not the one that the spelling rules give (拼写不合规则).

Why: one name has one spelling; it follows from the reading and from the division into words.
Fix: correct the register or the sign, or confirm the reading where the character has several.
Not a finding: tone marks left out, all capitals (rule 10), a curly apostrophe, v for ü; a spelling
with English words, which another rule reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import prod

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.reading import Syllable
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import Toponym
from geo_registry.rules.example_places import places, road, seat, spelled
from geo_registry.rules.law import place_names
from geo_registry.rules.stated_spelling import (
    apostrophes,
    english_words,
    has_tones,
    letters,
    toneless,
    words,
)
from geo_registry.rules.written import current, has_han, hit

MAX_READINGS = 256
"""So many combinations of readings are tried; a name with more has other troubles."""

_COMMITTEE = re.compile(
    r"[\s-]*(she\s?qu)?[\s-]*((cun|ju|mu)\s?min\s?wei\s?yuan\s?hui|(cun|ju|mu)\s?wei\s?hui|cun|she\s?qu)$",
    re.IGNORECASE,
)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names whose stated spelling differs from the rules' in reading, division or form."""
    for named in current(gazetteer):
        stated, toponym = named.name.stated_romanized, named.name.toponym
        if not stated or not has_han(toponym.full) or not toponym.syllables:
            continue
        if any(s.provenance == "none" and not s.toneless.isdigit() for s in toponym.syllables):
            continue
        if english_words(named, gazetteer.reference.forms.english):
            continue
        outcome = _outcome(named, stated)
        if outcome:
            yield hit(
                named,
                outcome,
                stated=stated,
                expected=romanise(toponym, marks=has_tones(stated)),
                uncertain="、".join(
                    f"“{s.character}”（{'、'.join(s.choices)}）" for s in toponym.uncertain
                ),
            )


def _outcome(named: NamedPlace, stated: str) -> str:
    """What the stated spelling differs in, the gravest first; empty where it is right."""
    toponym = named.name.toponym
    stated = _of_the_core(stated, toponym)
    marked, plain = romanise(toponym), romanise(toponym, marks=False)
    if letters(stated) != letters(plain):
        return _other_letters(named, letters(stated))
    if has_tones(stated) and _toned(stated) != _toned(marked):
        return "tones"
    if words(stated) != words(plain):
        return "division"
    if stated.isupper():
        return ""
    if apostrophes(stated) != apostrophes(plain):
        return "apostrophe"
    return "" if _cased(stated) == _cased(plain) else "case"


def _of_the_core(stated: str, toponym: Toponym) -> str:
    """Of a committee's spelling the part that is read: without Cunweihui, Shequ and the like."""
    stated = stated.strip()
    if toponym.place_class != "committee_seat":
        return stated
    if letters(stated) == letters(romanise(toponym, marks=False)):
        return stated
    plain = toneless(stated)
    core = _COMMITTEE.sub("", plain)
    # Precomposed letters keep the positions, so that tone marks survive the cut.
    return stated[: len(core)] if len(plain) == len(stated) else core


def _other_letters(named: NamedPlace, stated: str) -> str:
    syllables = named.name.toponym.syllables
    if "".join(letters(s.toneless) for s in syllables) == stated:
        return "numeral"
    if not named.name.reading_confirmed and stated in _possible(syllables):
        return "polyphone"
    return "reading"


def _possible(syllables: tuple[Syllable, ...]) -> set[str]:
    """Every spelling that the readings of the doubtful characters allow."""
    choices = [
        {letters(s.toneless), *(letters(c) for c in s.choices)}
        if s.uncertain
        else {letters(s.toneless)}
        for s in syllables
    ]
    if prod(len(c) for c in choices) > MAX_READINGS:
        return set()
    return {"".join(c) for c in product(*choices)}


def _toned(text: str) -> str:
    return re.sub(r"[^\w]", "", text.casefold())


def _cased(text: str) -> list[str]:
    return [re.sub(r"[^A-Za-zÜü0-9]", "", toneless(word)) for word in text.split()]


RULE = Rule(
    id="pn.roman.rule_mismatch",
    version=1,
    title="罗马字母拼写不合规则",
    check=check,
    guidance=Guidance(
        why="一个地名只有一种拼写，由读音和分词决定；拼写不一，标志、地图和外文资料就对不上。",
        fix="改正登记或标志上的拼写；多音字请先确认读音。",
        exempt="不标声调、全部大写、撇号的形状、用 v 代 ü 都不算；用英文词的由另一条规则提示。",
    ),
    judgements={
        "reading": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "“{name}”登记的拼写“{stated}”与读音不符，按规则应为“{expected}”。",
        ),
        "polyphone": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”登记的拼写“{stated}”与推断的“{expected}”不同；{uncertain}是多音字，请确认读音。",
        ),
        "tones": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "“{name}”登记的拼写“{stated}”声调不符，应为“{expected}”。",
        ),
        "division": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "“{name}”登记的拼写“{stated}”分写连写不合规则，应为“{expected}”。",
        ),
        "numeral": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”登记的拼写“{stated}”用拼音拼写序数；按规则，街巷的序数用阿拉伯数字：“{expected}”。",
        ),
        "apostrophe": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”登记的拼写“{stated}”隔音符号不合规则，应为“{expected}”。",
        ),
        "case": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”登记的拼写“{stated}”大小写不合规则，应为“{expected}”。",
        ),
    },
    basis=(
        place_names("第十五条", "地名的罗马字母拼写按国家有关规定执行"),
        Basis(
            "中国地名汉语拼音字母拼写规则（汉语地名部分）",
            "",
            "B",
            number="中地字第17号（1984）",
            note="据公开转录件核对",
        ),
    ),
    applies_to=EVERY_CLASS,
    confidence="B",
    fires_on=(
        Example("另一个读音", places(spelled(road("文化路"), "Wenhe Lu")), "reading"),
        Example("多音字", places(spelled(seat("长乐社区居委会"), "Changyue")), "polyphone"),
        Example("声调不对", places(spelled(road("文化路"), "Wénhuá Lù")), "tones"),
        Example("分写连写不对", places(spelled(road("文化西路"), "Wenhuaxi Lu")), "division"),
        Example("序数用拼音", places(spelled(road("经五路"), "Jingwu Lu")), "numeral"),
        Example("缺隔音符号", places(spelled(road("西安路"), "Xian Lu")), "apostrophe"),
        Example("首字母小写", places(spelled(road("文化路"), "Wenhua lu")), "case"),
    ),
    silent_on=(
        Example(
            "标声调、不标声调都可以",
            places(
                spelled(road("文化西路"), "Wénhuà Xīlù"), spelled(road("文化西路"), "Wenhua Xilu")
            ),
        ),
        Example(
            "全部大写、弯撇号",
            places(spelled(road("西安路"), "XI’AN LU"), spelled(road("西安路"), "Xi’an Lu")),
        ),
        Example("v 代 ü", places(spelled(road("旅顺路"), "Lvshun Lu"))),
        Example(
            "村委会的拼写带 Cunweihui",
            places(spelled(seat("孙家疃村委会"), "Sunjiatuan Cunweihui")),
        ),
        Example("英文通名由另一条规则提示", places(spelled(road("文化路"), "Wenhua Road"))),
        Example("没有登记拼写", places(road("文化路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
