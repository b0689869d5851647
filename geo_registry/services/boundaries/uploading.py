"""Uploading a boundary file: looked at first, stored when a person confirms, or set aside.

The file itself is kept at once, under its hash, so that a person can come back to it; nothing of it
is in the registry before the confirmation. A preview is made anew each time it is asked for, by the
very code that will import the file.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo_registry.domain.cemetery import CemeteryType
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused, Unreadable
from geo_registry.domain.reference import Reference
from geo_registry.formats import family_of
from geo_registry.services.boundaries import crs_examining, crs_gate
from geo_registry.services.boundaries.crs_examining import SWAPPED, keyed
from geo_registry.services.imports.file_names import clean_file_name
from geo_registry.services.imports.importing import Source, Summary, as_one_file, selection_of
from geo_registry.services.imports.importing_cemeteries import Kind, Terms, import_cemeteries
from geo_registry.services.imports.importing_zones import ZoneTerms, import_zones
from geo_registry.store import raw_files, uploads
from geo_registry.store.uploads import (
    CONFIRMED,
    DISCARDED,
    WAITING,
    CrsAnswer,
    StoredUpload,
)

KINDS = {"approval": "批准范围", "survey": "测量", "zone": "保护区"}
STATUSES = {WAITING: "待确认", CONFIRMED: "已存入", DISCARDED: "已放弃"}
MAX_BYTES = 200 << 20
"""Larger than any boundary file seen; the register of boundaries of a province has 40 MB."""
MOST_LISTED = 200
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Room:
    """Where uploads live and what they are judged by: home folder, district (EPSG:4490), today."""

    home: Path
    reference: Reference
    today: date
    district: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of a file; field by field as in :class:`Terms` and :class:`ZoneTerms`.

    ``crs``, ``layer``, ``where`` and ``swap_axes`` say how it is read. ``several``: boundaries of
    several cemeteries are meant to be in it. ``zone_kind`` and ``setback_m`` speak of zones.
    """

    kind: str
    crs: str | None = None
    layer: str | None = None
    where: Mapping[str, str] | None = None
    swap_axes: bool = False
    at: str | None = None
    cemetery: int | None = None
    several: bool = False
    admit_good: bool = False
    on: date | None = None
    until: date | None = None
    method: str | None = None
    sigma_m: float | None = None
    type: str = CemeteryType.RURAL_PUBLIC.value
    effect: str = "grants"
    supersede: bool = False
    register_new: bool = False
    document_number: str = ""
    document_title: str = ""
    authority: str = ""
    surveyor: str = ""
    zone_kind: str | None = None
    setback_m: float = 0.0
    name_column: str | None = None
    id_column: str | None = None
    date_column: str | None = None
    method_column: str | None = None
    sigma_column: str | None = None

    def written(self) -> dict[str, Any]:
        """What differs from the defaults, as it is stored."""
        plain = Asked(self.kind)
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        changed = {n: v for n, v in given.items() if v != getattr(plain, n) and n != "kind"}
        return {n: v.isoformat() if isinstance(v, date) else v for n, v in changed.items()}

    @classmethod
    def read(cls, kind: str, written: Mapping[str, Any]) -> Asked:
        """What was stored."""
        given = dict(written)
        for name in ("on", "until"):
            if given.get(name):
                given[name] = date.fromisoformat(given[name])
        return cls(kind, **given)


def upload(connection: Connection, room: Room, path: Path, name: str, asked: Asked) -> int:
    """Keep a file and note what it is said to be; returns the number of the upload.

    Nothing is read yet but the suffix. Raises :class:`Unreadable` for a file of an unknown kind, of
    no bytes or of more than :data:`MAX_BYTES`, :class:`BadRequest` for an unknown ``kind``.
    """
    _require(asked)
    clean = clean_file_name(name)
    family_of(Path(clean))
    size = path.stat().st_size if path.is_file() else 0
    if size > MAX_BYTES:
        raise Unreadable(
            f"文件“{clean}”有 {size / 2**20:,.0f} MB，超过 {MAX_BYTES >> 20} MB。",
            advice="请只导出需要的图层和范围，或压缩后再上传。",
        )
    if not size:
        raise Unreadable(f"文件“{clean}”不存在或是空的（0 字节），请重新取得。")
    packed = path.suffix.lower() == ".shp"
    with as_one_file(path) as whole:
        kept = raw_files.keep(connection, room.home, whole, f"{clean}.zip" if packed else clean)
    file_name = f"{clean}.zip" if packed else clean
    return uploads.insert_upload(connection, kept.id, file_name, asked.kind, asked.written())


def ask_again(connection: Connection, number: int, asked: Asked) -> None:
    """Say anew what a waiting upload is (another coordinate system, another day …)."""
    _require(asked)
    waiting(connection, number)
    uploads.ask_again(connection, number, asked.kind, asked.written())


def confirm(connection: Connection, room: Room, number: int) -> Summary:
    """Store the boundaries of an upload in the registry.

    Raises :class:`Conflict` where it was decided before, :class:`Refused` where something stands in
    the way: bad rows, an open question of coordinates, several cemeteries.
    """
    stored = waiting(connection, number)
    asked = Asked.read(stored.kind, stored.asked)
    with as_named(room.home, stored) as path:
        summary = attempt(connection, room, path, stored, asked)
    if not summary.stored:
        first = next((i for i in summary.issues if i.row is not None), None)
        raise Refused(
            f"“{stored.file_name}”有 {summary.rejected} 行不能用，没有存入任何内容。"
            + (first.message if first else ""),
            advice="请改正后重新上传，或选择只存入其余的行。",
        )
    uploads.decide_upload(connection, number, CONFIRMED, summary.batch_id)
    return summary


def discard(connection: Connection, number: int) -> None:
    """Set an upload aside; the file stays kept, and can be uploaded again."""
    waiting(connection, number)
    uploads.decide_upload(connection, number, DISCARDED)


def listed(connection: Connection, status: str | None = None) -> list[dict[str, Any]]:
    """The newest uploads, of a status or all."""
    if status is not None and status not in STATUSES:
        raise BadRequest(f"不认识状态“{status[:20]}”。可用：{'、'.join(STATUSES)}。")
    return [described(u) for u in uploads.list_uploads(connection, status, MOST_LISTED)]


def described(stored: StoredUpload) -> dict[str, Any]:
    """An upload as a document."""
    return {
        "id": stored.id,
        "file_name": stored.file_name,
        "sha256": stored.sha256,
        "size": stored.size,
        "kind": stored.kind,
        "kind_title": KINDS[stored.kind],
        "asked": dict(stored.asked),
        "status": stored.status,
        "status_title": STATUSES[stored.status],
        "by": stored.by,
        "at": stored.at,
        "decided_by": stored.decided_by,
        "decided_at": stored.decided_at,
        "batch": stored.batch_id,
    }


def found(connection: Connection, number: int, *, for_update: bool = False) -> StoredUpload:
    """The upload of a number; :class:`NotFound` where there is none."""
    known = 0 < number <= LARGEST_ID
    stored = uploads.find_upload(connection, number, for_update=for_update) if known else None
    if stored is None:
        raise NotFound(f"没有编号为 {number} 的上传。")
    return stored


def waiting(connection: Connection, number: int) -> StoredUpload:
    """The upload of a number, held for this transaction; :class:`Conflict` where it is decided."""
    stored = found(connection, number, for_update=True)
    if stored.status != WAITING:
        raise Conflict(
            f"上传 {number}（“{stored.file_name}”）{STATUSES[stored.status]}，"
            f"由{stored.decided_by}于 {stored.decided_at:%Y-%m-%d} 决定，不能再改。"
        )
    return stored


def attempt(
    connection: Connection,
    room: Room,
    path: Path,
    stored: StoredUpload,
    asked: Asked,
    *,
    dry_run: bool = False,
) -> Summary:
    """Import the file of an upload as it was asked for; nothing stays after a ``dry_run``."""
    reading, _ = reading_of(connection, stored.sha256, path, asked)
    source = Source(
        path=path,
        kind="zones" if asked.kind == "zone" else f"cemeteries.{asked.kind}",
        selection=selection_of(asked.layer, asked.where or {}),
        at=asked.at,
        admit_good=asked.admit_good,
        dry_run=dry_run,
        keep_in=room.home,
        district=room.district,
        today=room.today,
    )
    if asked.kind == "zone":
        return import_zones(connection, source, _zone_terms(asked), **reading)
    terms = terms_of(asked)
    summary = import_cemeteries(connection, source, terms, reference=room.reference, **reading)
    sites = {row["cemetery"] or f"row:{row['row']}" for row in summary.listed}
    if len(sites) > 1 and not asked.several:
        names = [
            str(r["cemetery_name"] or r["name"] or f"第 {r['row']} 行") for r in summary.listed
        ]
        shown = "、".join(list(dict.fromkeys(names))[:4])
        raise Refused(
            f"“{stored.file_name}”里有 {len(sites)} 处公墓（{shown}）。没有存入任何内容。",
            advice="请每处公墓存一个文件；确实要一并存入的，请加 --several。",
        )
    return summary


def reading_of(
    connection: Connection, sha256: str, path: Path, asked: Asked
) -> tuple[dict[str, Any], tuple[CrsAnswer, ...]]:
    """How the file is read, and the answers about its coordinates that this rests on."""
    reading: dict[str, Any] = {
        "crs": asked.crs, "layer": asked.layer, "where": asked.where or {},
        "swap_axes": asked.swap_axes,
    }  # fmt: skip
    answers = crs_gate.remembered(connection, sha256)
    if not answers:
        return reading, ()
    try:
        _, declared = crs_examining.own_numbers(path, asked.crs, asked.layer)
    except (Unreadable, BadRequest):
        return reading, ()
    key, used = crs_gate.follow(answers, keyed(declared, swapped=asked.swap_axes))
    if any(not answer.stands for answer in used):
        plain = key.removeprefix(SWAPPED)
        reading |= {"crs": plain, "swap_axes": plain != key}
    return reading, used


def terms_of(asked: Asked) -> Terms:
    """What is asked of boundaries of cemeteries."""
    wanted = {f.name for f in fields(Terms)} & {f.name for f in fields(Asked)} - {"kind", "type"}
    given = {name: getattr(asked, name) for name in wanted}
    return Terms(kind=Kind(asked.kind), type=CemeteryType(asked.type), **given)


def _zone_terms(asked: Asked) -> ZoneTerms:
    return ZoneTerms(
        kind=asked.zone_kind,
        setback_m=asked.setback_m,
        valid_from=asked.on,
        valid_to=asked.until,
        name_column=asked.name_column,
        sigma_m=1.0 if asked.sigma_m is None else asked.sigma_m,
    )


@contextmanager
def as_named(home: Path, stored: StoredUpload) -> Iterator[Path]:
    """The kept file under its own name in a folder of its own, for a while."""
    kept = raw_files.path_of(home, stored.sha256)
    with tempfile.TemporaryDirectory(prefix="geo_registry_") as folder:
        path = Path(folder) / stored.file_name
        shutil.copyfile(kept, path)  # readers of databases may write beside or into what they open
        yield path


def _require(asked: Asked) -> None:
    if asked.kind not in KINDS:
        shown = "、".join(f"{k}（{v}）" for k, v in KINDS.items())
        raise BadRequest(f"不认识“{asked.kind[:20]}”。可用：{shown}。")
    if asked.type not in set(CemeteryType):
        raise BadRequest(f"不认识公墓类型“{asked.type[:20]}”。")
    if asked.effect not in {"grants", "adds", "reduces"}:
        raise BadRequest(f"不认识批准的作用“{asked.effect[:20]}”。可用：grants、adds、reduces。")
    long = [n for n, v in asdict(asked).items() if isinstance(v, str) and len(v) > 4000]
    if long:
        raise BadRequest(f"“{long[0]}”太长，请控制在 4000 字以内。")
