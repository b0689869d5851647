"""Scanning the names of any table, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars

from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.domain.finding import Finding
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.place import PLACE_CLASSES, Place, PlaceName
from geo_registry.domain.reference import Parameter, Profile, Reference
from geo_registry.domain.rule import Rule
from geo_registry.domain.toponym import MAX_LENGTH, normalise, parse
from geo_registry.rules import catalogue

COMPARISONS = ("full", "stem", "core")
"""What of a committee's name is compared: as registered; without 村委会, 居委会; without 社区 and
the final 村 too."""

_SCOPE_KINDS = ("village", "built_up", "town", "legal_county")
"""The scope column stands for whatever area a rule compares within; the table knows no other."""

_CHUNK_ROWS = 20_000


@dataclass(slots=True)
class TableScan:
    """What a scan of a table found, in the order a person should look at it."""

    rows: int
    findings: list[Finding] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Counts by rule: findings (clusters) and the names they hold."""
        findings: Counter[str] = Counter()
        names: Counter[str] = Counter()
        for found in self.findings:
            findings[found.rule_id] += 1
            names[found.rule_id] += len(found.subjects)
        return {
            "rows": self.rows,
            "rules": {
                rule_id: {"findings": findings[rule_id], "names": names[rule_id]}
                for rule_id in sorted(findings)
            },
            "unusable_rows": len(self.issues),
            "issues": [
                {"row": i.row, "field": i.field, "code": i.code, "message": i.message}
                for i in self.issues[:100]
            ],
        }

    def frame(self) -> polars.DataFrame:
        """One row a finding; ``subjects`` are row numbers, counted from 1 below the header."""
        return polars.DataFrame(
            [
                {
                    "rule": f.rule_id,
                    "severity": str(f.severity),
                    "scope": f.scope.code,
                    "subjects": sorted(int(s.removeprefix("row:")) for s in f.subjects),
                    "names": list(f.facts.get("names", ())),
                    "message": f.message,
                    "rank": position,
                    "outcome": f.outcome,
                    "basis": "；".join(str(b) for b in f.basis),
                    "fingerprint": f.fingerprint,
                }
                for position, f in enumerate(self.findings, start=1)
            ],
            schema=_COLUMNS,
        )


_COLUMNS: Mapping[str, Any] = {
    "rule": polars.String,
    "severity": polars.String,
    "scope": polars.String,
    "subjects": polars.List(polars.Int64),
    "names": polars.List(polars.String),
    "message": polars.String,
    "rank": polars.Int64,
    "outcome": polars.String,
    "basis": polars.String,
    "fingerprint": polars.String,
}


def scan_table(
    names: Sequence[str | None],
    scopes: Sequence[str | None],
    *,
    place_class: str,
    compare: str,
    reference: Reference,
    profile: Profile,
    on: date,
    advance: Callable[[int], None] = lambda _: None,
) -> TableScan:
    """Run every name rule that suits the class over the rows, scope by scope.

    ``names[i]`` and ``scopes[i]`` are the cells of row i+1. ``advance`` is told how many rows were
    done. Rows that hold no usable name are listed as issues, never skipped silently. Raises
    :class:`BadRequest` for an unknown class or comparison.
    """
    rules = _suitable(place_class)
    profile = _comparing(profile, compare)
    scan = TableScan(rows=len(names))
    usable = _usable_rows(names, scopes, scan.issues)
    for rows in _chunks(usable, scopes):
        gazetteer = Gazetteer(
            on=on,
            reference=reference,
            profile=profile,
            places=tuple(
                _place(row, str(names[row]), scopes[row], place_class, reference) for row in rows
            ),
        )
        for rule in rules:
            scan.findings.extend(rule.run(gazetteer))
        advance(len(rows))
    advance(scan.rows - len(usable))
    scan.findings.sort(key=lambda f: (f.severity.rank, -f.rank, f.rule_id, f.scope.code, f.key))
    return scan


def _suitable(place_class: str) -> list[Rule]:
    if place_class not in PLACE_CLASSES:
        known = "、".join(f"{key}（{title}）" for key, title in PLACE_CLASSES.items())
        raise BadRequest(f"没有“{place_class}”这个地名类别。可用：{known}。")
    return [rule for rule in catalogue().values() if rule.concerns(place_class)]


def _comparing(profile: Profile, compare: str) -> Profile:
    if compare not in COMPARISONS:
        raise BadRequest(f"没有“{compare}”这种比较方式。可用：{'、'.join(COMPARISONS)}。")
    parameter = Parameter("比较的部分", compare, source="命令行参数 --compare", confirmed=True)
    return replace(profile, parameters={**profile.parameters, "committee_compare": parameter})


def _usable_rows(
    names: Sequence[str | None], scopes: Sequence[str | None], issues: list[Issue]
) -> list[int]:
    usable = []
    for row, name in enumerate(names):
        text = normalise(name) if name is not None else ""
        if not text:
            issues.append(_issue(row, "empty", name, f"第 {row + 1} 行没有名称。"))
        elif len(text) > MAX_LENGTH:
            message = f"第 {row + 1} 行的名称有 {len(text)} 个字，不像是一个地名。"
            issues.append(_issue(row, "too_long", name, message))
        else:
            usable.append(row)
            if not scopes[row]:
                message = f"第 {row + 1} 行没有比对范围，只检查了字形，未与其他名称比对。"
                issues.append(_issue(row, "no_scope", name, message))
    return usable


def _issue(row: int, code: str, raw: str | None, message: str) -> Issue:
    return Issue(row=row + 1, field="name", code=code, raw=(raw or "")[:80], message=message)


def _chunks(rows: Iterable[int], scopes: Sequence[str | None]) -> Iterator[list[int]]:
    """Rows grouped so that no scope is cut, in pieces of about ``_CHUNK_ROWS``."""
    chunk: list[int] = []
    current: str | None = None
    for row in sorted(rows, key=lambda r: (scopes[r] or "", r)):
        if len(chunk) >= _CHUNK_ROWS and scopes[row] != current:
            yield chunk
            chunk = []
        chunk.append(row)
        current = scopes[row]
    if chunk:
        yield chunk


def _place(row: int, name: str, scope: str | None, place_class: str, reference: Reference) -> Place:
    return Place(
        subject=f"row:{row + 1}",
        place_class=place_class,
        names=(PlaceName(parse(name, place_class, reference)),),
        scopes=dict.fromkeys(_SCOPE_KINDS, scope) if scope else {},
        located_in=f"第 {row + 1} 行",
    )
