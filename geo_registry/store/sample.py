"""The sample district in the store: what marks it, how it lies on real divisions, how it goes."""

# ruff: noqa: S608 (the table names put into statements are literals of this file)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo_registry.store.attachments import SUBJECT_TABLES
from geo_registry.store.rows import DivisionRow
from geo_registry.store.sample_cases import attached, remove_cases
from geo_registry.store.writing import ewkb

KIND = "sample"
"""The kind of the import batch that a loaded sample has; there is at most one."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows went, and what stayed because a person has worked on it."""

    places: int
    cemeteries: int
    zones: int
    divisions: int
    kept: tuple[str, ...] = ()
    """Subjects of the sample that carry something a person entered."""


def batch(connection: Connection) -> int | None:
    """The batch of the loaded sample, or None where none is loaded."""
    found = connection.scalar(
        text("SELECT max(id) FROM registry.import_batch WHERE kind = :kind AND sample"),
        {"kind": KIND},
    )
    return None if found is None else int(found)


def adopt(connection: Connection, places: Sequence[int], batch_id: int) -> None:
    """Let places that were registered in the course of a load belong to the sample."""
    connection.execute(
        text("UPDATE registry.place SET batch_id = :batch, sample = true WHERE id = ANY (:ids)"),
        {"batch": batch_id, "ids": list(places)},
    )


def draw_divisions(connection: Connection, rows: Sequence[DivisionRow]) -> int:
    """Give divisions the sample's seats, areas and household counts; returns how many.

    A division that has an area already, the bureau's own, keeps it.
    """
    done = connection.execute(
        text(
            "UPDATE registry.admin_division d SET seat = s.seat::geometry, "
            " extent = s.extent::geometry, households = coalesce(d.households, s.households), "
            " sample = true "
            "FROM unnest(CAST(:codes AS text[]), CAST(:seats AS text[]), "
            " CAST(:extents AS text[]), CAST(:households AS int[])) "
            " AS s (code, seat, extent, households) "
            "WHERE d.code = s.code AND d.code_system = 'nbs' AND d.extent IS NULL"
        ),
        {
            "codes": [r.code for r in rows],
            "seats": ewkb([r.seat for r in rows]),
            "extents": ewkb([r.extent for r in rows], multi=True),
            "households": [r.households for r in rows],
        },
    )
    return int(done.rowcount)


_WORKED_ON = (
    """
SELECT p.id FROM registry.place p JOIN registry.import_batch b ON b.id = p.batch_id
WHERE p.batch_id = :batch AND (
  EXISTS (SELECT FROM registry.place_name n WHERE n.place_id = p.id AND n.recorded_at <> b.at)
  OR EXISTS (SELECT FROM registry.naming_answer a WHERE a.place_id = p.id)
  OR EXISTS (SELECT FROM registry.sign g WHERE g.place_id = p.id)
  OR EXISTS (SELECT FROM registry.name_event e WHERE p.id IN (e.place_id, e.heir_id)
             AND e.recorded_at <> b.at)
  OR EXISTS (SELECT FROM registry.place_story t WHERE t.place_id = p.id)
  OR EXISTS (SELECT FROM registry.proposal r WHERE p.id IN (r.place_id, r.heir_id)
             AND (r.recorded_at <> b.at
               OR EXISTS (SELECT FROM registry.proposal_step s
                          WHERE s.proposal_id = r.id AND s.recorded_at <> b.at)
               OR EXISTS (SELECT FROM registry.proposal_paper a
                          WHERE a.proposal_id = r.id AND a.recorded_at <> b.at)))
"""
    f"""
  OR {attached("'place:' || p.id")}
  OR EXISTS (SELECT FROM registry.proposal r WHERE r.place_id = p.id
             AND {attached("'proposal:' || r.id")})
"""
    """
  OR EXISTS (SELECT FROM registry.protected_name l WHERE l.place_id = p.id)
  OR EXISTS (SELECT FROM registry.contribution c WHERE c.place_id = p.id)
  OR EXISTS (SELECT FROM registry.national_record r WHERE r.place_id = p.id)
  OR EXISTS (SELECT FROM registry.place h WHERE h.successor_id = p.id)
  OR EXISTS (SELECT FROM registry.road_decision d
             WHERE 'place:' || p.id = ANY (string_to_array(d.pair, '|')))
)
"""
)
"""Places of a sample batch to which somebody added a name, an answer, a sign, a decision …"""


def remove(connection: Connection, batch_id: int) -> Removed:
    """Take the rows of a sample batch out; places and cemeteries a person worked on stay.

    Rows of the sample were recorded in the transaction of its batch; a name recorded at another
    time, an answer or decision, or an approval or survey of another batch, is a person's.
    """
    own: dict[str, object] = {"batch": batch_id}
    own["cases"] = remove_cases(connection)
    kept_places = _ids(connection, _WORKED_ON, own)
    kept_sites = _ids(
        connection,
        "SELECT c.id FROM registry.cemetery c WHERE c.batch_id = :batch AND ("
        " EXISTS (SELECT FROM registry.approval a WHERE a.cemetery_id = c.id "
        "   AND a.batch_id IS DISTINCT FROM :batch)"
        " OR EXISTS (SELECT FROM registry.survey s WHERE s.cemetery_id = c.id "
        "   AND s.batch_id IS DISTINCT FROM :batch)"
        " OR EXISTS (SELECT FROM registry.plot p WHERE p.cemetery_id = c.id "
        "   AND p.batch_id IS DISTINCT FROM :batch)"
        " OR EXISTS (SELECT FROM registry.burial b WHERE b.cemetery_id = c.id "
        "   AND b.batch_id IS DISTINCT FROM :batch)"
        f" OR c.id = ANY (:cases) OR {_MONEY_OF_A_PERSON} OR {_FILES_OF_A_PERSON})",
        own,
    )
    kept = {**own, "places": kept_places, "sites": kept_sites}
    _remove_proposals(connection, kept)
    for table in ("place_name", "segment"):
        _run(
            connection,
            f"DELETE FROM registry.{table} t USING registry.place p WHERE t.place_id = p.id "
            "AND p.batch_id = :batch AND p.id <> ALL (:places)",
            kept,
        )
    _remove_money(connection, kept)
    _remove_graves(connection, kept)
    for table in ("survey", "approval"):
        _run(
            connection,
            f"DELETE FROM registry.{table} WHERE batch_id = :batch AND cemetery_id <> ALL (:sites)",
            kept,
        )
    places, cemeteries, zones = (
        _run(connection, f"DELETE FROM registry.{table} WHERE batch_id = :batch {but}", kept)
        for table, but in (
            ("place", "AND id <> ALL (:places)"),
            ("cemetery", "AND id <> ALL (:sites)"),
            ("zone", "AND NOT " + attached("'zone:' || zone.id")),
        )
    )
    # What nobody has taken further than the sample had it.
    _run(
        connection,
        "DELETE FROM registry.contribution c WHERE sample "
        "AND place_id IS NULL AND proposal_id IS NULL "
        "AND NOT " + attached("'contribution:' || c.id"),
        {},
    )
    _remove_attachments(connection)
    divisions = _run(
        connection,
        "UPDATE registry.admin_division SET seat = NULL, extent = NULL, households = NULL, "
        "sample = false WHERE sample",
        {},
    )
    _forget(connection, batch_id)
    return Removed(
        places,
        cemeteries,
        zones,
        divisions,
        (*(f"place:{i}" for i in kept_places), *(f"cemetery:{i}" for i in kept_sites)),
    )


_STEPPED = (
    "EXISTS (SELECT FROM registry.subsidy_application x WHERE x.eco_burial_id = e.id AND ("
    " x.batch_id IS DISTINCT FROM :batch OR EXISTS (SELECT FROM registry.subsidy_event v "
    "  WHERE v.application_id = x.id AND NOT v.sample)))"
)
"""An eco-burial on which a person has taken a step."""
_MONEY_OF_A_PERSON = (
    " OR ".join(
        f"EXISTS (SELECT FROM registry.{table} t WHERE t.cemetery_id = c.id "
        "AND t.batch_id IS DISTINCT FROM :batch)"
        for table in ("charge", "fee_list", "cemetery_mark", "eco_burial")
    )
    + f" OR EXISTS (SELECT FROM registry.eco_burial e WHERE e.cemetery_id = c.id AND {_STEPPED})"
)
"""A cemetery with charges, lists, marks or eco-burials that are not of the sample alone."""


_FILES_OF_A_PERSON = " OR ".join(
    (
        attached("'cemetery:' || c.id"),
        *(
            f"EXISTS (SELECT FROM registry.{table} x WHERE x.cemetery_id = c.id AND "
            + attached(f"'{table}:' || x.id")
            + ")"
            for table in ("approval", "survey", "plot", "burial", "eco_burial", "charge")
        ),
    )
)
"""A cemetery to which, or to what belongs to it, a real person has attached a file."""


def _remove_attachments(connection: Connection) -> None:
    """What hangs on records that went; the files stay kept, and the history tells."""
    for kind, table in SUBJECT_TABLES.items():
        _run(
            connection,
            f"DELETE FROM registry.attachment a WHERE split_part(a.subject, ':', 1) = '{kind}' "
            f"AND NOT EXISTS (SELECT FROM registry.{table} x "
            " WHERE x.id::text = split_part(a.subject, ':', 2))",
            {},
        )


def _remove_money(connection: Connection, kept: Mapping[str, object]) -> None:
    """Eco-burials and applications without a person's step; fees and marks of what goes."""
    gone = (
        "SELECT a.id FROM registry.subsidy_application a "
        "JOIN registry.eco_burial e ON e.id = a.eco_burial_id "
        f"WHERE a.batch_id = :batch AND NOT {_STEPPED}"
    )
    _run(connection, f"DELETE FROM registry.subsidy_event WHERE application_id IN ({gone})", kept)
    _run(connection, f"DELETE FROM registry.subsidy_application WHERE id IN ({gone})", kept)
    _run(
        connection,
        "DELETE FROM registry.eco_burial e WHERE batch_id = :batch AND NOT EXISTS "
        "(SELECT FROM registry.subsidy_application a WHERE a.eco_burial_id = e.id)",
        kept,
    )
    away = "batch_id = :batch AND (cemetery_id IS NULL OR cemetery_id <> ALL (:sites))"
    for table in ("charge", "cemetery_mark"):
        _run(connection, f"DELETE FROM registry.{table} WHERE {away}", kept)
    _run(
        connection,
        "DELETE FROM registry.fee_item WHERE fee_list_id IN "
        f"(SELECT id FROM registry.fee_list WHERE {away})",
        kept,
    )
    _run(connection, f"DELETE FROM registry.fee_list WHERE {away}", kept)


_OF_SAMPLE = (
    "SELECT r.id FROM registry.proposal r JOIN registry.place p ON p.id = r.place_id "
    "WHERE p.batch_id = :batch AND p.id <> ALL (:places)"
)


def _remove_proposals(connection: Connection, kept: Mapping[str, object]) -> None:
    """Proposals about places that go, with their steps, papers and reports, and name events."""
    _run(
        connection,
        "DELETE FROM registry.report t USING registry.proposal r "
        f"WHERE t.sha256 = r.check_sha256 AND t.at = r.recorded_at AND r.id IN ({_OF_SAMPLE})",
        kept,
    )
    for table in ("proposal_step", "proposal_paper"):
        _run(connection, f"DELETE FROM registry.{table} WHERE proposal_id IN ({_OF_SAMPLE})", kept)
    _run(connection, f"DELETE FROM registry.proposal WHERE id IN ({_OF_SAMPLE})", kept)
    _run(
        connection,
        "DELETE FROM registry.name_event e USING registry.place p "
        "WHERE p.id = e.place_id AND p.batch_id = :batch AND p.id <> ALL (:places)",
        kept,
    )


def _remove_graves(connection: Connection, kept: Mapping[str, object]) -> None:
    """Burials, plots, sections and the dead, but for those of cemeteries that stay.

    A grave by itself stays where a person registered a burial in it, and so do dead on whom a
    person's burial rests.
    """
    away = "batch_id = :batch AND (cemetery_id IS NULL OR cemetery_id <> ALL (:sites))"
    _run(connection, f"DELETE FROM registry.burial WHERE {away}", kept)
    _run(
        connection,
        f"DELETE FROM registry.plot p WHERE {away} "
        "AND NOT EXISTS (SELECT FROM registry.burial b WHERE b.plot_id = p.id)",
        kept,
    )
    _run(connection, f"DELETE FROM registry.section WHERE {away}", kept)
    _run(
        connection,
        "DELETE FROM registry.deceased d WHERE batch_id = :batch "
        "AND NOT EXISTS (SELECT FROM registry.burial b WHERE b.deceased_id = d.id) "
        "AND NOT EXISTS (SELECT FROM registry.eco_burial e WHERE e.deceased_id = d.id)",
        kept,
    )


def _forget(connection: Connection, batch_id: int) -> None:
    """Take out the batch and its papers, where nothing that stayed rests on them."""
    linked = (
        *("place", "cemetery", "approval", "survey", "section", "plot", "deceased", "burial"),
        *("eco_burial", "subsidy_application", "cemetery_mark", "fee_list", "charge", "zone"),
    )
    for table in linked:
        _run(
            connection,
            f"UPDATE registry.{table} SET batch_id = NULL WHERE batch_id = :batch",
            {"batch": batch_id},
        )
    _run(
        connection,
        "DELETE FROM registry.document d WHERE d.sample AND NOT EXISTS "
        "(SELECT FROM registry.place_name n WHERE n.document_id = d.id) AND NOT EXISTS "
        "(SELECT FROM registry.approval a WHERE a.document_id = d.id) AND NOT EXISTS "
        "(SELECT FROM registry.proposal r WHERE r.document_id = d.id) AND NOT EXISTS "
        "(SELECT FROM registry.name_event e WHERE e.document_id = d.id) AND NOT EXISTS "
        "(SELECT FROM registry.fee_list f WHERE f.document_id = d.id) AND NOT EXISTS "
        "(SELECT FROM registry.cemetery_mark m WHERE m.document_id = d.id)",
        {},
    )
    _run(connection, "DELETE FROM registry.import_batch WHERE id = :batch", {"batch": batch_id})


def _ids(connection: Connection, statement: str, values: Mapping[str, object]) -> list[int]:
    return [int(i) for i in connection.scalars(text(statement), values)]


def _run(connection: Connection, statement: str, values: Mapping[str, object]) -> int:
    used = {k: v for k, v in values.items() if f":{k}" in statement}
    return int(connection.execute(text(statement), used).rowcount)
