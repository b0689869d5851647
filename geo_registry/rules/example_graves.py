"""Plots, burials and graves for the examples of rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from shapely import Point

from geo_registry.domain.burial import Burial, BurialKind
from geo_registry.domain.cemetery import Approval, Cemetery, CemeteryType
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.plot import Plot, PlotKind, PlotStatus
from geo_registry.rules.drawing import ORIGIN
from geo_registry.rules.example_cemeteries import ON, cemetery, sites

VILLAGE, OTHER_VILLAGE = "371002101201", "371002102202"
OLD = date(2015, 6, 1)
REVISED = date(2026, 5, 1)


def made(kind: PlotKind = PlotKind.ASH_SINGLE, *, number: int = 1, **more: Any) -> Plot:
    """A plot in use, made under the old law unless told otherwise."""
    given = {"made_on": OLD, "status": PlotStatus.OCCUPIED, "section": "A区", **more}
    return Plot(f"plot:{number}", kind, f"{number}号", **given)


def grave(x: float, y: float, *, number: int = 1, **more: Any) -> Plot:
    """A grave that stands by itself, at a point of the drawing in metres from its origin."""
    given = {
        "section": "", "extent": Point(ORIGIN[0] + x, ORIGIN[1] + y), "sigma_m": 3.0,
        "located_in": "示例镇示例村", "scopes": {"village": VILLAGE}, **more,
    }  # fmt: skip
    return made(number=number, **given)


def buried(
    hukou: str | None, *, number: int = 1, plot: str | None = "plot:1", **more: Any
) -> Burial:
    """A burial of ashes of somebody registered in a division."""
    given = {"buried_on": OLD, **more}
    return Burial(f"burial:{number}", BurialKind.ASHES, plot, hukou_code=hukou, **given)


def ground(
    *records: Plot | Burial | Approval,
    type_: CemeteryType = CemeteryType.RURAL_PUBLIC,
    serves: tuple[str, ...] = (),
) -> Cemetery:
    """A cemetery of the example village with plots, burials and approvals."""
    return replace(
        cemetery(*(r for r in records if isinstance(r, Approval))),
        type=type_,
        plots=tuple(r for r in records if isinstance(r, Plot)),
        burials=tuple(r for r in records if isinstance(r, Burial)),
        serves=serves,
        scopes={"village": VILLAGE},
    )


def graves(
    *stand_alone: Plot, cemeteries: tuple[Cemetery, ...] = (), on: date = ON
) -> Callable[[], Gazetteer]:
    """A gazetteer with graves outside of cemeteries."""
    return lambda: replace(sites(*cemeteries, on=on)(), graves=stand_alone)
