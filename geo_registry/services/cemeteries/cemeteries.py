"""What people write down about a cemetery itself: that it exists, who runs it, whom it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shapely import Point

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.secrecy import checked as checked_level
from geo_registry.domain.toponym import parse
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID, TYPE_TITLES, one_cemetery
from geo_registry.services.cemeteries.plots import require_code
from geo_registry.services.imports.importing import Codes, require_division
from geo_registry.store import plots
from geo_registry.store.cemeteries import insert_cemeteries
from geo_registry.store.papers import document_of
from geo_registry.store.rows import CemeteryRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from geo_registry.domain.reference import Reference

STATUSES = {"in_use": "使用中", "planned": "规划", "retired": "已停用"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The document of an approval."""

    title: str
    number: str = ""
    authority: str = ""
    dated_on: date | None = None


def register(
    connection: Connection,
    name: str,
    type_: str,
    *,
    at: str,
    operator: str = "",
    point: tuple[float, float] | None = None,
    reference: Reference,
) -> int:
    """Register a cemetery that has no boundary yet, an ash store for instance; returns its id.

    ``at`` is a statistical division code, ``point`` longitude and latitude (EPSG:4490). Raises
    :class:`BadRequest` and, for a name the division has already, :class:`Conflict`.
    """
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise BadRequest("请填写公墓名称（不超过 200 个字）。")
    _require_type(type_)
    require_division(connection, at)
    if point and not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise BadRequest("经度、纬度不合理。", advice="先写经度，再写纬度，例如 122.05 37.42。")
    for site in plots.sites_named(connection, [name]).get(name, ()):
        if site.name == name:
            raise Conflict(f"已经登记了“{name}”（cemetery:{site.id}）。")
    codes = Codes.of(at)
    row = CemeteryRow(
        name, type_, codes.village, codes.town, codes.county,
        location=Point(point) if point else None, operator=operator.strip(),
        toponym=parse(name, "cemetery", reference),
    )  # fmt: skip
    (number,) = insert_cemeteries(connection, [row])
    return number


def correct(
    connection: Connection,
    cemetery_id: int,
    *,
    type_: str | None = None,
    operator: str | None = None,
    serves: Sequence[str] | None = None,
    status: str | None = None,
    secrecy: str | None = None,
) -> dict[str, Any]:
    """Put right what is written of a cemetery; what is None stays. Returns it as it is then.

    ``serves`` are codes of the divisions whose people a village cemetery is there for, its own
    village among them; empty means its own village alone.
    """
    one_cemetery(connection, cemetery_id)
    values: dict[str, Any] = {}
    if type_ is not None:
        values["type"] = _require_type(type_)
    if operator is not None:
        values["operator"] = operator.strip()[:200]
    if serves is not None:
        for code in serves:
            require_code(connection, code)
        values["serves"] = list(dict.fromkeys(serves))
    if status is not None:
        if status not in STATUSES:
            raise BadRequest(f"不认识状态“{status[:20]}”。可用：{'、'.join(STATUSES)}。")
        values["status"] = status
    if secrecy is not None:
        values["secrecy"] = checked_level(secrecy)
    if not values:
        raise BadRequest(
            "没有要更正的内容。", advice="可更正类型、经营单位、服务的村、状态、密级。"
        )
    plots.set_cemetery(connection, cemetery_id, **values)
    return one_cemetery(connection, cemetery_id)


def correct_approval(
    connection: Connection,
    approval_id: int,
    *,
    stated_area_m2: float | None = None,
    paper: Paper | None = None,
) -> None:
    """Write the area a document states, or the document itself, on an approval.

    The area is then compared with the polygon by ``cm.bound.stated_area``. Raises
    :class:`NotFound` and :class:`BadRequest`.
    """
    values: dict[str, Any] = {}
    if stated_area_m2 is not None:
        if not 0 < stated_area_m2 <= 1e8:
            raise BadRequest(f"面积 {stated_area_m2:g} 平方米不合理。")
        values["stated_area_m2"] = stated_area_m2
    if paper is not None:
        values["document_id"] = document_of(
            connection, title=paper.title, number=paper.number, authority=paper.authority,
            dated_on=paper.dated_on,
        )  # fmt: skip
    if not values:
        raise BadRequest("没有要更正的内容。", advice="可更正批准面积和批准文件。")
    known = 0 < approval_id <= LARGEST_ID
    if not known or not plots.set_approval(connection, approval_id, **values):
        raise NotFound(f"没有编号为 {approval_id} 的批准。")


def _require_type(type_: str) -> str:
    if type_ not in TYPE_TITLES:
        shown = "、".join(f"{k}（{v}）" for k, v in TYPE_TITLES.items())
        raise BadRequest(f"不认识公墓类型“{type_[:20]}”。可用：{shown}。")
    return type_
