"""Sections, plots and burials: written in bulk, locked for an act, changed one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, func, select, text, update

from geo_registry.store.plot_tables import burial, deceased, plot, section
from geo_registry.store.tables import approval, cemetery
from geo_registry.store.writing import column_wise, conflicts_in_words, copy_rows, ewkb, in_turn

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A part of a cemetery; ``kind``: ``plots``, ``ecological`` or ``niches``. Degrees."""

    cemetery_id: int
    name: str
    kind: str = "plots"
    extent: Polygon | MultiPolygon | None = None
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A plot; without a cemetery a grave that stands by itself, and then with a position.

    ``geometry`` in degrees, ``sigma_m`` its standard error per axis in metres. ``term_years`` and
    ``term_end`` belong together; ``fee_years`` are the years of maintenance collected at once.
    """

    cemetery_id: int | None
    number: str
    kind: str
    section_id: int | None = None
    status: str = "free"
    area_m2: float | None = None
    stele_height_m: float | None = None
    geometry: BaseGeometry | None = None
    sigma_m: float | None = None
    clan: bool = False
    family: bool = False
    living: bool = False
    protected: bool = False
    made_on: date | None = None
    granted: str = ""
    price_yuan: Decimal | None = None
    holder_name: str | None = None
    holder_code: str | None = None
    term_from: date | None = None
    term_years: int | None = None
    term_end: date | None = None
    fee_paid_until: date | None = None
    fee_years: int | None = None
    village_code: str | None = None
    town_code: str | None = None
    county_code: str | None = None
    source_id: str = ""
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class BurialRow:
    """A burial; ``consent`` names a relation to the dead, never a person."""

    deceased_id: int
    kind: str
    plot_id: int | None = None
    cemetery_id: int | None = None
    buried_on: date | None = None
    resident_of: str | None = None
    consent: str = ""
    sample: bool = False
    batch_id: int | None = None


def insert_sections(connection: Connection, rows: Sequence[SectionRow]) -> list[int]:
    """Write sections; :class:`Conflict` where the cemetery has one of that name."""
    columns = column_wise(
        rows, *("cemetery_id", "name", "kind", "sample", "batch_id"), geom="extent"
    )
    return copy_rows(connection, section, columns)


_PLOT_COLUMNS = tuple(
    n for n in PlotRow.__dataclass_fields__ if n != "geometry"
)  # the names of the columns


def insert_plots(connection: Connection, rows: Sequence[PlotRow]) -> list[int]:
    """Write plots; :class:`Conflict` where the section has one of that number."""
    return copy_rows(connection, plot, column_wise(rows, *_PLOT_COLUMNS, geom="geometry"))


def insert_burials(connection: Connection, rows: Sequence[BurialRow]) -> list[int]:
    """Write burials; :class:`Conflict` where the dead lies somewhere already."""
    return copy_rows(connection, burial, column_wise(rows, *BurialRow.__dataclass_fields__))


def same_burial(
    connection: Connection, name: str, died_on: date | None, row: BurialRow
) -> int | None:
    """A burial in force of somebody without a number, alike in name, days and place."""
    where = (row.cemetery_id, row.plot_id, row.kind, row.buried_on)
    in_turn(connection, "burial", name, died_on, *where)
    found: int | None = connection.scalar(
        select(func.min(burial.c.id))
        .join(deceased, deceased.c.id == burial.c.deceased_id)
        .where(
            burial.c.ended_on.is_(None),
            deceased.c.id_digest.is_(None),
            deceased.c.name == name,
            deceased.c.died_on.is_not_distinct_from(died_on),
            *(
                burial.c[column].is_not_distinct_from(value)
                for column, value in zip(
                    ("cemetery_id", "plot_id", "kind", "buried_on"), where, strict=True
                )
            ),
        )
    )
    return found


def draw_section(connection: Connection, section_id: int, extent: BaseGeometry | None) -> None:
    """Give a section its outline, in degrees."""
    connection.execute(
        text("UPDATE registry.section SET geom = CAST(:shape AS geometry) WHERE id = :id"),
        {"id": section_id, "shape": ewkb([extent], multi=True)[0]},
    )


def set_plot(connection: Connection, plot_id: int, **values: Any) -> None:
    """Change columns of one plot."""
    _set(connection, plot, plot_id, values)


def set_burial(connection: Connection, burial_id: int, **values: Any) -> None:
    """Change columns of one burial."""
    _set(connection, burial, burial_id, values)


def set_cemetery(connection: Connection, cemetery_id: int, **values: Any) -> None:
    """Change columns of one cemetery."""
    _set(connection, cemetery, cemetery_id, values)


def set_approval(connection: Connection, approval_id: int, **values: Any) -> bool:
    """Change columns of one approval; False where there is none."""
    return _set(connection, approval, approval_id, values)


def _set(connection: Connection, table: Table, row_id: int, values: Mapping[str, Any]) -> bool:
    with conflicts_in_words():
        done = connection.execute(update(table).where(table.c.id == row_id).values(**values))
    return bool(done.rowcount)


# ---- asked before an act ------------------------------------------------------------------------


def lock_plot(connection: Connection, plot_id: int) -> Mapping[str, Any] | None:
    """One plot with the number of its burials in force, locked until the transaction ends."""
    row = connection.execute(
        text("SELECT * FROM registry.plot WHERE id = :id FOR UPDATE"), {"id": plot_id}
    ).mappings()
    found = row.first()
    if found is None:
        return None
    buried = connection.scalar(
        text("SELECT count(*) FROM registry.burial WHERE plot_id = :id AND ended_on IS NULL"),
        {"id": plot_id},
    )
    return {**found, "burials": int(buried or 0)}


def lock_burial(connection: Connection, burial_id: int) -> Mapping[str, Any] | None:
    """One burial, locked until the transaction ends."""
    rows = connection.execute(
        text("SELECT * FROM registry.burial WHERE id = :id FOR UPDATE"), {"id": burial_id}
    )
    found = rows.mappings().first()
    return None if found is None else dict(found)


@dataclass(frozen=True, slots=True)
class Site:
    """A registered cemetery as the acts on its plots need it."""

    id: int
    name: str
    type: str
    village_code: str | None
    serves: tuple[str, ...]
    operator: str
    status: str


def sites(connection: Connection, ids: Iterable[int]) -> dict[int, Site]:
    """Cemeteries by id."""
    return {s.id: s for s in _sites(connection, "id = ANY (:key)", list(ids))}


def sites_named(connection: Connection, names: Iterable[str]) -> dict[str, list[Site]]:
    """Cemeteries by their name or their id in the source; one name may be of several."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, list[Site]] = {}
    for site, source in _with_source(connection, wanted):
        for name in dict.fromkeys((site.name, source)):
            if name in wanted:
                found.setdefault(name, []).append(site)
    return found


_SITE = "SELECT id, name, type, village_code, serves, operator, status, source_id"


def _sites(connection: Connection, where: str, key: list[int]) -> list[Site]:
    statement = f"{_SITE} FROM registry.cemetery WHERE {where} ORDER BY id"
    return [_site(r) for r in connection.execute(text(statement), {"key": key})]


def _with_source(connection: Connection, names: list[str]) -> list[tuple[Site, str]]:
    statement = (
        f"{_SITE} FROM registry.cemetery WHERE status <> 'retired' AND "
        "(name = ANY (:names) OR (source_id <> '' AND source_id = ANY (:names))) ORDER BY id"
    )
    rows = connection.execute(text(statement), {"names": names})
    return [(_site(r), str(r.source_id)) for r in rows]


def _site(row: Any) -> Site:
    return Site(
        row.id, row.name, row.type, row.village_code, tuple(row.serves), row.operator, row.status
    )


def sections_of(connection: Connection, cemetery_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """(cemetery, name of the section) → id."""
    rows = connection.execute(
        text("SELECT cemetery_id, name, id FROM registry.section WHERE cemetery_id = ANY (:ids)"),
        {"ids": list(cemetery_ids)},
    )
    return {(c, name): number for c, name, number in rows}


@dataclass(frozen=True, slots=True)
class KnownPlot:
    """A registered plot as an import of burials needs it."""

    id: int
    kind: str
    status: str
    burials: int


def plots_of(
    connection: Connection, cemetery_ids: Iterable[int]
) -> dict[tuple[int, str, str], KnownPlot]:
    """(cemetery, section or "", number) → plot."""
    rows = connection.execute(
        text(
            "SELECT p.cemetery_id, coalesce(s.name, '') AS section, p.number, p.id, p.kind, "
            " p.status, (SELECT count(*) FROM registry.burial b "
            "  WHERE b.plot_id = p.id AND b.ended_on IS NULL) AS burials "
            "FROM registry.plot p LEFT JOIN registry.section s ON s.id = p.section_id "
            "WHERE p.cemetery_id = ANY (:ids)"
        ),
        {"ids": list(cemetery_ids)},
    )
    return {
        (r.cemetery_id, r.section, r.number): KnownPlot(r.id, r.kind, r.status, r.burials)
        for r in rows
    }


def occupy(connection: Connection, plot_ids: Iterable[int]) -> None:
    """Mark plots as occupied, those that an import of burials filled."""
    connection.execute(
        text("UPDATE registry.plot SET status = 'occupied' WHERE id = ANY (:ids)"),
        {"ids": list(plot_ids)},
    )
