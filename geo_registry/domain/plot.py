"""Plots (墓位): their kinds, how large they may be, their term, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Refused

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.identity import SubjectId


class PlotKind(StrEnum):
    """What a plot is made for."""

    ASH_SINGLE = "ash_single"
    ASH_DOUBLE = "ash_double"
    BODY_SINGLE = "body_single"
    BODY_DOUBLE = "body_double"
    TREE = "tree"
    FLOWER_BED = "flower_bed"
    LAWN = "lawn"
    WALL = "wall"
    NICHE = "niche"
    OTHER = "other"


PLOT_KIND_TITLES: Mapping[PlotKind, str] = {
    PlotKind.ASH_SINGLE: "单人骨灰墓",
    PlotKind.ASH_DOUBLE: "双人骨灰墓",
    PlotKind.BODY_SINGLE: "单人遗体墓",
    PlotKind.BODY_DOUBLE: "双人遗体墓",
    PlotKind.TREE: "树葬",
    PlotKind.FLOWER_BED: "花坛葬",
    PlotKind.LAWN: "草坪葬",
    PlotKind.WALL: "壁葬",
    PlotKind.NICHE: "骨灰格位",
    PlotKind.OTHER: "其他",
}
ROOM: Mapping[PlotKind, int] = {
    PlotKind.ASH_SINGLE: 1,
    PlotKind.ASH_DOUBLE: 2,
    PlotKind.BODY_SINGLE: 1,
    PlotKind.BODY_DOUBLE: 2,
    PlotKind.WALL: 2,
    PlotKind.NICHE: 2,
}
"""How many dead a plot can hold; kinds that are left out have no fixed number."""

ON_THE_GROUND = frozenset(
    {PlotKind.ASH_SINGLE, PlotKind.ASH_DOUBLE, PlotKind.BODY_SINGLE, PlotKind.BODY_DOUBLE}
)
"""Graves that take land of their own."""


class PlotStatus(StrEnum):
    """Where a plot stands."""

    FREE = "free"
    RESERVED = "reserved"
    SOLD = "sold"
    OCCUPIED = "occupied"
    CLOSED = "closed"


SECTION_KIND_TITLES: Mapping[str, str] = {
    "plots": "墓区",
    "ecological": "生态葬区",
    "niches": "骨灰格位",
}
PLOT_STATUS_TITLES: Mapping[PlotStatus, str] = {
    PlotStatus.FREE: "空闲",
    PlotStatus.RESERVED: "预留",
    PlotStatus.SOLD: "已分配",
    PlotStatus.OCCUPIED: "已安葬",
    PlotStatus.CLOSED: "停用",
}

GRANTED_TITLES: Mapping[str, str] = {"assigned": "分配", "sold": "出售", "transferred": "转让"}
"""How the right to a plot was given."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot as rules look at it, without its holder.

    ``extent`` in the work plane, metres; ``sigma_m`` its standard error per axis. ``made_on`` is
    the day from which it is known to exist: built, granted, or first used. ``surname`` is given
    for graves that stand by themselves alone, to tell the graves of one clan.
    """

    subject: SubjectId
    kind: PlotKind
    number: str = ""
    section: str = ""
    status: PlotStatus = PlotStatus.FREE
    area_m2: float | None = None
    stele_height_m: float | None = None
    extent: BaseGeometry | None = None
    sigma_m: float = 0.0
    clan: bool = False
    family: bool = False
    living: bool = False
    protected: bool = False
    granted: str = ""
    made_on: date | None = None
    located_in: str = ""
    surname: str = ""
    scopes: Mapping[str, str] | None = None

    @property
    def called(self) -> str:
        """Section and number, as people at the place say it."""
        return f"{self.section}{self.number}" or "未编号墓位"

    def size(self, measure: str) -> float | None:
        """``area_m2`` or ``stele_height_m``: as stated, else at least what was measured.

        A measured outline counts for what is left when every side lies a standard error further in.
        """
        if measure == "stele_height_m":
            return self.stele_height_m
        if self.area_m2 is not None:
            return self.area_m2
        if self.extent is None or self.extent.area <= 0.0:
            return None
        return max(float(self.extent.area - self.sigma_m * self.extent.length), 0.0)


# ---- limits -------------------------------------------------------------------------------------

MEASURES: Mapping[str, tuple[str, str]] = {
    "area_m2": ("面积", "m²"),
    "stele_height_m": ("墓碑高", "m"),
}


@dataclass(frozen=True, slots=True)
class PlotLimit:
    """How large plots of some kinds may be between two days, by which law.

    ``weight`` is ``error`` for the limit that holds here, ``warn`` for one of a wider area that
    disagrees with it.
    """

    kinds: frozenset[PlotKind]
    measure: str
    at_most: float
    weight: str
    law: str
    article: str
    confidence: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, plot: Plot, on: date) -> bool:
        """Whether it limits a plot made on a day."""
        return (
            plot.kind in self.kinds
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )

    @property
    def words(self) -> str:
        """The limit in words: 山东省殡葬管理规定 0.8 m²."""
        return f"{self.law} {self.at_most:g} {MEASURES[self.measure][1]}"


def plot_limits(table: Mapping[str, Any], file: str) -> tuple[PlotLimit, ...]:
    """The limits of ``plot_limits.toml``; :class:`BadRequest` names the row that cannot be read."""
    found = []
    for number, row in enumerate(table.get("limits", ()), start=1):
        try:
            found.append(_limit(row))
        except (KeyError, ValueError, TypeError) as error:
            raise BadRequest(
                f"{file} 第 {number} 条限值读不出来（{error}）。", advice="请按文件开头的说明改正。"
            ) from error
    return tuple(found)


def _limit(row: Mapping[str, Any]) -> PlotLimit:
    if row["measure"] not in MEASURES or row["weight"] not in {"error", "warn"}:
        raise ValueError(f"{row['measure']} / {row['weight']}")
    return PlotLimit(
        kinds=frozenset(PlotKind(k) for k in row["kinds"]),
        measure=row["measure"],
        at_most=float(row["at_most"]),
        weight=row["weight"],
        law=row["law"],
        article=row["article"],
        confidence=row["confidence"],
        source=row["source"],
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )


def exceeded(
    plot: Plot, measure: str, limits: Iterable[PlotLimit], on: date
) -> tuple[PlotLimit, ...]:
    """The limits of one measure that a plot made on a day goes beyond, the lowest first."""
    size = plot.size(measure)
    if size is None:
        return ()
    over = [
        limit
        for limit in limits
        if limit.measure == measure and limit.holds(plot, on) and size > limit.at_most + 1e-9
    ]
    return tuple(sorted(over, key=lambda limit: limit.at_most))


# ---- term and status ----------------------------------------------------------------------------


def last_day(first: date, years: int) -> date:
    """The last day of a term of whole years.

    >>> last_day(date(2015, 6, 1), 20)
    datetime.date(2035, 5, 31)
    """
    try:
        return first.replace(year=first.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(first.year + years, 2, 28)


_ACTS: Mapping[str, tuple[str, frozenset[PlotStatus], PlotStatus | None]] = {
    "reserve": ("预留", frozenset({PlotStatus.FREE}), PlotStatus.RESERVED),
    "release": ("收回", frozenset({PlotStatus.RESERVED, PlotStatus.SOLD}), PlotStatus.FREE),
    "assign": ("分配", frozenset({PlotStatus.FREE, PlotStatus.RESERVED}), PlotStatus.SOLD),
    "transfer": ("转让", frozenset({PlotStatus.SOLD, PlotStatus.OCCUPIED}), None),
    "extend": ("续期", frozenset({PlotStatus.SOLD, PlotStatus.OCCUPIED}), None),
    "bury": ("安葬", frozenset(PlotStatus) - {PlotStatus.CLOSED}, PlotStatus.OCCUPIED),
    "close": ("停用", frozenset(PlotStatus) - {PlotStatus.CLOSED}, PlotStatus.CLOSED),
    "reopen": ("恢复使用", frozenset({PlotStatus.CLOSED}), PlotStatus.FREE),
}
ACTS = tuple(_ACTS)


def after(act: str, status: PlotStatus, *, burials: int = 0, kind: PlotKind) -> PlotStatus:
    """The status of a plot after an act; ``burials`` lie in it before.

    Raises :class:`Refused` where the act does not fit the status, the plot is full, or somebody
    still lies in a plot that is to be closed or taken back.
    """
    title, from_, to = _ACTS[act]
    if status not in from_:
        raise Refused(f"墓位现为“{PLOT_STATUS_TITLES[status]}”，不能{title}。")
    if act in {"close", "release"} and burials:
        raise Refused(
            f"墓位内还有 {burials} 位逝者，不能{title}。", advice="请先登记迁出，再办理。"
        )
    room = ROOM.get(kind)
    if act == "bury" and room is not None and burials >= room:
        raise Refused(
            f"{PLOT_KIND_TITLES[kind]}最多安葬 {room} 位，这个墓位已满。",
            advice="请核对墓位编号；确为双人墓的，先更正墓位类型。",
        )
    return status if to is None else to


def emptied(*, left: int, holder: bool) -> PlotStatus:
    """The status of a plot from which somebody was moved away; ``left`` still lie there."""
    if left:
        return PlotStatus.OCCUPIED
    return PlotStatus.SOLD if holder else PlotStatus.FREE
