"""Lists of fees and charges: written, changed, listed, and as rules look at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, text, update

from geo_registry.domain.fees import Charge, FeeItem, FeeList
from geo_registry.domain.money import fen
from geo_registry.store.fee_tables import charge, fee_item, fee_list
from geo_registry.store.queries import query
from geo_registry.store.writing import column_wise, conflicts_in_words, copy_rows, same_row


@dataclass(frozen=True, slots=True)
class FeeListRow:
    """A list of a cemetery, or of everybody in a division; ``valid_to``: first day without it."""

    title: str
    valid_from: date
    cemetery_id: int | None = None
    division_code: str | None = None
    valid_to: date | None = None
    posted_on: date | None = None
    document_id: int | None = None
    source_id: str = ""
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class FeeItemRow:
    """One line of a list; ``ceiling_yuan`` a unit (a unit and year where ``per_year``)."""

    fee_list_id: int
    code: str
    title: str
    price_type: str
    unit: str = ""
    ceiling_yuan: Decimal | None = None
    per_year: bool = False
    maintenance: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One line that was charged, in all; ``years`` of maintenance collected with it."""

    cemetery_id: int
    charged_on: date
    amount_yuan: Decimal
    item_code: str = ""
    item_title: str = ""
    quantity: Decimal = Decimal(1)
    years: int | None = None
    forced: bool = False
    invoice: str = ""
    note: str = ""
    source_id: str = ""
    sample: bool = False
    batch_id: int | None = None


def insert_lists(connection: Connection, rows: Sequence[FeeListRow]) -> list[int]:
    """Write lists; :class:`Conflict` where one of the same owner begins on the same day."""
    return copy_rows(connection, fee_list, column_wise(rows, *FeeListRow.__dataclass_fields__))


def insert_items(connection: Connection, rows: Sequence[FeeItemRow]) -> list[int]:
    """Write lines of lists; :class:`Conflict` where a list has one of that code."""
    return copy_rows(connection, fee_item, column_wise(rows, *FeeItemRow.__dataclass_fields__))


def insert_charges(connection: Connection, rows: Sequence[ChargeRow]) -> list[int]:
    """Write charges; :class:`Conflict` where an invoice has the same line already."""
    return copy_rows(connection, charge, column_wise(rows, *ChargeRow.__dataclass_fields__))


def same_charge(connection: Connection, row: ChargeRow) -> int | None:
    """A charge that is not taken back and says the very same."""
    columns = (
        *("cemetery_id", "charged_on", "amount_yuan", "item_code", "item_title", "quantity"),
        *("years", "forced", "invoice", "note"),
    )
    return same_row(
        connection, charge, cancelled_on=None, **{name: getattr(row, name) for name in columns}
    )


def lock_list(connection: Connection, list_id: int) -> Mapping[str, Any] | None:
    """One list, locked until the transaction ends."""
    return _lock(connection, "fee_list", list_id)


def lock_charge(connection: Connection, charge_id: int) -> Mapping[str, Any] | None:
    """One charge, locked until the transaction ends."""
    return _lock(connection, "charge", charge_id)


def _lock(connection: Connection, table: str, row_id: int) -> Mapping[str, Any] | None:
    statement = f"SELECT * FROM registry.{table} WHERE id = :id FOR UPDATE"  # noqa: S608 - literals
    found = connection.execute(text(statement), {"id": row_id}).mappings().first()
    return None if found is None else dict(found)


def set_list(connection: Connection, list_id: int, **values: Any) -> None:
    """Change columns of one list."""
    _set(connection, fee_list, list_id, values)


def set_charge(connection: Connection, charge_id: int, **values: Any) -> None:
    """Change columns of one charge."""
    _set(connection, charge, charge_id, values)


def _set(connection: Connection, table: Table, row_id: int, values: Mapping[str, Any]) -> None:
    with conflicts_in_words():
        connection.execute(update(table).where(table.c.id == row_id).values(**values))


def beginnings(connection: Connection) -> set[tuple[int | None, str | None, date]]:
    """Whose lists begin on which days: (cemetery, division, first day)."""
    rows = connection.execute(
        text("SELECT cemetery_id, division_code, valid_from FROM registry.fee_list")
    )
    return {(c, d, f) for c, d, f in rows}


def invoiced(connection: Connection, invoices: Iterable[str]) -> set[tuple[int, str, str, str]]:
    """(cemetery, invoice, code, title) of charges in force with one of these invoices."""
    rows = connection.execute(
        text(
            "SELECT cemetery_id, invoice, item_code, item_title FROM registry.charge "
            "WHERE cancelled_on IS NULL AND invoice <> '' AND invoice = ANY (:invoices)"
        ),
        {"invoices": list(invoices)},
    )
    return {(c, i, code, title) for c, i, code, title in rows}


# ---- as rules look at them ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charged:
    """The charges of one cemetery with every list that may concern it, of any day."""

    lists: tuple[FeeList, ...]
    charges: tuple[Charge, ...]


def charged(connection: Connection, cemetery_ids: Sequence[int]) -> dict[int, Charged]:
    """Cemetery → its charges that were not taken back, with the lists; those without are left out.

    A list is read once, however many cemeteries it holds for.
    """
    given = {"ids": list(cemetery_ids)}
    rows = connection.execute(query("charges_of"), given).all() if cemetery_ids else []
    found: dict[int, list[Charge]] = defaultdict(list)
    for row in rows:
        found[row.cemetery_id].append(_charge(row))
    if not found:
        return {}
    pairs = connection.execute(query("fee_lists_of"), {"ids": list(found)}).all()
    lists = {one.subject: one for one in read_lists(connection, {p.fee_list_id for p in pairs})}
    concern: dict[int, list[FeeList]] = defaultdict(list)
    for pair in pairs:
        concern[pair.cemetery_id].append(lists[f"fee_list:{pair.fee_list_id}"])
    return {site: Charged(tuple(concern[site]), tuple(charges)) for site, charges in found.items()}


def _charge(row: Any) -> Charge:
    return Charge(
        subject=f"charge:{row.id}",
        charged_on=row.charged_on,
        code=row.item_code,
        title=row.item_title,
        quantity=row.quantity,
        amount=fen(row.amount_yuan),
        years=row.years,
        forced=row.forced,
        invoice=row.invoice,
    )


def read_lists(connection: Connection, ids: Iterable[int] | None = None) -> list[FeeList]:
    """Lists of the domain in the order of their ids; all of them without ``ids``."""
    wanted = None if ids is None else list(ids)
    items: dict[int, list[FeeItem]] = defaultdict(list)
    for row in connection.execute(
        text(
            "SELECT * FROM registry.fee_item WHERE CAST(:ids AS bigint[]) IS NULL "
            "OR fee_list_id = ANY (:ids) ORDER BY id"
        ),
        {"ids": wanted},
    ):
        items[row.fee_list_id].append(_item(row))
    rows = connection.execute(query("fee_lists"), {"ids": wanted})
    return [
        FeeList(
            subject=f"fee_list:{row.id}",
            title=row.title,
            whose=row.whose or "",
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            posted_on=row.posted_on,
            document=row.number or "",
            items=tuple(items[row.id]),
        )
        for row in rows
    ]


def _item(row: Any) -> FeeItem:
    return FeeItem(
        code=row.code,
        title=row.title,
        price_type=row.price_type,
        unit=row.unit,
        ceiling=None if row.ceiling_yuan is None else fen(row.ceiling_yuan),
        per_year=row.per_year,
        maintenance=row.maintenance,
    )


def page_of_charges(connection: Connection, **wanted: Any) -> list[Mapping[str, Any]]:
    """A page of charges. ``wanted``: after, limit, cemetery, since, until, cancelled."""
    return [dict(r) for r in connection.execute(query("charge_page"), wanted).mappings()]
