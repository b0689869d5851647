"""Plots, burials and graves of the sample district; nobody in them ever lived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import tail
from geo_registry.domain.plot import last_day
from geo_registry.store.deceased import DeceasedRow, insert_many
from geo_registry.store.plots import (
    BurialRow,
    PlotRow,
    SectionRow,
    insert_burials,
    insert_plots,
    insert_sections,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

Digest = Callable[[str], str]


def write_graves(
    connection: Connection,
    features: Sequence[Any],
    sites: Mapping[str, int],
    batch: int,
    identify: Digest | None,
) -> int:
    """Write sections, plots, the dead and their burials; returns the number of burials.

    ``features`` are those of the file, ``sites`` maps keys of cemeteries to ids. Without
    ``identify`` the made-up identity numbers are left out.
    """
    named = dict.fromkeys((f["cemetery"], f["section"]) for f in features if f["section"])
    rows = [SectionRow(sites[c], s, sample=True, batch_id=batch) for c, s in named]
    sections = dict(zip(named, insert_sections(connection, rows), strict=True))
    plots = insert_plots(connection, [_plot(f, sites, sections, batch) for f in features])
    lying = [(f, plot, b) for f, plot in zip(features, plots, strict=True) for b in f["burials"]]
    people = insert_many(connection, [_dead(b, batch, identify) for _, _, b in lying])
    insert_burials(
        connection,
        [
            BurialRow(
                deceased_id=person,
                kind=b["kind"],
                plot_id=plot,
                cemetery_id=sites[f["cemetery"]] if f["cemetery"] else None,
                buried_on=date.fromisoformat(b["buried_on"]),
                resident_of=b.get("resident_of"),
                consent=b["consent"],
                sample=True,
                batch_id=batch,
            )
            for (f, plot, b), person in zip(lying, people, strict=True)
        ],
    )
    return len(lying)


def _plot(
    feature: Any, sites: Mapping[str, int], sections: Mapping[tuple[str, str], int], batch: int
) -> PlotRow:
    begin, years = feature.on("term_from"), feature["term_years"]
    fee_years, price = feature["fee_years"], feature["price_yuan"]
    return PlotRow(
        cemetery_id=sites[feature["cemetery"]] if feature["cemetery"] else None,
        number=feature["number"],
        kind=feature["kind"],
        section_id=sections.get((feature["cemetery"], feature["section"])),
        status=feature["status"],
        area_m2=feature["area_m2"],
        stele_height_m=feature["stele_height_m"],
        geometry=feature.geometry,
        sigma_m=feature["sigma_m"],
        family=bool(feature["family"]),
        living=bool(feature["living"]),
        protected=bool(feature["protected"]),
        made_on=feature.on("made_on"),
        granted=feature["granted"] or "",
        price_yuan=Decimal(price) if price is not None else None,
        holder_name=feature["holder_name"],
        term_from=begin,
        term_years=years,
        term_end=last_day(begin, years) if begin and years else None,
        fee_paid_until=last_day(begin, fee_years) if begin and fee_years else None,
        fee_years=fee_years,
        village_code=feature["village"],
        town_code=feature["town"],
        county_code=feature["county"],
        source_id=feature.key,
        sample=True,
        batch_id=batch,
    )


def _dead(burial: Mapping[str, Any], batch: int, identify: Digest | None) -> DeceasedRow:
    number = burial["id_number"]
    return DeceasedRow(
        name=burial["name"],
        id_digest=identify(number) if identify else None,
        id_tail=tail(number) if identify else None,
        died_on=date.fromisoformat(burial["died_on"]),
        hukou_code=burial["hukou_code"],
        sample=True,
        batch_id=batch,
    )
