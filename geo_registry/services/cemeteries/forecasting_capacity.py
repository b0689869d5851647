"""How long a cemetery lasts: free plots, approved land, and the burials of the last years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.capacity import LEVEL, Lasting, demand, lasting, new_plots
from geo_registry.domain.cemetery import CemeteryType, footprint
from geo_registry.domain.identity import Scope
from geo_registry.domain.plot import ON_THE_GROUND, PLOT_KIND_TITLES, PlotKind
from geo_registry.services.cemeteries.listing_plots import one_cemetery
from geo_registry.store import gazetteer, plot_pages

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

YEARS, SHARE, UNIT_M2 = 5, 0.4, 1.0
"""Where the district's profile says nothing; proposals, as the profile's are."""


def forecast(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> dict[str, Any]:
    """Free plots, room on approved land, demand, and the years both last with an interval.

    Everything the figures rest on is listed in ``assumptions``; ``notes`` say what is missing.
    :class:`NotFound` where there is no such cemetery.
    """
    site = one_cemetery(connection, cemetery_id, on)
    stock = plot_pages.stock(connection, cemetery_id)
    taken = plot_pages.days_taken(connection, cemetery_id)
    buried = plot_pages.days_buried(connection, cemetery_id)
    years = int(profile.setting("capacity_years", YEARS))
    seen = demand([d for d in taken if d], [d for d in buried if d], on, years)
    free = sum(s["number"] for s in stock if s["status"] == "free")
    land = _land(connection, cemetery_id, stock, reference, profile, on)
    if site["type"] == CemeteryType.COLUMBARIUM:
        land = None
    extra = land["new_plots"] if land else 0
    unknown = sum(d is None for d in taken)
    return {
        "cemetery": site["subject"],
        "name": site["name"],
        "on": on,
        "stock": [_stock(s) for s in stock],
        "free": free,
        "demand": {
            "years": seen.years,
            "taken_per_year": list(seen.taken),
            "burials_per_year": list(seen.burials),
            "rate": round(seen.rate, 2),
            "dispersion": round(seen.dispersion, 2),
        },
        "land": land,
        "free_lasts": _lasts(lasting(free, seen)),
        "all_lasts": _lasts(lasting(free + extra, seen)) if land else None,
        "level": LEVEL,
        "assumptions": _assumptions(seen.years, land, profile),
        "notes": _notes(free, seen.years, sum(seen.taken), unknown),
    }


def _land(
    connection: Connection,
    cemetery_id: int,
    stock: Sequence[Any],
    reference: Reference,
    profile: Profile,
    on: date,
) -> dict[str, Any] | None:
    """How many plots the approved land still holds; None without an approval in force."""
    slice_ = gazetteer.load(
        connection, Scope("cemetery", str(cemetery_id)), reference=reference, profile=profile, on=on
    )
    site = next((c for c in slice_.cemeteries if c.subject == f"cemetery:{cemetery_id}"), None)
    extent = footprint(site.approvals, on) if site else None
    if extent is None or extent.is_empty:
        return None
    approved = slice_.plane.ellipsoidal_area_m2(extent)
    share = float(profile.setting("capacity_plot_share", SHARE))
    unit = float(profile.setting("capacity_unit_m2", UNIT_M2))
    used = sum(
        s["area_m2"] + s["of_unknown_area"] * unit
        for s in stock
        if PlotKind(s["kind"]) in ON_THE_GROUND
    )
    return {
        "approved_m2": round(approved, 2),
        "share": share,
        "unit_m2": unit,
        "used_m2": round(used, 2),
        "new_plots": new_plots(approved, share, unit, used),
    }


def _stock(row: Any) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "kind_title": PLOT_KIND_TITLES[PlotKind(row["kind"])],
        "status": row["status"],
        "number": row["number"],
    }


def _lasts(found: Lasting | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {name: round(value, 1) for name, value in asdict(found).items()}


def _assumptions(years: int, land: dict[str, Any] | None, profile: Profile) -> list[str]:
    found = [
        f"需求按最近 {years} 个整年新启用的墓位计算；双人墓的第二次安葬不占新墓位。",
        f"今后的需求与这几年相同；区间是在此前提下有 {LEVEL:.0%} 把握包含实际年数的范围，"
        "各年差别大于偶然波动时已放宽。",
    ]
    if land:
        names = ("capacity_plot_share", "capacity_unit_m2")
        known = [profile.parameters[n] for n in names if n in profile.parameters]
        mark = "" if known and all(p.confirmed for p in known) else "（建议值，待本局确认）"
        found.append(
            f"批准用地 {land['approved_m2']:,.0f} m² 的 {land['share']:.0%} 可作墓位，"
            f"新墓位平均占地 {land['unit_m2']:g} m²{mark}；地形、退距未计。"
        )
    return found


def _notes(free: int, years: int, taken: int, unknown: int) -> list[str]:
    found = []
    if not years or not taken:
        found.append("最近没有满一年的启用记录，无法推算年数。请补录墓位的启用日期或安葬日期。")
    if unknown:
        found.append(f"{unknown} 个已用墓位没有日期，未计入需求，年数可能偏大。")
    if not free:
        found.append("没有登记为空闲的墓位。")
    return found
