"""Renaming, merging, ending and correcting as proposals, on real PostGIS; who may not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, box
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.naming import called_on
from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.rules import catalogue
from geo_registry.services.desk import Desk, Shelf
from geo_registry.services.findings import scanning
from geo_registry.services.names import signs
from geo_registry.services.naming import naming, proposal_pages, proposals
from geo_registry.services.naming import proposal_steps as steps
from geo_registry.services.naming.proposal_steps import Form, Reply
from geo_registry.services.naming.proposals import Asked, PaperFiled, propose
from geo_registry.services.reports import deadlines
from geo_registry.store import naming as store
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import DivisionRow, PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
TOWN, VILLAGE = "371002101", "371002101201"
GOVERNMENT = "威海市环翠区人民政府"
PAPERS = (PaperFiled("application"), PaperFiled("decision"))
NAMES = ("光明路", "和平路", "建设路")


@pytest.fixture
def desk(reference: Reference, profile: Profile, tmp_path: Path) -> Desk:
    return Desk(LOCAL_ACTOR, ON, reference, profile, Shelf(tmp_path))


@pytest.fixture
def roads(engine: Engine, reference: Reference) -> list[int]:
    """Three roads of a village with registered names."""
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        insert_divisions(
            connection,
            [
                DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002"),
                DivisionRow(VILLAGE, "nbs", "港头村委会", 5, TOWN, households=420,
                            extent=box(122, 37.3, 122.2, 37.6)),
            ],
        )  # fmt: skip
        rows = [PlaceRow("road", VILLAGE, TOWN, "371002") for _ in NAMES]
        places = insert_places(connection, rows)
        for i, (place, name) in enumerate(zip(places, NAMES, strict=True)):
            insert_names(connection, [PlaceNameRow(place, parse(name, "road", reference))])
            line = LineString([(122.1, 37.40 + i / 500), (122.104, 37.40 + i / 500)])
            insert_segments(connection, [SegmentRow(place, line)])
    return places


def _decided(
    connection: Connection, kind: ProposalKind, place: int, desk: Desk, **more: Any
) -> Any:
    asked = Asked(kind, place, "港头村委会", "合并村庄", papers=PAPERS, **more)
    form = Form(propose(connection, asked, desk=desk).stored.id)
    course = desk.reference.procedure.course(kind, "road")
    if kind is ProposalKind.RENAME:
        steps.precheck(connection, form, desk=desk)
    passed = "已一并征求意见" if course.customary else ""
    steps.endorse(connection, form, opinion="同意", despite=passed, desk=desk)
    reply = Reply(GOVERNMENT, "威环政字〔2026〕3号", ON)
    return steps.decide(connection, form, reply, desk=desk)


def _called(connection: Connection, place: int) -> list[str]:
    return [n.full for n in called_on(store.records(connection, [place])[place], ON)]


def test_a_road_is_renamed_and_keeps_its_old_name(
    connection: Connection, roads: list[int], desk: Desk
) -> None:
    done = _decided(connection, ProposalKind.RENAME, roads[0], desk, name="古槐路")
    assert (done.dossier.state, _called(connection, roads[0])) == ("decided", ["古槐路"])
    with pytest.raises(Refused, match="已有标准名称"):
        propose(connection, Asked(ProposalKind.NAME, roads[1], "甲", "乙", "枣园路"), desk=desk)


def test_a_road_is_merged_into_another(
    connection: Connection, roads: list[int], desk: Desk
) -> None:
    with pytest.raises(BadRequest, match="并入自身"):
        propose(connection, Asked(ProposalKind.MERGE, roads[0], "甲", "乙", heir=roads[0]),
                desk=desk)  # fmt: skip
    _decided(connection, ProposalKind.MERGE, roads[1], desk, heir=roads[0])
    kinds = {r.full: r.kind for r in store.records(connection, [roads[0]])[roads[0]]}
    assert kinds["和平路"] == "former"
    assert store.heirs(connection, roads[1]) == [roads[0]]


def test_a_road_is_ended_and_a_record_corrected(
    connection: Connection, roads: list[int], desk: Desk
) -> None:
    done = _decided(connection, ProposalKind.ABOLISH, roads[2], desk)
    assert [d.term.key for d in _due(connection, desk, done.subject)] == ["announcement", "filing"]
    assert _called(connection, roads[2]) == []
    row = store.records(connection, [roads[0]])[roads[0]][0]
    fixed = _decided(
        connection, ProposalKind.CORRECT, roads[0], desk, name="光明街", corrects=row.id
    )
    assert _called(connection, roads[0]) == ["光明街"]
    assert _due(connection, desk, fixed.subject) == []
    published = steps.publish(connection, Form(fixed.id), desk=desk)
    assert published.dossier.state == "published"


def _due(connection: Connection, desk: Desk, subject: str) -> list[Any]:
    return [d.deadline for d in deadlines.running(connection, desk=desk) if d.subject == subject]


def test_a_protected_name_waits_for_its_measure(
    connection: Connection, roads: list[int], desk: Desk
) -> None:
    proposals.protect(connection, roads[0], list_title="示例名录", listed_on=ON, desk=desk)
    with pytest.raises(Refused, match="地名保护措施"), connection.begin_nested():
        _decided(connection, ProposalKind.RENAME, roads[0], desk, name="古槐路")
    with pytest.raises(Refused, match="地名保护措施"), connection.begin_nested():
        _decided(connection, ProposalKind.ABOLISH, roads[0], desk)
    papers = (*PAPERS, PaperFiled("protection_measure"))
    asked = Asked(ProposalKind.RENAME, roads[0], "甲", "乙", "古槐路", papers=papers)
    form = Form(propose(connection, asked, desk=desk).stored.id)
    steps.precheck(connection, form, desk=desk)
    steps.endorse(connection, form, opinion="同意", despite="已征求", desk=desk)


def test_a_refused_name_is_free_again(connection: Connection, roads: list[int], desk: Desk) -> None:
    first = propose(
        connection, Asked(ProposalKind.RENAME, roads[0], "甲", "乙", "古槐路"), desk=desk
    )
    with pytest.raises(Refused, match="在办申报"):
        naming.withdraw(connection, first.stored.row["name_id"], reason="绕过", desk=desk)
    with pytest.raises(Conflict, match="在办"), connection.begin_nested():
        propose(connection, Asked(ProposalKind.ABOLISH, roads[0], "甲", "乙"), desk=desk)
    form = Form(first.stored.id)
    steps.refuse(connection, form, reason="不同意", desk=desk)
    with pytest.raises(Conflict, match="不予批准"):
        steps.precheck(connection, form, desk=desk)
    second = propose(
        connection, Asked(ProposalKind.RENAME, roads[1], "甲", "乙", "古槐路"), desk=desk
    )
    assert second.check is not None
    assert second.check.verdict == "通过"


@pytest.mark.parametrize("table", ["proposal_step", "proposal_paper"])
def test_the_database_keeps_steps_and_papers(
    table: str, connection: Connection, roads: list[int], desk: Desk
) -> None:
    _decided(connection, ProposalKind.RENAME, roads[0], desk, name="古槐路")
    for statement in (
        f"UPDATE registry.{table} SET recorded_at = recorded_at + interval '1 day'",
        f"DELETE FROM registry.{table}",
    ):
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(text(statement))


def test_bad_papers_leave_the_proposal_as_it_was(
    connection: Connection, roads: list[int], desk: Desk
) -> None:
    asked = Asked(ProposalKind.RENAME, roads[0], "甲", "乙", "古槐路")
    number = propose(connection, asked, desk=desk).stored.id
    wrong = [
        (BadRequest, PaperFiled("poem")),
        (Refused, PaperFiled("decision", content=b"MZ\x90\x00" + bytes(600), file_name="批复.pdf")),
    ]
    for error, paper in wrong:
        with pytest.raises(error), connection.begin_nested():
            proposals.add_papers(connection, number, [paper], desk=desk)
    assert proposal_pages.show(connection, number, desk=desk)["papers"] == []
    for ident in (0, 10**6, 2**70):
        with pytest.raises(NotFound):
            proposal_pages.show(connection, ident, desk=desk)


def test_the_scan_finds_what_is_late_and_a_wrong_sign(
    engine: Engine, roads: list[int], desk: Desk, reference: Reference, profile: Profile
) -> None:
    later = ON + timedelta(days=16)
    with transaction(engine, person=LOCAL_USER, reason="办理") as connection:
        _decided(connection, ProposalKind.RENAME, roads[0], desk, name="古槐路")
        signs.install(connection, roads[0], (122.1, 37.4), text="光明路", desk=desk)
    chosen = [r for r in catalogue() if r.startswith(("pn.proc.", "pn.sign."))]

    def found(on: date) -> dict[str, int]:
        with transaction(engine, person=LOCAL_USER, reason="扫描") as connection:
            summary = scanning.scan(
                connection, rules=chosen, reference=reference, profile=profile, on=on,
                person=LOCAL_USER,
            )  # fmt: skip
        return {r: c["found"] for r, c in summary.by_rule.items() if c["found"]}

    assert found(ON + timedelta(days=15)) == {"pn.sign.text_mismatch": 1}
    assert found(later) == {
        "pn.sign.text_mismatch": 1, "pn.proc.filing_overdue": 1, "pn.proc.announce_overdue": 1,
    }  # fmt: skip
    late = replace(desk, on=later)
    with transaction(engine, person=LOCAL_USER, reason="备案") as connection:
        number = connection.scalar(text("SELECT id FROM registry.proposal"))
        steps.file(connection, Form(int(number or 0)), filed_with="威海市人民政府", desk=late)
    assert found(later) == {"pn.sign.text_mismatch": 1, "pn.proc.announce_overdue": 1}
