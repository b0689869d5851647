"""What may be configured as a basemap, and which of them lie beside the truth."""

from __future__ import annotations

import pytest

from geo_registry.domain.basemap import Datum, configured
from geo_registry.domain.errors import BadRequest


def test_addresses_of_every_custom_become_tiles() -> None:
    plain = configured("http://map.example.cn/t/{z}/{x}/{y}.png")
    assert plain.address(3, 5, 1) == "http://map.example.cn/t/3/5/1.png"
    south = configured("http://map.example.cn/t/{z}/{x}/{-y}.png")
    assert south.address(3, 5, 1) == "http://map.example.cn/t/3/5/6.png"
    wmts = configured("https://map.example.cn/w?TM={TileMatrix}&R={TileRow}&C={TileCol}&k={key}",
                      key="abc")  # fmt: skip
    assert wmts.address(3, 5, 1) == "https://map.example.cn/w?TM=3&R=1&C=5&k=abc"
    sky = configured("tianditu:img", key="0a1b")
    assert sky.title == "天地图影像"
    assert sky.address(10, 858, 396).startswith("https://t0.tianditu.gov.cn/img_w/wmts?")
    assert sky.address(10, 858, 396).endswith("TILEMATRIX=10&TILEROW=396&TILECOL=858&tk=0a1b")


@pytest.mark.parametrize(
    ("source", "declared", "datum"),
    [
        ("http://map.example.cn/{z}/{x}/{y}", "", Datum.CGCS2000),
        ("http://map.example.cn/{z}/{x}/{y}", "gcj02", Datum.GCJ02),
        ("http://map.example.cn/{z}/{x}/{y}", "bd09", Datum.BD09),
        # Known to be shifted, whatever is said of them.
        ("https://wprd01.is.autonavi.com/t?x={x}&y={y}&z={z}", "cgcs2000", Datum.GCJ02),
        ("https://maponline0.bdimg.com/t?x={x}&y={y}&z={z}", "", Datum.BD09),
        ("https://notautonavi.com/t?x={x}&y={y}&z={z}", "", Datum.CGCS2000),
    ],
)
def test_a_shifted_source_is_never_taken_for_a_true_one(
    source: str, declared: str, datum: Datum
) -> None:
    made = configured(source, datum=declared)
    assert made.datum is datum
    assert ("不能用来核对位置" in made.warning) is (datum is not Datum.CGCS2000)


@pytest.mark.parametrize(
    ("source", "key", "datum", "said"),
    [
        ("ftp://map.example.cn/{z}/{x}/{y}", "", "", "不是底图"),
        ("/srv/base.mbtiles", "", "", "不是底图"),
        ("http://map.example.cn/{z}/{x}", "", "", "各一处"),
        ("http://map.example.cn/{z}/{x}/{y}/{-y}", "", "", "各一处"),
        ("http://{s}.example.cn/{z}/{x}/{y}", "", "", "各一处"),
        ("http://a{z}.example.cn/{z}/{x}/{y}", "", "", "主机名"),
        ("http://who:secret@example.cn/{z}/{x}/{y}", "", "", "主机名"),
        ("tianditu:vec", "", "", "密钥"),
        ("tianditu:vec", "a&b", "", "密钥"),
        ("tianditu:cva", "abc", "", "没有图层"),
        ("http://map.example.cn/{z}/{x}/{y}", "", "wgs72", "cgcs2000、gcj02、bd09"),
    ],
)
def test_what_is_no_basemap_is_refused_in_words(
    source: str, key: str, datum: str, said: str
) -> None:
    with pytest.raises(BadRequest, match=said):
        configured(source, key=key, datum=datum)
