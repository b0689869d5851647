"""A stated code is not in the official list of divisions (行政区划代码无效).

Why: codes tie a name to its division; one that is mistyped, abolished or only statistical sends the
record to a place that does not exist in law.
Fix: look the code up in the list of the civil-affairs ministry and correct it.
Not a finding: the statistical codes by which the registry itself sorts things; the last three
digits of a village, which no public list confirms; codes of records that state none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.name_forms import DivisionCodes
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.reference import Profile
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.written import current, hit

LENGTHS = (2, 4, 6, 9, 12, 20)
"""Province, prefecture, county, town, village; and a place code, which begins with its town."""

_DIGITS = re.compile(r"[0-9]+")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield stated codes that the official list does not hold, each place and code once."""
    seen: set[tuple[str, str]] = set()
    for named in current(gazetteer):
        for code in stated(named.place.attributes):
            if (named.place.subject, code) in seen:
                continue
            seen.add((named.place.subject, code))
            # The lists are read only now: most runs meet no code at all.
            yield from _judged(named, code, gazetteer.reference.division_codes(), gazetteer.profile)


def stated(attributes: Mapping[str, Any]) -> Iterator[str]:
    """The codes that the record of a place states: its place code, then any others."""
    if attributes.get("place_code"):
        yield str(attributes["place_code"]).strip()
    others = attributes.get("stated_codes") or ()
    if isinstance(others, Mapping):
        others = others.values()
    elif isinstance(others, str):
        others = (others,)
    for code in others:
        if code:
            yield str(code).strip()


def _judged(named: NamedPlace, code: str, codes: DivisionCodes, profile: Profile) -> Iterator[Hit]:
    if not codes.official:
        return
    outcome, part = _outcome(code, codes)
    if not outcome:
        return
    found = hit(
        named,
        outcome,
        code=code,
        part=part,
        which="" if part == code else f"中的 {part}",
        called=codes.statistical.get(part) or codes.abolished.get(part, ""),
        instead=_instead(part, profile),
        edition=codes.edition,
    )
    yield replace(found, key=f"{named.place.subject} {code}")


def _outcome(code: str, codes: DivisionCodes) -> tuple[str, str]:
    """What is wrong with a code and with which part of it; empty where nothing is."""
    if not _DIGITS.fullmatch(code) or len(code) not in LENGTHS:
        return "malformed", code
    for part in _parts(code):
        if part in codes.statistical:
            return "statistical", part
        if part in codes.abolished:
            return "abolished", part
        if part not in codes.official:
            # Groups of counties under a municipality (1101) have no row of their own.
            if len(part) == 4 and any(known.startswith(part) for known in codes.official):
                continue
            return "unknown", part
    return "", ""


def _parts(code: str) -> list[str]:
    """The codes of the divisions that a code names, widest first; filling zeros left out.

    >>> _parts("371002101000"), _parts("370000")
    (['371002', '371002101'], ['37'])
    """
    county, town = code[:6], code[:9]
    if len(county) == 6 and county.endswith("00"):
        return [county[:2] if county.endswith("0000") else county[:4]]
    parts = [county]
    if len(town) == 9 and not town.endswith("000"):
        parts.append(town)
    return parts


def _instead(part: str, profile: Profile) -> str:
    members = profile.legal_county_members.value
    if part[:6] in members and part[:6] != profile.code:
        return f"，法定代码应为 {profile.code}（{profile.name}）"
    return ""


RULE = Rule(
    id="pn.code.invalid",
    version=1,
    title="行政区划代码无效",
    check=check,
    guidance=Guidance(
        why="代码把地名与所属政区连在一起；写错、已撤销或只用于统计的代码，会把记录归到法律上不存在的政区。",
        fix="对照民政部公布的行政区划代码改正；开发区等统计代码改用所属区县的法定代码。",
        exempt="系统内部按统计代码归类的不查；村级后三位没有公开名录可核，不查。",
    ),
    judgements={
        "malformed": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记的代码“{code}”不是 6、9、12 位区划代码或 20 位地名代码。",
        ),
        "unknown": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记的代码“{code}”{which}不在行政区划名录内（{edition}）。",
        ),
        "statistical": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记的代码“{code}”{which}（{called}）是统计用代码，不是法定代码{instead}。",
        ),
        "abolished": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”登记的代码“{code}”{which}在名录中为“{called}”，已经撤销。",
        ),
    },
    basis=(
        Basis(
            "中华人民共和国行政区划代码",
            "",
            "B",
            number="GB/T 2260",
            note="按民政部 2026-09-11 名录核对；历年名录未收",
        ),
        Basis("县级以下行政区划代码编制规则", "", "B", number="GB/T 10114"),
    ),
    applies_to=EVERY_CLASS,
    confidence="B",
    fires_on=(
        Example("位数不对", places(road("文化路", stated_codes=("37100",))), "malformed"),
        Example("没有这个县", places(road("文化路", stated_codes=("371099",))), "unknown"),
        Example("没有这个镇", places(road("文化路", place_code="37100219923514000001")), "unknown"),
        Example(
            "统计代码 371071", places(road("文化路", stated_codes=("371071108",))), "statistical"
        ),
        Example("已撤销的街道", places(road("文化路", stated_codes=("140213002",))), "abolished"),
    ),
    silent_on=(
        Example(
            "环翠区、羊亭镇的代码", places(road("文化路", stated_codes=("371002", "371002101")))
        ),
        Example("补零的代码", places(road("文化路", stated_codes=("371002000000", "370000")))),
        Example("20 位地名代码", places(road("文化路", place_code="37100210123514000001"))),
        Example("没有登记代码", places(road("文化路"), proposed("青山路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
