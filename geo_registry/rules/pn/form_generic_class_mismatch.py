"""The generic part does not suit the kind of place (通名与类别不符).

Why: a name must fit what it names; a lane called 大道, a road called 花园 or an estate called 大厦
misleads whoever looks for it.
Fix: use a generic of the class, or correct the class where the thing was entered wrongly.
Not a finding: words that are at home in several classes (公寓, 城), generics about which no table
says which grade of road they belong to (道, 桥), old villages, and names of foreign data.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.generic_parts import foreign_generic, other_grade
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit

CLASSES = ("road", "estate", "building", "facility", "cemetery", "division")
VAGUE = ("区",)
"""What registered units of every kind end in (片区, 林区, 保税区): asked of new names only."""
GRADED = ("road", "division")
"""Families whose classes have generics of their own."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names whose generic belongs to another grade, or to another kind of thing."""
    reference = gazetteer.reference
    for named in current(gazetteer, *CLASSES):
        place_class, toponym = named.place.place_class, named.name.toponym
        outcome = "other_kind"
        found = foreign_generic(toponym, place_class, reference)
        if not found and place_class.startswith(GRADED):
            outcome, found = "other_grade", other_grade(toponym, place_class, reference)
            if found and found[0] in VAGUE and named.place.subject != CANDIDATE:
                continue
        if found:
            generic, kind = found
            yield hit(
                named,
                outcome,
                generic=generic,
                kind=PLACE_CLASSES[kind],
                place_class=PLACE_CLASSES[place_class],
                known="、".join(_known(place_class, reference)[:6]),
            )


def _known(place_class: str, reference: Reference) -> tuple[str, ...]:
    generics = reference.generics
    known = generics.get(place_class) or generics.get(place_class.split(".")[0], ())
    # The table is ordered for matching, longest first; people think of 路, 街, 镇 first.
    return tuple(sorted(known, key=len)) if place_class.startswith(GRADED) else known


def screen(names: NameColumns) -> Rows:
    """Rows whose name ends in a generic of another family or another grade."""
    reference, family = names.reference, names.place_class.split(".")[0]
    own = set(reference.generics.get(names.place_class, ()))
    telling = {word for words in reference.forms.telling.values() for word in words}
    grades = {
        generic
        for grade, generics in reference.generics.items()
        if grade.startswith(family + ".")
        for generic in generics
    }
    suffixes = sorted((telling | grades) - own)
    ends = (polars.col("stem").str.ends_with(suffix) for suffix in suffixes)
    return names.where(polars.any_horizontal(polars.lit(value=False), *ends))


RULE = Rule(
    id="pn.form.generic_class_mismatch",
    version=1,
    title="通名与类别不符",
    check=check,
    guidance=Guidance(
        why="地名应与实体的实际情况相符；小巷称“大道”、道路称“花园”、住宅区称“大厦”，会误导找路的人。",
        fix="换用本类别的通名；如果是类别登记错了，请改正类别。",
        exempt="各类通名表依习惯整理，未见国家规定，因此只作警示；“公寓、城”等几类通用的不算。",
    ),
    judgements={
        "other_kind": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记为“{place_class}”，而“{generic}”是“{kind}”的通名。可用：{known}。",
        ),
        "other_grade": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记为“{place_class}”，通名却用了“{generic}”。这一类可用：{known}；"
            "如果类别登记有误，请改类别。",
        ),
    },
    basis=(place_names("第九条第（二）项", "符合地理实体的实际地域、规模、性质等特征"),),
    applies_to=CLASSES,
    confidence="C",
    fires_on=(
        Example(
            "登记为巷的“文化大道”",
            places(road("文化大道", place_class="road.lane")),
            "other_grade",
        ),
        Example("住宅区称大厦", places(road("金海大厦", place_class="estate")), "other_kind"),
        Example("道路称花园", places(proposed("幸福花园")), "other_kind"),
        Example(
            "镇名以“县”结尾", places(road("示例县", place_class="division.town")), "other_grade"
        ),
    ),
    silent_on=(
        Example("只知是道路、未分等级", places(road("文化大道"))),
        Example("花园路是道路", places(road("花园路"))),
        Example("登记为街的石桥大街", places(road("石桥大街", place_class="road.street"))),
        Example("登记为路的滨海公路", places(road("滨海公路", place_class="road.road"))),
        Example("公寓既是住宅区也是楼宇", places(road("学府公寓", place_class="building"))),
        Example("开发区不是法定政区", places(road("金海开发区", place_class="division.town"))),
        Example("街道是乡级", places(road("竹岛街道", place_class="division.town"))),
        Example("外文路名", places(road("Triq il-Kbira"))),
        Example("没有通名，由别的规则说", places(road("金色阳光"))),
    ),
    screen=screen,
    doc=__doc__,
)
