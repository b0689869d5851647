"""Small gazetteers for the examples of cemetery rules, drawn in characters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from geo_registry.domain.cemetery import METHODS, Approval, Cemetery, CemeteryType, Survey, Zone
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.reference import load, load_profile
from geo_registry.rules.drawing import CELL_M, polygon
from geo_registry.settings import DEFAULT_PROFILE, shipped

APPROVED_ON = date(2015, 6, 1)
SURVEYED_ON = date(2024, 9, 1)
ON = date(2024, 11, 5)


def sites(
    *cemeteries: Cemetery, zones: tuple[Zone, ...] = (), on: date = ON
) -> Callable[[], Gazetteer]:
    """A gazetteer of these cemeteries and zones, judged by the shipped tables."""

    def build() -> Gazetteer:
        data = shipped("data")
        return Gazetteer(
            on=on,
            reference=load(data),
            profile=load_profile(data, DEFAULT_PROFILE),
            cemeteries=cemeteries,
            zones=zones,
        )

    return build


def cemetery(*records: Approval | Survey, number: int = 1) -> Cemetery:
    """A cemetery with its approvals and surveys."""
    return Cemetery(
        subject=f"cemetery:{number}",
        name=f"示例公墓{'一二三四五六七八九'[number - 1]}",
        type=CemeteryType.RURAL_PUBLIC,
        approvals=tuple(r for r in records if isinstance(r, Approval)),
        surveys=tuple(r for r in records if isinstance(r, Survey)),
    )


def approved(
    sketch: str,
    *,
    number: int = 1,
    method: str = "cad",
    effect: str = "grants",
    since: date | None = APPROVED_ON,
    until: date | None = None,
    stated_area_m2: float | None = None,
    cell_m: float = CELL_M,
) -> Approval:
    """An approval of the land that is drawn."""
    return Approval(
        id=number,
        effect=effect,
        extent=polygon(sketch, cell_m=cell_m),
        accuracy=METHODS[method].accuracy,
        grade=METHODS[method].grade,
        valid_from=since,
        valid_to=until,
        document=f"示例批复〔2015〕{number}号",
        stated_area_m2=stated_area_m2,
    )


def surveyed(
    sketch: str,
    *,
    number: int = 1,
    method: str = "rtk",
    day: date = SURVEYED_ON,
    cell_m: float = CELL_M,
) -> Survey:
    """A survey of the land that is drawn, by a method with its planning accuracy."""
    return Survey(
        id=number,
        surveyed_on=day,
        method=method,
        extent=polygon(sketch, cell_m=cell_m),
        accuracy=METHODS[method].accuracy,
        grade=METHODS[method].grade,
        recorded_order=number,
    )
