"""Administrative divisions: loads both official lists, their crosswalk, and village tables."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from geo_registry.domain.errors import Issue, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.imports import crosswalk
from geo_registry.store import divisions as store
from geo_registry.store.papers import batch_of_file, insert_batches
from geo_registry.store.rows import BatchRow, DivisionRow
from geo_registry.store.village_codes import known_codes

NBS_SOURCE = "统计用区划代码 2023-06-30 版"
MCA_SOURCE = "民政部国家地名信息库行政区划 2026-09-11 版"
VILLAGE_COLUMNS = ("code", "name", "street_code", "area_code")

_LEVELS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
_CLASSES = {1: "division.province", 2: "division.city", 3: "division.county", 4: "division.town"}
_TWELVE_DIGITS = re.compile(r"[0-9]{12}")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote; all zero when the lists were there already."""

    mca: int = 0
    nbs: int = 0
    villages: int = 0
    matches: int = 0
    conflicts: tuple[str, ...] = ()
    """Towns whose counterpart is not clear, in words; nothing was guessed for them."""


@dataclass(frozen=True, slots=True)
class VillagesImported:
    """What an import of a village table wrote, and which rows of it could not be used."""

    batch_id: int
    rows: int
    known: int
    """Rows whose code the registry had already; they were left as they are."""
    issues: tuple[Issue, ...] = ()


def load(
    connection: Connection,
    *,
    data: Path,
    reference: Reference,
    profile: Profile,
    progress: Progress | None = None,
) -> Loaded:
    """Write both national lists down to towns, their crosswalk, and the district's village units.

    Does nothing when they are there. The editions do not say since when a division exists, so
    ``valid_from`` stays empty and ``source`` names the edition. Raises :class:`Unreadable` where a
    shipped list is missing or broken.
    """
    if store.find(connection, profile.code, "mca") is not None:
        return Loaded()
    folder = data / "divisions"
    mca, nbs = (_list(folder / f"divisions_{n}.csv.gz") for n in ("mca2026", "nbs2023"))
    villages = _list(folder / "huancui_villages.csv", code="nbs_code", parent="nbs_town_code")
    province = profile.code[:2]
    rows = [
        *(_row(line, "mca", MCA_SOURCE, reference, province) for line in mca),
        *(_row(line, "nbs", NBS_SOURCE, reference, province) for line in [*nbs, *villages]),
    ]
    store.insert_divisions(connection, rows, progress=progress)
    members = dict.fromkeys(profile.legal_county_members.value, profile.code)
    crossed = crosswalk.build(
        {line.code: line.name for line in mca}, {line.code: line.name for line in nbs}, members
    )
    store.insert_matches(connection, crossed.matches)
    return Loaded(len(mca), len(nbs), len(villages), len(crossed.matches), crossed.conflicts)


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    parent: str
    name: str


def _list(path: Path, *, code: str = "code", parent: str = "parent") -> list[_Line]:
    """Read one shipped list; the names of its columns are given where they differ."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
        return [_Line(r[code], r[parent], r["name"]) for r in csv.DictReader(text.splitlines())]
    except (OSError, EOFError, UnicodeDecodeError, KeyError) as error:
        raise Unreadable(
            f"随产品附带的区划表 {path.name} 缺失或已损坏。",
            advice="请重新安装，或重新取得源代码。",
        ) from error


def _row(line: _Line, system: str, source: str, reference: Reference, province: str) -> DivisionRow:
    level = _LEVELS[len(line.code)]
    # Names of towns are compared inside the province; others are looked up by code and name.
    wanted = level != 4 or line.code.startswith(province)
    place_class = _CLASSES.get(level, "committee_seat")
    return DivisionRow(
        code=line.code,
        code_system=system,
        name=line.name,
        level=level,
        parent_code=line.parent or None,
        source=source,
        toponym=parse(line.name, place_class, reference) if wanted else None,
    )


def import_villages(
    connection: Connection,
    path: Path,
    *,
    reference: Reference,
    source: str = NBS_SOURCE,
    progress: Progress | None = None,
    started: Callable[[int], None] | None = None,
) -> VillagesImported:
    """Write a table of village-level units, whole or not at all.

    Columns code, name, street_code (area_code is not needed); Parquet or CSV (UTF-8 or GBK). The
    national table has 620,573 rows. ``started`` hears the number of rows, ``progress`` of each
    piece done. Codes that the registry knows keep what they have. Rows that cannot be used come
    back as issues. The same file a second time writes nothing.
    Raises :class:`Unreadable` for a file without the columns or without one good row.
    """
    digest = hashlib.sha256(_bytes(path)).hexdigest()
    before = batch_of_file(connection, "villages", digest)
    if before is not None:
        return VillagesImported(before, 0, 0)
    table = _village_table(path)
    if started is not None:
        started(len(table))
    good, issues = _checked(table)
    if not good:
        raise Unreadable(f"{path.name} 中没有一行可用的村（居）委会记录。", advice=_first(issues))
    known = known_codes(connection, [line.code for line in good])
    rows = [_row(line, "nbs", source, reference, "") for line in good if line.code not in known]
    counts = {"villages": len(rows), "known": len(good) - len(rows), "issues": len(issues)}
    (batch,) = insert_batches(
        connection, [BatchRow("villages", path.name, digest, counts, source=source)]
    )
    if progress is not None:
        progress(len(table) - len(rows))
    store.insert_divisions(connection, rows, progress=progress)
    return VillagesImported(batch, len(rows), len(good) - len(rows), issues)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"读不到文件 {path}。", advice="请检查路径和权限。") from error


def _village_table(path: Path) -> list[_Line]:
    """Rows of a village table as they stand in the file, columns by name."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    raw = _bytes(path)
    try:
        if raw[:4] == b"PAR1":
            table = pa.parquet.read_table(pa.BufferReader(raw))
        else:
            table = pa.csv.read_csv(
                pa.BufferReader(raw),
                read_options=pa.csv.ReadOptions(encoding=_encoding(raw)),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(VILLAGE_COLUMNS, pa.string())
                ),
            )
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise Unreadable(
            f"{path.name} 不是完整的 Parquet 或 CSV 文件。", advice="请重新下载或另存后再试。"
        ) from error
    missing = [c for c in VILLAGE_COLUMNS[:3] if c not in table.column_names]
    if missing:
        raise Unreadable(
            f"{path.name} 缺少列 {'、'.join(missing)}；"
            f"现有列：{'、'.join(table.column_names[:8])}。",
            advice="村级表需要 code（12 位）、name、street_code（9 位）三列。",
        )
    columns = [table.column(c).cast(pa.string()).to_pylist() for c in VILLAGE_COLUMNS[:3]]
    return [
        _Line(code or "", street or "", (name or "").strip())
        for code, name, street in zip(*columns, strict=True)
    ]


def _encoding(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _checked(table: Iterable[_Line]) -> tuple[list[_Line], tuple[Issue, ...]]:
    """Split the rows in good ones and issues; a code counts once, the first row wins."""
    good: dict[str, _Line] = {}
    issues = []
    for number, line in enumerate(table, start=1):
        wrong = _wrong(line, good)
        if wrong is None:
            good[line.code] = line
        else:
            field, code, message = wrong
            raw = {"code": line.code, "name": line.name, "street_code": line.parent}[field]
            issues.append(Issue(number, field, code, raw, f"第 {number} 行：{message}"))
    return list(good.values()), tuple(issues)


def _wrong(line: _Line, good: Mapping[str, _Line]) -> tuple[str, str, str] | None:
    if not _TWELVE_DIGITS.fullmatch(line.code):
        return "code", "not_a_code", f"“{line.code}”不是 12 位统计代码。"
    if not line.name:
        return "name", "empty", "名称是空的。"
    if not line.code.startswith(line.parent) or len(line.parent) != 9:
        return "street_code", "not_the_parent", f"“{line.parent}”不是 {line.code} 的前 9 位。"
    if line.code in good:
        return "code", "twice", f"代码 {line.code} 在文件中出现两次，只取第一行。"
    return None


def _first(issues: tuple[Issue, ...]) -> str:
    return issues[0].message if issues else "文件是空的。"
