"""Scanning any table of names without a database."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry import reference as tables
from geo_registry.cli import commands
from geo_registry.domain.errors import BadRequest, Unreadable
from geo_registry.services.names.table_scan import TableScan, scan_table
from geo_registry.settings import DEFAULT_PROFILE, shipped

DATA = shipped("data")


def _scan(
    names: list[str | None],
    scopes: list[str | None],
    place_class: str = "committee_seat",
    compare: str = "core",
) -> TableScan:
    return scan_table(
        names,
        scopes,
        place_class=place_class,
        compare=compare,
        reference=tables.load(DATA),
        profile=tables.load_profile(DATA, DEFAULT_PROFILE),
        on=date(2024, 11, 5),
    )


def _huancui() -> tuple[list[str | None], list[str | None], list[str | None]]:
    with (DATA / "divisions" / "huancui_villages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return (
        [r["name"] for r in rows],
        [r["mca_county_code"] for r in rows],
        [r["nbs_area_code"] for r in rows],
    )


@pytest.mark.parametrize(("compare", "clusters"), [("full", 1), ("stem", 4), ("core", 12)])
def test_legal_huancui_has_1_4_or_12_duplicates_by_what_is_compared(
    compare: str, clusters: int
) -> None:
    names, legal, _ = _huancui()
    rules = _scan(names, legal, compare=compare).summary()["rules"]
    assert rules["pn.uniq.village_seat_county"]["findings"] == clusters
    assert rules["pn.uniq.homophone"]["findings"] == 3


def test_the_statistical_code_alone_shows_none() -> None:
    names, _, statistical = _huancui()
    rows = [i for i, code in enumerate(statistical) if code == "371002"]
    rules = _scan([names[i] for i in rows], ["371002"] * len(rows)).summary()["rules"]
    assert "pn.uniq.village_seat_county" not in rules
    assert "pn.uniq.homophone" not in rules


def test_a_village_and_its_community_in_one_scope_column_are_reported_with_their_rows() -> None:
    frame = _scan(["岭西村委会", "张家村委会", "岭西村委会"], ["A", "A", "A"]).frame()
    (row,) = frame.filter(polars.col("rule") == "pn.uniq.village_seat_county").to_dicts()
    assert row["subjects"] == [1, 3]
    assert row["severity"] == "warn"
    assert "岭西" in row["message"]


def test_rows_without_a_usable_name_are_listed_and_the_rest_is_scanned() -> None:
    scan = _scan(["文化路", None, "  ", "文" * 10_000, "文化路"], ["A", "A", "A", "A", "A"], "road")
    assert [(i.row, i.code) for i in scan.issues] == [(2, "empty"), (3, "empty"), (4, "too_long")]
    assert scan.summary()["rules"]["pn.uniq.road_village"]["names"] == 2


def test_a_row_without_a_scope_is_still_checked_for_its_characters() -> None:
    scan = _scan(["徐家塂村委会", "徐家塂村委会"], [None, None])
    assert "pn.char.outside_8105" in set(scan.findings["rule"])
    assert scan.findings["scope_kind"].unique().to_list() == ["place"]
    assert [i.code for i in scan.issues] == ["no_scope", "no_scope"]


def test_an_unknown_class_or_comparison_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadRequest, match="committee_seat"):
        _scan(["文化路"], ["A"], place_class="street")
    with pytest.raises(BadRequest, match="stem"):
        _scan(["文化路"], ["A"], compare="fuzzy")


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["文化路", "文华路"])),
            st.sampled_from(["A", "B", None]),
        ),
        max_size=12,
    )
)
def test_whatever_the_cells_hold_every_row_is_either_scanned_or_listed(
    rows: list[tuple[str | None, str | None]],
) -> None:
    scan = _scan([name for name, _ in rows], [scope for _, scope in rows], "road")
    assert scan.rows == len(rows)
    assert scan.frame().height == scan.findings.height
    shuffled = _scan([n for n, _ in rows[::-1]], [s for _, s in rows[::-1]], "road")

    def of_areas(found: TableScan) -> set[str]:
        return set(found.findings.filter(~polars.col("key").str.contains("row:"))["fingerprint"])

    assert of_areas(scan) == of_areas(shuffled)


def test_half_the_rows_broken_gives_an_answer_for_each_of_them() -> None:
    broken = [None, "", " \u3000", "文" * 61, "\u200b"]
    names = [name for i in range(50) for name in ("岭西村委会", broken[i % 5])]
    scan = _scan(names, ["A"] * 100)
    assert len(scan.issues) == 50
    assert {i.row for i in scan.issues} == set(range(2, 101, 2))
    assert {i.code for i in scan.issues} == {"empty", "too_long"}
    assert all(f"第 {i.row} 行" in i.message for i in scan.issues)
    (row,) = scan.frame().filter(polars.col("rule") == "pn.uniq.village_seat_county").to_dicts()
    assert row["subjects"] == list(range(1, 100, 2))


@pytest.mark.parametrize(
    "name",
    [
        "🐉路", "\x00\x07", "高\ue170村", "瞿阝村", "氵丙洲", "Main街", "'; DROP TABLE x;--",
        "文化路" * 3000, "\u202e路化文", "〇", "﨎村", "莫𡐓村",
    ],
)  # fmt: skip
def test_whatever_is_typed_as_a_name_is_scanned_or_listed(name: str) -> None:
    for place_class in ("committee_seat", "road", "estate"):
        scan = _scan([name, name], ["A", "A"], place_class)
        assert scan.findings.height or scan.issues or name in {"Main街", "〇"}


def test_progress_ends_at_the_last_row() -> None:
    told: list[int] = []
    scan_table(
        ["岭西村委会", None, "张家村委会"],
        ["A", "A", None],
        place_class="committee_seat",
        compare="core",
        reference=tables.load(DATA),
        profile=tables.load_profile(DATA, DEFAULT_PROFILE),
        on=date(2024, 11, 5),
        advance=told.append,
    )
    assert sum(told) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--name-column", "名字", "--scope-column", "区县"], "名称"),
        (["--name-column", "名称", "--scope-column", "范围"], "区县"),
        (
            ["--name-column", "名称", "--scope-column", "区县", "--class", "street"],
            "committee_seat",
        ),
        (["--name-column", "名称", "--scope-column", "区县", "--compare", "x"], "stem"),
    ],
)
def test_a_missing_column_or_an_unknown_class_is_answered_with_what_there_is(
    tmp_path: Path, options: list[str], said: str
) -> None:
    for table in (tmp_path / "村名.parquet", tmp_path / "村名.csv"):
        frame = polars.DataFrame({"名称": ["岭西村委会"], "区县": ["甲"]})
        _ = frame.write_parquet(table) if table.suffix == ".parquet" else frame.write_csv(table)
        with pytest.raises((BadRequest, Unreadable), match=said):
            commands.main(["scan-names", str(table), *options], standalone_mode=False)


def test_a_column_of_lists_is_not_taken_for_names(tmp_path: Path) -> None:
    table = tmp_path / "t.parquet"
    polars.DataFrame({"名称": [["a"], ["b"]], "区县": ["甲", "乙"]}).write_parquet(table)
    options = ["--name-column", "名称", "--scope-column", "区县"]
    with pytest.raises(Unreadable, match="名称"):
        commands.main(["scan-names", str(table), *options], standalone_mode=False)


def test_the_command_writes_the_findings_and_a_summary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "村名.csv"
    table.write_bytes(
        "名称,区县\n岭西村委会,甲\n岭西村委会,甲\n夏庄村委会,甲\n下庄村委会,甲\n".encode("gb18030")
    )
    out = tmp_path / "问题.parquet"
    options = ["--name-column", "名称", "--scope-column", "区县", "--class", "committee_seat"]
    commands.main(
        ["scan-names", str(table), *options, "--out", str(out), "--summary", "-"],
        standalone_mode=False,
    )
    summary = json.loads(capsys.readouterr().out)
    assert summary["rows"] == 4
    assert summary["rules"]["pn.uniq.village_seat_county"] == {"findings": 1, "names": 2}
    assert summary["rules"]["pn.uniq.homophone"] == {"findings": 1, "names": 2}
    assert polars.read_parquet(out).height == 2


@pytest.mark.shared
@pytest.mark.parametrize(
    ("compare", "clusters", "names"),
    [("full", 8_151, 18_670), ("stem", 9_239, 20_919), ("core", 14_177, 31_183)],
)
def test_the_whole_country_gives_the_pinned_counts(
    shared: Path, compare: str, clusters: int, names: int
) -> None:
    table = polars.read_parquet(shared / "data/divisions/cn_villages_nbs2023.parquet")
    scan = scan_table(
        table["name"],
        table["area_code"].cast(polars.String),
        place_class="committee_seat",
        compare=compare,
        reference=tables.load(DATA),
        profile=tables.load_profile(DATA, DEFAULT_PROFILE),
        on=date(2026, 1, 1),
    )
    found = scan.summary()["rules"]
    assert found["pn.uniq.village_seat_county"] == {"findings": clusters, "names": names}
    assert found["pn.char.outside_8105"] == {"findings": 1_440, "names": 1_440}
    assert scan.rows == 620_573
    assert scan.issues == []
