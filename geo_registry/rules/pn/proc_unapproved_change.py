"""A name came into use or was changed since the regulation, and no approval is on record.

Why: naming and renaming need an approval; a name in use without one may have to be taken back.
Fix: record the approval (authority, number, date), or propose the name.
Not a finding: names older than the regulation, and names whose first day nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.given_name import GivenName
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import place_names

_SINCE = date(2022, 5, 1)
"""Since when the regulation is in force."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names that began since the regulation without an authority or a paper."""
    for place in gazetteer.places:
        for name in place.attributes.get("given", ()):
            if name.since < _SINCE or name.since > gazetteer.on:
                continue
            if name.authority and (name.papers or name.event == "registered"):
                continue
            lacking = "批准机关和批准文件" if not name.authority else "批准文件"
            yield Hit(
                scope=narrowest_scope(place),
                key=f"{place.subject}|{name.full}",
                subjects=(place.subject,),
                outcome="paper" if name.authority else "default",
                where=place.geometry,
                facts={
                    "name": name.full, "since": name.since.isoformat(), "lacking": lacking,
                    "where": place.located_in or "位置待核", "names": [name.full],
                },
            )  # fmt: skip


def _road(event: str, since: date, authority: str, *, papers: bool) -> Callable[[], Gazetteer]:
    given = GivenName("示例路", event, since, authority, papers)
    return places(road("示例路", given=(given,)))


_AUTHORITY = "示例区人民政府"
RULE = Rule(
    id="pn.proc.unapproved_change",
    version=1,
    title="命名、更名没有批准记录",
    check=check,
    guidance=Guidance(
        why="命名、更名须经批准。没有批准记录的名称，日后可能要停用。",
        fix="补登批准机关、文号和日期；确无批准的，按程序申报。",
        exempt="条例施行（2022年5月1日）以前启用的名称、启用日期不详的名称不提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}的“{name}”自 {since} 起使用，登记中没有{lacking}。请补登，或按程序申报。",
        ),
        "paper": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "{where}的“{name}”自 {since} 起使用，登记中没有{lacking}的文号。请补登。",
        ),
    },
    basis=(place_names("第四条", "命名、更名的程序"), place_names("第三十六条", "擅自命名、更名")),
    fires_on=(
        Example(
            "去年启用，没有批准机关",
            _road("registered", date(2023, 3, 1), "", papers=False),
        ),
        Example(
            "命名有批准机关，没有文号",
            _road("named", date(2023, 3, 1), _AUTHORITY, papers=False),
            "paper",
        ),
    ),
    silent_on=(
        Example(
            "有批准机关和文件",
            _road("named", date(2023, 3, 1), _AUTHORITY, papers=True),
        ),
        Example(
            "条例施行以前的名称",
            _road("registered", date(1999, 1, 1), "", papers=False),
        ),
        Example("启用日期不详", places(road("示例路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
