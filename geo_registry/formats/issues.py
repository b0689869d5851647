"""The list of rows that cannot be used, as a table that a clerk opens in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

import polars

from geo_registry.domain.errors import Issue

COLUMNS = ("行", "处理", "字段", "原值", "说明", "建议", "代码")

NOTES = frozenset(
    {
        *("way_cut", "ring_repaired", "closed_line", "ring_closed", "track_joined"),
        *("control_characters", "placeholder_name"),
        *("crs_overruled", "unknown_class_code", "no_position", "secrecy_assumed"),
        *("old_name_prose", "record_known", "record_changed", "same_place"),
    }
)
"""Codes of issues whose row was used all the same, changed as the message says."""


def issue_table(issues: Iterable[Issue]) -> polars.DataFrame:
    """One row an issue, unusable rows first; no row number where it speaks of the whole file."""
    ordered = sorted(issues, key=is_note)
    rows = [
        (i.row, _DONE[is_note(i)], i.field, i.raw, i.message, i.suggestion, i.code) for i in ordered
    ]
    schema = {name: polars.Int64 if name == "行" else polars.String for name in COLUMNS}
    return polars.DataFrame(rows, schema=schema, orient="row")


_DONE = ("未导入", "已处理，请核对")


def is_note(issue: Issue) -> bool:
    """Whether the row of an issue was used all the same."""
    return issue.code in NOTES
