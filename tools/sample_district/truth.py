"""The truth about the sample: every seeded problem, and the rule that must find it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sample_district.graves import Grave
from sample_district.land import Site
from sample_district.naming import LARGE, NOTICE, NOTICE_EN
from sample_district.streets import Road

HOMOPHONES = (
    (("兴华街", "星华街"), "same_tone"),
    (("新源巷", "鑫源巷"), "same_tone"),
    (("育才路", "玉彩路"), "other_tone"),
)
OUTSIDE_8105 = {"塂": "rare", "濛": "traditional"}
"""Character → outcome: 塂 is in no table, 濛 is the traditional form of 蒙."""
NO_GENERIC = ("老供销社", "南大洼", "东山根")


def truth(
    roads: list[Road], sites: list[Site], households: dict[str, int], plots: list[Grave]
) -> dict[str, Any]:
    """Every finding to expect on sample subjects, by rule id and keys of subjects."""
    expected = [
        *_unnamed(roads, households), *_duplicates(roads), *_homophones(roads), *_forms(roads),
        *_cemeteries(sites), *_plots(), *_money(),
    ]  # fmt: skip
    return {
        "notice": NOTICE,
        "notice_en": NOTICE_EN,
        "expected": sorted(expected, key=lambda e: (e["rule_id"], e["subjects"])),
        "silent": [*_silent(roads, sites), *_kept(plots)],
        "upload_samples": [
            {"file": "sample_371002_upload_gcj02.geojson", "cemetery": s.key, "crs": "GCJ-02",
             "must": "the import asks for the coordinate system and stores nothing"}
            for s in sites if s.upload
        ],
        "real_names": (
            "The 569 real committee names bring their own findings on division subjects: 12 "
            "duplicated cores, 3 homophone groups, and characters outside the 8,105; they are not "
            "listed here."
        ),
    }  # fmt: skip


def _entry(rule: str, subjects: list[str], outcome: str, note: str) -> dict[str, Any]:
    return {"rule_id": rule, "subjects": sorted(subjects), "outcome": outcome, "note": note}


def _unnamed(roads: list[Road], households: dict[str, int]) -> list[dict[str, Any]]:
    large = {v.code for v in LARGE}
    return [
        _entry(
            "pn.entity.unnamed",
            [r.key],
            "duty" if r.village in large else "elsewhere",
            f"{households.get(r.village or '', 0)} households",
        )
        for r in roads
        if r.name is None
    ]


def _duplicates(roads: list[Road]) -> list[dict[str, Any]]:
    """Roads of one name in one village, then over the villages of one town."""
    found = []
    for level in ("village", "town"):
        groups: dict[tuple[str, str], list[Road]] = defaultdict(list)
        for road in roads:
            area = getattr(road, level)
            for name in _current(road):
                if area:
                    groups[area, name].append(road)
        for (area, name), members in sorted(groups.items()):
            spread = level == "village" or len({m.village for m in members}) > 1
            if len(members) > 1 and spread:
                keys = [m.key for m in members]
                found.append(_entry("pn.uniq.road_village", keys, level, f"{name} in {area}"))
    return found


def _current(road: Road) -> list[str]:
    more = [name for kind, name in road.more_names if kind == "standard"]
    return [*([road.name] if road.name else []), *more]


def _homophones(roads: list[Road]) -> list[dict[str, Any]]:
    by_name = {r.name: r for r in roads}
    return [
        _entry("pn.uniq.homophone", [by_name[a].key, by_name[b].key], outcome, f"{a} {b}")
        for (a, b), outcome in HOMOPHONES
    ]


def _forms(roads: list[Road]) -> list[dict[str, Any]]:
    found = []
    for road in roads:
        name = road.name or ""
        if name in NO_GENERIC:
            found.append(_entry("pn.form.generic_missing", [road.key], "default", name))
        found += [
            _entry("pn.char.outside_8105", [road.key], OUTSIDE_8105[c], name)
            for c in name
            if c in OUTSIDE_8105
        ]
        if len(_current(road)) > 1:
            found.append(
                _entry("pn.entity.multiple_names", [road.key], "default", "、".join(_current(road)))
            )
        if "interrupted" in road.tags:
            found.append(_entry("pn.road.interrupted", [road.key], "default", f"{name}: 170 m"))
    return found


def _cemeteries(sites: list[Site]) -> list[dict[str, Any]]:
    found = []
    for site in sites:
        if site.verdict in {"suspected", "confirmed"}:
            found.append(_entry("cm.bound.exceeds_approved", [site.key], site.verdict, site.case))
        if not site.grants:
            found.append(_entry("cm.bound.no_approval", [site.key], "never", site.case))
    overlap = ["cemetery:7", "cemetery:8"]
    found.append(_entry("cm.bound.approval_overlap", overlap, "default", "8 m overlap"))
    found.append(_entry("cm.zone.forest", ["cemetery:8", "zone:1"], "default", "示例公益林一区"))
    return found


def _plots() -> list[dict[str, Any]]:
    """One seeded problem for each way a rule on plots and graves can speak."""
    scattered = [f"grave:{n}" for n in range(1, 8)]
    return [
        _entry("cm.plot.oversize", ["cemetery:5", "plot:5:1", "plot:5:2"], "over",
               "single 0.95 and 1.6 m²"),
        _entry("cm.plot.oversize", ["cemetery:5", "plot:5:3"], "disputed", "double 1.1 m²"),
        _entry("cm.plot.prohibited_kind", ["cemetery:4", "plot:4:1"], "family", "家族墓"),
        _entry("cm.plot.prohibited_kind", ["cemetery:4", "plot:4:2"], "living", "活人墓"),
        _entry("cm.plot.prohibited_kind", scattered[:5], "one_surname", "five in a row"),
        _entry("cm.bound.use_scope", ["cemetery:3", "plot:3:2"], "outsiders", "another village"),
        _entry("cm.bound.use_scope", ["cemetery:3", "plot:3:4"], "trade", "sold"),
        _entry("cm.scatter.outside_cemetery", ["cemetery:7", "plot:7:4"], "beyond", "45 m outside"),
        _entry("cm.scatter.outside_cemetery", scattered, "scattered", "seven graves"),
    ]  # fmt: skip


def _money() -> list[dict[str, Any]]:
    """One seeded problem for each way a rule on fees and subsidies can speak."""
    return [
        _entry("cm.fee.off_list", ["cemetery:2", "charge:9"], "off_list", "择日服务费"),
        _entry("cm.fee.off_list", ["cemetery:3", "charge:12"], "no_list", "2019, before any list"),
        _entry("cm.fee.above_ceiling", ["cemetery:1", "charge:4"], "years_missing",
               "maintenance without years"),
        _entry("cm.fee.above_ceiling", ["cemetery:1", "charge:5"], "over",
               "2,300 yuan in 2026: articles to be verified"),
        _entry("cm.fee.above_ceiling", ["cemetery:2", "charge:6"], "over", "2,600 yuan"),
        _entry("cm.fee.above_ceiling", ["cemetery:2", "charge:7"], "over_posted", "120 yuan"),
        _entry("cm.fee.term_over_20y", ["cemetery:2", "charge:8"], "term_over_20y", "30 years"),
        _entry("cm.fee.forced", ["cemetery:2", "charge:10"], "forced", "marked by a person"),
        _entry("cm.fee.unposted", ["cemetery:2", "charge:11"], "unposted", "own list"),
        _entry("cm.eco.amount", ["subsidy:6"], "differs", "sea, 1,000 yuan"),
        _entry("cm.eco.eligibility", ["subsidy:8"], "hukou", "registered in another city"),
        _entry("cm.eco.eligibility", ["subsidy:9"], "kind", "lawn"),
        _entry("cm.eco.eligibility", ["subsidy:12"], "hukou_unknown",
               "2026: articles to be verified"),
        _entry("cm.eco.duplicate", ["subsidy:10", "subsidy:11"], "alike",
               "same name, same day of death"),
    ]  # fmt: skip


def _kept(plots: list[Grave]) -> list[dict[str, Any]]:
    """Graves kept by law, and a dead whom the village took in as its own."""
    return [
        {"subject": p.key, "rule_id": "cm.scatter.outside_cemetery" if p.cemetery is None
         else "cm.plot.prohibited_kind", "why": "kept by law"}
        for p in plots if p.more.get("protected")
    ] + [
        {"subject": p.key, "rule_id": "cm.bound.use_scope", "why": "taken in by the village"}
        for p in plots if any(b.get("resident_of") for b in p.burials)
    ]  # fmt: skip


def _silent(roads: list[Road], sites: list[Site]) -> list[dict[str, Any]]:
    """What looks like a problem and is none."""
    quiet = [
        {"subject": r.key, "rule_id": "pn.road.interrupted", "why": "gaps of 0.8 m and 1.4 m"}
        for r in roads
        if "pieces" in r.tags
    ]
    return quiet + [
        {"subject": s.key, "rule_id": "cm.bound.exceeds_approved", "why": s.case}
        for s in sites
        if s.verdict in {"none", "within_tolerance"}
    ]
