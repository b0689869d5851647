"""Names in columns: the same parts, keys and readings as one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_registry import reference as tables
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import MAX_LENGTH, Keys, normalise, parse
from geo_registry.domain.written_columns import PARTS
from geo_registry.settings import DEFAULT_PROFILE, shipped

DATA = shipped("data")
KEYS = tuple(Keys.__dataclass_fields__)
CLASSES = ("committee_seat", "road", "estate", "settlement.natural_village", "division.town")

syllables = st.sampled_from(
    [
        *"张王李赵东西南北大小新老村庄路街里长重朝乐泊单解儿零一二三十百壹伍國陳後〇０1２（）()·A",
        "村委会", "居委会", "村民委员会", "社区", "社区居委会", "大道", "朝阳门", "十里堡",
        "（同音）",
        "(东)", "（二期）", " ", "\u3000", "𡐓", "氵", "",
    ]
)  # fmt: skip
names_of_china = st.lists(syllables, max_size=8).map("".join)
anything = st.text(max_size=20)


def _columns(names: list[str], place_class: str, reference: Reference) -> NameColumns:
    return NameColumns.of(
        polars.Series(names, dtype=polars.String),
        polars.Series(["甲"] * len(names), dtype=polars.String),
        place_class=place_class,
        scope_kinds=("legal_county",),
        reference=reference,
        profile=tables.load_profile(DATA, DEFAULT_PROFILE),
        on=date(2026, 1, 1),
    )


def _assert_same(columns: NameColumns, cells: list[str], place_class: str) -> None:
    """Every usable row has the parts, keys and syllables that ``parse`` gives its cell."""
    reference = columns.reference
    usable = [i for i, cell in enumerate(cells, start=1) if 0 < len(normalise(cell)) <= MAX_LENGTH]
    assert columns.numbers.tolist() == usable
    parsed = [parse(cells[number - 1], place_class, reference) for number in usable]
    named = columns.name_of
    for part in PARTS:
        expected = [t.keys.core if part == "core" else _part(t, part) for t in parsed]
        assert columns.written.part(part, named).to_list() == expected, part
        assert columns.written.part(part).gather(named).to_list() == expected, part
        text = columns.written.characters(part)
        spelled = [
            "".join(map(chr, text.codes[text.start[i] : text.start[i + 1]].tolist()))
            for i in named.tolist()
        ]
        assert spelled == expected, part
    for key in KEYS:
        assert columns.keys(key, named).to_list() == [getattr(t.keys, key) for t in parsed], key
    found = columns.toponyms(np.unique(named).tolist())
    for name, toponym in zip(named.tolist(), parsed, strict=True):
        assert found[name] == toponym
        assert found[name].words == toponym.words
        assert columns.readings.of([name]) == [toponym.syllables]


def _part(toponym: object, part: str) -> str:
    return toponym.keys.stem if part == "stem" else getattr(toponym, part)  # type: ignore[attr-defined]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(names_of_china, anything), max_size=12), st.sampled_from(CLASSES))
@example(["朝阳朝阳门村", "十里堡村委会", "三十里堡社区居委会", "张家浜", ""], "committee_seat")
@example(["解放路解放路", "长长子县路", "村", "村委会", "文" * 61, "路"], "road")
def test_columns_say_what_parse_says_of_each_name(cells: list[str], place_class: str) -> None:
    _assert_same(_columns(cells, place_class, tables.load(DATA)), cells, place_class)


@settings(max_examples=60, deadline=None)
@given(st.lists(names_of_china, max_size=10), st.sampled_from(KEYS))
def test_rows_that_share_a_key_are_all_found_and_clusters_are_exact(
    cells: list[str], key: str
) -> None:
    columns = _columns(cells, "committee_seat", tables.load(DATA))
    texts = columns.keys(key, columns.name_of).to_list()
    twice = [bool(t) and texts.count(t) > 1 for t in texts]
    shared = columns.sharing(key)
    assert all(found for found, wanted in zip(shared, twice, strict=True) if wanted)
    clusters = columns.clusters(key)
    expected = sorted(n for n, wanted in zip(columns.numbers, twice, strict=True) if wanted)
    assert sorted(clusters["number"].to_list()) == expected


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("place_class", ["committee_seat", "road"])
def test_columns_say_what_parse_says_of_every_name_of_the_country(
    shared: Path, place_class: str
) -> None:
    table = polars.read_parquet(shared / "data/divisions/cn_villages_nbs2023.parquet")
    cells = table["name"].unique(maintain_order=True).to_list()
    _assert_same(_columns(cells, place_class, tables.load(DATA)), cells, place_class)
