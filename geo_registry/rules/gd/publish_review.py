"""What is about to be published must not be: a secret row, or a map without its review number.

Why: maps open to the public are reviewed beforehand and show their number (审图号), and nothing
classified may be on them. Census forms carry a grade of secrecy, so a register holds such rows.
Fix: leave the row out or have it declassified; obtain the number and state it with the export.
Not a finding: a classified row in the registry itself, and export inside the bureau's network. The
rule speaks only of places that an export has marked with :func:`for_publication`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS, Place
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import public_maps

PUBLIC = frozenset({"", "public", "公开"})
_WORDS = {"internal": "内部", "secret": "秘密"}
_MARK = "publication"


def for_publication(found: Iterable[Place], review_number: str) -> tuple[Place, ...]:
    """Mark places as about to be published under a review number (审图号; empty: there is none).

    What an export to the public calls: it runs the rule on a gazetteer of these places, refuses to
    write while anything comes back, and shows the messages.
    """
    mark = review_number.strip()
    return tuple(replace(p, attributes={**p.attributes, _MARK: mark}) for p in found)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield classified places about to be published, and once a publication without a number."""
    marked = [p for p in gazetteer.places if _MARK in p.attributes]
    for place in marked:
        grade = str(place.attributes.get("secrecy") or "")
        if grade not in PUBLIC:
            names = [n.toponym.full for n in place.current_names(gazetteer.on)]
            yield Hit(
                scope=narrowest_scope(place),
                key=place.subject,
                subjects=(place.subject,),
                outcome="classified",
                facts={
                    "name": names[0] if names else "未命名实体",
                    "grade": _WORDS.get(grade, grade),
                    "names": names,
                },
            )
    unreviewed = [p for p in marked if not p.attributes[_MARK]]
    if unreviewed:
        yield Hit(
            scope=Scope("legal_county", gazetteer.profile.code),
            key="review_number",
            subjects=(unreviewed[0].subject,),
            outcome="unreviewed",
            facts={"count": len(unreviewed), "names": []},
        )


RULE = Rule(
    id="gd.publish.review",
    version=1,
    title="公开前的审查",
    check=check,
    guidance=Guidance(
        why="向社会公开的地图应当送审并标明审图号，不得表示涉密内容；地名登记表里有“密级”一栏。",
        fix="剔除密级高于“公开”的记录或先办理解密；取得审图号并在导出时填写。",
        exempt="登记库内部保存、局内导出不受本规则限制；只在向社会公开导出时检查。",
    ),
    judgements={
        "classified": Judgement(
            SeverityPair(Severity.BLOCK, Severity.BLOCK),
            "“{name}”的密级为“{grade}”，不得公开。请剔除，或先办理解密。",
        ),
        "unreviewed": Judgement(
            SeverityPair(Severity.BLOCK, Severity.BLOCK),
            "准备公开 {count} 处地名，但没有审图号。请先送审，取得审图号后再导出。",
        ),
    },
    basis=(
        public_maps("第八条", "地图上不得表示属于国家秘密的内容"),
        public_maps("第十五条", "国家实行地图审核制度，向社会公开的地图应当报送审核"),
    ),
    applies_to=EVERY_CLASS,
    fires_on=(
        Example(
            "密级为内部的记录",
            places(*for_publication([road("文化路", secrecy="internal")], "鲁S（2026）001号")),
            "classified",
        ),
        Example("没有审图号", places(*for_publication([road("文化路")], "")), "unreviewed"),
    ),
    silent_on=(
        Example(
            "公开且有审图号",
            places(*for_publication([road("文化路", secrecy="public")], "鲁S（2026）001号")),
        ),
        Example("只在登记库内", places(road("文化路", secrecy="internal"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
