"""Many proposals from one table (the roads of a year), each with its own verdict.

The whole file or nothing, unless the good rows are wanted; a row that cannot be proposed is one
issue, and nothing of it is written. The file itself is the application paper of every proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shapely import LineString, Point

from geo_registry.domain.errors import BadRequest, Issue, NotFound, RegistryError
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.procedure import KIND_TITLES, ProposalKind
from geo_registry.formats.tables import read_table
from geo_registry.services.imports.importing import Source as ImportedFile
from geo_registry.services.imports.importing import file_hash, refuse_second_time
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    number,
    one_of,
    read_lines,
    words,
)
from geo_registry.services.names import checking
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.services.naming.proposals import Asked, PaperFiled, Stated, propose
from geo_registry.store.naming import place_named
from geo_registry.store.papers import count_batch, insert_batches
from geo_registry.store.rows import BatchRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

KIND = "proposals"
_CLASSES = {title: key for key, title in PLACE_CLASSES.items()} | {k: k for k in PLACE_CLASSES}
_CLASSES |= {"道路": "road", "街": "road.street", "路": "road.road", "巷": "road.lane"}
_KINDS = {t: k.value for k, t in KIND_TITLES.items()} | {k.value: k.value for k in KIND_TITLES}
_METRES = number(0, 1_000_000, "米")
_DEGREES = number(-180, 180, "度")

COLUMNS = (
    Column("name", ("名称", "拟用名称", "道路名称", "name"), words(80), required=True),
    Column("place", ("编号", "地方编号", "道路编号", "subject"), words(60)),
    Column("at", ("所在村", "所属政区", "村", "镇村", "所在", "at"), words(80)),
    Column("place_class", ("类别", "class"), one_of(_CLASSES)),
    Column("kind", ("事项", "kind"), one_of(_KINDS)),
    Column("reason", ("命名理由", "理由", "含义", "reason"), words(2000), required=True),
    Column("applicant", ("申报单位", "申请单位", "applicant"), words(120)),
    Column("direction", ("走向", "direction"), words(40)),
    Column("length_m", ("长", "长度", "长（米）", "length_m"), _METRES),
    Column("width_m", ("宽", "宽度", "宽（米）", "width_m"), _METRES),
    Column("starts_at", ("起点", "starts_at"), words(120)),
    Column("ends_at", ("止点", "终点", "ends_at"), words(120)),
    Column("x1", ("起点经度", "经度", "x1"), _DEGREES),
    Column("y1", ("起点纬度", "纬度", "y1"), _DEGREES),
    Column("x2", ("止点经度", "终点经度", "x2"), _DEGREES),
    Column("y2", ("止点纬度", "终点纬度", "y2"), _DEGREES),
    Column("despite", ("核查异议说明", "despite"), words(2000)),
)
"""What a table of proposals may hold; a road is named by its number, or drawn by its two ends."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A table of proposals: where it is, who applies, what may be done."""

    path: Path
    applicant: str = ""
    admit_good: bool = False
    dry_run: bool = False
    proposed_on: date | None = None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What came of a table: a verdict for each row that could be proposed, an issue for each other.

    ``stored`` tells whether anything was written.
    """

    file_name: str
    rows: int
    stored: bool
    batch_id: int | None
    verdicts: tuple[Mapping[str, Any], ...]
    issues: tuple[Issue, ...]

    @property
    def rejected(self) -> int:
        """How many rows cannot be proposed."""
        return self.rows - len(self.verdicts)

    @property
    def refused(self) -> bool:
        """Whether nothing was stored because of bad rows."""
        return not self.stored and self.rejected > 0


def propose_all(
    connection: Connection, batch: Batch, *, file_name: str = "", desk: Desk
) -> BatchOutcome:
    """Propose every row of a CSV or XLSX table in the transaction of the caller.

    Raises :class:`Unreadable` for a table that cannot be read, :class:`Conflict` for one that was
    taken in before.
    """
    name = file_name or batch.path.name
    source = ImportedFile(batch.path, KIND)
    sha256 = file_hash(batch.path) if batch.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    frame = read_table(batch.path)
    lines, issues = read_lines(frame, range(1, frame.height + 1), COLUMNS, name)
    with connection.begin_nested() as whole:
        row = BatchRow(KIND, name, sha256)
        (batch_id,) = insert_batches(connection, [row])
        verdicts, wrong = _each(connection, lines, batch, batch_id, desk)
        issues = sorted((*issues, *wrong), key=lambda i: i.row or 0)
        good = bool(verdicts) and (len(verdicts) == frame.height or batch.admit_good)
        stored = good and not batch.dry_run
        if stored:
            counts = {"rows": frame.height, "proposals": len(verdicts), "rejected": len(wrong)}
            count_batch(connection, batch_id, counts)
        else:
            whole.rollback()
    return BatchOutcome(
        name, frame.height, stored, batch_id if stored else None,
        tuple(verdicts), tuple(issues),
    )  # fmt: skip


def _each(
    connection: Connection, lines: Sequence[Line], batch: Batch, batch_id: int, desk: Desk
) -> tuple[list[Mapping[str, Any]], list[Issue]]:
    verdicts: list[Mapping[str, Any]] = []
    issues: list[Issue] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        try:
            with connection.begin_nested():
                verdict = _one(connection, line, batch, batch_id, desk)
        except RegistryError as error:
            issues.append(_issue(line, error.code, error.message, error.advice))
            continue
        key = (verdict["stem"], verdict["village"])
        earlier = seen.setdefault(key, line.row)
        if earlier != line.row:
            said = f"与第 {earlier} 行在同一村内重名。"
            issues.append(_issue(line, "twice", said, "请另拟名称。"))
            continue
        verdicts.append(verdict)
    return verdicts, issues


def _one(
    connection: Connection, line: Line, batch: Batch, batch_id: int, desk: Desk
) -> Mapping[str, Any]:
    paper = PaperFiled("application", f"申请表（{batch.path.name} 第 {line.row} 行）")
    asked = Asked(
        kind=ProposalKind(line["kind"] or "name"),
        place=_place(connection, line),
        applicant=line["applicant"] or batch.applicant,
        reason=line["reason"],
        name=line["name"],
        despite=line["despite"] or "",
        proposed_on=batch.proposed_on,
        stated=Stated(
            line["direction"] or "", line["starts_at"] or "", line["ends_at"] or "",
            line["length_m"], line["width_m"],
        ),
        papers=(paper,),
    )  # fmt: skip
    done = propose(connection, asked, desk=desk, batch=(batch_id, line.row))
    stored, check = done.stored, done.check
    toponym = checking.toponym_of(stored.dossier.name, stored.dossier.place_class, desk.reference)
    return {
        "row": line.row,
        "proposal": stored.id,
        "subject": stored.subject,
        "name": stored.dossier.name,
        "verdict": check.verdict if check else "",
        "summary": check.summary if check else "",
        "stem": toponym.keys.stem,
        "village": stored.row["village_code"] or stored.row["town_code"] or "",
    }


def _place(connection: Connection, line: Line) -> int | NewPlace:
    if line["place"]:
        found = place_named(connection, line["place"])
        if found is None:
            raise NotFound(
                f"没有编号为“{line['place']}”的地方。", advice="请核对编号，或给出起止点的经纬度。"
            )
        return found
    ends = [line[k] for k in ("x1", "y1", "x2", "y2")]
    place_class = line["place_class"] or "road"
    if None not in ends:
        drawn = LineString([ends[:2], ends[2:]])
        return NewPlace(place_class, drawn, line["at"] or "", line["width_m"])
    if None not in ends[:2] and not place_class.startswith(("road", "way")):
        return NewPlace(place_class, Point(ends[:2]), line["at"] or "")
    raise BadRequest("没有指明是哪一处地方。", advice="请填编号，或填起止点的经度、纬度。")


def _issue(line: Line, code: str, message: str, advice: str) -> Issue:
    said = f"第 {line.row} 行“{line['name']}”：{message}"
    return Issue(line.row, "名称", code, line["name"], said, advice)


def verdict_rows(outcome: BatchOutcome) -> list[dict[str, Any]]:
    """One row a line of the table, for a list that goes back to the applicant."""
    good: Iterable[dict[str, Any]] = (
        {"行": v["row"], "名称": v["name"], "结论": v["verdict"] or "可以申报",
         "说明": v["summary"], "申报": v["subject"] if outcome.stored else ""}
        for v in outcome.verdicts
    )  # fmt: skip
    bad = (
        {"行": i.row, "名称": i.raw, "结论": "未接收", "说明": f"{i.message}{i.suggestion}",
         "申报": ""}
        for i in outcome.issues
    )  # fmt: skip
    return sorted([*good, *bad], key=lambda r: r["行"] or 0)
