"""Two generic parts stand in a row (通名重叠).

Why: in …大厦广场 or 文化路街 nobody can tell which of the two says what the place is.
Fix: keep the one generic that fits.
Not a finding: words that only look so (马路, 胡同, 新村), a road named after a place (花园路,
水库路, 解放路一巷, 解放路南小街), names of villages and committees, and a name of generics alone,
which another rule reports.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import Toponym
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit

CLASSES = ("road", "estate", "building")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names whose generic follows another generic of the same list at once."""
    for named in current(gazetteer, *CLASSES):
        toponym = named.name.toponym
        inner = _inner(toponym, named.place.place_class.split(".")[0], gazetteer.reference)
        if inner:
            yield hit(
                named,
                inner=inner,
                outer=toponym.generic,
                short=toponym.specific.removesuffix(inner) + toponym.generic,
            )


def _inner(toponym: Toponym, family: str, reference: Reference) -> str:
    """The generic before the generic, or nothing."""
    forms, specific = reference.forms, toponym.specific
    words = forms.stacking.get(family, ())
    if toponym.modifier or toponym.generic not in words:
        return ""
    if (specific + toponym.generic).endswith(forms.idiomatic) or specific.endswith(forms.idiomatic):
        return ""
    for word in words:
        # One character before it is too little to be a name of its own: 北街巷, 花园广场.
        if specific.endswith(word) and len(specific) - len(word) >= 2:
            return word
    return ""


def screen(names: NameColumns) -> Rows:
    """Rows whose generic is on the list, and follows another one of it."""
    words = list(names.reference.forms.stacking.get(names.place_class.split(".")[0], ()))
    specific, generic = polars.col("specific"), polars.col("generic")
    inner = polars.any_horizontal(
        polars.lit(value=False), *(specific.str.ends_with(w) for w in words)
    )
    return names.where(generic.is_in(words) & inner)


RULE = Rule(
    id="pn.form.generic_stacked",
    version=1,
    title="通名重叠",
    check=check,
    guidance=Guidance(
        why="“大厦广场”“花园小区”这样两个通名连用，说不清到底是什么；几个省市的规定都不许通名重叠。",
        fix="只留一个与实际相符的通名。",
        exempt="“马路、胡同、新村”是固定说法；道路以地点为名的（花园路、解放路一巷）不算；村名不查。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”有两个通名：“{inner}”和“{outer}”。可只留一个，例如“{short}”。",
        ),
    },
    basis=(
        place_names("第九条第（二）项", "符合地理实体的实际地域、规模、性质等特征"),
        Basis(
            "山东省建筑物、住宅区名称管理规定（征求意见稿）",
            "通名不得叠用",
            "B",
            note="2020 年征求意见，是否施行未查明",
        ),
    ),
    applies_to=CLASSES,
    confidence="B",
    fires_on=(
        Example("大厦广场", places(road("金海大厦广场", place_class="building"))),
        Example("花园小区", places(road("幸福花园小区", place_class="estate"))),
        Example("路街", places(proposed("文化路街"))),
    ),
    silent_on=(
        Example("大街、马路、胡同不是两个通名", places(road("石桥大街"), road("东大马路"))),
        Example("新村小区是习惯说法", places(road("古陌新村小区", place_class="estate"))),
        Example("道路以地点为名", places(road("幸福花园路"), road("水库路"))),
        Example("解放路一巷、解放路南小街", places(road("解放路一巷"), road("解放路南小街"))),
        Example("北街巷", places(road("北街巷"))),
        Example("以路名为专名的小区", places(road("文化路小区", place_class="estate"))),
        Example("老村名", places(road("花园庄", place_class="settlement.natural_village"))),
    ),
    screen=screen,
    doc=__doc__,
)
