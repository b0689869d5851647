"""Eco-burials, subsidies, fees of the sample district; nobody in them ever lived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import tail
from geo_registry.domain.subsidy import State
from geo_registry.store.database import current_person
from geo_registry.store.deceased import DeceasedRow, insert_many
from geo_registry.store.eco_burials import (
    EcoBurialRow,
    MarkRow,
    insert_eco_burials,
    insert_marks,
)
from geo_registry.store.fees import (
    ChargeRow,
    FeeItemRow,
    FeeListRow,
    insert_charges,
    insert_items,
    insert_lists,
)
from geo_registry.store.papers import insert_documents
from geo_registry.store.rows import DocumentRow
from geo_registry.store.subsidies import (
    ApplicationRow,
    EventRow,
    insert_applications,
    insert_events,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

Digest = Callable[[str], str]
_Rows = Sequence[Mapping[str, Any]]


def write_money(
    connection: Connection,
    table: Mapping[str, Any],
    sites: Mapping[str, int],
    batch: int,
    *,
    county: str,
    identify: Digest | None,
) -> dict[str, int]:
    """Write the file on money; returns how many eco-burials and charges.

    ``sites`` maps keys of cemeteries to ids. Without ``identify`` the made-up identity numbers are
    left out.
    """
    papers = _papers(connection, [*table["marks"], *table["fee_lists"]])
    marks = [
        MarkRow(sites[m["cemetery"]], m["kind"], date.fromisoformat(m["valid_from"]),
                document_id=papers[m["document"]], sample=True, batch_id=batch)
        for m in table["marks"]
    ]  # fmt: skip
    insert_marks(connection, marks)
    _lists(connection, table["fee_lists"], sites, papers, batch)
    insert_charges(connection, [_charge(c, sites, batch) for c in table["charges"]])
    _eco_burials(connection, table["eco_burials"], sites, batch, county, identify)
    return {"eco_burials": len(table["eco_burials"]), "charges": len(table["charges"])}


def _papers(connection: Connection, rows: _Rows) -> dict[str, int]:
    numbers = {row["document"]: row["authority"] for row in rows}
    documents = [
        DocumentRow("收费、生态安葬文件（虚构）", "decision", number, authority, sample=True)
        for number, authority in numbers.items()
    ]
    return dict(zip(numbers, insert_documents(connection, documents), strict=True))


def _lists(
    connection: Connection,
    lists: _Rows,
    sites: Mapping[str, int],
    papers: Mapping[str, int],
    batch: int,
) -> None:
    rows = [
        FeeListRow(
            one["title"],
            date.fromisoformat(one["valid_from"]),
            sites[one["cemetery"]] if "cemetery" in one else None,
            one.get("division"),
            posted_on=_day(one.get("posted_on")),
            document_id=papers[one["document"]],
            source_id=one["key"],
            sample=True,
            batch_id=batch,
        )
        for one in lists
    ]
    items = [
        FeeItemRow(number, **{**item, "ceiling_yuan": Decimal(item["ceiling_yuan"])})
        for number, one in zip(insert_lists(connection, rows), lists, strict=True)
        for item in one["items"]
    ]
    insert_items(connection, items)


def _charge(charge: Mapping[str, Any], sites: Mapping[str, int], batch: int) -> ChargeRow:
    return ChargeRow(
        sites[charge["cemetery"]],
        date.fromisoformat(charge["charged_on"]),
        Decimal(charge["amount_yuan"]),
        charge["code"],
        charge["title"],
        Decimal(charge.get("quantity", 1)),
        charge.get("years"),
        charge.get("forced", False),
        charge["invoice"],
        source_id=charge["key"],
        sample=True,
        batch_id=batch,
    )


def _eco_burials(
    connection: Connection,
    rows: _Rows,
    sites: Mapping[str, int],
    batch: int,
    county: str,
    identify: Digest | None,
) -> None:
    people = insert_many(connection, [_dead(r, batch, identify) for r in rows])
    burials = insert_eco_burials(
        connection,
        [
            EcoBurialRow(
                person, r["kind"], county, date.fromisoformat(r["buried_on"]),
                sites[r["cemetery"]] if r["cemetery"] else None, r["place"], r["confirmed_by"],
                r["town"], r["key"], sample=True, batch_id=batch,
            )
            for r, person in zip(rows, people, strict=True)
        ],
    )  # fmt: skip
    applications = [
        _application(r, burial, person, batch, county, identify)
        for r, burial, person in zip(rows, burials, people, strict=True)
        if "application" in r
    ]
    numbers = insert_applications(connection, applications)
    person = current_person(connection)
    events = [
        EventRow(number, "import", a.state, a.since, person, amount_yuan=a.amount_yuan,
                 sample=True)
        for number, a in zip(numbers, applications, strict=True)
    ]  # fmt: skip
    insert_events(connection, events)


def _dead(row: Mapping[str, Any], batch: int, identify: Digest | None) -> DeceasedRow:
    number = row["id_number"]
    return DeceasedRow(
        name=row["name"],
        id_digest=identify(number) if identify else None,
        id_tail=tail(number) if identify else None,
        died_on=date.fromisoformat(row["died_on"]),
        hukou_code=row["hukou_code"],
        sample=True,
        batch_id=batch,
    )


def _application(
    row: Mapping[str, Any],
    burial: int,
    person: int,
    batch: int,
    county: str,
    identify: Digest | None,
) -> ApplicationRow:
    given = row["application"]
    applied_on, paid_on = date.fromisoformat(given["applied_on"]), _day(given["paid_on"])
    amount = given["amount_yuan"]
    return ApplicationRow(
        burial,
        person,
        paid_on or applied_on,
        given["applicant"],
        county,
        applied_on,
        state=State(given["state"]),
        applicant_digest=identify(given["id_number"]) if identify else None,
        applicant_tail=tail(given["id_number"]) if identify else None,
        relation=given["relation"],
        town_code=row["town"],
        checked_on=applied_on if given["state"] == "checked" else None,
        paid_on=paid_on,
        amount_yuan=None if amount is None else Decimal(amount),
        voucher=given["voucher"],
        source_id=given["key"],
        sample=True,
        batch_id=batch,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
