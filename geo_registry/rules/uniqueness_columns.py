"""The heavy rules on alike names in columns: the clusters of a country in one pass.

They speak of a table in which every row has one name in use and one area, and of classes for
which one row of the table of uniqueness without fallback speaks. Everything else is left to the
predicates (:mod:`geo_registry.rules.uniqueness`), which run on the rows that share a key.
"""

from __future__ import annotations

from itertools import combinations

import polars

from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.reading import doubts_between
from geo_registry.domain.reference import UniquenessScope
from geo_registry.rules.comparing import SHOWN, rows_in_force
from geo_registry.rules.uniqueness import LAST, repetition


def sharing_rows(names: NameColumns, rule: str) -> Rows:
    """The rows that any row of the table for ``rule`` could bring together."""
    found = names.nowhere()
    for row in _rows(names, rule):
        if row.sound == "none":
            found |= names.sharing(row.part)
        else:
            found |= names.sharing(row.sound, differing=row.part)
    return found


def equal_hits(names: NameColumns, rule: str) -> polars.DataFrame | None:
    """Names that are equal in the compared part; None where that is left to the predicate."""
    row = _only_row(names, rule)
    if row is None or "town" in names.scope_kinds:
        return None
    members = _members(names, names.clusters(row.part))
    found = _clusters(members, row, polars.col("full"))
    found = found.with_columns(core=names.keys("core", found["first"].to_numpy()))
    cores = found["core"].unique().to_list()
    repeated = found["core"].replace_strict(
        cores, [repetition(core, names.reference) for core in cores], return_dtype=polars.String
    )
    stems = polars.col("stems") < polars.col("count")
    return found.with_columns(
        outcome=polars.when(repeated != "")
        .then(repeated)
        .when(polars.col("names").list.len() == 1)
        .then(polars.lit("identical"))
        .when(stems)
        .then(polars.lit("same_stem"))
        .otherwise(polars.lit("same_core")),
        rank=polars.col("count").cast(polars.Int64)
        - polars.when(repeated != "").then(LAST).otherwise(0),
    )


def homophone_hits(names: NameColumns, rule: str) -> polars.DataFrame | None:
    """Names that sound alike, tones aside, and are written differently in the compared part."""
    row = _only_row(names, rule)
    if row is None or row.sound != "toneless":
        return None
    members = _members(names, names.clusters(row.sound, differing=row.part))
    named = members["name"].to_numpy()
    members = members.with_columns(
        part=names.keys(row.part, named), toned=names.keys("toned", named)
    )
    found = _clusters(members, row, polars.col("part"))
    graded = _graded(names, members)
    family = row.place_classes[0].split(".")[0]
    return found.join(graded, on=("scope", "key"), how="left", maintain_order="left").with_columns(
        key=polars.format("{} {}", polars.lit(family), "key"),
        outcome=polars.col("outcome").fill_null("other_tone"),
        characters=polars.col("characters").fill_null(""),
        sound=polars.Series(
            names.readings.texts("marked", found["first"].to_numpy()), dtype=polars.String
        ),
    )


def _rows(names: NameColumns, rule: str) -> list[UniquenessScope]:
    return [
        row
        for row in rows_in_force(names.reference, names.profile)
        if row.rule == rule
        and row.concerns(names.place_class)
        and (row.scope in names.scope_kinds or row.fallback in names.scope_kinds)
        and not (row.sound == "dialect" and names.reference.dialect.empty)
    ]


def _only_row(names: NameColumns, rule: str) -> UniquenessScope | None:
    rows = _rows(names, rule)
    simple = len(rows) == 1 and not rows[0].fallback and not rows[0].local
    # Roads may be pieces of one road, which only the predicate can tell.
    if not simple or names.place_class.startswith("road"):
        return None
    return rows[0]


def _members(names: NameColumns, clusters: polars.DataFrame) -> polars.DataFrame:
    """The members of each cluster in the order of their subjects, with the words for them."""
    named = clusters["name"].to_numpy()
    return (
        clusters.with_columns(full=names.keys("full", named), stem=names.keys("stem", named))
        .with_columns(
            subject=polars.col("number").cast(polars.String),
            words=polars.format("“{}”（第 {} 行）", "full", "number"),
        )
        .sort("scope", "key", "subject")
    )


def _clusters(
    members: polars.DataFrame, row: UniquenessScope, written: polars.Expr
) -> polars.DataFrame:
    """One row a cluster, with the facts that every rule on alike names states.

    ``members`` are in the order of their clusters. ``written`` is the part whose different values
    are the ``names`` of the finding.
    """
    members = members.with_columns(
        polars.struct("scope", "key").rle_id().alias("cluster"), written.alias("written")
    )
    # Lists of a whole column are joined and thinned out much faster than cluster by cluster.
    first = polars.col("cluster", "written")
    names = (
        members.select("cluster", "written")
        .sort("cluster", "written")
        .filter(polars.struct(first).ne_missing(polars.struct(first).shift()))
        .group_by("cluster", maintain_order=True)
        .agg(polars.col("written").alias("names"))
    )
    shown = polars.col("words").list.join("、")
    return (
        members.group_by("cluster", maintain_order=True)
        .agg(
            polars.first("scope", "key", "full"),
            polars.first("name").alias("first"),
            polars.col("number").alias("subjects"),
            polars.col("stem").n_unique().alias("stems"),
            polars.col("words").head(SHOWN),
            polars.len().alias("count"),
        )
        .with_columns(
            names["names"],
            scope_kind=polars.lit(row.scope),
            members=polars.when(polars.col("count") > SHOWN)
            .then(polars.format("{}等 {} 处", shown, "count"))
            .otherwise(shown),
            rank=polars.col("count").cast(polars.Int64),
            note=polars.lit(""),
            name=polars.col("full"),
        )
    )


def _graded(names: NameColumns, members: polars.DataFrame) -> polars.DataFrame:
    """The clusters in which different writings share their tones: same_tone or uncertain.

    As ``rules.pn.uniq_homophone`` grades pairs, once for each pair of different names.
    """
    alike = (
        members.unique(["scope", "key", "toned", "part"], maintain_order=True)
        .group_by("scope", "key", "toned", maintain_order=True)
        .agg("name")
        .filter(polars.col("name").list.len() > 1)
    )
    heard = names.heard(alike["name"].explode().unique().to_list())
    found: dict[tuple[str, str], tuple[bool, set[str]]] = {}
    for scope, key, _, same in alike.iter_rows():
        certain, doubts = found.get((scope, key), (False, set()))
        for a, b in combinations(same, 2):
            undecided = doubts_between(heard[a], heard[b])
            certain = certain or not undecided
            doubts.update(s.character for s in undecided)
        found[scope, key] = certain, doubts
    return polars.DataFrame(
        [
            (*area, "same_tone" if certain else "uncertain", "、".join(sorted(doubts)))
            for area, (certain, doubts) in found.items()
        ],
        schema=dict.fromkeys(("scope", "key", "outcome", "characters"), polars.String),
        orient="row",
    )
