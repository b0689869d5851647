"""OpenStreetMap extracts (.osm.pbf, .osm.gz, .osm.bz2, .osm) through pyosmium: the highway ways.

GDAL's ``lines`` layer misses ways that OSM treats as areas; pyosmium's counts are right (Malta:
21,137 highway ways). Data © OpenStreetMap contributors, ODbL 1.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from geo_registry.domain.errors import Issue, Unreadable
from geo_registry.formats import suffix_of
from geo_registry.formats.content import check_content

Progress = Callable[[int], None]
"""Called with the number of ways read so far."""

_REPORT_EVERY = 1000


@dataclass(frozen=True, slots=True)
class OsmWays:
    """The highway ways of an extract, parallel; ``lines`` in degrees (WGS 84 ≈ EPSG:4490).

    ``rows`` numbers the highway ways of the file from 1. ``total`` counts all of them,
    ``total_named`` those with a name; ways without two known nodes are only in ``issues``.
    """

    ids: tuple[int, ...]
    names: tuple[str | None, ...]
    classes: tuple[str, ...]
    lines: NDArray[Any]
    rows: tuple[int, ...]
    total: int
    total_named: int
    issues: tuple[Issue, ...]

    def __len__(self) -> int:
        return len(self.ids)


def read_ways(path: Path, *, progress: Progress | None = None) -> OsmWays:
    """Read every way with a ``highway`` tag: id, name, class and line.

    Raises :class:`Unreadable` for a file that is not OSM data, is cut off, or holds no highway.
    A way whose nodes are partly missing (at the edge of an extract) keeps its longest known piece,
    with an issue; without two known nodes it is left out.
    """
    check_content(path, suffix_of(path))
    collected = _Collected()
    try:
        for way in _highways(path):
            collected.add(way)
            if progress is not None and collected.total % _REPORT_EVERY == 0:
                progress(collected.total)
    except RuntimeError as error:
        raise _unreadable(path, str(error)) from None
    if not collected.total:
        raise Unreadable(
            f"“{path.name}”里没有道路（highway）。"
            "请确认是完整的 OSM 数据，而不是只含其他要素的摘录。"
        )
    if progress is not None:
        progress(collected.total)
    return collected.finish()


def _highways(path: Path) -> Iterable[Any]:
    """Stream highway ways with node locations; nodes are kept in memory, nothing else is."""
    kinds = osmium.osm.NODE | osmium.osm.WAY
    ways = osmium.FileProcessor(str(path), kinds).with_locations()
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    return iter_checked(ways.with_filter(osmium.filter.KeyFilter("highway")))


def iter_checked(ways: Iterable[Any]) -> Iterator[Any]:
    """Yield ways; what pyosmium raises for broken XML becomes a RuntimeError like the rest."""
    try:
        yield from ways
    except (ValueError, OSError) as error:
        raise RuntimeError(str(error)) from error


class _Collected:
    """What has been read so far; ways go by faster than objects for each could be made."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.names: list[str | None] = []
        self.classes: list[str] = []
        self.wkb: list[Any] = []
        self.rows: list[int] = []
        self.issues: list[Issue] = []
        self.total = 0
        self.total_named = 0
        self._factory = osmium.geom.WKBFactory()

    def add(self, way: Any) -> None:
        self.total += 1
        name = way.tags.get("name")
        self.total_named += name is not None
        known = sum(node.location.valid() for node in way.nodes)
        line = self._line(way, known)
        if line is None:
            return
        self.ids.append(way.id)
        self.names.append(name)
        self.classes.append(way.tags["highway"])
        self.wkb.append(line)
        self.rows.append(self.total)

    def _line(self, way: Any, known: int) -> Any:
        """WKB of the way, or of its longest run of known nodes; ``None`` where there is no line."""
        count = len(way.nodes)
        if known == count:
            try:
                return self._factory.create_linestring(way)
            except RuntimeError:  # all nodes at one place, or a single node
                self._leave_out(way, "way_flat", "只有一个点，没有长度", "请在原数据中删除或补全。")
                return None
        run = _longest_run(way.nodes)
        if len(run) < 2:
            text = f"的 {count} 个点中只有 {known} 个在文件里，画不出线"
            self._leave_out(way, "nodes_missing", text, "请取得包含全部点的数据（complete ways）。")
            return None
        self.issues.append(
            Issue(
                self.total,
                "图形",
                "way_cut",
                f"way {way.id}",
                f"第 {self.total} 条路段（way {way.id}）有 {count - known} 个点不在文件里，"
                f"只导入了其中连续的 {len(run)} 个点。",
                "多见于数据边缘；需要完整线形时请取得更大的范围。",
            )
        )
        return shapely.to_wkb(shapely.LineString(run), hex=True)

    def _leave_out(self, way: Any, code: str, text: str, advice: str) -> None:
        message = f"第 {self.total} 条路段（way {way.id}）{text}，没有导入。"
        self.issues.append(Issue(self.total, "图形", code, f"way {way.id}", message, advice))

    def finish(self) -> OsmWays:
        lines = np.asarray(shapely.from_wkb(self.wkb), dtype=object)
        return OsmWays(
            tuple(self.ids),
            tuple(self.names),
            tuple(self.classes),
            lines,
            tuple(self.rows),
            self.total,
            self.total_named,
            tuple(self.issues),
        )


def _longest_run(nodes: Iterable[Any]) -> list[tuple[float, float]]:
    """Longest stretch of consecutive known nodes, repeated positions dropped."""
    best: list[tuple[float, float]] = []
    run: list[tuple[float, float]] = []
    for node in nodes:
        if not node.location.valid():
            run = []
            continue
        place = (node.location.lon, node.location.lat)
        if not run or run[-1] != place:
            run.append(place)
        if len(run) > len(best):
            best = list(run)
    return best


def _unreadable(path: Path, reason: str) -> Unreadable:
    lowered = reason.lower()
    if "eof" in lowered or "read failed" in lowered or "close failed" in lowered:
        return Unreadable(f"“{path.name}”不完整，读到一半就结束了。请重新下载，并核对文件大小。")
    if "parsing error" in lowered or "xml" in lowered:
        return Unreadable(f"“{path.name}”的 XML 有错或被截断，读不下去。请重新下载或重新导出。")
    return Unreadable(f"“{path.name}”不是可读的 OSM 数据，或已损坏。请确认文件后重新取得。")
