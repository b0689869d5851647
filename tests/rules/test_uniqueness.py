"""The table of uniqueness at work: which rule speaks of which pair, and of each pair only one."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.finding import Finding
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.place import NameKind, Place
from geo_registry.domain.reference import Profile, Reference, UniquenessScope
from geo_registry.reference import load_profile
from geo_registry.rules import catalogue
from geo_registry.rules.comparing import compared_scopes, table_scopes
from geo_registry.rules.example_places import (
    decided_roads,
    pending,
    places,
    proposed,
    road,
    seat,
)
from geo_registry.rules.uniqueness import repetition

RULES = [rule for key, rule in catalogue().items() if key.startswith("pn.uniq.")]


def _run(gazetteer: Gazetteer) -> list[Finding]:
    return [found for rule in RULES for found in rule.run(gazetteer)]


def _said(gazetteer: Gazetteer) -> list[tuple[str, str]]:
    return [(f.rule_id, f.outcome) for f in _run(gazetteer)]


def _facts(findings: list[Finding]) -> set[tuple[object, ...]]:
    return {
        (f.fingerprint, f.outcome, f.subjects, f.pairs, f.message, f.rank, str(sorted(f.facts)))
        for f in findings
    }


_NAMES = ("文化路", "文华路", "建设路", "重山路", "崇山路", "三连路")
_ROADS = st.builds(
    dict,
    name=st.sampled_from(_NAMES),
    village=st.sampled_from(["", "东村", "西村"]),
    built_up=st.sampled_from(["", "", "A1", "A2"]),
    former=st.sampled_from([(), (), ("文化路",)]),
    alias=st.sampled_from([(), (), ("建设路",)]),
)
_SEATS = st.tuples(
    st.sampled_from(["岭西村委会", "岭西社区居委会", "领西村委会", "街道社区居委会", "三连"]),
    st.sampled_from(["崮山镇", "汪疃镇", "初村镇"]),
)


@settings(max_examples=60, deadline=None)
@given(
    roads=st.lists(_ROADS, max_size=8),
    seats=st.lists(_SEATS, max_size=5, unique=True),
    known=st.booleans(),
    seed=st.integers(0, 99),
)
def test_findings_do_not_depend_on_the_order_in_which_a_slice_is_read(
    roads: list[dict[str, object]], seats: list[tuple[str, str]], known: bool, seed: int
) -> None:
    found = [_drawn(i, **given_) for i, given_ in enumerate(roads)]
    found += [seat(name, town) for name, town in seats]
    gazetteer = replace(places(*found)(), built_up_known=known)
    random.Random(seed).shuffle(found)
    again = replace(gazetteer, places=tuple(_names_reversed(p) for p in found))
    assert _facts(_run(gazetteer)) == _facts(_run(again))


@settings(max_examples=60, deadline=None)
@given(roads=st.lists(_ROADS, min_size=2, max_size=8), known=st.booleans())
def test_no_pair_of_roads_is_reported_as_equal_by_two_rules(
    roads: list[dict[str, object]], known: bool
) -> None:
    found = [_drawn(i, **given_) for i, given_ in enumerate(roads)]
    gazetteer = replace(places(*found)(), built_up_known=known)
    reported = [
        (pair, finding.facts["name"])
        for finding in _run(gazetteer)
        if finding.rule_id != "pn.uniq.homophone" and finding.severity is not None
        for pair in finding.pairs
    ]
    names = {p.subject: {n.toponym.full for n in p.names} for p in found}
    for pair in {p for p, _ in reported}:
        shared = len(names[pair[0]] & names[pair[1]])
        assert sum(p == pair for p, _ in reported) <= shared


def _drawn(number: int, **given_: object) -> Place:
    name = str(given_.pop("name"))
    return road(name, number=number, **given_)  # type: ignore[arg-type]


def _names_reversed(place: Place) -> Place:
    return replace(place, names=place.names[::-1])


def test_roads_outside_villages_are_compared_in_the_town_where_no_layer_is_known() -> None:
    both = places(road("文化路", village=""), road("文化路", village="东村"))
    assert _said(both()) == [("pn.uniq.road_builtup", "assumed_town")]
    (found,) = _run(both())
    assert found.message.endswith("（没有建成区资料，暂按镇（街道）比对）")
    known = replace(both(), built_up_known=True)
    assert _said(known) == [("pn.uniq.road_village", "town")]


def test_names_that_are_not_in_use_are_called_what_they_are() -> None:
    told = {
        "曾用名": road("学府路", former=("文化路",)),
        "别名": road("学府路", alias=("文化路",)),
        "待审批的拟用名": pending("文化路"),
    }
    for word, other in told.items():
        (found,) = [f for f in _run(places(proposed("文化路"), other)()) if CANDIDATE in f.subjects]
        assert f"，{word}）" in found.message
        assert found.severity.word == "警示"


def test_two_pending_proposals_of_one_name_see_each_other() -> None:
    both = places(pending("文化路", village="东村"), pending("文化路", village="西村"))()
    assert _said(both) == [("pn.uniq.road_village", "pending")]


def test_the_names_of_one_place_never_collide_with_each_other() -> None:
    alone = road("文化路", former=("文化路",), alias=("文华路",))
    assert _said(places(alone)()) == []
    again = proposed("文化路")
    again = replace(again, attributes={"proposed_for": alone.subject})
    assert _said(places(again, alone)()) == []
    other = road("文化路", number=2)
    (found,) = [f for f in _run(places(again, alone, other)()) if CANDIDATE in f.subjects]
    assert found.facts["count"] == 2


def test_what_was_decided_to_be_one_road_counts_once() -> None:
    three = [road("文化路", number=n) for n in (1, 2, 3)]
    first, second, third = (p.subject for p in three)
    one = decided_roads({(first, second): "one"}, *three)()
    (found,) = _run(one)
    assert found.facts["count"] == 2
    assert (first, second) not in found.pairs
    assert _said(decided_roads({(first, second): "one"}, *three[:2])()) == []
    assert _said(decided_roads({(first, second): "two"}, *three[:2])()) == [
        ("pn.uniq.road_village", "village")
    ]
    all_one = decided_roads({(first, second): "one", (second, third): "one"}, *three)()
    assert _said(all_one) == []


@pytest.mark.parametrize(
    ("core", "kind"),
    [
        ("街道", "generic"), ("圩镇", "generic"), ("三连", "numbered"), ("二十三连", "numbered"),
        ("一分场", "numbered"), ("十二连生活区", "numbered"), ("第三", "numbered"),
        ("三合", ""), ("五一", ""), ("新村", ""), ("八里", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_names_no_place_in_particular_is_known_by_the_table(
    core: str, kind: str, reference: Reference
) -> None:
    assert repetition(core, reference) == kind


def test_generic_names_and_numbers_are_ranked_behind_everything_else() -> None:
    towns = ["崮山镇", "汪疃镇", "初村镇", "羊亭镇"]
    many = [seat("街道社区居委会", town) for town in towns]
    two = [seat("岭西村委会", town) for town in towns[:2]]
    findings = sorted(_run(places(*many, *two)()), key=lambda f: (f.severity.rank, -f.rank))
    assert [f.outcome for f in findings] == ["identical", "generic"]
    assert findings[-1].rank < 0 < findings[0].rank


def test_the_kinds_of_area_come_from_the_table(reference: Reference, profile: Profile) -> None:
    compared = {
        place_class: compared_scopes(place_class, reference, profile)
        for place_class in ("road.lane", "committee_seat", "estate", "division.town", "natural")
    }
    assert compared == {
        "road.lane": ("village", "built_up", "town"),
        "committee_seat": ("legal_county",),
        "estate": ("built_up", "town"),
        "division.town": ("province",),
        "natural": (),
    }
    assert table_scopes("road", reference, profile) == ("village", "town")
    assert table_scopes("committee_seat", reference, profile) == ("legal_county",)
    assert table_scopes("natural", reference, profile) == ("table",)


def _row(**changed: object) -> UniquenessScope:
    row = UniquenessScope(
        ("committee_seat",), "town", "full", "none", "pn.uniq.village_seat_county", "本区规定"
    )
    return replace(row, **changed)  # type: ignore[arg-type]


def test_a_district_changes_a_row_adds_one_or_drops_one(profile: Profile) -> None:
    two = places(seat("岭西村委会", "崮山镇"), seat("岭西村委会", "汪疃镇"))()
    assert _said(two) == [("pn.uniq.village_seat_county", "identical")]
    for changed, said in (
        (_row(), []),
        (_row(scope=""), []),
        (_row(local=True), [("pn.uniq.village_seat_county", "identical")]),
    ):
        district = replace(profile, uniqueness=(*profile.uniqueness, changed))
        assert _said(replace(two, profile=district)) == said


def test_an_unknown_word_in_a_district_s_table_names_the_row(data: Path, tmp_path: Path) -> None:
    text = (data / "profiles" / "371002.toml").read_text("utf-8")
    folder = tmp_path / "profiles"
    folder.mkdir()
    broken = text.replace('scope = "village"', 'scope = "hamlet"', 1)
    (folder / "371002.toml").write_text(broken, "utf-8")
    with pytest.raises(BadRequest, match=r"371002\.toml 第 1 条.*hamlet"):
        load_profile(tmp_path, "371002")


def test_what_a_place_is_called_in_dialect_is_not_compared() -> None:
    spoken = road("文化路")
    name = replace(spoken.names[0], kind=NameKind.DIALECT)
    assert _said(places(replace(spoken, names=(name,)), road("文化路", number=2))()) == []
