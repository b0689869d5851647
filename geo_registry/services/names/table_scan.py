"""Scanning the names of any table, without a database.

Keys and readings come in columns (:mod:`~geo_registry.domain.name_columns`). A rule that can judge
columns does; of the others each looks at the rows that its screen lets through, or at all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars

from geo_registry import reference as tables_of_reference
from geo_registry.domain.collecting import without_collector
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.domain.finding import Severity
from geo_registry.domain.judged_columns import COLUMNS, findings_in_columns, judged
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reading_columns import Index
from geo_registry.domain.reference import Parameter, Profile, Reference
from geo_registry.domain.rule import Rule
from geo_registry.domain.toponym import normalise
from geo_registry.formats.tables import as_text, read_table
from geo_registry.rules import catalogue
from geo_registry.rules.comparing import table_scopes
from geo_registry.settings import Settings

COMPARISONS = ("full", "stem", "core")
"""What of a committee's name is compared: as registered; without 村委会, 居委会; without 社区 and
the final 村 too."""

_CHUNK_ROWS = 20_000
_THREADS = 2

Names = Sequence[str | None] | polars.Series


@dataclass(slots=True)
class TableScan:
    """What a scan of a table found, in the order a person should look at it.

    ``findings``: one row a finding, in the columns of
    :data:`~geo_registry.domain.judged_columns.COLUMNS`.
    """

    rows: int
    findings: polars.DataFrame
    issues: list[Issue] = field(default_factory=list)

    @property
    def severities(self) -> list[Severity]:
        """How much the findings weigh, each severity once."""
        return [Severity(s) for s in self.findings["severity"].unique().to_list()]

    def summary(self) -> dict[str, Any]:
        """Counts by rule: findings (clusters) and the names they hold."""
        counts = (
            self.findings.group_by("rule")
            .agg(polars.len().alias("findings"), polars.col("subjects").list.len().sum())
            .sort("rule")
        )
        return {
            "rows": self.rows,
            "rules": {
                rule_id: {"findings": findings, "names": names}
                for rule_id, findings, names in counts.iter_rows()
            },
            "unusable_rows": len(self.issues),
            "issues": [
                {"row": i.row, "field": i.field, "code": i.code, "message": i.message}
                for i in self.issues
            ],
        }

    def frame(self) -> polars.DataFrame:
        """One row a finding; ``subjects`` are row numbers, counted from 1 below the header."""
        return self.findings.with_columns(
            polars.int_range(1, polars.len() + 1, dtype=polars.Int64).alias("rank")
        ).select([c for c in COLUMNS if c not in {"key", "scope_kind"}])


@dataclass(frozen=True, slots=True)
class Asked:
    """What a scan works on: the cells of two columns, and the tables to judge them by."""

    names: polars.Series
    scopes: polars.Series
    reference: Reference
    profile: Profile


def read_asked(path: Path, name_column: str, scope_column: str, settings: Settings) -> Asked:
    """Read a table and, at its side, the tables of reference; :class:`Unreadable` as read_table."""
    with ThreadPoolExecutor(1) as aside:
        loading = aside.submit(tables_of_reference.load_for, settings)
        table = read_table(path, columns=(name_column, scope_column), only=True)
        names, scopes = (as_text(table[column]) for column in (name_column, scope_column))
        profile = tables_of_reference.load_profile(settings.data, settings.profile)
        return Asked(names, scopes, loading.result(), profile)


def scan_table(
    names: Names,
    scopes: Names,
    *,
    place_class: str,
    compare: str,
    reference: Reference,
    profile: Profile,
    on: date,
    advance: Callable[[int], None] = lambda _: None,
    rules: Sequence[Rule] | None = None,
) -> TableScan:
    """Run every name rule that suits the class over the rows, each inside its area.

    ``names[i]`` and ``scopes[i]`` are the cells of row i+1. ``advance`` is told how many rows were
    done. ``rules`` are the rules to run; left out, all that suit. Rows that hold no usable name are
    listed as issues, never skipped silently. Raises :class:`BadRequest` for an unknown class or
    comparison.
    """
    chosen = _suitable(place_class) if rules is None else list(rules)
    chosen.sort(key=lambda rule: rule.columns is None)  # the long ones first
    profile = _comparing(profile, compare)
    cells = polars.Series(names, dtype=polars.String)
    areas = polars.Series(scopes, dtype=polars.String)
    progress = _Progress(len(cells), len(chosen) + 1, advance)
    with without_collector():
        columns = NameColumns.of(
            cells,
            areas,
            place_class=place_class,
            scope_kinds=table_scopes(place_class, reference, profile),
            reference=reference,
            profile=profile,
            on=on,
        )
        progress.step()
        found = _ordered(_run(chosen, columns, progress))
        progress.finish()
    return TableScan(len(cells), found, _issues(cells, columns))


def _run(
    rules: Sequence[Rule], columns: NameColumns, progress: _Progress
) -> Iterator[polars.DataFrame]:
    """The findings of every rule: of whole columns first, then of the rows that are left."""
    left: list[tuple[Rule, Rows]] = []
    # Arrays are counted outside Python's lock, so two threads use two cores.
    with ThreadPoolExecutor(_THREADS) as threads:
        answers = threads.map(partial(_in_columns, columns=columns), rules)
        for rule, found in zip(rules, answers, strict=True):
            if isinstance(found, polars.DataFrame):
                yield found
                progress.step()
            else:
                left.append((rule, found))
    yield from _one_by_one(columns, left, progress)


def _in_columns(rule: Rule, columns: NameColumns) -> polars.DataFrame | Rows:
    """The findings of a rule, or the rows at which its predicate has to look."""
    hits = rule.columns(columns) if rule.columns else None
    if hits is not None:
        return judged(rule, hits, columns.on)
    return rule.screen(columns) if rule.screen else columns.everywhere()


def _one_by_one(
    columns: NameColumns, rules: list[tuple[Rule, Rows]], progress: _Progress
) -> Iterator[polars.DataFrame]:
    """What the predicates say of the rows let through to them, some thousand rows at a time."""
    anywhere = columns.nowhere()
    for _, through in rules:
        anywhere |= through
    wanted = np.flatnonzero(anywhere)
    for rows in _chunks(columns.scopes, wanted):
        places = columns.places(rows)
        for rule, through in rules:
            seen = [places[i] for i in np.flatnonzero(through[rows]).tolist()]
            if seen:
                yield findings_in_columns(rule.run(columns.gazetteer(seen)))
        progress.step(len(rules) * len(rows) / len(wanted))


def _chunks(scopes: polars.Series, rows: Index) -> Iterator[Index]:
    """Rows in the order of their areas, no area cut, in pieces of about ``_CHUNK_ROWS``."""
    if not len(rows):
        return
    area = scopes.gather(rows).rank("dense").to_numpy()
    rows, area = rows[np.argsort(area, kind="stable")], np.sort(area)
    new_area = np.flatnonzero(np.diff(area)) + 1
    start = 0
    while start < len(rows):
        later = new_area[new_area >= start + _CHUNK_ROWS]
        end = int(later[0]) if len(later) else len(rows)
        yield rows[start:end]
        start = end


def _ordered(parts: Iterable[polars.DataFrame]) -> polars.DataFrame:
    """The findings in the order in which a person should look at them, the heaviest first."""
    found = polars.concat([polars.DataFrame(schema=COLUMNS), *parts])
    weight = {str(severity): severity.rank for severity in Severity}
    return found.sort(
        polars.col("severity").replace_strict(weight, return_dtype=polars.Int64),
        -polars.col("rank"),
        "rule",
        "scope",
        "key",
    )


class _Progress:
    """Tells a listener how many rows are done, when the work goes rule by rule."""

    def __init__(self, rows: int, steps: int, advance: Callable[[int], None]) -> None:
        self._rows, self._steps, self._advance = rows, steps, advance
        self._done, self._told = 0.0, 0

    def step(self, steps: float = 1.0) -> None:
        """Some of the steps are done."""
        self._done += steps
        self._tell(min(self._rows, int(self._rows * self._done / self._steps)))

    def finish(self) -> None:
        """Everything is done."""
        self._tell(self._rows)

    def _tell(self, rows: int) -> None:
        if rows > self._told:
            self._advance(rows - self._told)
            self._told = rows


def _suitable(place_class: str) -> list[Rule]:
    if place_class not in PLACE_CLASSES:
        known = "、".join(f"{key}（{title}）" for key, title in PLACE_CLASSES.items())
        raise BadRequest(f"没有“{place_class}”这个地名类别。可用：{known}。")
    return [
        rule
        for rule in catalogue().values()
        # A table holds names that are there already; many rules speak of new ones alone.
        if rule.concerns(place_class)
        and any(j.severity.legacy is not None for j in rule.judgements.values())
    ]


def _comparing(profile: Profile, compare: str) -> Profile:
    if compare not in COMPARISONS:
        raise BadRequest(f"没有“{compare}”这种比较方式。可用：{'、'.join(COMPARISONS)}。")
    parameter = Parameter("比较的部分", compare, source="命令行参数 --compare", confirmed=True)
    return replace(profile, parameters={**profile.parameters, "committee_compare": parameter})


def _issues(cells: polars.Series, columns: NameColumns) -> list[Issue]:
    """The rows without a usable name, and those without an area, in the order of the table."""
    issues = []
    unusable = np.ones(len(cells), dtype=bool)
    unusable[columns.numbers - 1] = False
    for row in np.flatnonzero(unusable).tolist():
        text = normalise(cells[row] or "")
        message = f"第 {row + 1} 行没有名称。"
        if text:
            message = f"第 {row + 1} 行的名称有 {len(text)} 个字，不像是一个地名。"
        elif (cells[row] or "").strip():
            message = f"第 {row + 1} 行的名称里只有看不见的字符，请重新输入。"
        issues.append(_issue(row, "too_long" if text else "empty", cells[row], message))
    for at in np.flatnonzero((columns.scopes == "").to_numpy()).tolist():
        row = int(columns.numbers[at]) - 1
        message = f"第 {row + 1} 行没有比对范围，只检查了字形，未与其他名称比对。"
        issues.append(_issue(row, "no_scope", cells[row], message))
    return sorted(issues, key=lambda issue: issue.row or 0)


def _issue(row: int, code: str, raw: str | None, message: str) -> Issue:
    return Issue(row=row + 1, field="name", code=code, raw=(raw or "")[:80], message=message)
