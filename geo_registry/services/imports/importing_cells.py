"""Cells of ledgers: which column holds what, and how each kind of cell is read.

A ledger is described by a tuple of :class:`Column`. A cell that cannot be read makes its row
unusable, with one sentence that says where and what to write; a cell of a person (``secret``) is
never repeated in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars

from geo_registry.domain.errors import Issue
from geo_registry.formats.tables import require_columns
from geo_registry.services.imports.importing import near_code, pick_column, read_date, texts

Read = Callable[[str], Any]
"""Turns a cell that is not empty into a value; raises :class:`ValueError` with what to write."""

_YES = frozenset({"是", "有", "√", "1", "y", "yes", "true"})
_NO = frozenset({"否", "无", "×", "0", "n", "no", "false"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a ledger: its field, the headings it is known by, and how it is read."""

    field: str
    usual: tuple[str, ...]
    read: Read
    required: bool = False
    secret: bool = False

    @property
    def title(self) -> str:
        """The heading a person would look for."""
        return self.usual[0]


@dataclass(frozen=True, slots=True)
class Line:
    """One row whose cells could all be read: its place in the frame, its number, its values."""

    index: int
    row: int
    values: Mapping[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.values[field]


def read_lines(
    frame: polars.DataFrame,
    rows: Sequence[int],
    columns: Sequence[Column],
    file_name: str,
    chosen: Mapping[str, str | None] | None = None,
) -> tuple[list[Line], list[Issue]]:
    """The rows that can be used, and an issue for each cell that cannot.

    ``chosen`` names columns by field where they are not called as usual. Raises
    :class:`Unreadable` for a required or chosen column that is not there.
    """
    chosen = chosen or {}
    found = {c: pick_column(frame.columns, chosen.get(c.field), c.usual) for c in columns}
    wanted = [found[c] or c.title for c in columns if found[c] or c.required]
    require_columns(frame.columns, wanted, file_name)
    cells = {c: texts(frame, name) for c, name in found.items()}
    good: list[Line] = []
    issues: list[Issue] = []
    for index, row in enumerate(rows):
        values: dict[str, Any] = {}
        wrong: list[Issue] = []
        for column in columns:
            raw = cells[column][index]
            try:
                values[column.field] = _value(column, raw)
            except ValueError as error:
                heading = found[column] or column.title
                wrong.append(_issue(column, heading, int(row), raw, str(error)))
        issues += wrong
        if not wrong:
            good.append(Line(index, int(row), values))
    return good, issues


def _value(column: Column, raw: str | None) -> Any:
    if raw is None:
        if column.required:
            raise ValueError("是空的|请补填。")
        return None
    return column.read(raw)


def _issue(column: Column, heading: str, row: int, raw: str | None, said: str) -> Issue:
    said, _, advice = said.partition("|")
    shown = f"“{raw[:40]}”" if raw and not column.secret else ""
    code = "cell_missing" if raw is None else f"bad_{column.field}"
    message = f"第 {row} 行“{heading}”：{shown}{said}。"
    kept = "" if column.secret else (raw or "")[:100]
    return Issue(row, heading, code, kept, message, advice or "请改正，或留空。")


# ---- readers ------------------------------------------------------------------------------------


def words(longest: int = 200) -> Read:
    """A short text without control characters."""

    def read(raw: str) -> str:
        text = " ".join("".join(c if c.isprintable() else " " for c in raw).split())
        if len(text) > longest:
            raise ValueError(f"有 {len(text)} 个字，最多 {longest} 个")
        return text

    return read


def number(low: float, high: float, unit: str) -> Read:
    """A number above ``low``, at most ``high``; the unit may stand behind it."""

    def read(raw: str) -> float:
        cleaned = raw.replace("，", "").replace(",", "")
        for ending in (unit, "平方米", "㎡", "m²", "m2", "米", "m"):
            cleaned = cleaned.removesuffix(ending).strip()
        try:
            value = float(cleaned)
        except ValueError:
            value = float("nan")
        if not low < value <= high:
            raise ValueError(f"不是 {max(low, 0.0):g}–{high:g} 之间的数（{unit}）")
        return value

    return read


def whole(low: int, high: int, unit: str) -> Read:
    """A whole number between two, both included."""

    def read(raw: str) -> int:
        cleaned = raw.removesuffix(unit).strip()
        if not cleaned.isdecimal() or not low <= int(cleaned) <= high:
            raise ValueError(f"不是 {low}–{high} 之间的整数（{unit}）")
        return int(cleaned)

    return read


def money(raw: str) -> Decimal:
    """An amount in yuan with at most two decimals."""
    cleaned = raw.replace(",", "").replace("，", "").removesuffix("元").strip().lstrip("¥￥")
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise ValueError("不是金额|请填写以元为单位的数，例如 6800 或 6800.50。") from None
    if not value.is_finite() or not 0 <= value < 10**10 or value != round(value, 2):
        raise ValueError("不是金额|请填写以元为单位的数，最多两位小数。")
    return value


def day(raw: str) -> date:
    """A day as people write it."""
    found, issue = read_date(raw, 0, "")
    if found is None:
        raise ValueError(f"不是日期|{issue.suggestion if issue else ''}")
    return found


def one_of(meanings: Mapping[str, str]) -> Read:
    """One of some words; ``meanings`` maps each word, Chinese or key, to what it stands for."""

    def read(raw: str) -> str:
        if raw not in meanings:
            shown = "、".join(w for w in meanings if not w.isascii())
            raise ValueError(f"不认识|可用：{shown}。")
        return meanings[raw]

    return read


def flag(raw: str) -> bool:
    """Yes or no."""
    lowered = raw.lower()
    if lowered not in _YES | _NO:
        raise ValueError("不是“是”或“否”|请填 是、否，或留空。")
    return lowered in _YES


def division(known: Mapping[str, str]) -> Read:
    """A statistical division code of 6, 9 or 12 digits, checked against the known ones."""
    told = counties_with_villages(known)
    wrong: dict[str, str] = {}  # a ledger repeats its slips, and looking for the nearest is slow

    def read(raw: str) -> str:
        if not is_division(raw, known, told):
            if raw not in wrong:
                wrong[raw] = f"不是统计用区划代码|{near_code(raw[:12], known)}"
            raise ValueError(wrong[raw])
        return raw

    return read


def counties_with_villages(known: Mapping[str, str]) -> frozenset[str]:
    """The counties of which the registry knows the villages."""
    return frozenset(code[:6] for code in known if len(code) == 12)


def is_division(code: str, known: Mapping[str, str], told: frozenset[str]) -> bool:
    """Whether a code is that of a division: a known one, or a village of a known town.

    Villages of counties not in ``told`` (:func:`counties_with_villages`) are taken on trust.
    """
    if code in known and len(code) in {6, 9, 12}:
        return True
    if len(code) != 12 or not code.isdecimal() or code[:9] not in known:
        return False
    return code[:6] not in told
