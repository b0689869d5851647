"""Rules on the form, the characters and the spelling of one name, and on codes and positions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry import rules
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.place import Place, PlaceName
from geo_registry.domain.reference import Parameter, Profile, Reference
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import parse
from geo_registry.reference import load
from geo_registry.rules.example_places import places, road, seat, spelled
from geo_registry.rules.gd.publish_review import for_publication
from geo_registry.rules.pn.code_invalid import stated
from geo_registry.rules.stated_spelling import apostrophes, letters, toneless, words
from geo_registry.settings import shipped

OWN = [
    "pn.form.specific_missing", "pn.form.generic_class_mismatch", "pn.form.generic_stacked",
    "pn.form.size_mismatch", "pn.char.level3", "pn.char.non_han", "pn.char.number_only",
    "pn.roman.rule_mismatch", "pn.roman.english_generic", "pn.code.invalid",
    "pn.code.double_registered", "gd.crs.suspect", "gd.publish.review",
]  # fmt: skip
BAD = [
    "", " ", "路" * 10_000, "😀", "\u200b\u0007路", "\ue000路", "瞿阝", "氵丙洲", "Иван路",
    "文化路'; DROP TABLE place;--", "\ufffd?路", "()", "一", "0", "ａｂｃ路", "〇〇〇路",
]  # fmt: skip
CLASSES = ["road", "road.lane", "estate", "building", "natural", "committee_seat", "division.town"]
NAMES = st.text(alphabet="文化东路街巷花园小区大厦一二3号阝·A(（ü' 村社", max_size=12)


def _run(rule: str, gazetteer: Gazetteer) -> list[str]:
    return [f.outcome for f in rules.rule(rule).run(gazetteer)]


def _outcomes(rule: str, *described: Place) -> list[str]:
    return _run(rule, places(*described)())


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("place_class", CLASSES)
def test_no_name_makes_a_rule_crash(name: str, place_class: str) -> None:
    place = spelled(road(name, place_class=place_class, stated_codes=(name,)), name)
    for rule in OWN:
        for found in rules.rule(rule).run(places(place)()):
            assert "{" not in found.message
            assert found.facts["names"]


@given(name=NAMES, place_class=st.sampled_from(CLASSES), said=NAMES)
def test_any_mixture_is_judged_the_same_twice(name: str, place_class: str, said: str) -> None:
    gazetteer = places(spelled(road(name, place_class=place_class), said))()
    for rule in OWN:
        assert _run(rule, gazetteer) == _run(rule, gazetteer)


@given(st.text(max_size=40))
def test_letters_of_a_spelling_do_not_depend_on_tones_or_case(text: str) -> None:
    assert letters(toneless(text)) == letters(text)
    assert "".join(words(text)) == letters(text)
    assert all(0 <= at <= len(letters(text)) for at in apostrophes(text))


@pytest.mark.parametrize("marks", [True, False])
def test_what_the_rules_spell_is_never_a_mismatch(
    marks: bool, data: Path, reference: Reference
) -> None:
    examples = pl.read_csv(
        data / "names" / "romanisation_1984_examples.tsv", separator="\t", comment_prefix="#"
    )
    names = examples[examples.columns[0]].to_list()
    for place_class in ("road", "natural", "division.county", "settlement.natural_village"):
        own = [
            spelled(
                road(n, place_class=place_class, number=i),
                romanise(parse(n, place_class, reference), marks=marks),
            )
            for i, n in enumerate(names)
        ]
        assert _outcomes("pn.roman.rule_mismatch", *own) == []
        assert _outcomes("pn.roman.english_generic", *own) == []


@pytest.mark.parametrize(
    ("name", "place_class", "said", "outcome"),
    [
        ("文化路", "road", "Wenhua Lu", []),
        ("文化路", "road", "wenhua lu", ["case"]),
        ("文化路", "road", "WENHUA LU", []),
        ("文化路", "road", "Wenhualu", ["division"]),
        ("文化路", "road", "Wen Hua Lu", ["division"]),
        ("文化路", "road", "Wenhua Jie", ["reading"]),
        ("文化路", "road", "Wénhuà Lú", ["tones"]),
        ("西安路", "road", "Xi`an Lu", []),
    ],
)
def test_a_spelling_is_told_apart_by_what_differs(
    name: str, place_class: str, said: str, outcome: list[str]
) -> None:
    assert _outcomes("pn.roman.rule_mismatch", spelled(road(name), said)) == outcome


def test_a_confirmed_reading_leaves_no_doubt_about_a_character() -> None:
    doubtful = spelled(seat("长乐社区居委会"), "Changyue")
    sure = replace(
        doubtful, names=tuple(replace(n, reading_confirmed=True) for n in doubtful.names)
    )
    assert _outcomes("pn.roman.rule_mismatch", doubtful) == ["polyphone"]
    assert _outcomes("pn.roman.rule_mismatch", sure) == ["reading"]


def test_no_level3_character_of_weihai_is_rare_here(data: Path, reference: Reference) -> None:
    table = pl.read_csv(data / "divisions" / "huancui_villages.csv", infer_schema=False)
    used = set("".join(table["name"].to_list()))
    level3 = {c for c in used if reference.standard_characters.get(c) == 3}
    assert level3 <= reference.forms.local_characters


def test_parts_of_characters_are_no_standard_characters(reference: Reference) -> None:
    parts = reference.forms.components | set(reference.forms.mistaken)
    assert parts.isdisjoint(reference.standard_characters)


def test_the_569_real_names_have_one_hint(data: Path, reference: Reference) -> None:
    table = pl.read_csv(data / "divisions" / "huancui_villages.csv", infer_schema=False)
    gazetteer = _seats(table, reference)
    found = [f for rule in OWN for f in rules.rule(rule).run(gazetteer)]
    assert [(f.rule_id, f.outcome) for f in found] == [("pn.char.non_han", "brackets")]


@pytest.mark.shared
def test_real_names_of_shandong_are_seldom_disturbed(shared: Path, reference: Reference) -> None:
    table = pl.read_parquet(shared / "data/divisions/cn_villages_nbs2023.parquet")
    table = table.filter(pl.col("area_code").cast(pl.String).str.starts_with("37"))
    gazetteer = _seats(table.rename({"area_code": "nbs_area_code"}), reference)
    counts = {rule: len(_run(rule, gazetteer)) for rule in OWN}
    assert {rule: n for rule, n in counts.items() if n} == {
        "pn.char.non_han": 19,
        "pn.form.specific_missing": 1,
    }


def _seats(table: pl.DataFrame, reference: Reference) -> Gazetteer:
    found = tuple(
        Place(
            f"row:{i}",
            "committee_seat",
            (PlaceName(parse(name, "committee_seat", reference)),),
            {"legal_county": str(area)},
        )
        for i, (name, area) in enumerate(zip(table["name"], table["nbs_area_code"], strict=True))
    )
    return replace(places()(), places=found)


def test_three_roads_in_a_row_are_a_numbering_and_two_are_not() -> None:
    row = [road(f"{n}路", number=n) for n in (101, 102, 103)]
    assert _outcomes("pn.char.number_only", *row) == []
    assert _outcomes("pn.char.number_only", *row[:2]) == ["number", "number"]


def test_the_district_replaces_a_limit_by_its_own(profile: Profile) -> None:
    avenue = road("文化大道", width_m=30.0)
    own = (
        {"generics": ["大道"], "classes": ["road"], "at_least": {"width_m": 25}, "source": "本区"},
    )
    gazetteer = places(avenue)()
    assert _run("pn.form.size_mismatch", gazetteer) == ["too_small"]
    parameters = {
        **profile.parameters,
        "generic_sizes": Parameter("通名规模", own, source="测试", confirmed=True),
    }
    local = replace(gazetteer, profile=replace(profile, parameters=parameters))
    assert _run("pn.form.size_mismatch", local) == []


def test_codes_are_read_from_text_lists_and_tables() -> None:
    assert list(stated({"stated_codes": "371002"})) == ["371002"]
    assert list(stated({"stated_codes": {"county": "371002", "town": None}})) == ["371002"]
    assert list(stated({"place_code": " 1 ", "stated_codes": ("2",)})) == ["1", "2"]
    assert list(stated({})) == []


def test_every_code_of_the_official_list_is_valid() -> None:
    codes = load(shipped("data")).division_codes()
    counties = [c for c in codes.official if len(c) == 6][::40]
    found = [road("文化路", number=i, stated_codes=(c,)) for i, c in enumerate(counties)]
    assert _outcomes("pn.code.invalid", *found) == []
    assert {"371071", "371072", "371073"} <= codes.statistical.keys()


def test_nothing_about_codes_is_said_without_the_lists() -> None:
    gazetteer = places(road("文化路", stated_codes=("999999",)))()
    blind = replace(gazetteer.reference, division_codes=lambda: type(
        gazetteer.reference.division_codes()
    )())  # fmt: skip
    assert _run("pn.code.invalid", replace(gazetteer, reference=blind)) == []


def test_only_what_an_export_marks_is_held_back_from_the_public() -> None:
    secret = road("文化路", secrecy="secret")
    assert _outcomes("gd.publish.review", secret) == []
    assert _outcomes("gd.publish.review", *for_publication([secret], "")) == [
        "classified", "unreviewed",
    ]  # fmt: skip


def test_former_language_law_is_not_cited_after_its_revision() -> None:
    place = spelled(road("文化路"), "Wenhua Road")
    today = replace(places(place)(), on=date(2026, 11, 23))
    (found,) = rules.rule("pn.roman.english_generic").run(today)
    assert [b.law for b in found.basis] == ["地名管理条例"]
    assert found.severity.value == "error"
