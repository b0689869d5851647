"""A basemap of the bureau's own: where its tiles come from, and whether it lies where it should.

Sources in GCJ-02 or BD-09 are shifted by hundreds of metres against everything in the register
(see :mod:`geo_registry.domain.crs`); they are shown only with words that say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from geo_registry.domain.errors import BadRequest


class Datum(StrEnum):
    """The system that a basemap's positions are in."""

    CGCS2000 = "cgcs2000"
    """Also WGS 84: on a map of any scale the same."""
    GCJ02 = "gcj02"
    BD09 = "bd09"


WARNINGS = {
    Datum.GCJ02: "底图为 GCJ-02 坐标，与登记的位置相差约 400–700 米，不能用来核对位置。",
    Datum.BD09: "底图为 BD-09 坐标，与登记的位置相差约 800–1300 米，不能用来核对位置。",
}
"""What stands over the map while such a basemap is shown."""

SHIFTED_HOSTS = {
    "autonavi.com": Datum.GCJ02,
    "amap.com": Datum.GCJ02,
    "gtimg.com": Datum.GCJ02,
    "map.qq.com": Datum.GCJ02,
    "google.cn": Datum.GCJ02,
    "geoq.cn": Datum.GCJ02,
    "bdimg.com": Datum.BD09,
    "baidu.com": Datum.BD09,
}
"""Providers whose tiles are shifted whatever a configuration says of them."""

TIANDITU = {"vec": "天地图矢量", "img": "天地图影像", "ter": "天地图地形"}
_TIANDITU_URL = (
    "https://t0.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
"""The WMTS of 天地图 in Web Mercator (http://lbs.tianditu.gov.cn/server/MapService.html)."""
_WMTS = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}
_PLACEHOLDERS = re.compile(r"{([^{}]*)}")


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles in Web Mercator from an address or from a PMTiles file; one of the two is set.

    ``url`` has ``{z}``, ``{x}`` and ``{y}`` (``{-y}``: counted from the south). It may hold a key
    and is never shown.
    """

    title: str
    datum: Datum = Datum.CGCS2000
    url: str = ""
    file: Path | None = None
    attribution: str = ""
    max_zoom: int = 18

    @property
    def warning(self) -> str:
        """What has to be said while it is shown; empty where it lies right."""
        return WARNINGS.get(self.datum, "")

    def address(self, z: int, x: int, y: int) -> str:
        """Where a tile is asked for."""
        south = 2**z - 1 - y
        values = {"z": z, "x": x, "y": y, "-y": south}
        return _PLACEHOLDERS.sub(lambda found: str(values[found[1]]), self.url)


def configured(
    source: str,
    *,
    key: str = "",
    datum: str = "",
    title: str = "",
    attribution: str = "",
    max_zoom: int = 18,
) -> Basemap:
    """The basemap that a configuration names: ``tianditu:img``, an address, or a PMTiles file.

    Raises :class:`BadRequest` for what is none of them.
    """
    kind, _, layer = source.partition(":")
    url, file = "", None
    if kind == "tianditu":
        url, title = _tianditu(layer, key), title or TIANDITU[layer]
    elif source.startswith(("http://", "https://")):
        url = _template(source.replace("{key}", key))
    elif source.endswith(".pmtiles"):
        file = Path(source).expanduser().absolute()
    else:
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_BASEMAP 的值“{source}”不是底图。",
            advice="应为含 {z}、{x}、{y} 的网址，或 tianditu:vec、tianditu:img，或 .pmtiles 文件。",
        )
    return Basemap(
        title=title or "底图",
        datum=_datum(url, datum),
        url=url,
        file=file,
        attribution=attribution,
        max_zoom=max_zoom,
    )


def _tianditu(layer: str, key: str) -> str:
    if layer not in TIANDITU:
        raise BadRequest(f"天地图没有图层“{layer}”，应为 {'、'.join(TIANDITU)} 之一。")
    if not re.fullmatch(r"[0-9A-Za-z]+", key):
        raise BadRequest(
            "使用天地图需要密钥。",
            advice="请在天地图网站申请，写入环境变量 GEO_REGISTRY_BASEMAP_KEY（只含字母、数字）。",
        )
    return _TIANDITU_URL.format(layer=layer, key=key)


def _template(source: str) -> str:
    for wmts, plain in _WMTS.items():
        source = re.sub(re.escape(wmts), plain, source, flags=re.IGNORECASE)
    found = set(_PLACEHOLDERS.findall(source))
    parts = urlsplit(source)
    if not {"z", "x"} <= found or len(found & {"y", "-y"}) != 1 or found - {"z", "x", "y", "-y"}:
        raise BadRequest(
            f"底图网址应含 {{z}}、{{x}}、{{y}} 各一处，现有：{'、'.join(sorted(found)) or '无'}。"
        )
    if not parts.hostname or "{" in parts.netloc or parts.username:
        raise BadRequest("底图网址的主机名不能含占位符或账号。")
    return source


def _datum(url: str, word: str) -> Datum:
    """What is declared; a provider that is known to be shifted is so whatever is declared."""
    if word and word not in set(Datum):
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_BASEMAP_DATUM 的值“{word}”应为 {'、'.join(Datum)} 之一。"
        )
    host = urlsplit(url).hostname or ""
    known = (d for name, d in SHIFTED_HOSTS.items() if host == name or host.endswith(f".{name}"))
    return next(known, Datum(word or "cgcs2000"))
