"""Proposals in the registry: their rows under lock, their steps and papers, protected names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, text, update

from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.proposal import CLOSED, Dossier, State
from geo_registry.store.database import current_person
from geo_registry.store.proposal_tables import (
    proposal,
    proposal_paper,
    proposal_step,
    protected_name,
)
from geo_registry.store.queries import query
from geo_registry.store.tables import person, place
from geo_registry.store.writing import conflicts_in_words, same_row

if TYPE_CHECKING:
    from geo_registry.domain.proposal import Taken


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A proposal with its row: ``dossier`` is what the guards see, ``row`` the columns as read."""

    id: int
    dossier: Dossier
    row: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """The subject id."""
        return f"proposal:{self.id}"

    @property
    def place_id(self) -> int:
        """The place it speaks of."""
        return int(self.row["place_id"])

    @property
    def town(self) -> str | None:
        """The code of the town it lies in."""
        code: str | None = self.row["town_code"]
        return code


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a dossier; ``sha256`` is that of the file, where there is one."""

    kind: str
    title: str
    number: str = ""
    dated_on: date | None = None
    file_name: str = ""
    sha256: str | None = None


def insert_proposal(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a proposal; :class:`Conflict` where one is open for the place."""
    defaults = {"person_id": current_person(connection), "secrecy": "internal", "sample": False}
    with conflicts_in_words():
        return int(
            connection.execute(
                insert(proposal).values(_EMPTY | defaults | dict(values)).returning(proposal.c.id)
            ).scalar_one()
        )


_EMPTY = {
    "state": "proposed",
    "version": 1,
    **dict.fromkeys(
        ("authority", "number", "check_verdict", "direction", "starts_at", "ends_at"), ""
    ),
}


def hold_proposal(connection: Connection, proposal_id: int) -> StoredProposal | None:
    """Lock a proposal until the transaction ends, and read it as it then is."""
    connection.execute(
        select(proposal.c.id).where(proposal.c.id == proposal_id).with_for_update(key_share=True)
    )
    return find_proposal(connection, proposal_id)


def find_proposal(connection: Connection, proposal_id: int) -> StoredProposal | None:
    """A proposal by its id."""
    found = page_of_proposals(connection, ids=[proposal_id])
    return found[0] if found else None


def page_of_proposals(
    connection: Connection,
    *,
    ids: Sequence[int] | None = None,
    places: Sequence[int] | None = None,
    states: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    towns: Iterable[str] | None = None,
    batch: int | None = None,
    words: str | None = None,
    before: int | None = None,
    limit: int = 10_000,
) -> list[StoredProposal]:
    """Proposals that fit all that is asked, the newest first."""
    given = {
        "ids": ids, "places": places, "states": states, "kinds": kinds,
        "towns": None if towns is None else sorted(towns), "batch": batch, "words": words,
        "before": before, "limit": limit,
    }  # fmt: skip
    rows = connection.execute(query("proposal_page"), given).mappings()
    return [StoredProposal(r["id"], _dossier(r), r) for r in map(dict, rows)]


def count_by_state(connection: Connection, towns: Collection[str] | None = None) -> dict[str, int]:
    """How many proposals stand in each state, in some towns or everywhere."""
    counted = select(proposal.c.state, func.count()).group_by(proposal.c.state)
    if towns is not None:
        counted = counted.where(proposal.c.town_code.in_(sorted(towns)))
    return {str(state): int(number) for state, number in connection.execute(counted)}


def open_proposals(
    connection: Connection, towns: Iterable[str] | None = None
) -> list[StoredProposal]:
    """All that are not closed: those whose clocks may run."""
    states = [s.value for s in State if s not in CLOSED]
    return page_of_proposals(connection, states=states, towns=towns, limit=1_000_000)


def _dossier(row: Mapping[str, Any]) -> Dossier:
    days = (
        "proposed_on", "since", "prechecked_on", "shown_until", "decided_on", "effective_on",
        "filed_on", "announced_on", "signed_on",
    )  # fmt: skip
    return Dossier(
        kind=ProposalKind(row["kind"]),
        state=State(row["state"]),
        papers=frozenset(row["papers"]),
        **{n: row[n] for n in ("place_class", "name", "version", "protected", "authority")},
        number=row["number"],
        **{n: row[n] for n in days},
    )


def write_state(connection: Connection, proposal_id: int, dossier: Dossier, **more: Any) -> None:
    """Write where a proposal stands now; ``more`` are other columns of its row."""
    names = (
        "name", "state", "since", "version", "proposed_on", "prechecked_on", "shown_until",
        "authority", "number", "decided_on", "effective_on", "filed_on", "announced_on",
        "signed_on",
    )  # fmt: skip
    values = {n: getattr(dossier, n) for n in names} | more
    values["state"] = dossier.state.value
    with conflicts_in_words():
        connection.execute(update(proposal).where(proposal.c.id == proposal_id).values(values))


def insert_step(
    connection: Connection,
    proposal_id: int,
    taken: Taken | None,
    before: Dossier | None,
    after: Dossier,
    details: Mapping[str, Any],
) -> None:
    """Write a step that was taken; ``taken`` None: the proposal itself."""
    connection.execute(
        insert(proposal_step).values(
            proposal_id=proposal_id,
            act="propose" if taken is None else taken.act.value,
            state_before=None if before is None else before.state.value,
            state_after=after.state.value,
            version=after.version,
            happened_on=after.since,
            reason="" if taken is None else taken.reason.strip(),
            despite="" if taken is None else taken.despite.strip(),
            details=dict(details),
            person_id=current_person(connection),
        )
    )


def steps_of(connection: Connection, proposal_id: int) -> list[dict[str, Any]]:
    """The steps of a proposal, oldest first, with who took them."""
    columns = proposal_step.c
    rows = connection.execute(
        select(
            *(columns.act, columns.state_before, columns.state_after, columns.version),
            *(columns.happened_on, columns.reason, columns.despite, columns.details),
            person.c.name.label("person"),
            columns.recorded_at,
        )
        .join(person, person.c.id == columns.person_id)
        .where(columns.proposal_id == proposal_id)
        .order_by(columns.id)
    )
    return [dict(r) for r in rows.mappings()]


def insert_paper(connection: Connection, proposal_id: int, row: PaperRow) -> int:
    """Write a paper of a dossier and return its id."""
    values = {n: getattr(row, n) for n in PaperRow.__dataclass_fields__}
    return int(
        connection.execute(
            insert(proposal_paper)
            .values(proposal_id=proposal_id, person_id=current_person(connection), **values)
            .returning(proposal_paper.c.id)
        ).scalar_one()
    )


def same_paper(connection: Connection, proposal_id: int, row: PaperRow) -> bool:
    """Whether the very same paper lies in the dossier."""
    found = same_row(connection, proposal_paper, proposal_id=proposal_id, **asdict(row))
    return found is not None


def papers_of(connection: Connection, proposal_id: int) -> list[dict[str, Any]]:
    """The papers of a dossier, oldest first, with who put them there."""
    columns = proposal_paper.c
    rows = connection.execute(
        select(
            *(columns.id, columns.kind, columns.title, columns.number, columns.dated_on),
            *(columns.file_name, columns.sha256, columns.recorded_at),
            person.c.name.label("person"),
        )
        .join(person, person.c.id == columns.person_id)
        .where(columns.proposal_id == proposal_id)
        .order_by(columns.id)
    )
    return [dict(r) for r in rows.mappings()]


def same_drawn(connection: Connection, name: str, shape: bytes) -> int | None:
    """An open proposal of a name for a place of the very same shape (WKB, degrees)."""
    found: int | None = connection.scalar(
        text(
            "SELECT p.id FROM registry.proposal p JOIN registry.place q ON q.id = p.place_id "
            "LEFT JOIN LATERAL (SELECT ST_Collect(g.geom ORDER BY g.id) AS geom "
            " FROM registry.segment g WHERE g.place_id = q.id) s ON true "
            "WHERE p.name = :name AND p.state <> ALL (:closed) "
            " AND ST_Equals(coalesce(q.geom, s.geom), ST_GeomFromWKB(:shape, 4490)) "
            "ORDER BY p.id LIMIT 1"
        ),
        {"name": name, "shape": shape, "closed": [s.value for s in CLOSED]},
    )
    return found


# ---- protected names ----------------------------------------------------------------------------


def insert_protected(connection: Connection, values: Mapping[str, Any]) -> int:
    """Put a place on a list of protected names; :class:`Conflict` where it stands on one."""
    with conflicts_in_words():
        return int(
            connection.execute(
                insert(protected_name)
                .values({"sample": False} | dict(values))
                .returning(protected_name.c.id)
            ).scalar_one()
        )


def protected_lists(connection: Connection, place_ids: Iterable[int]) -> dict[int, str]:
    """The list on which each of some places stands."""
    rows = connection.execute(
        select(protected_name.c.place_id, protected_name.c.list_title).where(
            protected_name.c.place_id.in_(list(place_ids)), protected_name.c.ended_on.is_(None)
        )
    )
    return {int(place): str(title) for place, title in rows}


def end_protection(connection: Connection, place_id: int, on: date) -> bool:
    """Take a place off the list; False where it stands on none."""
    done = connection.execute(
        update(protected_name)
        .where(protected_name.c.place_id == place_id, protected_name.c.ended_on.is_(None))
        .values(ended_on=on)
    )
    return bool(done.rowcount)


def open_proposal_of_name(connection: Connection, name_id: int) -> int | None:
    """The open proposal that a pending name belongs to."""
    found: int | None = connection.scalar(
        text(
            "SELECT id FROM registry.proposal WHERE name_id = :name AND kind IN ('name', 'rename') "
            " AND decided_on IS NULL AND state <> ALL (:closed)"
        ),
        {"name": name_id, "closed": [s.value for s in CLOSED]},
    )
    return found


def place_secrecy(connection: Connection, place_id: int) -> str:
    """The level of secrecy of a place."""
    found: str | None = connection.scalar(select(place.c.secrecy).where(place.c.id == place_id))
    return found or "public"
