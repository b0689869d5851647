"""Importing sections: the areas of a cemetery (墓区), new ones or the outlines of known ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.errors import Issue
from geo_registry.domain.plot import SECTION_KIND_TITLES
from geo_registry.formats.features import Features
from geo_registry.formats.vector import read_features
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    refuse_second_time,
    store,
)
from geo_registry.services.imports.importing_cells import Column, Line, one_of, read_lines, words
from geo_registry.services.imports.importing_plots import CEMETERY, site_of
from geo_registry.store import plots
from geo_registry.store.plots import SectionRow

_KINDS = {
    "墓区": "plots",
    "普通墓区": "plots",
    "生态葬区": "ecological",
    "生态": "ecological",
    "格位": "niches",
    "骨灰格位": "niches",
    "骨灰墙": "niches",
    **{kind: kind for kind in SECTION_KIND_TITLES},
}
COLUMNS = (
    CEMETERY,
    Column("name", ("墓区", "墓区名称", "名称", "name"), words(60), required=True),
    Column("kind", ("类型", "kind"), one_of(_KINDS)),
)


def import_sections(
    connection: Connection, source: Source, *, cemetery: str | None = None, **reading: Any
) -> Summary:
    """Import the outlines of sections; one that is registered by its name gets its outline.

    ``cemetery`` is a name or an id in the source, for files without a column of it. Raises
    :class:`Conflict` for a file imported before and :class:`Unreadable` as the readers do.
    """
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    features = read_features(source.path, wanted="polygon", **reading)
    lines, issues = read_lines(
        features.attributes, features.rows.tolist(), COLUMNS, source.path.name
    )
    rows, more = _rows(connection, lines, features, cemetery)
    known = plots.sections_of(connection, {r.cemetery_id for r in rows})
    drawn = [r for r in rows if (r.cemetery_id, r.name) in known]
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(rows),
        counts={"sections": len(rows), "new": len(rows) - len(drawn)},
        issues=sorted((*features.issues, *issues, *more), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, rows, known, batch_id),
        crs=features.crs,
    )


def _rows(
    connection: Connection, lines: Sequence[Line], features: Features, cemetery: str | None
) -> tuple[list[SectionRow], list[Issue]]:
    wanted = {line["cemetery"] or cemetery for line in lines} - {None}
    sites = plots.sites_named(connection, [str(w) for w in wanted])
    rows: dict[tuple[int, str], SectionRow] = {}
    issues: list[Issue] = []
    for line in lines:
        site, issue = site_of(line, line["cemetery"] or cemetery, sites)
        if site is not None and (site.id, line["name"]) in rows:
            text = f"第 {line.row} 行“墓区”：“{line['name']}”出现了两次。"
            advice = "一个墓区的几块地请合并为一个多部件面。"
            issue = Issue(line.row, "墓区", "section_twice", line["name"], text, advice)
        if issue is not None:
            issues.append(issue)
        elif site is not None:
            extent = features.geometry[line.index]
            rows[site.id, line["name"]] = SectionRow(
                site.id, line["name"], line["kind"] or "plots", extent
            )
    return list(rows.values()), issues


def _write(
    connection: Connection,
    rows: Sequence[SectionRow],
    known: Mapping[tuple[int, str], int],
    batch_id: int,
) -> Mapping[str, int]:
    new = [r for r in rows if (r.cemetery_id, r.name) not in known]
    plots.insert_sections(
        connection,
        [SectionRow(r.cemetery_id, r.name, r.kind, r.extent, batch_id=batch_id) for r in new],
    )
    for row in rows:
        if (row.cemetery_id, row.name) in known:
            plots.draw_section(connection, known[row.cemetery_id, row.name], row.extent)
    return {}
