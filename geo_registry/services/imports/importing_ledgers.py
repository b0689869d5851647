"""Importing ledgers of the office: activities, teams, who is responsible (XLSX, CSV)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import Issue
from geo_registry.formats.tables import read_table
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    refuse_second_time,
    store,
)
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    day,
    read_lines,
    whole,
    words,
)
from geo_registry.services.reports.ledgers import MOST_PEOPLE
from geo_registry.store import ledgers
from geo_registry.store.imports import division_codes

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile

_TOWN = Column("town_code", ("镇街", "镇（街道）", "乡镇", "镇街代码", "town"), words(40))
_SOURCE = Column("source_id", ("编号", "序号", "id"), words(60))
_NOTE = Column("note", ("备注", "note"), words(500))

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "activities": (
        Column("title", ("活动名称", "名称", "title"), words(200), required=True),
        Column("held_on", ("日期", "举办日期", "时间", "date"), day, required=True),
        Column(
            "participants",
            ("参加人次", "参加人数", "人次", "人数", "participants"),
            whole(0, MOST_PEOPLE, "人"),
            required=True,
        ),
        Column("kind", ("类型", "形式", "kind"), words(40)),
        Column("place", ("地点", "place"), words(200)),
        _TOWN,
        _NOTE,
        _SOURCE,
    ),
    "teams": (
        Column("name", ("队伍名称", "名称", "name"), words(100), required=True),
        Column("founded_on", ("成立日期", "日期", "date"), day, required=True),
        Column("members", ("人数", "members"), whole(0, MOST_PEOPLE, "人"), required=True),
        Column("leader", ("负责人", "队长", "leader"), words(60)),
        _TOWN,
        _NOTE,
        _SOURCE,
    ),
    "responsible": (
        Column("division_code", ("区划代码", "村居代码", "代码", "code"), words(40), required=True),
        Column("name", ("责任人", "负责人", "name"), words(60), required=True),
        Column("valid_from", ("起始日期", "日期", "date"), day, required=True),
    ),
}
"""Ledger → its columns, with the headings they are known by."""

TITLES = {"activities": "地名文化活动", "teams": "志愿服务队", "responsible": "责任人"}


def import_ledger(
    connection: Connection, source: Source, *, profile: Profile, today: date
) -> Summary:
    """Import the ledger ``source.kind``; rows of the future or of unknown towns are issues.

    Raises :class:`Conflict` for a file imported before and :class:`Unreadable` as the readers do.
    """
    ledger = source.kind
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    frame = read_table(source.path)
    rows = list(range(1, frame.height + 1))
    lines, issues = read_lines(frame, rows, COLUMNS[ledger], source.path.name)
    known = division_codes(connection)
    towns = _towns(known, profile)
    good: list[dict[str, Any]] = []
    for line in lines:
        row, issue = _row(line, towns, known, today)
        if issue is None:
            good.append(row)
        else:
            issues.append(issue)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=frame.height,
        rejected=frame.height - len(good),
        counts={ledger: len(good)},
        issues=sorted(issues, key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, ledger, good, batch_id),
    )


def _towns(known: Mapping[str, str], profile: Profile) -> dict[str, str]:
    """Codes and names of the towns of the legal county → code."""
    members = tuple(profile.legal_county_members.value)
    towns = {c: n for c, n in known.items() if len(c) == 9 and c.startswith(members)}
    return {c: c for c in towns} | {n: c for c, n in towns.items()}


def _row(
    line: Line, towns: Mapping[str, str], known: Mapping[str, str], today: date
) -> tuple[dict[str, Any], Issue | None]:
    row = {k: "" if v is None else v for k, v in line.values.items()}
    code = line.values.get("division_code")
    if code is not None and code not in known:
        return row, _issue(line, "区划代码", code, "不是已登记的统计用区划代码", "请核对代码。")
    if "town_code" in row:
        town = row["town_code"]
        if town and town not in towns:
            advice = "请写镇街全称或 9 位统计代码，例如 羊亭镇；全区的活动请留空。"
            return row, _issue(line, "镇街", town, "不是本区的镇街", advice)
        row["town_code"] = towns[town] if town else None
    for field in ("held_on", "founded_on"):
        when = line.values.get(field)
        if when is not None and when > today:
            text = f"晚于今天 {today}"
            return row, _issue(line, "日期", str(when), text, "请在当天或之后登记。")
    return row, None


def _issue(line: Line, heading: str, raw: str, said: str, advice: str) -> Issue:
    text = f"第 {line.row} 行“{heading}”：“{raw[:40]}”{said}。"
    return Issue(line.row, heading, "bad_cell", raw[:100], text, advice)


def _write(
    connection: Connection, ledger: str, rows: Sequence[Mapping[str, Any]], batch_id: int
) -> Mapping[str, int]:
    if ledger == "responsible":
        for row in rows:
            ledgers.end_responsible(connection, [row["division_code"]], row["valid_from"])
    ledgers.write(connection, ledger, [{**r, "batch_id": batch_id} for r in rows])
    return {}
