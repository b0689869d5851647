"""Plots, burials and cemeteries for people: in words, names masked unless they may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import KIND_TITLES, BurialKind, masked
from geo_registry.domain.cemetery import CemeteryType
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.plot import (
    GRANTED_TITLES,
    PLOT_KIND_TITLES,
    PLOT_STATUS_TITLES,
    PlotKind,
    PlotStatus,
)
from geo_registry.store import divisions, plot_pages

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 1000
LARGEST_ID = 2**63 - 1
TYPE_TITLES: Mapping[str, str] = {
    CemeteryType.COMMERCIAL: "经营性公墓",
    CemeteryType.URBAN_PUBLIC: "城市公益性公墓",
    CemeteryType.RURAL_PUBLIC: "农村公益性公墓",
    CemeteryType.COLUMBARIUM: "骨灰堂",
}
_MARKS = {"clan": "宗族墓", "family": "家族墓", "living": "活人墓", "protected": "依法保留"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which plots: of a cemetery (None: graves by themselves), from where, how many, of what."""

    cemetery: int | None
    after: int = 0
    limit: int = 200
    status: str | None = None
    kind: str | None = None
    section: str | None = None
    ends_by: date | None = None


def list_plots(connection: Connection, wanted: Wanted, *, may_see: bool) -> dict[str, Any]:
    """A page of plots; ``next`` is the ``after`` of the following page.

    Raises :class:`NotFound` for an unknown cemetery and :class:`BadRequest` for an unknown kind or
    status, or a page that is too long.
    """
    _check(wanted)
    if wanted.cemetery is not None:
        one_cemetery(connection, wanted.cemetery)
    given = {name: getattr(wanted, name) for name in Wanted.__dataclass_fields__}
    rows = plot_pages.page_of_plots(connection, **given)
    called = _divisions(connection, rows, "holder_code", "village_code", "town_code")
    return {
        "items": [_plot(r, called, may_see=may_see) for r in rows],
        "next": rows[-1]["id"] if len(rows) == wanted.limit else None,
        "masked": not may_see,
    }


def _check(wanted: Wanted) -> None:
    if not 1 <= wanted.limit <= MOST:
        raise BadRequest(f"每页 1–{MOST} 条。")
    if wanted.status is not None and wanted.status not in set(PlotStatus):
        raise BadRequest(f"不认识状态“{wanted.status[:20]}”。可用：{'、'.join(PlotStatus)}。")
    if wanted.kind is not None and wanted.kind not in set(PlotKind):
        raise BadRequest(f"不认识墓位类型“{wanted.kind[:20]}”。可用：{'、'.join(PlotKind)}。")


def _plot(row: Mapping[str, Any], called: Mapping[str, str], *, may_see: bool) -> dict[str, Any]:
    kept = (
        *("id", "cemetery_id", "section", "number", "kind", "status", "area_m2"),
        *("stele_height_m", "made_on", "granted", "price_yuan", "holder_code", "term_from"),
        *("term_years", "term_end", "fee_paid_until", "fee_years", "burials", "lon", "lat"),
    )
    return {
        **{name: row[name] for name in kept},
        "subject": f"plot:{row['id']}",
        "called": f"{row['section']}{row['number']}" or "未编号",
        "kind_title": PLOT_KIND_TITLES[PlotKind(row["kind"])],
        "status_title": PLOT_STATUS_TITLES[PlotStatus(row["status"])],
        "granted_title": GRANTED_TITLES.get(row["granted"], ""),
        "holder": masked(row["holder_name"] or "", may_see=may_see),
        "holder_place": called.get(row["holder_code"] or "", ""),
        "marks": [title for name, title in _MARKS.items() if row[name]],
        "located_in": "".join(
            called.get(row[name] or "", "") for name in ("town_code", "village_code")
        ),
    }


def list_burials(
    connection: Connection,
    cemetery: int | None,
    *,
    may_see: bool,
    after: int = 0,
    limit: int = 200,
    ended: bool = False,
) -> dict[str, Any]:
    """A page of burials in a cemetery (None: in graves by themselves)."""
    _check(Wanted(cemetery, after, limit))
    if cemetery is not None:
        one_cemetery(connection, cemetery)
    rows = plot_pages.page_of_burials(connection, cemetery, after=after, limit=limit, ended=ended)
    called = _divisions(connection, rows, "hukou_code", "resident_of")
    return {
        "items": [_burial(r, called, may_see=may_see) for r in rows],
        "next": rows[-1]["id"] if len(rows) == limit else None,
        "masked": not may_see,
    }


def _burial(row: Mapping[str, Any], called: Mapping[str, str], *, may_see: bool) -> dict[str, Any]:
    kept = (
        *("id", "deceased_id", "plot_id", "kind", "buried_on", "died_on", "hukou_code"),
        *("resident_of", "consent", "ended_on", "ended_why"),
    )
    return {
        **{name: row[name] for name in kept},
        "subject": f"burial:{row['id']}",
        "plot": f"{row['section']}{row['number'] or ''}",
        "kind_title": KIND_TITLES[BurialKind(row["kind"])],
        "name": masked(row["name"], may_see=may_see),
        "id_tail": row["id_tail"] if may_see else None,
        "hukou": called.get(row["hukou_code"] or "", ""),
        "resident_of_title": called.get(row["resident_of"] or "", ""),
    }


# ---- cemeteries ---------------------------------------------------------------------------------


def list_cemeteries(
    connection: Connection, on: date, *, type_: str | None = None, under: str | None = None
) -> list[dict[str, Any]]:
    """Cemeteries with what stands in them; of a type, or under a division code."""
    if type_ is not None and type_ not in TYPE_TITLES:
        raise BadRequest(f"不认识公墓类型“{type_[:20]}”。可用：{'、'.join(TYPE_TITLES)}。")
    if under is not None and not under.isdecimal():
        raise BadRequest(f"“{under[:20]}”不是统计用区划代码。")
    rows = plot_pages.cemeteries(connection, on, type_=type_, under=under)
    called = _divisions(connection, rows, "village_code", "town_code")
    return [_cemetery(r, called) for r in rows]


def one_cemetery(
    connection: Connection, cemetery_id: int, on: date | None = None
) -> dict[str, Any]:
    """One cemetery with its sections; :class:`NotFound` where there is none."""
    ids = [cemetery_id] if 0 < cemetery_id <= LARGEST_ID else []
    rows = plot_pages.cemeteries(connection, on or date.min, ids=ids)
    if not rows:
        raise NotFound(f"没有编号为 {cemetery_id} 的公墓。")
    called = _divisions(connection, rows, "village_code", "town_code")
    served = divisions.names_of(connection, rows[0]["serves"])
    return {
        **_cemetery(rows[0], called),
        "serves": [{"code": c, "name": served.get(c, c)} for c in rows[0]["serves"]],
        "sections": plot_pages.sections(connection, cemetery_id),
    }


def _cemetery(row: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    kept = ("id", "name", "type", "operator", "status", "plots", "free", "burials", "sample")
    return {
        **{name: row[name] for name in kept},
        "subject": f"cemetery:{row['id']}",
        "type_title": TYPE_TITLES[row["type"]],
        "located_in": "".join(
            called.get(row[name] or "", "") for name in ("town_code", "village_code")
        ),
        "approved_m2": None if row["approved_m2"] is None else round(row["approved_m2"], 2),
        "stated_m2": row["stated_m2"],
    }


def _divisions(
    connection: Connection, rows: Sequence[Mapping[str, Any]], *names: str
) -> Mapping[str, str]:
    codes: Iterable[str] = {row[name] for row in rows for name in names if row[name]}
    return divisions.names_of(connection, list(codes)) if codes else {}
