"""Hits in columns, judged and worded as :meth:`~geo_registry.domain.rule.Rule.run` does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from string import Formatter
from typing import Any

import numpy as np
import polars

from geo_registry.domain.finding import BETWEEN, Finding, printed
from geo_registry.domain.rule import Rule

COLUMNS: dict[str, Any] = {
    "rule": polars.String,
    "severity": polars.String,
    "scope_kind": polars.String,
    "scope": polars.String,
    "key": polars.String,
    "subjects": polars.List(polars.Int64),
    "names": polars.List(polars.String),
    "message": polars.String,
    "rank": polars.Int64,
    "outcome": polars.String,
    "basis": polars.String,
    "fingerprint": polars.String,
}
"""What a table of findings holds; ``subjects`` are row numbers of the table that was scanned."""


def judged(rule: Rule, hits: polars.DataFrame, on: date) -> polars.DataFrame:
    """The findings that a rule makes of its hits on things that were there already.

    ``hits`` has the columns ``scope_kind``, ``scope``, ``key``, ``outcome``, ``subjects``,
    ``names``, ``rank`` and every fact that a message names.
    """
    parts = []
    for (outcome,), group in hits.partition_by("outcome", as_dict=True).items():
        weight = rule.weigh(str(outcome), is_new=False, first=on, last=on)
        if weight is None:
            continue
        identities = polars.concat_str(
            polars.lit(rule.id), "scope_kind", "scope", "key", separator=BETWEEN
        )
        prints = list(map(printed, group.select(identities).to_series().to_list()))
        parts.append(
            group.select(
                polars.lit(rule.id).alias("rule"),
                polars.lit(str(weight.severity)).alias("severity"),
                "scope_kind",
                "scope",
                "key",
                polars.col("subjects").list.sort().cast(COLUMNS["subjects"]),
                "names",
                _worded(rule.judgements[str(outcome)].message).alias("message"),
                polars.col("rank").cast(polars.Int64),
                "outcome",
                polars.lit(in_words(weight.basis)).alias("basis"),
                polars.Series("fingerprint", prints, dtype=polars.String),
            )
        )
    return polars.concat(parts) if parts else polars.DataFrame(schema=COLUMNS)


def findings_in_columns(findings: Iterable[Finding]) -> polars.DataFrame:
    """Findings on rows of a table, as :func:`judged` gives them."""
    found = list(findings)
    if not found:  # most rules have nothing to say of most pieces of a table
        return polars.DataFrame(schema=COLUMNS)
    basis: dict[tuple[object, ...], str] = {}
    for finding in found:
        if finding.basis not in basis:
            basis[finding.basis] = in_words(finding.basis)
    return polars.DataFrame(
        {
            "rule": [f.rule_id for f in found],
            "severity": [str(f.severity) for f in found],
            "scope_kind": [f.scope.kind for f in found],
            "scope": [f.scope.code for f in found],
            "key": [f.key for f in found],
            "subjects": _lists(
                [sorted(int(s.removeprefix("row:")) for s in f.subjects) for f in found],
                polars.Int64,
            ),
            "names": _lists([f.facts.get("names", ()) for f in found], polars.String),
            "message": [f.message for f in found],
            "rank": [f.rank for f in found],
            "outcome": [f.outcome for f in found],
            "basis": [basis[f.basis] for f in found],
            "fingerprint": [f.fingerprint for f in found],
        },
        schema=COLUMNS,
    )


def _lists(values: Sequence[Sequence[object]], kind: type[polars.DataType]) -> polars.Series:
    """A column of lists; polars makes a column of each of them first, which takes ten times."""
    # An empty list is a null on the way, since a group has a member.
    members = [member for value in values for member in value or (None,)]
    rows = np.repeat(np.arange(len(values)), [len(value) or 1 for value in values])
    flat = polars.DataFrame({"row": rows, "member": polars.Series(members, dtype=kind)})
    lists = flat.group_by("row", maintain_order=True).agg(polars.col("member").drop_nulls())
    return lists["member"]


def in_words(basis: Iterable[object]) -> str:
    """The legal bases in one cell."""
    return "；".join(str(b) for b in basis)


def _worded(message: str) -> polars.Expr:
    """A message with its facts filled in, for a whole column: ``{count} 个…“{core}”``."""
    pieces: list[polars.Expr] = []
    for text, fact, form, conversion in Formatter().parse(message):
        if text:
            pieces.append(polars.lit(text))
        if fact is not None:
            if form or conversion or not fact.isidentifier():
                raise ValueError(
                    f"a message of a rule in columns has the plain fields only: {fact}"
                )
            pieces.append(polars.col(fact).cast(polars.String))
    return polars.concat_str(pieces)
