"""Nothing is left of a name without its generic part (缺专名).

Why: a name consists of a specific and a generic part; 路, 大街 or 花园小区 alone name no place.
Fix: put a specific part in front.
Not a finding: a modifier before the generic is a specific part of its own (横街, 后街); so is a
word for a kind of place before a road's generic (花园路), and a village called 庄 or 店.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import Toponym
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit

CLASSES = ("road", "estate", "building", "facility", "natural", "cemetery", "committee_seat")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names that are a generic, a pile of generics, or a committee's suffix and no more."""
    for named in current(gazetteer, *CLASSES):
        toponym = named.name.toponym
        if toponym.place_class == "committee_seat":
            if toponym.keys.stem in gazetteer.reference.forms.committees:
                yield hit(named, "committee")
        elif toponym.full:
            family = toponym.place_class.split(".")[0]
            if toponym.keys.stem in _generics(family, gazetteer.reference):
                yield hit(named)
            elif _only_generics(toponym, family, gazetteer.reference):
                yield hit(named, "only_generics")


def _generics(family: str, reference: Reference) -> tuple[str, ...]:
    """The generics of a family that no name may consist of; a hill may be called 岭."""
    known = reference.generics.get(family, ()) + reference.spelling.generics.get(family, ())
    return tuple(g for g in known if family != "natural" or len(g) > 1)


def _only_generics(toponym: Toponym, family: str, reference: Reference) -> bool:
    """Whether the specific part is itself a generic that must not stand before another one."""
    before = toponym.specific + toponym.modifier
    return bool(toponym.generic) and before in reference.forms.stacking.get(family, ())


def screen(names: NameColumns) -> Rows:
    """Rows whose name is a committee's suffix, a generic, or a pile of generics."""
    reference, family = names.reference, names.place_class.split(".")[0]
    if family == "committee_seat":
        return names.where(polars.col("stem").is_in(list(reference.forms.committees)))
    return names.where(
        polars.col("stem").is_in(list(_generics(family, reference)))
        | polars.col("core").is_in(list(reference.forms.stacking.get(family, ())))
    )


RULE = Rule(
    id="pn.form.specific_missing",
    version=1,
    title="缺少专名",
    check=check,
    guidance=Guidance(
        why="地名由专名和通名两部分组成；只写“路”“大街”“小区”，谁也不知道是哪一条、哪一处。",
        fix="在通名前加上专名，例如“文化路”。",
        exempt="“横街、后街、新街”等由方位、大小词作专名的，是完整的地名；“花园路”也是。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”只有通名，没有专名。请在前面加上专名。",
        ),
        "only_generics": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”是两个通名连在一起，没有专名。请换用有专名的名称。",
        ),
        "committee": Judgement(
            SeverityPair(Severity.ERROR, Severity.INFO),
            "“{name}”去掉“社区、村、居委会”等以后什么也不剩，没有专名。",
        ),
    },
    basis=(place_names("第九条", "地名由专名和通名两部分组成"),),
    applies_to=CLASSES,
    fires_on=(
        Example("只有“路”", places(road("路"))),
        Example("只有“大街”", places(proposed("大街"))),
        Example("只有“胡同”", places(road("胡同"))),
        Example(
            "两个通名：花园小区", places(road("花园小区", place_class="estate")), "only_generics"
        ),
        Example("只有“社区居委会”", places(seat("社区居委会")), "committee"),
    ),
    silent_on=(
        Example("横街：横 + 街", places(road("横街"))),
        Example("后街、新街、大路", places(road("后街"), road("新街"), road("大路"))),
        Example("花园路的专名是花园", places(road("花园路"))),
        Example("里弄巷也有专名", places(road("里仁巷"))),
        Example("岭西村委会", places(seat("岭西村委会"))),
        Example("老地名“滩”", places(road("滩", place_class="natural"))),
    ),
    screen=screen,
    doc=__doc__,
)
