"""What files of boundaries say beside the lines: what an approval does, when, which site it is of.

Columns are known by their English name or by the usual Chinese headings; an empty cell says
nothing. How well a line is known is read by
:mod:`~geo_registry.services.boundaries.stated_accuracy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Approval, in_force
from geo_registry.domain.errors import BadRequest, Refused
from geo_registry.services.boundaries.stated_accuracy import COLUMNS, accuracy_of, method_of
from geo_registry.services.imports.importing import pick_column, read_date, texts

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "effect": ("effect", "批准性质"),
    "valid_from": ("valid_from", "生效日期", "批准日期"),
    "valid_to": ("valid_to", "失效日期", "有效期至"),
    "document": ("document", "批准文号", "文号"),
    "supersedes": ("supersedes", "替代文号"),
    "surveyed_on": ("surveyed_on", "测量日期", "测绘日期"),
    "name": ("cemetery", "公墓", "公墓名称", "name", "名称"),
}
_EFFECTS = {
    "grants": "grants", "批准": "grants", "设立": "grants",
    "adds": "adds", "增加": "adds", "扩建": "adds",
    "reduces": "reduces", "核减": "reduces", "减少": "reduces",
}  # fmt: skip


def stated(attributes: polars.DataFrame) -> list[dict[str, Any]]:
    """The cells of each row that are understood here, by English name."""
    found: dict[str, Sequence[Any]] = {
        name: attributes[name].to_list() for name in COLUMNS if name in attributes.columns
    }
    for name, usual in HEADINGS.items():
        found[name] = texts(attributes, pick_column(attributes.columns, None, usual))
    return [
        dict(zip(found, cells, strict=True)) for cells in zip(*found.values(), strict=True)
    ] or [{}] * attributes.height


def approvals_of(
    rows: Sequence[tuple[int, BaseGeometry, Mapping[str, Any]]],
    *,
    method: str | None = None,
    sigma_m: float | None = None,
) -> tuple[Approval, ...]:
    """One approval for each row (its number in the file, extent in a work plane, stated cells).

    ``method`` and ``sigma_m`` outrank the cells. Raises :class:`BadRequest` for a cell that cannot
    be understood, and for a document that supersedes one which is not in the file.
    """
    numbers = {str(cells["document"]): row for row, _, cells in rows if cells.get("document")}
    found = []
    for row, extent, cells in rows:
        drawn = method_of(cells, "cad", asked=method)
        found.append(
            Approval(
                id=row,
                effect=_effect(cells.get("effect"), row),
                extent=extent,
                accuracy=accuracy_of(cells, drawn, sigma_m),
                grade=drawn.grade,
                valid_from=_day(cells, "valid_from", row),
                valid_to=_day(cells, "valid_to", row),
                supersedes=_superseded(cells.get("supersedes"), numbers, row),
                document=str(cells.get("document") or ""),
            )
        )
    return tuple(found)


def require_in_force(approvals: Sequence[Approval], day: date) -> None:
    """Raise :class:`BadRequest` where nothing is approved on a day, and say from when something is.

    What lies on unapproved land is another question than how far a boundary was exceeded.
    """
    if any(a.effect != "reduces" for a in in_force(tuple(approvals), day)):
        return
    begins = [a.valid_from for a in approvals if a.effect != "reduces" and a.valid_from]
    later = min((begin for begin in begins if begin > day), default=None)
    text = f"测量日期 {day} 没有有效的批准，属于无批准记录，不作比对。"
    if later:
        text = f"测量日期 {day} 早于批准生效日期 {later}：当时没有有效的批准，不作比对。"
    raise BadRequest(text, advice="请核对测量日期和批准的生效、失效日期。")


def day_of(columns: Mapping[str, Any], row: int, *, asked: date | None, today: date) -> date:
    """The day of a survey: as asked for, else as its row says, else today.

    Raises :class:`BadRequest` for a day to come, and for a cell that is no date.
    """
    day = asked or _day(columns, "surveyed_on", row) or today
    if day > today:
        raise BadRequest(
            f"测量日期 {day} 在今天（{today}）之后。", advice="请核对测量日期和电脑的日期。"
        )
    return day


def require_one_site(columns: Sequence[Mapping[str, Any]], file_name: str) -> None:
    """Raise :class:`Refused` where the rows of a file bear the names of several cemeteries."""
    names = list(dict.fromkeys(str(row["name"]) for row in columns if row.get("name")))
    if len(names) > 1:
        shown = "、".join(names[:3]) + ("……" if len(names) > 3 else "")
        raise Refused(
            f"“{file_name}”里有 {len(names)} 处公墓（{shown}），不知道比对哪一处。",
            advice="请每处公墓存一个文件，或给两份文件各加编号列，用 check-boundaries 逐个比对。",
        )


def _effect(given: Any, row: int) -> str:
    said = str(given or "grants").strip()
    if said not in _EFFECTS:
        raise BadRequest(
            f"第 {row} 行 effect（批准性质）列里的“{said[:40]}”不认识。",
            advice="请填 grants（批准）、adds（增加）或 reduces（核减）。",
        )
    return _EFFECTS[said]


def _day(columns: Mapping[str, Any], name: str, row: int) -> date | None:
    day, issue = read_date(columns.get(name), row, f"{HEADINGS[name][1]}（{name}）")
    if issue is not None:
        raise BadRequest(
            issue.message, advice=issue.suggestion or "请写成 2023-05-13 的样子，或留空。"
        )
    return day


def _superseded(given: Any, numbers: Mapping[str, int], row: int) -> int | None:
    if not given:
        return None
    if str(given) not in numbers:
        raise BadRequest(
            f"第 {row} 行替代的批准“{str(given)[:40]}”不在文件里。",
            advice="请把被替代的批准也放进文件（document 列写明文号），或清空 supersedes 列。",
        )
    return numbers[str(given)]
