"""Burying and moving away: one burial at a time, the person known by the digest of a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo_registry.domain.burial import BurialKind, check_id_number, tail
from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.plot import PlotKind, PlotStatus, after, emptied
from geo_registry.services.cemeteries.plots import LARGEST_ID, held_plot, require_code
from geo_registry.services.imports.identity_digest import digest
from geo_registry.store import deceased, plots
from geo_registry.store.plots import BurialRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Dead:
    """Who is buried. ``id_number`` is turned into its digest and forgotten."""

    name: str
    id_number: str = ""
    died_on: date | None = None
    hukou_code: str | None = None


@dataclass(frozen=True, slots=True)
class Burying:
    """Where, how and when; a plot, or a cemetery without one.

    ``resident_of``: the village as whose resident the dead is taken in. ``consent``: the relation
    of the person who agreed (配偶, 子女), never a name.
    """

    plot_id: int | None = None
    cemetery_id: int | None = None
    kind: str = "ashes"
    buried_on: date | None = None
    resident_of: str | None = None
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Buried:
    """The burial that was written, the person's row, and whether that was there before."""

    burial_id: int
    deceased_id: int
    known: bool


def bury(
    connection: Connection, settings: Settings, dead: Dead, where: Burying, *, on: date
) -> Buried:
    """Register a burial; the plot becomes occupied.

    Raises :class:`NotFound` for a place that is not registered, :class:`Refused` for a plot that
    is full or closed, :class:`Conflict` for somebody who lies elsewhere, :class:`BadRequest` for
    days that cannot be, an identity number that is wrong, or one of another name. No message
    repeats a name or number.
    """
    day = where.buried_on or on
    _check(connection, dead, where, day, on)
    if not dead.id_number.strip():
        _refuse_twice(connection, dead, where, day)
    cemetery_id = _take_place(connection, where)
    deceased_id, known = person_of(connection, settings, dead)
    row = BurialRow(
        deceased_id, where.kind, where.plot_id, cemetery_id, day, where.resident_of,
        where.consent.strip(),
    )  # fmt: skip
    (burial_id,) = plots.insert_burials(connection, [row])
    return Buried(burial_id, deceased_id, known)


def move_away(
    connection: Connection, burial_id: int, *, why: str, moved_on: date | None, on: date
) -> int | None:
    """End a burial because the remains were moved; returns the plot it was in.

    The plot is empty again where nobody else lies there. Raises :class:`NotFound`,
    :class:`Conflict` where the burial has ended already, :class:`BadRequest` for no reason or a
    day that cannot be.
    """
    day = moved_on or on
    found = plots.lock_burial(connection, burial_id) if 0 < burial_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有编号为 {burial_id} 的安葬记录。")
    if found["ended_on"] is not None:
        raise Conflict(f"这条安葬记录已于 {found['ended_on']} 结束。")
    if not why.strip() or len(why) > 500:
        raise BadRequest("请写明迁出的原因和去向（不超过 500 个字，不写姓名）。")
    if day > on or (found["buried_on"] and day < found["buried_on"]):
        raise BadRequest(f"迁出日期 {day} 不合理：应在安葬之后、今天或以前。")
    plots.set_burial(connection, burial_id, ended_on=day, ended_why=why.strip())
    if found["plot_id"] is None:
        return None
    plot = held_plot(connection, found["plot_id"])
    if plot["status"] != PlotStatus.CLOSED:
        status = emptied(left=plot["burials"], holder=bool(plot["holder_name"]))
        plots.set_plot(connection, plot["id"], status=str(status))
    return int(plot["id"])


def _check(connection: Connection, dead: Dead, where: Burying, day: date, on: date) -> None:
    if not dead.name.strip() or len(dead.name) > 60:
        raise BadRequest("请填写逝者姓名（不超过 60 个字）。")
    if where.kind not in set(BurialKind):
        raise BadRequest(f"不认识葬式“{where.kind[:20]}”。可用：ashes（骨灰）、body（遗体）。")
    if len(where.consent) > 20:
        raise BadRequest("同意人只写与逝者的关系（不超过 20 个字），例如 配偶、子女。")
    if day > on:
        raise BadRequest(f"安葬日期 {day} 还没有到。")
    if dead.died_on and dead.died_on > day:
        raise BadRequest(f"安葬日期 {day} 早于死亡日期 {dead.died_on}。")
    for code in (dead.hukou_code, where.resident_of):
        require_code(connection, code)


def _refuse_twice(connection: Connection, dead: Dead, where: Burying, day: date) -> None:
    """A second click: without a number nothing else tells that it is the same person."""
    cemetery_id = where.cemetery_id
    if where.plot_id is not None:
        cemetery_id = held_plot(connection, where.plot_id)["cemetery_id"]
    row = BurialRow(0, where.kind, where.plot_id, cemetery_id, day)
    twice = plots.same_burial(connection, dead.name.strip(), dead.died_on, row)
    if twice is not None:
        raise Conflict(
            f"姓名、日期、位置都相同的安葬已经登记（burial:{twice}），没有重复登记。",
            advice="确是另一位同名逝者的，请填写身份证号。",
        )


def _take_place(connection: Connection, where: Burying) -> int | None:
    """Check and occupy the plot; returns the cemetery, None for a grave by itself."""
    if where.plot_id is None:
        if where.cemetery_id is None:
            raise BadRequest("请指明墓位或公墓。")
        if not plots.sites(connection, [where.cemetery_id]):
            raise NotFound(f"没有编号为 {where.cemetery_id} 的公墓。")
        return where.cemetery_id
    plot = held_plot(connection, where.plot_id)
    if where.cemetery_id is not None and plot["cemetery_id"] != where.cemetery_id:
        raise BadRequest(f"墓位 {where.plot_id} 不在这处公墓。")
    status = after(
        "bury", PlotStatus(plot["status"]), burials=plot["burials"], kind=PlotKind(plot["kind"])
    )
    plots.set_plot(connection, where.plot_id, status=str(status))
    found: int | None = plot["cemetery_id"]
    return found


def person_of(connection: Connection, settings: Settings, dead: Dead) -> tuple[int, bool]:
    """The row of the dead, and whether it was there: the one that has the number, else a new one.

    Raises :class:`BadRequest` for a number that is wrong, or registered with another name.
    """
    mark = last = None
    if dead.id_number.strip():
        checked = check_id_number(dead.id_number)
        mark, last = digest(settings, checked), tail(checked)
        known = deceased.known(connection, [mark]).get(mark)
        if known is not None:
            if known.name != dead.name.strip():
                raise BadRequest(
                    "这个身份证号已登记在另一个姓名下。", advice="请对照证件核对姓名和号码。"
                )
            return known.id, True
    number = deceased.insert_deceased(
        connection,
        name=dead.name.strip(),
        id_digest=mark,
        id_tail=last,
        died_on=dead.died_on,
        hukou_code=dead.hukou_code,
    )
    return number, False
