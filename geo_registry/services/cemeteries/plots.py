"""What people do with plots: reserve, assign, transfer, extend, close, correct.

Each act locks the plot, asks the domain whether it fits, and changes the row; the history keeps
what was there before, with person and reason. The door opened the transaction and commits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.plot import (
    GRANTED_TITLES,
    PLOT_STATUS_TITLES,
    PlotKind,
    PlotStatus,
    after,
    last_day,
)
from geo_registry.services.imports.importing_cells import counties_with_villages, is_division
from geo_registry.store import imports, plots

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST_TERM = 200
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Grant:
    """To whom a plot is given, how, from when, for how long.

    ``how``: ``assigned``, ``sold`` or ``transferred``. ``holder_code`` is the division of the
    holder's household registration; ``fee_years`` are the years of maintenance paid at once.
    """

    holder_name: str
    how: str = "assigned"
    holder_code: str | None = None
    price_yuan: Decimal | None = None
    term_from: date | None = None
    term_years: int | None = None
    fee_years: int | None = None


@dataclass(frozen=True, slots=True)
class PlotDone:
    """What an act did to a plot."""

    plot_id: int
    status: str
    term_end: date | None

    @property
    def status_title(self) -> str:
        """The status in Chinese."""
        return PLOT_STATUS_TITLES[PlotStatus(self.status)]


def assign(connection: Connection, plot_id: int, grant: Grant, *, on: date) -> PlotDone:
    """Give a free or reserved plot to somebody, from a day (default ``on``) for some years.

    Raises :class:`NotFound`, :class:`Refused` where the plot is not free, :class:`BadRequest` for
    a grant that is not complete.
    """
    _check_grant(connection, grant)
    if grant.how == "transferred":
        raise BadRequest("分配墓位时取得方式是“分配”或“出售”；转让请用转让办理。")
    held = _held(connection, plot_id)
    status = _after("assign", held)
    return _granted(connection, held, grant, status, grant.term_from or on)


def transfer(connection: Connection, plot_id: int, grant: Grant, *, on: date) -> PlotDone:
    """Write another holder on a plot that is given already; its term goes on unless told."""
    _check_grant(connection, grant)
    held = _held(connection, plot_id)
    status = _after("transfer", held)
    begin = grant.term_from or held["term_from"] or on
    return _granted(connection, held, grant, status, begin)


def _granted(
    connection: Connection,
    held: Mapping[str, Any],
    grant: Grant,
    status: PlotStatus,
    begin: date,
) -> PlotDone:
    years = grant.term_years or held["term_years"]
    end = last_day(begin, years) if years else held["term_end"]
    fee_until = last_day(begin, grant.fee_years) if grant.fee_years else held["fee_paid_until"]
    plots.set_plot(
        connection,
        held["id"],
        status=str(status),
        holder_name=grant.holder_name.strip(),
        holder_code=grant.holder_code,
        granted=grant.how,
        price_yuan=grant.price_yuan,
        term_from=begin,
        term_years=years,
        term_end=end,
        fee_years=grant.fee_years if grant.fee_years is not None else held["fee_years"],
        fee_paid_until=fee_until,
    )
    return PlotDone(held["id"], str(status), end)


def reserve(connection: Connection, plot_id: int) -> PlotDone:
    """Keep a free plot for somebody or something."""
    return _to(connection, plot_id, "reserve")


def release(connection: Connection, plot_id: int) -> PlotDone:
    """Take an empty plot back: it is free again, without holder and term."""
    held = _held(connection, plot_id)
    status = _after("release", held)
    nothing = dict.fromkeys(
        ("holder_name", "holder_code", "price_yuan", "term_from", "term_years", "term_end",
         "fee_paid_until", "fee_years")
    )  # fmt: skip
    plots.set_plot(connection, plot_id, status=str(status), granted="", **nothing)
    return PlotDone(plot_id, str(status), None)


def close(connection: Connection, plot_id: int) -> PlotDone:
    """Take an empty plot out of use."""
    return _to(connection, plot_id, "close")


def reopen(connection: Connection, plot_id: int) -> PlotDone:
    """Put a closed plot back into use."""
    return _to(connection, plot_id, "reopen")


def extend(
    connection: Connection,
    plot_id: int,
    years: int,
    *,
    fee_years: int | None = None,
    was: date | None = None,
) -> PlotDone:
    """Lengthen the term of a plot by years, and what is paid for its maintenance.

    The new term begins the day after the old one ends. ``was`` is the end that the person saw:
    where it is another one now, somebody has lengthened the term already, and :class:`Conflict`
    says so. Raises :class:`Refused` for a plot without a term.
    """
    _check_years(years, "续期年数")
    held = _held(connection, plot_id)
    status = _after("extend", held)
    if was is not None and held["term_end"] not in {None, was}:
        raise Conflict(
            f"这个墓位现在的到期日期是 {held['term_end']}，不是 {was}；没有续期。",
            advice="可能已经续过期，请刷新后核对。",
        )
    if held["term_end"] is None:
        raise Refused("这个墓位没有登记到期日期，不能续期。", advice="请先更正起始日期和使用年限。")
    end = _later(held["term_end"], years)
    changed: dict[str, Any] = {"term_end": end}
    if held["term_years"]:
        changed["term_years"] = held["term_years"] + years
    if fee_years is not None:
        _check_years(fee_years, "维护费年数")
        begin = held["fee_paid_until"] or held["term_end"]
        changed |= {"fee_years": fee_years, "fee_paid_until": _later(begin, fee_years)}
    plots.set_plot(connection, plot_id, **changed)
    return PlotDone(plot_id, str(status), end)


def _later(end: date, years: int) -> date:
    """The last day of a term that is lengthened by years."""
    try:
        return end.replace(year=end.year + years)
    except ValueError:  # 29 February
        return date(end.year + years, 2, 28)


CORRECTABLE: Mapping[str, str] = {
    "number": "墓位号",
    "kind": "类型",
    "area_m2": "面积",
    "stele_height_m": "碑高",
    "clan": "宗族墓",
    "family": "家族墓",
    "living": "活人墓",
    "protected": "依法保留",
    "made_on": "建成日期",
    "term_from": "起始日期",
    "term_years": "使用年限",
    "fee_paid_until": "维护费缴至",
    "fee_years": "维护费年数",
}
"""Fields of a plot that were written down wrongly and may be corrected."""


def correct(connection: Connection, plot_id: int, **values: Any) -> PlotDone:
    """Put right what was written down wrongly; the term follows its beginning and years.

    Raises :class:`BadRequest` for nothing to correct, a field that cannot be, or a size that is
    none, :class:`Conflict` for a number that another plot has, :class:`Refused` for a kind with
    less room than those who lie there.
    """
    unknown = values.keys() - CORRECTABLE.keys()
    if unknown or not values:
        raise BadRequest(f"可以更正的有：{'、'.join(CORRECTABLE.values())}。")
    held = _held(connection, plot_id)
    _check_values(values)
    if "kind" in values and held["burials"]:
        # As if the last of them were buried now: there must be room.
        after(
            "bury", PlotStatus.OCCUPIED, burials=held["burials"] - 1, kind=PlotKind(values["kind"])
        )
    new = {**held, **values}
    if {"term_from", "term_years"} & values.keys() and new["term_from"] and new["term_years"]:
        values["term_end"] = last_day(new["term_from"], new["term_years"])
    plots.set_plot(connection, plot_id, **values)
    return PlotDone(plot_id, held["status"], values.get("term_end", held["term_end"]))


def _check_values(values: Mapping[str, Any]) -> None:
    for name, most in (("area_m2", 1000.0), ("stele_height_m", 20.0)):
        size = values.get(name)
        if size is not None and not 0 < size <= most:
            raise BadRequest(f"{CORRECTABLE[name]} {size:g} 不合理，应在 0–{most:g} 之间。")
    for name in ("term_years", "fee_years"):
        if values.get(name) is not None:
            _check_years(values[name], CORRECTABLE[name])
    if "kind" in values and values["kind"] not in set(PlotKind):
        raise BadRequest(
            f"不认识墓位类型“{str(values['kind'])[:20]}”。可用：{'、'.join(PlotKind)}。"
        )
    if "number" in values and not str(values["number"]).strip():
        raise BadRequest("墓位号不能为空。")


# ---- common -------------------------------------------------------------------------------------


def _check_grant(connection: Connection, grant: Grant) -> None:
    if not grant.holder_name.strip() or len(grant.holder_name) > 60:
        raise BadRequest("请填写使用人姓名（不超过 60 个字）。")
    if grant.how not in GRANTED_TITLES:
        shown = "、".join(f"{k}（{v}）" for k, v in GRANTED_TITLES.items())
        raise BadRequest(f"不认识取得方式“{grant.how[:20]}”。可用：{shown}。")
    if grant.price_yuan is not None and not 0 <= grant.price_yuan < 10**9:
        raise BadRequest("价格应是 0 以上的金额（元）。")
    for years, title in ((grant.term_years, "使用年限"), (grant.fee_years, "维护费年数")):
        if years is not None:
            _check_years(years, title)
    require_code(connection, grant.holder_code)


def require_code(connection: Connection, code: str | None) -> None:
    """Raise :class:`BadRequest` for a division code of statistics that nobody knows."""
    known = imports.division_codes(connection) if code else {}
    if code and not is_division(code, known, counties_with_villages(known)):
        raise BadRequest(f"没有统计用区划代码“{code[:20]}”。请填 6、9 或 12 位代码。")


def require_site(connection: Connection, cemetery_id: int) -> None:
    """Raise :class:`NotFound` for a cemetery that is not registered."""
    inside = 0 < cemetery_id <= LARGEST_ID
    if not inside or not plots.sites(connection, [cemetery_id]):
        raise NotFound(f"没有编号为 {cemetery_id} 的公墓。")


def _check_years(years: int, title: str) -> None:
    if not 1 <= years <= LONGEST_TERM:
        raise BadRequest(f"{title} {years} 不合理，应在 1–{LONGEST_TERM} 年之间。")


def _held(connection: Connection, plot_id: int) -> Mapping[str, Any]:
    held = plots.lock_plot(connection, plot_id) if 0 < plot_id <= LARGEST_ID else None
    if held is None:
        raise NotFound(f"没有编号为 {plot_id} 的墓位。")
    return held


def held_plot(connection: Connection, plot_id: int) -> Mapping[str, Any]:
    """One plot with the number of those who lie there, locked; :class:`NotFound` for none."""
    return _held(connection, plot_id)


def _after(act: str, held: Mapping[str, Any]) -> PlotStatus:
    return after(
        act, PlotStatus(held["status"]), burials=held["burials"], kind=PlotKind(held["kind"])
    )


def _to(connection: Connection, plot_id: int, act: str) -> PlotDone:
    held = _held(connection, plot_id)
    status = _after(act, held)
    plots.set_plot(connection, plot_id, status=str(status))
    return PlotDone(plot_id, str(status), held["term_end"])
