"""The published labels: which findings of the rules were looked at, and what was said of them."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

from geo_registry.domain.errors import Unreadable
from geo_registry.domain.measured import VERDICTS, Label

COLUMNS = (
    "rule", "version", "outcome", "judged_as", "name", "class", "scope", "source", "message",
    "verdict", "why", "labelled_by", "labelled_on",
)  # fmt: skip
"""Columns of ``data/labels/name_findings.tsv``; docs/labels.md says how a verdict is reached."""


@lru_cache
def load_labels(data: Path) -> tuple[Label, ...]:
    """All labels below ``data``; none where the file is absent.

    Raises :class:`Unreadable` naming the line, where a column or a value is not what it should be.
    """
    path = data / "labels" / "name_findings.tsv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = next(rows, [])
        if tuple(header) != COLUMNS:
            raise Unreadable(f"{path.name} 的列应为：{'、'.join(COLUMNS)}。")
        return tuple(_label(row, number, path.name) for number, row in enumerate(rows, start=2))


def _label(row: list[str], number: int, file: str) -> Label:
    if len(row) != len(COLUMNS):
        raise Unreadable(f"{file} 第 {number} 行有 {len(row)} 列，应有 {len(COLUMNS)} 列。")
    cells = dict(zip(COLUMNS, row, strict=True))
    try:
        version, day = int(cells["version"]), date.fromisoformat(cells["labelled_on"])
    except ValueError as error:
        raise Unreadable(f"{file} 第 {number} 行的版本号或日期写得不对：{error}。") from error
    if cells["verdict"] not in VERDICTS or cells["judged_as"] not in {"new", "legacy"}:
        raise Unreadable(
            f"{file} 第 {number} 行：verdict 应为 {'、'.join(VERDICTS)}，"
            "judged_as 应为 new、legacy。"
        )
    return Label(
        rule=cells["rule"],
        version=version,
        outcome=cells["outcome"],
        judged_as=cells["judged_as"],
        name=cells["name"],
        place_class=cells["class"],
        scope=cells["scope"],
        source=cells["source"],
        message=cells["message"],
        verdict=cells["verdict"],
        why=cells["why"],
        labelled_by=cells["labelled_by"],
        labelled_on=day,
    )
