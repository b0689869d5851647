"""How names are split, compared, read and spelled."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry import reference as tables
from geo_registry.domain.dialect import mergers
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.lookalike import lookalikes
from geo_registry.domain.reading import mark_tone, read
from geo_registry.domain.reference import Reference
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import (
    normalise,
    parse,
    parse_confirmed,
    qualifier_of,
    require_name,
    series_of,
    undecided,
    undecided_between,
)
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


CLASSES = st.sampled_from(["road", "committee_seat", "estate", "natural", "division", "no.such"])
PIECES = st.sampled_from(
    ["文化", "路", "村委会", "社区", "（", "）", "(1)", "【二】", "12", "号", "〇", "國", "東",
     "同音", "壹", "É", "１", "氵丙洲", "瞿阝", "\ue000", "\u200b", "😀", "\x00",
     "'; DROP TABLE x; --", " "]
)  # fmt: skip
NAMES = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=8).map("".join))


@given(NAMES, CLASSES)
def test_any_text_can_be_parsed_and_its_parts_make_it_up_again(text: str, place_class: str) -> None:
    toponym = parse(text, place_class, REFERENCE)
    assert toponym.specific + toponym.modifier + toponym.generic == toponym.keys.stem
    assert parse(toponym.full, place_class, REFERENCE).keys == toponym.keys
    assert len(toponym.keys.lookalike) == len(toponym.syllables)
    assert qualifier_of(toponym.full, place_class, REFERENCE) == toponym.qualifier
    assert set(undecided(toponym, REFERENCE)) <= set(toponym.uncertain)
    romanise(toponym)


@given(NAMES)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(NAMES, NAMES, CLASSES)
def test_names_of_one_normal_form_have_the_same_keys_and_are_no_series(
    text: str, other: str, place_class: str
) -> None:
    spaced = parse(" " + text + "\u200b", place_class, REFERENCE)
    toponym, second = parse(text, place_class, REFERENCE), parse(other, place_class, REFERENCE)
    assert spaced.keys == toponym.keys
    assert series_of(toponym, spaced) is None
    assert series_of(toponym, second) == series_of(second, toponym)


@pytest.mark.parametrize(
    ("name", "stem", "qualifier"),
    [
        ("水产村（方泰）", "水产村", "方泰"),
        ("楞（同音）塘村委会", "楞塘", ""),
        ("汤台（新汤台）村委会", "汤台", "新汤台"),
        ("世发号村委会（德惠经济开发区）（省级）", "世发号", "德惠经济开发区、省级"),
        ("虎山院社区居委会（筹备组））", "虎山院社区", "筹备组"),
        ("公和村委会（新）", "公和(新)", ""),
        ("五三【1】社区居民委员会", "五三(一)社区", ""),
        ("梭(土郎)村民委员会", "梭(土郎)", ""),
        ("小（氵甸）村委会", "小(氵甸)", ""),
        ("中国（南京）软件谷社区", "中国(南京)软件谷社区", ""),
    ],
)
def test_what_stands_in_brackets_is_a_qualifier_a_note_or_part_of_the_name(
    name: str, stem: str, qualifier: str
) -> None:
    toponym = parse(name, "committee_seat", REFERENCE)
    assert (toponym.keys.stem, toponym.qualifier) == (stem, qualifier)


def test_branches_of_a_numbered_name_stay_apart() -> None:
    one, two = (parse(f"五三（{n}）社区", "committee_seat", REFERENCE) for n in (1, 2))
    assert one.keys.core != two.keys.core
    assert series_of(one, two) == "numbered"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12号路", "十二号路"),
        ("２１号路", "二十一号路"),
        ("1201路", "一二〇一路"),
        ("贰号路", "2号路"),
        ("二○一路", "201路"),
        ("塚前路", "冢前路"),
    ],
)
def test_ways_to_write_one_number_or_character_compare_as_equal(one: str, other: str) -> None:
    assert parse(one, "road", REFERENCE).keys.stem == parse(other, "road", REFERENCE).keys.stem


@pytest.mark.parametrize(
    ("one", "other"), [("陆村", "六村"), ("两河路", "二河路"), ("李玖", "李九")]
)
def test_surnames_and_words_are_not_taken_for_numerals(one: str, other: str) -> None:
    a, b = (parse(n, "committee_seat", REFERENCE) for n in (one, other))
    assert a.keys.stem != b.keys.stem


def test_typed_digits_keep_their_spelling() -> None:
    assert romanise(parse("21号高地", "natural", REFERENCE), marks=False) == "21 Hao Gaodi"
    assert romanise(parse("10号路", "road", REFERENCE), marks=False) == "10 Hao Lu"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("建设一村", "建设二村", "numbered"),
        ("1号路", "2号路", "numbered"),
        ("三街", "十四街", "numbered"),
        ("A区路", "B区路", "numbered"),
        ("东王庄", "西王庄", "directional"),
        ("里口山", "外口山", "directional"),
        ("马庄", "西马庄", "directional"),
        ("大刘庄", "小刘庄", "size"),
        ("大平路", "太平路", None),
        ("东王庄", "车王庄", None),
        ("张家庄", "王家庄", None),
        ("东王庄", "东王庄", None),
    ],
)
def test_series_are_told_from_look_alikes(one: str, other: str, kind: str | None) -> None:
    assert series_of(parse(one, "road", REFERENCE), parse(other, "road", REFERENCE)) == kind


def test_the_district_splits_names_by_its_own_table() -> None:
    own = replace(REFERENCE, splits={"横街路": {"road": ("横街", "", "路")}, "东北村": {
        "committee_seat": ("东北村", "", "")}})  # fmt: skip
    assert parse("横街路", "road.road", own).specific == "横街"
    assert parse("东北村居委会", "committee_seat", own).keys.core == "东北村"
    assert parse("东北村居委会", "committee_seat", REFERENCE).keys.core == "东北"


def test_a_person_may_correct_the_split_but_not_the_name() -> None:
    toponym = parse_confirmed("第２中路", "road", REFERENCE, (), ("第2", "中", "路"))
    assert (toponym.specific, toponym.modifier, toponym.keys.core) == ("第二", "中", "第二中")
    for parts in (("文", "", "路"), ("", "", "文化路"), ("文化路", "路", "")):
        with pytest.raises(BadRequest, match="拼起来不是"):
            parse_confirmed("文化路", "road", REFERENCE, (), parts)


def test_what_a_table_decides_or_the_country_agrees_on_is_not_undecided() -> None:
    def open_in(name: str) -> str:
        found = undecided(parse(name, "committee_seat", REFERENCE), REFERENCE)
        return "".join(s.character for s in found)

    assert open_in("泊高村委会") == "泊"
    assert open_in("嘉和社区居委会") == open_in("佛顶居委会") == ""


def test_a_homophone_is_in_doubt_only_where_the_open_character_stands_in_one_name() -> None:
    def doubts(one: str, other: str) -> str:
        a, b = (parse(n, "road", REFERENCE) for n in (one, other))
        return "".join(s.character for s in undecided_between(a, b, REFERENCE))

    assert doubts("泊高路", "坡高路") == "泊"
    assert doubts("泊高路", "泊膏路") == ""


def test_a_dialect_merges_sounds_only_where_somebody_confirmed_it() -> None:
    rows = [
        {"kind": "initial", "from": "r", "to": "y", "status": "confirmed"},
        {"kind": "final", "from": "in", "to": "ing", "status": "confirmed"},
        {"kind": "syllable", "from": "ren", "to": "yin", "status": "confirmed"},
        {"kind": "initial", "from": "zh", "to": "z", "status": "unconfirmed"},
    ]
    own = replace(REFERENCE, dialect=mergers(rows))
    assert parse("人和路", "road", own).keys.dialect == "ying he lu"
    assert parse("英和路", "road", own).keys.dialect == "ying he lu"
    assert parse("中和路", "road", own).keys.dialect == "zhong he lu"
    assert mergers(rows[3:]).empty
    assert parse("人和路", "road", REFERENCE).keys.dialect == "ren he lu"
    with pytest.raises(BadRequest, match="第 1 条"):
        mergers([{"kind": "tone", "from": "a", "to": "b", "status": "confirmed"}])


def test_sounds_that_merge_in_a_chain_or_a_circle_end_in_one() -> None:
    def end(*pairs: str) -> dict[str, str]:
        rows = [dict(zip(("from", "to"), p.split(), strict=True)) for p in pairs]
        found = mergers([{"kind": "final", "status": "confirmed", **r} for r in rows])
        return dict(found.finals)

    assert end("en eng", "eng ong") == {"en": "ong", "eng": "ong"}
    assert set(end("en eng", "eng en").values()) == {"en"}


def test_look_alikes_are_pairs_although_their_keys_hold_whole_classes() -> None:
    table = lookalikes([{"a": "曲", "b": "由"}, {"a": "由", "b": "甲"}])
    assert len({table.key(c) for c in "曲由甲"}) == 1
    assert table.differing("曲家", "由家") == (("曲", "由"),)
    assert table.differing("曲家", "甲家") == table.differing("曲家", "曲家庄") == ()
    with pytest.raises(BadRequest, match="第 1 条"):
        lookalikes([{"a": "曲", "b": "曲"}])


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
