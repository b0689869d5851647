"""Applications for a subsidy: written, locked for a step, listed, counted by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text, update

from geo_registry.domain.money import fen
from geo_registry.domain.subsidy import State
from geo_registry.domain.subsidy_doubts import Claim
from geo_registry.store.queries import query, sql
from geo_registry.store.subsidy_tables import subsidy_application, subsidy_event
from geo_registry.store.writing import column_wise, conflicts_in_words, copy_rows

if TYPE_CHECKING:
    from geo_registry.store.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application; ``since`` is the day of its last step. Amounts in yuan."""

    eco_burial_id: int
    deceased_id: int
    since: date
    applicant_name: str
    county_code: str
    applied_on: date
    state: str = State.APPLIED
    scheme: str = ""
    applicant_digest: str | None = None
    applicant_tail: str | None = None
    relation: str = ""
    form_number: str = ""
    town_code: str | None = None
    checked_on: date | None = None
    approved_on: date | None = None
    paid_on: date | None = None
    ended_on: date | None = None
    amount_yuan: Decimal | None = None
    voucher: str = ""
    source_id: str = ""
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of an application, never changed afterwards."""

    application_id: int
    act: str
    after: str
    on_day: date
    person_id: int
    before: str | None = None
    amount_yuan: Decimal | None = None
    reason: str = ""
    doubts: tuple[str, ...] = ()
    sample: bool = False


def insert_applications(connection: Connection, rows: Sequence[ApplicationRow]) -> list[int]:
    """Write applications; :class:`Conflict` where one of a deceased is open or paid already."""
    return copy_rows(
        connection, subsidy_application, column_wise(rows, *ApplicationRow.__dataclass_fields__)
    )


def insert_events(connection: Connection, rows: Sequence[EventRow]) -> list[int]:
    """Write steps."""
    columns = column_wise(rows, *EventRow.__dataclass_fields__)
    columns["doubts"] = [list(doubts) for doubts in columns["doubts"]]  # a tuple is a record
    return copy_rows(connection, subsidy_event, columns)


def lock_application(connection: Connection, application_id: int) -> Mapping[str, Any] | None:
    """One application, locked until the transaction ends: a second clerk waits and sees it done."""
    rows = connection.execute(
        text("SELECT * FROM registry.subsidy_application WHERE id = :id FOR UPDATE"),
        {"id": application_id},
    )
    found = rows.mappings().first()
    return None if found is None else dict(found)


def set_application(connection: Connection, application_id: int, **values: Any) -> None:
    """Change columns of one application."""
    with conflicts_in_words():
        connection.execute(
            update(subsidy_application)
            .where(subsidy_application.c.id == application_id)
            .values(**values)
        )


def twins(connection: Connection, application_id: int) -> int:
    """How many applications are open or paid for another deceased of one name and day of death."""
    found = connection.scalar(
        text(
            "SELECT count(*) FROM registry.subsidy_application a "
            "JOIN registry.deceased d ON d.id = a.deceased_id "
            "JOIN registry.deceased o ON o.name = d.name AND o.died_on = d.died_on "
            " AND o.id <> d.id "
            "JOIN registry.subsidy_application x ON x.deceased_id = o.id "
            " AND x.state IN ('applied', 'checked', 'approved', 'paid') WHERE a.id = :id"
        ),
        {"id": application_id},
    )
    return int(found or 0)


def claims_of_area(connection: Connection, codes: Sequence[str]) -> list[int]:
    """The ids of applications that are open or paid, of counties, towns or a wider area.

    They lie where :func:`claim_rows` says.
    """
    rows = connection.execute(
        text(
            f"SELECT a.id FROM ({sql('subsidy_claims')}) AS a "  # noqa: S608 (a file of ours)
            "JOIN unnest(CAST(:codes AS text[])) AS c(code) "
            " ON coalesce(a.town_code, a.county_code) LIKE c.code || '%' "
            "WHERE a.state IN ('applied', 'checked', 'approved', 'paid') ORDER BY a.id"
        ),
        {"codes": list(codes), "ids": None},
    )
    return [number for (number,) in rows]


def claim_rows(connection: Connection, ids: Iterable[int]) -> Sequence[Any]:
    """What rules look at of some applications, without the persons."""
    wanted = list(ids)
    return connection.execute(query("subsidy_claims"), {"ids": wanted}).all() if wanted else []


def claim(row: Any, surroundings: Surroundings | None = None) -> Claim:
    """A claim of the domain from a row of :func:`claim_rows`."""
    scopes = surroundings.scopes(row) if surroundings else {}
    return Claim(
        subject=f"subsidy:{row.id}",
        state=State(row.state),
        kind=row.kind,
        person=f"deceased:{row.deceased_id}",
        applied_on=row.applied_on,
        buried_on=row.buried_on,
        hukou_code=row.hukou_code,
        amount=None if row.amount_yuan is None else fen(row.amount_yuan),
        confirmed_by=row.confirmed_by,
        alike=row.alike or "",
        graves=tuple(row.graves),
        identified=row.identified,
        located_in=surroundings.in_words(scopes) if surroundings else "",
        scopes=scopes,
    )


# ---- listed -------------------------------------------------------------------------------------


def page(connection: Connection, **wanted: Any) -> list[Mapping[str, Any]]:
    """A page of applications with the dead and the applicant.

    ``wanted``: ids, after, limit, state, kind, under, year (of payment).
    """
    return [dict(r) for r in connection.execute(query("subsidy_page"), wanted).mappings()]


def events(connection: Connection, application_id: int) -> list[Mapping[str, Any]]:
    """The steps of an application in order, with the name of the person who took each."""
    rows = connection.execute(
        text(
            "SELECT e.act, e.before, e.after, e.on_day, e.amount_yuan, e.reason, e.doubts, "
            " p.name AS person, e.recorded_at FROM registry.subsidy_event e "
            "JOIN registry.person p ON p.id = e.person_id "
            "WHERE e.application_id = :id ORDER BY e.id"
        ),
        {"id": application_id},
    )
    return [dict(r) for r in rows.mappings()]


def checked_by(connection: Connection, application_id: int) -> int | None:
    """The person who checked an application, None where nobody has."""
    found = connection.scalar(
        text(
            "SELECT person_id FROM registry.subsidy_event "
            "WHERE application_id = :id AND act = 'check' ORDER BY id DESC LIMIT 1"
        ),
        {"id": application_id},
    )
    return None if found is None else int(found)


def totals(
    connection: Connection, *, year: int | None, under: str | None, sample: bool
) -> list[Mapping[str, Any]]:
    """What was paid and recovered, by year, kind and amount; and by year and town; and by year.

    ``part``: ``kind``, ``town`` or ``year`` says which of them a row is.
    """
    given = {"year": year, "under": under, "sample": sample}
    return [dict(r) for r in connection.execute(query("subsidy_totals"), given).mappings()]
