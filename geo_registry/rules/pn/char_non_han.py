"""A name has something other than Chinese characters in it (字母、符号、残字).

Why: place names are written in the national script; letters, dots and private characters cannot be
read out, and half a character (瞿阝, 氵丙洲) is what a machine left where it could not type one.
Fix: write the name in full with standard characters; look the right character up in the papers.
Not a finding: digits of a numbering (1号路), 〇, the letter of a national, provincial or county
highway (G206国道), and names of foreign data, which have no Chinese character at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.name_forms import NameForms
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.reading import is_han
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, has_han, hit, in_china, quoted

_HIGHWAY = re.compile(r"[GSXYCZ][0-9]{1,4}", re.IGNORECASE)
_BRACKETS = frozenset("()[]{}<>〈〉《》【】〔〕「」『』")
_SHAPES = ((0x2E80, 0x2FFF), (0x31C0, 0x31EF))
"""Radicals, strokes, and the signs that describe how a character is composed."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield each kind of strange character of each name."""
    forms = gazetteer.reference.forms
    # Nearly every name consists of standard characters, and none of them is strange.
    ordinary = frozenset(gazetteer.reference.standard_characters)
    for named in current(gazetteer):
        name = named.name.toponym.full
        if ordinary.issuperset(name):
            continue
        if not has_han(name) and not in_china(named.place):
            continue
        yield from _strange(named, name, forms)


def _strange(named: NamedPlace, name: str, forms: NameForms) -> Iterator[Hit]:
    text = _HIGHWAY.sub("", name) if named.place.is_a("road") else name
    found: dict[str, list[str]] = {}
    for character in dict.fromkeys(text):
        kind = _kind(character, forms)
        if kind:
            found.setdefault(kind, []).append(character)
    for kind, characters in found.items():
        yield hit(
            named,
            kind,
            characters=quoted([f"U+{ord(c):04X}" if kind == "private" else c for c in characters]),
            meant=name.translate({ord(a): b for a, b in forms.mistaken.items()}),
        )


def _kind(character: str, forms: NameForms) -> str:
    """What is strange about a character, or nothing."""
    if character in forms.components or _is_shape(character):
        return "component"
    if character in forms.mistaken:
        return "mistaken"
    if is_han(character) or character == "〇":
        return ""
    category = unicodedata.category(character)
    if category == "Nd" and character.isascii():
        return ""
    if category in {"Co", "Cn", "Cs", "Cc", "Cf"}:
        return "private"
    if character in forms.lost:
        return "lost"
    if character in _BRACKETS:
        return "brackets"
    # A compatibility ideograph is a Chinese character that NFKC left alone.
    if category.startswith("L") and "CJK" in unicodedata.name(character, ""):
        return ""
    return "letters" if category[0] in "LM" else "symbols"


def _is_shape(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _SHAPES)


RULE = Rule(
    id="pn.char.non_han",
    version=1,
    title="含字母、符号或残缺字",
    check=check,
    guidance=Guidance(
        why="地名应使用国家通用语言文字。字母、符号读不出来；“瞿阝”“氵丙洲”是电脑打不出字时拆开的残字，"
        "换一台设备就查不到。",
        fix="改用规范汉字写全；残字请对照档案、地名志或公安户籍用字，找出原来的字。",
        exempt="“1号路”的数字、“〇”、“G206国道”的编号不算；境外数据的外文地名不查；"
        "老名称加括注的，只作提示。",
    ),
    judgements={
        "letters": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”中的{characters}不是汉字。地名应使用规范汉字。",
        ),
        "symbols": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”含有符号{characters}。地名中不用符号。",
        ),
        "brackets": Judgement(
            SeverityPair(Severity.ERROR, Severity.INFO),
            "“{name}”带有括号{characters}。标准地名不加括注，说明文字请另记。",
        ),
        "component": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”中的{characters}是偏旁，不成字；多半是原字打不出来而拆开的。请查出原字。",
        ),
        "mistaken": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”中的{characters}是偏旁，可能是形近字之误，应为“{meant}”？请核对原件。",
        ),
        "private": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”中有自造字或控制字符（{characters}），别的电脑显示不出来。请改用规范汉字。",
        ),
        "lost": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”中的{characters}像是丢失的字。请对照原件补全。",
        ),
    },
    basis=(place_names("第九条第（三）项", "使用国家通用语言文字"),),
    applies_to=EVERY_CLASS,
    fires_on=(
        Example("字母：EE新城", places(road("EE新城", place_class="estate")), "letters"),
        Example("拼音夹在汉字里", places(seat("长shan村委会")), "letters"),
        Example("间隔号", places(proposed("华润·凌江路")), "symbols"),
        Example("表情符号", places(proposed("开心😀路")), "symbols"),
        Example("括注", places(road("文化路（西段）")), "brackets"),
        Example("瞿阝", places(seat("东瞿阝村委会")), "component"),
        Example("氵丙洲", places(seat("氵丙洲村委会")), "component"),
        Example("囗误作口", places(seat("聂囗村委会")), "mistaken"),
        Example("自造字", places(seat("高\ue170村委会")), "private"),
        Example("问号", places(seat("孙家?村委会")), "lost"),
    ),
    silent_on=(
        Example("1号路、二〇一路", places(road("1号路"), road("二〇一路"))),
        Example("国道编号", places(road("G206国道"), road("S304省道"))),
        Example("夼、塂都是汉字", places(seat("布谷夼居委会"), seat("徐家塂村委会"))),
        Example("疋是字，不是残字", places(seat("上疋山夼村委会"))),
        Example("全角空格", places(road("文化　路"))),
    ),
    screen=lambda names: names.with_character(lambda c: bool(_kind(c, names.reference.forms))),
    doc=__doc__,
)
