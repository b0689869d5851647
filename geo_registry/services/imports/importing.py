"""Importing files: what every import shares: one batch a file, bad rows, names, dates, codes.

An import is whole or nothing. Where a row is bad, nothing is stored and every bad row is listed;
``admit_good`` stores the good rows and lists the bad ones.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import BadRequest, Conflict, Issue
from geo_registry.formats.archives import pack_shapefile
from geo_registry.store import imports as store_imports
from geo_registry.store.papers import count_batch, insert_batches
from geo_registry.store.raw_files import keep
from geo_registry.store.rows import BatchRow
from geo_registry.store.writing import in_turn

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many are done, and of how many (None: unknown)."""

MAX_NAME = 200
"""Longer texts are no names; the longest real road name seen in any extract has 62 characters."""

_NO_NAME = frozenset({"-", "--", "无", "无名", "未命名", "无名称", "null", "none", "n/a", "nan"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, or would have done.

    ``rows`` counts the rows of the file, ``rejected`` those that cannot be used; ``stored`` says
    whether anything was written. ``counts`` are by kind (roads, named, unnamed …).
    """

    kind: str
    file_name: str
    sha256: str
    rows: int
    rejected: int
    stored: bool
    batch_id: int | None
    counts: Mapping[str, int]
    issues: tuple[Issue, ...]
    crs: str = "EPSG:4326"
    listed: tuple[Mapping[str, Any], ...] = ()
    """What a person should look at next: the unnamed roads, or the cemeteries matched."""

    @property
    def refused(self) -> bool:
        """Whether nothing was stored because of bad rows."""
        return not self.stored and self.rejected > 0


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it is imported: where it is, which rows of it, and what may be done.

    ``at`` is a statistical division code (6, 9 or 12 digits) that holds whatever no polygon
    locates. ``selection`` says in words which part of the file is taken (layer, where).
    ``keep_in`` is the home folder where the file is kept once it is imported, ``district`` the
    extent (EPSG:4490) that boundaries should lie in or near, ``today`` the day after which nothing
    can have been measured; each is left out where nobody knows it.
    """

    path: Path
    kind: str
    selection: str = ""
    at: str | None = None
    admit_good: bool = False
    dry_run: bool = False
    keep_in: Path | None = None
    district: BaseGeometry | None = None
    today: date | None = None
    progress: Progress = field(default=lambda _what, _done, _total: None)

    @property
    def sha256(self) -> str:
        """The hash of the file; of all its parts for a shapefile."""
        return file_hash(self.path)


def selection_of(layer: str | None, where: Mapping[str, str]) -> str:
    """Which part of a file is taken, in words; empty for the whole of it."""
    parts = [f"layer {layer}"] if layer else []
    return " ".join(
        parts + [f"where {text}" for text in sorted(f"{k}={v}" for k, v in where.items())]
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; of a shapefile, of its parts packed into one."""
    with as_one_file(path) as whole:
        digest = hashlib.sha256()
        with whole.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()


@contextmanager
def as_one_file(path: Path) -> Iterator[Path]:
    """A file as it is kept: itself, or the parts of a shapefile packed into one for a while."""
    if path.suffix.lower() != ".shp":
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="geo_registry_", suffix=".zip") as packed:
        pack_shapefile(path, packed)
        packed.flush()
        yield Path(packed.name)


def keep_raw(connection: Connection, source: Source) -> None:
    """Keep the file itself under its hash, where the source says in which home folder."""
    if source.keep_in is None:
        return
    packed = ".zip" if source.path.suffix.lower() == ".shp" else ""
    with as_one_file(source.path) as whole:
        keep(connection, source.keep_in, whole, f"{source.path.name}{packed}")


def refuse_second_time(connection: Connection, source: Source, sha256: str) -> None:
    """Raise :class:`Conflict` when the same part of the same file was imported before."""
    in_turn(connection, "import", source.kind, sha256)
    earlier = store_imports.earlier_import(connection, source.kind, sha256, source.selection)
    if earlier is not None:
        raise Conflict(
            f"文件“{source.path.name}”已于 {earlier.on} 导入过（批次 {earlier.batch_id}，"
            f"当时名为“{earlier.file_name}”），内容完全相同，没有重复导入。"
        )


def store(
    connection: Connection,
    source: Source,
    *,
    sha256: str,
    rows: int,
    rejected: int,
    counts: Mapping[str, int],
    issues: Sequence[Issue],
    write: Callable[[int], Mapping[str, int]],
    crs: str = "EPSG:4326",
    listed: Sequence[Mapping[str, Any]] = (),
) -> Summary:
    """Write one batch through ``write(batch_id)`` unless a bad row or a dry run forbids it.

    ``write`` returns counts to add. Good rows beside bad ones are written only where the source
    says so, and never when no good row is left.
    """
    good = rows - rejected
    allowed = not source.dry_run and good > 0 and (rejected == 0 or source.admit_good)
    batch_id = None
    counts = dict(counts)
    if allowed:
        batch = BatchRow(source.kind, source.path.name, sha256, source=source.selection)
        batch_id = insert_batches(connection, [batch])[0]
        counts |= write(batch_id)
        count_batch(connection, batch_id, counts | {"rows": rows, "rejected": rejected})
    return Summary(
        kind=source.kind,
        file_name=source.path.name,
        sha256=sha256,
        rows=rows,
        rejected=rejected,
        stored=allowed,
        batch_id=batch_id,
        counts=counts,
        issues=tuple(issues),
        crs=crs,
        listed=tuple(listed),
    )


# --- texts ----------------------------------------------------------------------------------------


def clean_name(raw: Any, row: int, field_name: str) -> tuple[str | None, Issue | None, bool]:
    """Read a name from a cell: the name, an issue about it, and whether the row is unusable.

    Control and invisible characters are removed, which is said; a text of more than
    :data:`MAX_NAME` characters is no name and makes the row unusable.
    """
    if raw is None:
        return None, None, False
    text = str(raw)
    cleaned = " ".join("".join(c if _visible(c) else " " for c in text).split())
    where = f"第 {row} 行“{field_name}”"
    if len(cleaned) > MAX_NAME:
        message = f"{where}：有 {len(cleaned):,} 个字，不像名称：“{cleaned[:20]}……”。"
        advice = "请检查是否粘贴了整段文字，改正或留空后再导入。"
        return None, Issue(row, field_name, "name_too_long", cleaned[:100], message, advice), True
    if any(not _visible(c) for c in text):
        message = f"{where}：含有看不见的控制字符，已去掉。"
        advice = f"请核对名称：{cleaned or '（空）'}"
        issue = Issue(row, field_name, "control_characters", ascii(text)[:100], message, advice)
        return cleaned or None, issue, False
    if cleaned.lower() in _NO_NAME:
        message = f"{where}：“{cleaned}”按没有名称处理。"
        issue = Issue(row, field_name, "placeholder_name", cleaned, message, "没有名称时请留空。")
        return None, issue, False
    return cleaned or None, None, False


def _visible(character: str) -> bool:
    # Cc: control, Cf: invisible format marks, Cs/Co/Cn: no character at all; blanks are fine.
    return character in " \u3000\xa0" or unicodedata.category(character) not in {
        *("Cc", "Cf", "Cs", "Cn"),
    }


def pick_column(columns: Sequence[str], wanted: str | None, usual: Sequence[str]) -> str | None:
    """The column a person named, else the first usual one that exists (any case)."""
    if wanted is not None:
        return wanted
    lowered = {c.lower(): c for c in reversed(columns)}
    return next((lowered[u.lower()] for u in usual if u.lower() in lowered), None)


def texts(frame: polars.DataFrame, column: str | None) -> list[str | None]:
    """A column as texts, empty cells as None; all None where there is no such column."""
    if column is None:
        return [None] * frame.height
    values = frame[column].cast(polars.String).str.strip_chars()
    return [v or None for v in values]


_DATE = re.compile(r"^(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*$|^(\d{4})(\d{2})(\d{2})$")


def read_date(raw: str | None, row: int, field_name: str) -> tuple[date | None, Issue | None]:
    """Read a date as people write it (2023-05-13, 2023.5.13, 2023年5月13日, 20230513)."""
    if raw is None:
        return None, None
    try:
        return datetime.fromisoformat(raw.replace("/", "-")).date(), None
    except ValueError:
        pass
    match = _DATE.match(raw.strip())
    numbers = [int(n) for n in match.groups() if n] if match else []
    try:
        return date(*numbers), None
    except (TypeError, ValueError):
        advice = "请写成 2023-05-13 的样子，或留空。"
        if len(numbers) == 3 and 12 < numbers[1] <= 31 and 1 <= numbers[2] <= 12:
            advice = f"可改为 {numbers[0]}-{numbers[2]:02d}-{numbers[1]:02d}，或留空后继续。"
        message = f"第 {row} 行“{field_name}”：“{raw[:40]}”不是日期。"
        return None, Issue(row, field_name, "not_a_date", raw[:100], message, advice)


# --- where things lie -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Codes:
    """Statistical codes of the divisions a thing lies in."""

    village: str | None = None
    town: str | None = None
    county: str | None = None

    @classmethod
    def of(cls, code: str | None) -> Codes:
        """The codes above a code of 6, 9 or 12 digits."""
        if code is None:
            return cls()
        return cls(
            village=code if len(code) == 12 else None,
            town=code[:9] if len(code) >= 9 else None,
            county=code[:6],
        )


def require_division(connection: Connection, code: str | None) -> None:
    """Raise :class:`BadRequest` for a division code the registry does not know."""
    if code is None:
        return
    known = store_imports.division_codes(connection)
    if code not in known or len(code) not in {6, 9, 12}:
        raise BadRequest(f"没有统计用区划代码“{code}”。{near_code(code, known)}")


def near_code(code: str, known: Mapping[str, str]) -> str:
    """A suggestion for an unknown division code: the one that looks most like it."""
    same = [k for k in known if len(k) == len(code)]
    near = difflib.get_close_matches(code, same, n=1, cutoff=0.7) if len(same) <= 50_000 else []
    if near:
        return f"是否为 {near[0]}（{known[near[0]]}）？"
    return "请核对代码；统计用区划代码为 6、9 或 12 位。"


def locate(
    connection: Connection,
    geometry: NDArray[Any],
    owner: NDArray[np.int64],
    count: int,
    *,
    plane: WorkPlane,
    at: str | None,
) -> list[Codes]:
    """The divisions in which most of each thing lies: one :class:`Codes` for each of ``count``.

    ``geometry`` (degrees) are pieces, ``owner`` the number of the thing each belongs to. Villages
    win over towns and towns over counties; what no polygon holds is taken to lie in ``at``.
    """
    result = [Codes.of(at)] * count
    if not len(geometry):
        return result
    extents = store_imports.division_extents(connection, list(shapely.total_bounds(geometry)))
    pieces = plane.to_plane(geometry) if len(extents) else geometry
    for level in (3, 4, 5):  # the narrowest level is written last
        chosen = extents.levels == level
        areas = extents.geometry[chosen]
        if len(areas):
            flat = shapely.make_valid(plane.to_plane(areas))
            best = _most(pieces, owner, count, flat)
            codes = extents.codes[chosen]
            for thing in np.flatnonzero(best >= 0):
                result[thing] = Codes.of(str(codes[best[thing]]))
    return result


def _most(
    pieces: NDArray[Any], owner: NDArray[np.int64], count: int, areas: NDArray[Any]
) -> NDArray[np.int64]:
    """For each thing the area that holds most of its pieces, -1 where none does."""
    best = np.full(count, -1, dtype=np.int64)
    piece, area = shapely.STRtree(areas).query(pieces, predicate="intersects")
    if not len(piece):
        return best
    common = shapely.intersection(pieces[piece], areas[area])
    # A measure that suits lines and areas alike, and is never nought for what touches.
    size = shapely.area(common) + shapely.length(common) * 1e-3 + 1e-9
    key = owner[piece] * len(areas) + area
    keys, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse, weights=size)
    for i in np.argsort(total, kind="stable"):  # the largest is written last
        best[keys[i] // len(areas)] = keys[i] % len(areas)
    return best


def plane_of(geometry: NDArray[Any]) -> WorkPlane:
    """The 3-degree zone of the middle of what is imported (degrees)."""
    west, _, east, _ = shapely.total_bounds(geometry)
    return WorkPlane.containing((west + east) / 2)
