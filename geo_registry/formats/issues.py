"""The list of rows that cannot be used, as a table that a clerk opens in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable

import polars

from geo_registry.domain.errors import Issue

COLUMNS = ("行", "字段", "原值", "说明", "建议", "代码")


def issue_table(issues: Iterable[Issue]) -> polars.DataFrame:
    """One row an issue; the first column is empty where an issue speaks of the whole file."""
    rows = [(i.row, i.field, i.raw, i.message, i.suggestion, i.code) for i in issues]
    schema = {name: polars.Int64 if name == "行" else polars.String for name in COLUMNS}
    return polars.DataFrame(rows, schema=schema, orient="row")
