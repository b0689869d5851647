"""The specific part is a mere number, or a meaningless mix of characters and digits (怪).

Why: the ministries' notice of 2018 counts names like 24克拉, 8哩岛 and 6号大院 among those that
nobody can understand.
Fix: choose a specific part with a meaning; number roads in a row, with 号 or with numerals.
Not a finding: real numbering (1号路, 经五路, 二环路, 206国道, and roads of one area that are
numbered throughout), dates (五一, 八一, 三八), and the names of villages and committees.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import Toponym
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.law import irregular_names, place_names
from geo_registry.rules.written import current, has_han, hit

CLASSES = ("road", "estate", "building")
SERIES = 3
"""So many numbered roads in one area are a numbering, not whims."""

_DIGIT = re.compile(r"[0-9]")
_NUMERALS = frozenset("零一二三四五六七八九十百千两")
_HIGHWAY = re.compile(r"[A-Z]?[0-9]+(国道|省道|县道|乡道|村道|专用公路|高速|高速公路)$")
_NUMBERED_ROAD = re.compile(
    r"[^0-9]*[0-9]{1,3}(号|支|环|马|横|纵|[东南西北中前后上下左右内外])*([0-9]{1,2})?"
)
"""The specific part of a numbered road: 1号, 经5, 12号支, 3环; digits alone up to two places."""
_NUMBERED_BLOCK = re.compile(
    r".*[^0-9].*[0-9]{1,3}(区|期|号楼|栋|座|号院|街坊)|[0-9]{1,3}(号楼|栋|座|区)"
)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names whose specific part is a bare number, or mixes digits in without numbering."""
    found: list[tuple[str, Hit]] = []
    numbered: Counter[tuple[str, str]] = Counter()
    for named in current(gazetteer, *CLASSES):
        toponym = named.name.toponym
        outcome = _outcome(toponym, gazetteer.reference.forms.dates)
        if not outcome:
            continue
        area = str(narrowest_scope(named.place))
        if outcome == "number":
            numbered[area, toponym.generic] += 1
        specific = _typed(toponym)
        found.append((area, hit(named, outcome, specific=specific, generic=toponym.generic)))
    for area, one in found:
        in_series = numbered[area, one.facts["generic"]] >= SERIES
        if one.outcome != "number" or not in_series:
            yield one


def _typed(toponym: Toponym) -> str:
    """The name without its generic, with digits as they were typed."""
    return toponym.full[: len(toponym.full) - len(toponym.generic)] or toponym.full


def _outcome(toponym: Toponym, dates: frozenset[str]) -> str:
    name, specific = toponym.full, _typed(toponym)
    digits = _DIGIT.search(name)
    if not digits:
        # 三八路 is a date; one or two numerals are a number in a row (二环, 十二巷).
        bare = toponym.keys.stem[: len(toponym.keys.stem) - len(toponym.generic)]
        pure = len(bare) >= 3 and _NUMERALS.issuperset(bare)
        return "number" if pure and "十" not in bare and bare not in dates else ""
    if not has_han(name):
        # Foreign streets are full of numbers; a bare number as a whole name is one nevertheless.
        return "number" if name.isdigit() and toponym.place_class.split(".")[0] != "road" else ""
    if _HIGHWAY.search(name):
        return ""
    if specific.isdigit():
        short = toponym.place_class.startswith("road") and len(specific) <= 2
        return "" if short else "number"
    if toponym.place_class.startswith("road"):
        return "" if _NUMBERED_ROAD.fullmatch(specific) else "mixed"
    return "" if _NUMBERED_BLOCK.fullmatch(name) else "mixed"


def screen(names: NameColumns) -> Rows:
    """Rows with digits as typed, or with numerals; a series needs all of its members."""
    typed = names.with_character(lambda c: bool(_DIGIT.match(c)))
    return typed | names.with_character(_NUMERALS.__contains__, "stem")


RULE = Rule(
    id="pn.char.number_only",
    version=1,
    title="专名是数字或数字夹杂",
    check=check,
    guidance=Guidance(
        why="以没有含义的数字作专名，或把数字夹在汉字里（24克拉、8哩岛、6号大院），属于“怪异难懂”。",
        fix="换用有含义的专名；确是成片编号的，写成“1号路、2号路”或“经一路、经二路”。",
        exempt="真正的编号（1号路、二环路、206国道、同一片区按数字排列的路）、"
        "纪念日（五一、八一、三八）不算；村名和村（居）委会名不查。",
    ),
    judgements={
        "number": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”的专名“{specific}”只是一个数字，看不出含义。",
        ),
        "mixed": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”在专名中夹用数字，又不像编号，含义不明。",
        ),
    },
    basis=(
        irregular_names("怪异难懂：以无含义的数字或汉字与数字组合作专名"),
        place_names("第九条第（一）项", "含义明确、健康"),
    ),
    applies_to=CLASSES,
    confidence="B",
    fires_on=(
        Example("168路", places(road("168路")), "number"),
        Example("八八八大厦", places(road("八八八大厦", place_class="building")), "number"),
        Example("24克拉", places(road("24克拉", place_class="estate")), "mixed"),
        Example("8哩岛", places(road("8哩岛", place_class="estate")), "mixed"),
        Example("6号大院", places(road("6号大院", place_class="estate")), "mixed"),
        Example("拟用名“1加1街”", places(proposed("1加1街")), "mixed"),
    ),
    silent_on=(
        Example(
            "1号路、经5路、3环路、12号支路",
            places(road("1号路"), road("经5路"), road("3环路"), road("12号支路")),
        ),
        Example("一号路、二巷、十二条", places(road("一号路"), road("二巷"), road("十二条"))),
        Example(
            "五一、八一、三八是纪念日",
            places(road("五一路"), road("八一路"), road("三八街"), road("九一八大街")),
        ),
        Example("206国道", places(road("206国道"), road("G206国道"))),
        Example(
            "同一片区按数字编号",
            places(road("101路"), road("102路", number=2), road("103路", number=3)),
        ),
        Example(
            "二村、三区",
            places(road("塔山二村", place_class="estate"), road("金海3区", place_class="estate")),
        ),
        Example(
            "三里、七彩有含义", places(road("三里路"), road("七彩大厦", place_class="building"))
        ),
    ),
    screen=screen,
    doc=__doc__,
)
