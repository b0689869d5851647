"""A name has a Han character outside the table of standard characters (表外字、繁体字).

Why: place names use the standard national script and avoid rare characters; what is not in the
table of 8,105 cannot be typed, printed or read by most.
Fix: use the standard form; for a new name choose another character.
Not a finding: an old name may keep its character; check its shape and reading, that is all.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.place import EVERY_CLASS, NameKind
from geo_registry.domain.reading import is_han
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names

KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a Han character that the 8,105 do not hold."""
    reference = gazetteer.reference
    standard_only = frozenset(reference.standard_characters)
    for named in gazetteer.names(kinds=KINDS):
        place, toponym = named.place, named.name.toponym
        if standard_only.issuperset(toponym.full):
            continue
        outside = [c for c in dict.fromkeys(toponym.full) if is_outside(c, reference)]
        if not outside:
            continue
        standard = "".join(reference.simplified.get(c, c) for c in toponym.full)
        fixable = not any(is_outside(c, reference) for c in standard)
        yield Hit(
            scope=narrowest_scope(place),
            key=f"{place.subject} {toponym.keys.full}",
            subjects=(place.subject,),
            where=place.geometry,
            outcome="traditional" if fixable else "rare",
            facts={
                "name": toponym.full,
                "characters": "、".join(f"“{c}”" for c in outside),
                "standard": standard,
                "names": [toponym.full],
            },
        )


def is_outside(character: str, reference: Reference) -> bool:
    """Whether it is a Han character and not one of the 8,105."""
    return is_han(character) and character not in reference.standard_characters


RULE = Rule(
    id="pn.char.outside_8105",
    version=1,
    title="使用表外字",
    check=check,
    guidance=Guidance(
        why="地名应使用国家通用语言文字，避免生僻字；表外字难以输入、印刷和认读。",
        fix="改用规范字；新名称请换字。",
        exempt="老地名可以保留原字，请核对字形和读音。",
    ),
    judgements={
        "rare": Judgement(
            SeverityPair(Severity.ERROR, Severity.INFO),
            "“{name}”中的{characters}不在《通用规范汉字表》内。老地名可以保留，请核对字形和读音。",
        ),
        "traditional": Judgement(
            SeverityPair(Severity.ERROR, Severity.INFO),
            "“{name}”中的{characters}是繁体字或异体字，规范写法为“{standard}”。",
        ),
    },
    basis=(
        place_names("第九条第（三）项", "使用国家通用语言文字，避免使用生僻字"),
        Basis("通用规范汉字表", "", "A", number="国发〔2013〕23号"),
    ),
    applies_to=EVERY_CLASS,
    fires_on=(
        Example("塂不在表内", places(seat("徐家塂村委会")), "rare"),
        Example("國是繁体字", places(proposed("國泰路")), "traditional"),
    ),
    silent_on=(
        Example("夼、疃在表内", places(seat("布谷夼居委会"), seat("孙家疃居委会"))),
        Example("数字不是汉字", places(road("1号路"))),
        Example("〇是数字", places(road("二〇一路"))),
    ),
    screen=lambda names: names.with_character(lambda c: is_outside(c, names.reference)),
    doc=__doc__,
)
