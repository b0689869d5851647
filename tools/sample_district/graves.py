"""Plots, burials and graves of the sample: clean ledgers, and seeded problems for each rule.

Nobody in here ever lived: names hold the word 示例, identity numbers a birth in the year 1800. They
pass the check digit, so that the sample shows what a checked number looks like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.burial import check_digit
from sample_district.ground import Ground, Village
from sample_district.land import Site

SURNAMES = "王李张刘陈杨赵黄"
OLD = date(2019, 4, 1)
SIGMA_M = 0.5


@dataclass
class Grave:
    """A plot of the sample with those who lie in it; ``cemetery`` None: it stands by itself."""

    key: str
    cemetery: str | None
    number: str
    kind: str
    at: Point
    section: str = ""
    status: str = "free"
    more: dict[str, Any] = field(default_factory=dict)
    burials: list[dict[str, Any]] = field(default_factory=list)


class _People:
    """Makes up the dead, one after the other."""

    def __init__(self) -> None:
        self._count = 0

    def buried(self, on: date, hukou: str | None, surname: str = "") -> dict[str, Any]:
        self._count += 1
        n = self._count
        first = f"37100218000101{n:03d}"
        name = (surname or SURNAMES[n % len(SURNAMES)]) + "示例"
        return {
            "name": name, "id_number": first + check_digit(first), "kind": "ashes",
            "died_on": (on - timedelta(days=5)).isoformat(), "buried_on": on.isoformat(),
            "hukou_code": hukou, "consent": "子女",
        }  # fmt: skip


def graves(ground: Ground, sites: list[Site], random: np.random.Generator) -> list[Grave]:
    """All plots and graves of the sample."""
    by_key = {s.key: s for s in sites}
    home = {s.key: _where(s.at, ground) for s in sites}
    people = _People()
    made = [
        *_ledger(by_key["cemetery:1"], 60, 36, people, None, random),
        *_ledger(by_key["cemetery:2"], 24, 15, people, home["cemetery:2"].code, random),
    ]
    made += _used_beyond(by_key["cemetery:3"], home["cemetery:3"], home["cemetery:9"], people)
    made += _forbidden(by_key["cemetery:4"])
    made += _too_large(by_key["cemetery:5"], home["cemetery:5"], people)
    made += _misplaced(by_key["cemetery:7"], by_key["cemetery:8"], home["cemetery:7"], people)
    made += _scattered(by_key["cemetery:6"], people)
    return made


def _where(at: Point, ground: Ground) -> Village:
    return next(v for v in ground.villages if v.area.contains(at))


def _spots(site: Site, count: int) -> list[Point]:
    """Places for plots inside the approved land, row by row."""
    land: BaseGeometry = site.grants[-1].extent.buffer(-8.0)
    west, south, east, north = land.bounds
    found: list[Point] = []
    for y in np.arange(north, south, -3.0):
        for x in np.arange(west, east, 2.0):
            at = Point(float(x), float(y))
            if land.contains(at):
                found.append(at)
                if len(found) == count:
                    return found
    raise ValueError(f"{site.key} holds fewer than {count} plots")


def _plot(site: Site, number: int, at: Point, kind: str = "ash_single", **more: Any) -> Grave:
    row, place = divmod(number - 1, 12)
    given = {"area_m2": 0.8 if kind == "ash_single" else 1.0, "stele_height_m": 0.8, **more}
    return Grave(
        f"plot:{site.key.removeprefix('cemetery:')}:{number}", site.key,
        f"{row + 1}排{place + 1}号", kind, at, "一区" if number <= 36 else "二区", more=given,
    )  # fmt: skip


def _ledger(
    site: Site, count: int, used: int, people: _People, hukou: str | None,
    random: np.random.Generator,
) -> list[Grave]:  # fmt: skip
    """A ledger without a fault: plots used over six years, some given, the others free."""
    commercial = site.type == "commercial"
    days = sorted(int(d) for d in random.integers(0, 6 * 365, used))
    made = []
    for number, at in enumerate(_spots(site, count), start=1):
        grave = _plot(site, number, at, "ash_double" if number % 3 == 0 else "ash_single")
        if number <= used:
            on = date(2020, 11, 1) + timedelta(days=days[number - 1])
            grave.status = "occupied"
            grave.burials.append(people.buried(on, hukou))
            grave.more |= _given(on, "sold" if commercial else "assigned")
            if number % 12 == 0:  # a couple
                later = on + timedelta(days=90)
                grave.burials.append(people.buried(later, hukou))
        elif number <= used + 3:
            grave.status = "sold"
            grave.more |= _given(date(2025, 3, number - used), "sold" if commercial else "assigned")
        made.append(grave)
    return made


def _given(on: date, how: str) -> dict[str, Any]:
    return {
        "granted": how, "holder_name": "钱示例", "term_from": on.isoformat(), "term_years": 20,
        "fee_years": 20, "price_yuan": 9800 if how == "sold" else None,
    }  # fmt: skip


def _used_beyond(site: Site, home: Village, other: Village, people: _People) -> list[Grave]:
    """A village cemetery with one outsider, one whom the village took in, and one plot sold."""
    spots = _spots(site, 6)
    made = [_plot(site, n, at) for n, at in enumerate(spots, start=1)]
    hukou = (home.code, other.code, other.code)
    for grave, code in zip(made, hukou, strict=False):
        grave.status = "occupied"
        grave.more |= _given(OLD, "assigned")
        grave.burials.append(people.buried(OLD, code))
    made[2].burials[0]["resident_of"] = home.code
    made[3].status = "sold"
    made[3].more |= _given(date(2022, 8, 1), "sold")
    return made


def _forbidden(site: Site) -> list[Grave]:
    """A family grave and one of a living person; a kept grave of a family beside them."""
    marks: tuple[dict[str, Any], ...] = (
        {"family": True}, {"living": True}, {"family": True, "protected": True}, {},
    )  # fmt: skip
    made = []
    for number, (at, mark) in enumerate(zip(_spots(site, 4), marks, strict=True), start=1):
        grave = _plot(site, number, at, made_on=OLD.isoformat(), **mark)
        grave.status = "sold"
        grave.more |= _given(OLD, "sold")
        made.append(grave)
    return made


def _too_large(site: Site, home: Village, people: _People) -> list[Grave]:
    """Two single plots over 0.8 m², a double one between the two limits, one that fits."""
    sizes = (("ash_single", 0.95), ("ash_single", 1.6), ("ash_double", 1.1), ("ash_single", 0.8))
    made = []
    for number, (at, (kind, area)) in enumerate(zip(_spots(site, 4), sizes, strict=True), start=1):
        grave = _plot(site, number, at, kind, area_m2=area)
        grave.status = "occupied"
        grave.more |= _given(OLD, "assigned")
        grave.burials.append(people.buried(OLD, home.code))
        made.append(grave)
    return made


def _misplaced(site: Site, beside: Site, home: Village, people: _People) -> list[Grave]:
    """Three plots on the land of the cemetery, and one registered some 45 m outside of it."""
    spots = _spots(site, 3)
    east, north = site.at.x - beside.at.x, site.at.y - beside.at.y
    far = 100.0 / float(np.hypot(east, north))
    away = Point(site.at.x + east * far, site.at.y + north * far)
    made = [_plot(site, n, at) for n, at in enumerate([*spots, away], start=1)]
    for grave in made:
        grave.status = "occupied"
        grave.more |= _given(OLD, "assigned")
        grave.burials.append(people.buried(OLD, home.code))
    return made


def _scattered(site: Site, people: _People) -> list[Grave]:
    """Five graves of one surname in a row, two single ones, and a martyr's grave, kept by law."""
    x, y = site.at.x + 420.0, site.at.y + 260.0
    row = [(10.0 * n, 0.0, "周") for n in range(5)]
    single = [(120.0, 45.0, "吴"), (80.0, 90.0, "郑"), (30.0, 60.0, "冯")]
    made = []
    for number, (east, north, surname) in enumerate([*row, *single], start=1):
        grave = Grave(
            f"grave:{number}", None, f"{number}号", "other", Point(x + east, y + north),
            status="occupied", more={"made_on": "2008-04-05"},
        )  # fmt: skip
        grave.burials.append(people.buried(date(2008, 4, 5), None, surname))
        made.append(grave)
    made[-1].more["protected"] = True
    return made
