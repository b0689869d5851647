"""How names are split, compared, read and spelled."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry import reference as tables
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reading import mark_tone, read
from geo_registry.domain.reference import Reference
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import normalise, parse, require_name
from geo_registry.settings import shipped

REFERENCE = tables.load(shipped("data"))


@pytest.mark.parametrize(
    ("name", "place_class", "specific", "modifier", "generic"),
    [
        ("文化路", "road", "文化", "", "路"),
        ("文化西路", "road", "文化", "西", "路"),
        ("世昌大道", "road.avenue", "世昌", "", "大道"),
        ("井台胡同", "road", "井台", "", "胡同"),
        ("横街", "road", "横", "", "街"),
        ("金色阳光", "road", "金色阳光", "", ""),
        ("孙家疃", "settlement.natural_village", "孙家", "", "疃"),
        ("路", "road", "路", "", ""),
    ],
)
def test_a_name_is_split_at_its_longest_generic(
    name: str, place_class: str, specific: str, modifier: str, generic: str
) -> None:
    toponym = parse(name, place_class, REFERENCE)
    assert (toponym.specific, toponym.modifier, toponym.generic) == (specific, modifier, generic)


@pytest.mark.parametrize(
    ("name", "stem", "core"),
    [
        ("岭西村委会", "岭西", "岭西"),
        ("五渚河社区居民委员会", "五渚河社区", "五渚河"),
        ("西南村社区居委会", "西南村社区", "西南"),
        ("东北村居委会", "东北村", "东北"),
        ("王村村委会", "王村", "王村"),
        ("村委会", "村委会", "村委会"),
    ],
)
def test_committee_names_lose_their_suffixes_but_never_their_last_two_characters(
    name: str, stem: str, core: str
) -> None:
    keys = parse(name, "committee_seat", REFERENCE).keys
    assert (keys.stem, keys.core) == (stem, core)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1号路", "一号路"), ("二〇一路", "二零一路"), ("國泰路", "国泰路"), ("文 化 路", "文化路")],
)
def test_numerals_and_traditional_forms_compare_as_equal(one: str, other: str) -> None:
    assert parse(one, "road", REFERENCE).keys.stem == parse(other, "road", REFERENCE).keys.stem


def test_place_name_readings_win_over_the_dictionary() -> None:
    def said(name: str) -> str:
        return " ".join(s.toned for s in read(name, REFERENCE))

    assert said("佛顶") == "fo2 ding3"
    assert said("长峰") == "chang2 feng1"
    assert said("朝阳") == "chao2 yang2"
    assert said("绿林") == "lü4 lin2"


def test_a_polyphone_that_no_table_decides_is_shown_as_uncertain() -> None:
    uncertain = parse("嘉和社区居委会", "committee_seat", REFERENCE).uncertain
    assert [s.character for s in uncertain] == ["和"]
    assert not parse("佛顶居委会", "committee_seat", REFERENCE).uncertain


@pytest.mark.parametrize(
    ("name", "place_class", "marked", "plain"),
    [
        ("文化西路", "road", "Wénhuà Xīlù", "Wenhua Xilu"),
        ("西安路", "road", "Xī'ān Lù", "Xi'an Lu"),
        ("世昌大道", "road", "Shìchāng Dàdào", "Shichang Dadao"),
        ("周口店", "settlement.natural_village", "Zhōukǒudiàn", "Zhoukoudian"),
        ("绿林路", "road", "Lǜlín Lù", "Lülin Lu"),
    ],
)
def test_names_are_spelled_by_the_national_rules(
    name: str, place_class: str, marked: str, plain: str
) -> None:
    toponym = parse(name, place_class, REFERENCE)
    assert (romanise(toponym), romanise(toponym, marks=False)) == (marked, plain)


def test_tone_marks_stand_where_pinyin_puts_them() -> None:
    assert [mark_tone(s) for s in ("hao3", "xiu1", "gui4", "ou3", "nü3", "er2", "ma5")] == [
        "hǎo", "xiū", "guì", "ǒu", "nǚ", "ér", "ma",
    ]  # fmt: skip


@given(st.text(max_size=80), st.sampled_from(["road", "committee_seat", "estate", "natural"]))
def test_any_text_can_be_parsed_and_its_parts_make_it_up_again(text: str, place_class: str) -> None:
    toponym = parse(text, place_class, REFERENCE)
    assert toponym.specific + toponym.modifier + toponym.generic == toponym.keys.stem
    assert parse(toponym.full, place_class, REFERENCE).keys == toponym.keys
    romanise(toponym)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "文" * 10_000])
def test_what_cannot_be_a_name_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(BadRequest, match="名称"):
        require_name(name)


def test_the_facts_of_legal_huancui() -> None:
    """1 duplicate as registered, 4 by stem, 12 by core; two same-tone groups, one other-tone."""
    units = _huancui()
    assert len(units) == 569
    assert _repeated(units, "full") == {"岭西村委会"}
    assert len(_repeated(units, "stem")) == 4
    assert _repeated(units, "core") == {
        "五渚河",
        "岭西",
        "逍遥",
        "观海",
        "林海",
        "安海",
        "金海湾",
        "嘉和",
        "东北",
        "西北",
        "东南",
        "西南",
    }
    assert _homophones(units, "toned") == {frozenset({"嘉和", "家和"}), frozenset({"下庄", "夏庄"})}
    assert _homophones(units, "toneless") - _homophones(units, "toned") == {
        frozenset({"亿和", "怡合"})
    }


def _huancui() -> list[str]:
    with (shipped("data") / "divisions" / "huancui_villages.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


def _repeated(names: list[str], key: str) -> set[str]:
    values = [getattr(parse(n, "committee_seat", REFERENCE).keys, key) for n in names]
    return {v for v in values if values.count(v) > 1}


def _homophones(names: list[str], key: str) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for name in names:
        keys = parse(name, "committee_seat", REFERENCE).keys
        groups[getattr(keys, key)].add(keys.core)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def test_the_reference_holds_the_whole_table_of_standard_characters() -> None:
    reference: Reference = REFERENCE
    assert len(reference.standard_characters) == 8105
    levels = list(reference.standard_characters.values())
    assert (levels.count(1), levels.count(2), levels.count(3)) == (3500, 3000, 1605)
    assert reference.simplified["國"] == "国"
    assert Path(shipped("data")).name == "data"
