"""OSM extracts: the counts are right, and what cannot be drawn is said."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.osm import read_ways

LONELY = '<way id="16"><nd ref="1"/><nd ref="98"/><tag k="highway" v="service"/></way>'
POINT = '<way id="17"><nd ref="1"/><nd ref="1"/><tag k="highway" v="service"/></way>'


def test_ways_come_with_name_class_and_line(osm: Callable[..., Path]) -> None:
    ways = read_ways(osm())
    assert ways.ids == (10, 11, 12, 13, 15)
    assert ways.names == ("文化路", "文化路", None, None, None)
    assert ways.classes == ("residential", "residential", "residential", "footway", "service")
    assert list(ways.lines[0].coords) == [(122.1, 37.1), (122.101, 37.1)]
    assert (ways.total, ways.total_named) == (5, 2)


def test_a_way_at_the_edge_keeps_its_known_piece_and_says_so(osm: Callable[..., Path]) -> None:
    (issue,) = read_ways(osm()).issues
    assert (issue.row, issue.code, issue.raw) == (5, "way_cut", "way 15")
    assert "1 个点不在文件里，只导入了其中连续的 2 个点" in issue.message


@pytest.mark.parametrize(("more", "code"), [(LONELY, "nodes_missing"), (POINT, "way_flat")])
def test_a_way_that_cannot_be_drawn_is_left_out(
    osm: Callable[..., Path], more: str, code: str
) -> None:
    ways = read_ways(osm(more))
    assert (len(ways), ways.total) == (5, 6)
    assert [i.code for i in ways.issues] == ["way_cut", code]


def test_compressed_files_read_alike(osm: Callable[..., Path], tmp_path: Path) -> None:
    plain = osm()
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "a.osm.bz2").write_bytes(bz2.compress(plain.read_bytes()))
    for name in ("a.osm.gz", "a.osm.bz2"):
        assert read_ways(tmp_path / name).ids == read_ways(plain).ids


@pytest.mark.parametrize("name", ["a.osm.gz", "a.osm.bz2", "a.osm"])
def test_a_file_cut_off_is_refused(osm: Callable[..., Path], tmp_path: Path, name: str) -> None:
    content = osm(LONELY * 2000).read_bytes()
    packed = {"a.osm.gz": gzip.compress, "a.osm.bz2": bz2.compress, "a.osm": bytes}[name](content)
    (tmp_path / name).write_bytes(packed[: len(packed) * 2 // 3])
    with pytest.raises(Unreadable, match=r"不完整|被截断"):
        read_ways(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.osm.pbf", b"", "空的"),
        ("a.osm.pbf", b"\x89PNG\r\n\x1a\n", "PNG 图片"),
        ("a.osm.pbf", b"not protocol buffers at all", "不是可读的 OSM 数据|不完整"),
        ("a.osm.gz", b"plain text", "不是“.osm.gz”格式"),
        ("a.osm", b"<osm version='0.6'></osm>", "没有道路"),
        ("a.osm", b"<html></html>", "XML|不是可读"),
    ],
)
def test_what_is_no_extract_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        read_ways(tmp_path / name)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "total", "named"),
    [
        ("malta_2016-11.osm.pbf", 21_137, 9_653),
        ("neubrandenburg_2016-02.osm.bz2", 7_930, 2_148),
        ("campo_grande_2013-01.osm.gz", 4_129, 1_640),
        ("rhein_neckar_roads_2016-12.osm.pbf", 37_344, 28_891),
    ],
)
def test_the_counts_of_real_extracts_are_right(
    shared: Path, name: str, total: int, named: int
) -> None:
    ways = read_ways(shared / "data" / "osm" / name)
    assert (ways.total, ways.total_named) == (total, named)


@pytest.mark.shared
def test_a_real_extract_cut_off_is_refused(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "malta.osm.pbf"
    path.write_bytes((shared / "data/osm/malta_2016-11.osm.pbf").read_bytes()[:2_000_000])
    with pytest.raises(Unreadable, match="不完整"):
        read_ways(path)
