"""Lists of fees and charges: registered one at a time, posted, ended, taken back, checked.

A charge that is off the list or above it is registered all the same: what is wrong with it is told
at once, and found again by the rules ``cm.fee.*``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.fees import PRICE_TYPES
from geo_registry.domain.money import fen
from geo_registry.services.cemeteries.listing_fees import faults_of
from geo_registry.services.cemeteries.plots import LARGEST_ID, require_code, require_site
from geo_registry.services.people import permitting
from geo_registry.store import fees
from geo_registry.store.fees import ChargeRow, FeeItemRow, FeeListRow
from geo_registry.store.papers import document_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class NewItem:
    """One line of a new list; ``ceiling_yuan`` a unit, and year where ``per_year``."""

    code: str
    title: str
    price_type: str
    unit: str = ""
    ceiling_yuan: Decimal | None = None
    per_year: bool = False
    maintenance: bool = False


@dataclass(frozen=True, slots=True)
class NewList:
    """A list of fees as a person writes it: of a cemetery, or of everybody in a division."""

    title: str
    valid_from: date
    items: tuple[NewItem, ...]
    cemetery_id: int | None = None
    division_code: str | None = None
    valid_to: date | None = None
    posted_on: date | None = None
    number: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class NewCharge:
    """One line that was charged; by code or title of the item. Without the person who paid."""

    cemetery_id: int
    amount_yuan: Decimal
    item_code: str = ""
    item_title: str = ""
    charged_on: date | None = None
    quantity: Decimal = Decimal(1)
    years: int | None = None
    forced: bool = False
    invoice: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A charge that was registered, and what is wrong with it, in words."""

    id: int
    faults: tuple[str, ...] = field(default=())


def register_list(connection: Connection, new: NewList, *, desk: Desk) -> int:
    """Register a list; returns its id.

    Raises :class:`BadRequest` for what cannot be, :class:`Conflict` where the same owner has a list
    from the same day on.
    """
    _check_list(connection, new, desk)
    whose = f"cemetery:{new.cemetery_id}" if new.cemetery_id else f"division:{new.division_code}"
    permitting.require_subjects(connection, desk, "fee_lists.manage", [whose])
    document = None
    if new.number or new.authority:
        document = document_of(
            connection, title=new.title.strip(), number=new.number.strip(),
            authority=new.authority.strip(), dated_on=None,
        )  # fmt: skip
    row = FeeListRow(
        new.title.strip(), new.valid_from, new.cemetery_id, new.division_code, new.valid_to,
        new.posted_on, document,
    )  # fmt: skip
    (made,) = fees.insert_lists(connection, [row])
    fees.insert_items(
        connection,
        [
            FeeItemRow(
                made, i.code.strip(), i.title.strip(), i.price_type, i.unit.strip(),
                i.ceiling_yuan, i.per_year, i.maintenance,
            )
            for i in new.items
        ],
    )  # fmt: skip
    return made


def _check_list(connection: Connection, new: NewList, desk: Desk) -> None:
    if not new.title.strip() or len(new.title) > 100:
        raise BadRequest("请填写清单名称（不超过 100 个字）。")
    if (new.cemetery_id is None) == (new.division_code is None):
        raise BadRequest("请指明清单是哪处公墓的，或适用于哪个区划（二者选一）。")
    if new.cemetery_id is not None:
        require_site(connection, new.cemetery_id)
    require_code(connection, new.division_code)
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise BadRequest(f"失效日期 {new.valid_to} 应晚于起始日期 {new.valid_from}。")
    if new.posted_on is not None and new.posted_on > desk.on:
        raise BadRequest(f"公示日期 {new.posted_on} 还没有到。")
    if not new.items:
        raise BadRequest("清单至少要有一个项目。")
    for item in new.items:
        wrong = wrong_item(item.title, item.price_type, item.ceiling_yuan)
        if wrong:
            raise BadRequest(f"项目“{item.title[:40]}”：{wrong}。")


def wrong_item(title: str, price_type: str, ceiling_yuan: Decimal | None) -> str:
    """What is wrong with a line of a list, in words; empty where nothing."""
    if not title.strip() or len(title) > 100:
        return "项目名称应为 1–100 个字"
    if price_type not in PRICE_TYPES:
        return f"不认识价格形式“{price_type[:20]}”，可用：{'、'.join(PRICE_TYPES)}"
    if price_type != "market" and ceiling_yuan is None:
        return "政府定价、政府指导价的项目要有价格"
    return ""


def post(connection: Connection, list_id: int, *, posted_on: date, desk: Desk) -> None:
    """Write down when a list was made public; an earlier day stays unless it is corrected."""
    found = _list(connection, list_id)
    if posted_on > desk.on:
        raise BadRequest(f"公示日期 {posted_on} 还没有到。")
    if found["posted_on"] == posted_on:
        raise Conflict(f"这份清单已登记于 {posted_on} 公示，没有变化。")
    fees.set_list(connection, list_id, posted_on=posted_on)


def end(connection: Connection, list_id: int, *, valid_to: date) -> None:
    """End a list: ``valid_to`` is the first day on which it holds no more."""
    found = _list(connection, list_id)
    if valid_to <= found["valid_from"]:
        raise BadRequest(f"失效日期 {valid_to} 应晚于起始日期 {found['valid_from']}。")
    if found["valid_to"] == valid_to:
        raise Conflict(f"这份清单已登记于 {valid_to} 失效，没有变化。")
    fees.set_list(connection, list_id, valid_to=valid_to)


def charge(connection: Connection, new: NewCharge, *, desk: Desk) -> Checked:
    """Register a charge, and tell what is wrong with it by the lists of its day.

    Raises :class:`NotFound`, :class:`BadRequest` for what cannot be, :class:`Conflict` where the
    invoice has the same line already, or one without an invoice was registered word for word.
    """
    require_site(connection, new.cemetery_id)
    permitting.require_subjects(
        connection, desk, "charges.register", [f"cemetery:{new.cemetery_id}"]
    )
    day = new.charged_on or desk.on
    _check_charge(new, day, desk)
    row = ChargeRow(
        new.cemetery_id, day, new.amount_yuan, new.item_code.strip(), new.item_title.strip(),
        new.quantity, new.years, new.forced, new.invoice.strip(), new.note.strip(),
    )  # fmt: skip
    twice = None if row.invoice else fees.same_charge(connection, row)
    if twice is not None:
        raise Conflict(
            f"同一天、同一项目、同样金额的收费已经登记（charge:{twice}），没有重复登记。",
            advice="确是另一笔的，请填写票据号，或在备注中注明（不写姓名）。",
        )
    (made,) = fees.insert_charges(connection, [row])
    found = faults_of(connection, [new.cemetery_id], desk.reference.fee_terms)
    return Checked(made, found.get(f"charge:{made}", ()))


def _check_charge(new: NewCharge, day: date, desk: Desk) -> None:
    if not (new.item_code.strip() or new.item_title.strip()):
        raise BadRequest("请填写收费项目的编码或名称。")
    if max(len(new.item_title), len(new.invoice), len(new.item_code)) > 100 or len(new.note) > 500:
        raise BadRequest("项目编码、名称和票据号各不超过 100 个字，备注不超过 500 个字。")
    if day > desk.on:
        raise BadRequest(f"收费日期 {day} 还没有到。")
    try:
        amount = fen(new.amount_yuan)
    except ValueError as error:
        raise BadRequest(f"收费金额{error}。") from None
    if amount < 0 or not 0 < new.quantity < 10**6:
        raise BadRequest("金额不能小于 0，数量应大于 0。")
    if new.years is not None and not 1 <= new.years <= 200:
        raise BadRequest(f"年数 {new.years} 不合理，应在 1–200 年之间。")


def cancel(connection: Connection, charge_id: int, *, why: str, desk: Desk) -> None:
    """Write down that a charge was paid back in full, or registered by mistake."""
    inside = 0 < charge_id <= LARGEST_ID
    found = fees.lock_charge(connection, charge_id) if inside else None
    if found is None:
        raise NotFound(f"没有编号为 {charge_id} 的收费。")
    if found["cancelled_on"] is not None:
        raise Conflict(f"这笔收费已于 {found['cancelled_on']} 撤销。")
    if not why.strip() or len(why) > 500:
        raise BadRequest("请写明撤销的原因，例如 已全额退还（不超过 500 个字，不写姓名）。")
    fees.set_charge(connection, charge_id, cancelled_on=desk.on, cancelled_why=why.strip())


def _list(connection: Connection, list_id: int) -> Mapping[str, Any]:
    found = fees.lock_list(connection, list_id) if 0 < list_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有编号为 {list_id} 的收费清单。")
    return found
