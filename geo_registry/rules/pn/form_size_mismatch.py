"""The generic promises another size than the thing has (通名与规模不符).

Why: a name must fit the real size; a 大道 five metres wide or a 广场 without an open space is the
first of the misnamings that the ministry's campaign speaks of.
Fix: use a generic that fits, or correct the size where it was entered wrongly.
Not a finding: a thing whose size is not registered; figures are those of other cities, the laxest
of them, until the district sets its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.name_forms import SizeLimit, size_limits
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit

CLASSES = ("road", "estate", "building", "facility")
SETTING = "generic_sizes"
"""The district's own rows in its profile; they replace the shipped ones of their generics."""

_WORDS = {
    "length_m": ("长", "m"),
    "width_m": ("宽", "m"),
    "area_m2": ("占地", "m²"),
    "floor_area_m2": ("总建筑面积", "m²"),
}


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield things that are smaller or larger than the limits of their generic, where known."""
    limits = limits_in_force(gazetteer)
    for named in current(gazetteer, *CLASSES):
        place, generic = named.place, named.name.toponym.generic
        if not generic:
            continue
        for limit in limits:
            if not limit.concerns(place.place_class, generic):
                continue
            outcome = _outcome(limit, place.attributes)
            if outcome:
                asked = limit.at_least if outcome == "too_small" else limit.at_most
                yield hit(
                    named,
                    outcome,
                    generic=generic,
                    size="、".join(_size(a, place.attributes) for a in asked),
                    limit="或".join(_figure(a, value, outcome) for a, value in asked.items()),
                    source=limit.source,
                )
                break


def limits_in_force(gazetteer: Gazetteer) -> tuple[SizeLimit, ...]:
    """The shipped limits, with the district's own in place of those of the same generics."""
    own = size_limits(gazetteer.profile.setting(SETTING, ()))
    replaced = {generic for limit in own for generic in limit.generics}
    shipped = gazetteer.reference.forms.sizes
    return own + tuple(s for s in shipped if not replaced.intersection(s.generics))


def _outcome(limit: SizeLimit, attributes: Mapping[str, Any]) -> str:
    """``too_small``, ``too_large``, or nothing; of several attributes one that fits suffices."""
    for outcome, asked, sign in (
        ("too_small", limit.at_least, 1),
        ("too_large", limit.at_most, -1),
    ):
        known = [(attributes[a], v) for a, v in asked.items() if _measured(attributes.get(a))]
        if known and all(sign * (size - value) < 0 for size, value in known):
            return outcome
    return ""


def _measured(size: Any) -> bool:
    return isinstance(size, Real) and not isinstance(size, bool) and float(size) > 0


def _figure(attribute: str, value: float, outcome: str) -> str:
    word, unit = _WORDS[attribute]
    compared = "不小于" if outcome == "too_small" else "不大于"
    return f"{word}{compared} {value:,.0f} {unit}"


def _size(attribute: str, attributes: Mapping[str, Any]) -> str:
    word, unit = _WORDS[attribute]
    size = attributes.get(attribute)
    if size is None or not _measured(size):
        return f"{word}未登记"
    return f"{word} {round(float(size), 1 if size < 100 else 0):,g} {unit}"


RULE = Rule(
    id="pn.form.size_mismatch",
    version=1,
    title="通名与规模不符",
    check=check,
    guidance=Guidance(
        why="地名应与实体的实际规模相符；5 m 宽的“大道”、没有场地的“广场”属于刻意夸大。",
        fix="换用相称的通名（路、街、巷、楼等）；如果长、宽、面积登记有误，请改正。",
        exempt="没有登记长、宽、面积的不查。数值取自外地规定中最宽的一档，本区可在地区设置中另定；"
        "登记的是路面宽而不是红线宽时，请按红线宽核对。",
    ),
    judgements={
        "too_small": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”{size}；称“{generic}”的，一般{limit}。参照：{source}。",
        ),
        "too_large": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”{size}；称“{generic}”的，一般{limit}。参照：{source}。",
        ),
    },
    basis=(
        place_names("第九条第（二）项", "符合地理实体的实际地域、规模、性质等特征"),
        place_names("第十条", "名称与实际不符的应当更名"),
    ),
    applies_to=CLASSES,
    confidence="C",
    fires_on=(
        Example("5 m 宽的大道", places(road("文化大道", width_m=5.0)), "too_small"),
        Example("300 m 长的大道", places(road("文化大道", length_m=300.0)), "too_small"),
        Example("40 m 宽的巷", places(road("文化巷", width_m=40.0)), "too_large"),
        Example(
            "占地 3,000 m² 的广场",
            places(road("金海广场", place_class="building", area_m2=3000.0)),
            "too_small",
        ),
    ),
    silent_on=(
        Example("40 m 宽、3 km 长的大道", places(road("世昌大道", width_m=40.0, length_m=3000.0))),
        Example("没有登记宽度的巷", places(road("文化巷"))),
        Example("3.5 m 宽的巷", places(road("文化巷", width_m=3.5))),
        Example(
            "占地小而建筑面积够的广场",
            places(
                road("金海广场", place_class="building", area_m2=3000.0, floor_area_m2=120_000.0)
            ),
        ),
        Example("3 m 宽的村内道路称路", places(road("文化路", width_m=3.0))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
