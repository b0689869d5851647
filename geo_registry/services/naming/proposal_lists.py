"""Lists of proposals as tables: 命名一览表 with the columns that published tables have."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars

from geo_registry.formats.tables import write_table
from geo_registry.services.naming.proposal_papers import list_rows
from geo_registry.services.naming.proposals import found

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

COLUMNS = (
    "序号", "申报", "事项", "名称", "罗马字母拼写", "类别", "所属政区", "走向", "长", "宽",
    "起止点", "命名理由", "申报单位", "申报日期", "核查结论", "状态", "批准机关", "批准文号",
    "批准日期", "备案日期", "公告日期",
)  # fmt: skip


def list_frame(connection: Connection, numbers: Sequence[int], *, desk: Desk) -> polars.DataFrame:
    """The list of some proposals, in the order of their numbers."""
    stored = [found(connection, n) for n in sorted(numbers)]
    rows = list_rows(connection, stored, desk=desk) if stored else []
    return polars.DataFrame(
        {column: [_cell(row[column]) for row in rows] for column in COLUMNS},
        schema=dict.fromkeys(COLUMNS, polars.String),
    )


def list_xlsx(connection: Connection, numbers: Sequence[int], *, desk: Desk) -> bytes:
    """The list of some proposals as XLSX."""
    with tempfile.TemporaryDirectory(prefix="geo_registry_") as folder:
        path = Path(folder) / "list.xlsx"
        write_table(list_frame(connection, numbers, desk=desk), path)
        return path.read_bytes()


def frame(rows: Sequence[Mapping[str, Any]]) -> polars.DataFrame:
    """Rows of one shape as a table of texts."""
    columns = list(rows[0]) if rows else ["行", "名称", "结论", "说明", "申报"]
    return polars.DataFrame(
        {column: [_cell(row[column]) for row in rows] for column in columns},
        schema=dict.fromkeys(columns, polars.String),
    )


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
