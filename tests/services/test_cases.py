"""Cases on a real registry: opened by people, refused with the reason, suppressed by geometry."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from shapely import box
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo_registry.domain.case import CaseState, Matter
from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Refused,
    Stale,
)
from geo_registry.domain.identity import Scope
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services import papers
from geo_registry.services.cases import case_notices, opening_cases
from geo_registry.services.cases import working_cases as working
from geo_registry.services.cases.casework import Form, found_case
from geo_registry.services.cases.opening_cases import Lead
from geo_registry.services.desk import Desk
from geo_registry.services.findings import scanning
from geo_registry.settings import Settings
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow

TOWN, OTHER_TOWN = "371002101", "371002102"
START = date(2026, 3, 2)
WEST, SOUTH, NORTH = 122.15, 37.43, 37.431
EAST = 122.151
RULE = "cm.bound.exceeds_approved"

DeskOn = Callable[..., Desk]


@pytest.fixture
def people(connection: Connection) -> dict[str, int]:
    made = {}
    for name in ("王检查", "李科长", "张检查"):
        made[name] = int(
            connection.scalar(
                text("INSERT INTO registry.person (name) VALUES (:n) RETURNING id"), {"n": name}
            )
            or 0
        )
    return made


@pytest.fixture
def desk(people: dict[str, int], reference: Reference, profile: Profile) -> DeskOn:
    def at(name: str = "王检查", on: date = START, towns: frozenset[str] = frozenset()) -> Desk:
        actor = Actor(people[name], name, Role.INSPECTOR, towns)
        return Desk(actor, on, reference, profile)

    return at


@pytest.fixture
def site(connection: Connection) -> int:
    return _site(connection)


def _site(connection: Connection) -> int:
    row = CemeteryRow("示例公墓", "rural_public", town_code=TOWN, county_code="371002")
    (made,) = insert_cemeteries(connection, [row])
    land = box(WEST, SOUTH, EAST, NORTH)
    insert_approvals(
        connection,
        [ApprovalRow(made, land, 0.1, 0.07, "A", method="cad", valid_from=date(2015, 6, 1))],
    )
    return made


def survey(
    connection: Connection, site: int, day: date, east: float, method: str = "rtk", **more: Any
) -> int:
    sigma, shift, grade = {"rtk": (0.05, 0.035, "A"), "satellite": (2.0, 1.8, "B")}[method]
    extent = more.pop("extent", box(WEST, SOUTH, east, NORTH))
    row = SurveyRow(site, day, extent, method, sigma, shift, grade, **more)
    return insert_surveys(connection, [row])[0]


def scan(connection: Connection, desk: Desk, site: int) -> list[Any]:
    scanning.scan(
        connection, scopes=[Scope("cemetery", str(site))], rules=[RULE],
        reference=desk.reference, profile=desk.profile, on=desk.on, person=desk.person,
    )  # fmt: skip
    return list(
        connection.execute(
            text("SELECT id, state, outcome, pairs FROM registry.finding WHERE rule_id = :r "
                 "AND state <> 'gone' ORDER BY id"),
            {"r": RULE},
        )
    )  # fmt: skip


@pytest.fixture
def opened(connection: Connection, site: int, desk: DeskOn) -> int:
    """A case of a finding by satellite, 20 m beyond the approval in the east."""
    survey(connection, site, START - timedelta(days=5), EAST + 0.00023, "satellite")
    (found,) = scan(connection, desk(), site)
    made = opening_cases.open_from_finding(connection, desk(), found.id, Form("影像发现"))
    return made.id


def _to_reinspection(connection: Connection, site: int, case: int, desk: DeskOn) -> None:
    walk = START
    working.accept(connection, desk(), case, Form("受理"))
    working.assign(connection, desk(), case, Form("请核查"), inspector=desk().person)
    survey(connection, site, walk + timedelta(days=3), EAST + 0.00022)
    later = desk(on=walk + timedelta(days=4))
    working.visit(connection, later, case, Form("东侧新砌挡墙"))
    working.substantiate(connection, later, case, Form("属实"), statement="称村里同意")
    working.notify(
        connection, later, case, Form("责令整改"), number="1号", measures="拆除挡墙", days=30
    )
    working.serve(connection, later, case, Form("送达"), proof="签收")
    working.reinspect(connection, desk(on=walk + timedelta(days=30)), case, Form("申请复查"))


def test_a_case_of_a_finding_carries_what_was_measured(
    connection: Connection, opened: int, desk: DeskOn
) -> None:
    case = found_case(connection, opened)
    assert case.case.state is CaseState.FLAGGED
    assert case.row.matter is Matter.LAND
    assert case.case.claim is not None
    assert case.case.claim.depth_m == pytest.approx(20.3, abs=0.5)
    assert case.case.claim.grade == "B"
    assert case.row.claim is not None
    assert case.row.town_code == TOWN
    assert case.case.due_on == date(2026, 3, 9)  # five working days
    finding = connection.scalar(text("SELECT id FROM registry.finding"))
    with pytest.raises(Conflict, match="已有案件 2026-0001"):
        opening_cases.open_from_finding(connection, desk(), int(finding or 0), Form("再来一次"))


def test_only_people_make_cases(
    connection: Connection, site: int, reference: Reference, profile: Profile
) -> None:
    machine = Desk(Actor(1, "系统", Role.ADMINISTRATOR), START, reference, profile)
    with pytest.raises(Refused, match="只能由人"):
        opening_cases.open_lead(
            connection, machine, Lead("x", "complaint", cemetery_id=site), Form("x")
        )


def test_a_person_of_another_town_and_a_stale_form_are_refused(
    connection: Connection, opened: int, desk: DeskOn
) -> None:
    away = desk(towns=frozenset({OTHER_TOWN}))
    with pytest.raises(Forbidden, match="不负责这个镇街"):
        working.accept(connection, away, opened, Form("受理"))
    working.accept(connection, desk(), opened, Form("受理", version=1))
    with pytest.raises(Stale) as stale:
        working.dismiss(connection, desk("李科长"), opened, Form("误报", version=1))
    assert stale.value.current["state_title"] == "已受理"
    assert stale.value.current["last_step"]["by"] == "王检查"
    assert found_case(connection, opened).case.version == 2


def test_steps_out_of_order_leave_everything_as_it_was(
    connection: Connection, opened: int, desk: DeskOn
) -> None:
    before = found_case(connection, opened)
    with pytest.raises(Refused, match="现在可以：受理"):
        working.serve(connection, desk(), opened, Form("送达"), proof="签收")
    with pytest.raises(Refused, match="早于上一步"):
        working.accept(connection, desk(), opened, Form("受理", on=date(2026, 1, 1)))
    with pytest.raises(BadRequest, match="理由"):
        working.accept(connection, desk(), opened, Form("  "))
    with pytest.raises(NotFound):
        working.accept(connection, desk(), 999, Form("受理"))
    assert found_case(connection, opened) == before


def test_removed_is_measured_and_two_people_sign(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    _to_reinspection(connection, site, opened, desk)
    day = START + timedelta(days=31)
    at = desk(on=day)
    case = found_case(connection, opened).case
    assert case.claim is not None
    assert (case.claim.grade, case.claim.level) == ("A", "confirmed")
    with pytest.raises(Refused, match="立案所依据"):
        working.propose_closure(connection, at, opened, Form("整改到位"), closure="removed")
    survey(connection, site, day, EAST, "satellite")
    with pytest.raises(Refused, match="等级"):
        working.propose_closure(connection, at, opened, Form("整改到位"), closure="removed")
    half = survey(connection, site, day, EAST + 0.0001)
    with pytest.raises(Refused, match="没有整改到位"):
        working.propose_closure(connection, at, opened, Form("整改到位"), closure="removed")
    back = working.send_back(connection, at, opened, Form("只拆了一半"), survey_id=half)
    assert back.case.remeasured is not None
    assert back.case.remeasured.depth_m == pytest.approx(8.85, abs=0.4)
    working.reinspect(connection, at, opened, Form("再次复查"))
    clean = survey(connection, site, day, EAST)
    survey(connection, site, day, EAST + 0.0001)
    with pytest.raises(Refused, match="不能只凭"):
        working.propose_closure(
            connection, at, opened, Form("整改到位"), closure="removed", survey_id=clean
        )
    survey(connection, site, day, EAST)
    working.propose_closure(connection, at, opened, Form("整改到位"), closure="removed")
    with pytest.raises(Refused, match="另一人"):
        working.close(connection, at, opened, Form("同意"))
    closed = working.close(connection, desk("李科长", day), opened, Form("同意销号"))
    assert closed.case.state is CaseState.CLOSED
    assert closed.case.seen is not None
    assert closed.case.seen.detection_limit_m < 1.0


def test_land_that_was_approved_meanwhile_is_legalised_not_removed(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    _to_reinspection(connection, site, opened, desk)
    day = START + timedelta(days=31)
    at = desk(on=day)
    (small,) = insert_approvals(
        connection,
        [ApprovalRow(site, box(EAST, SOUTH, EAST + 0.0001, NORTH), 0.1, 0.07, "A", effect="adds",
                     method="cad", valid_from=day)],
    )  # fmt: skip
    legal: dict[str, Any] = {"closure": "legalised"}
    with pytest.raises(Refused, match="没有覆盖"):
        working.propose_closure(
            connection, at, opened, Form("补办"), **legal, approval_id=small
        )  # fmt: skip
    (whole,) = insert_approvals(
        connection,
        [ApprovalRow(site, box(EAST, SOUTH, EAST + 0.00022, NORTH), 0.1, 0.07, "A",
                     effect="adds", method="cad", valid_from=day)],
    )  # fmt: skip
    survey(connection, site, day, EAST + 0.00022)
    with pytest.raises(Refused, match="没有整改到位"):
        working.propose_closure(connection, at, opened, Form("已拆"), closure="removed")
    working.propose_closure(connection, at, opened, Form("补办"), **legal, approval_id=whole)
    closed = working.close(connection, desk("李科长", day), opened, Form("同意"))
    assert str(closed.case.closed_as) == "legalised"


def test_a_dismissed_strip_stays_silent_and_nothing_else_does(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    working.accept(connection, desk(), opened, Form("受理"))
    done = working.dismiss(connection, desk(), opened, Form("现场为树荫"))
    assert done.attributes["suppressed_until"] == date(2028, 3, 2)
    (found,) = scan(connection, desk(), site)
    assert found.state == "waived"
    assert found.pairs == [f"case:{opened}|cemetery:{site}"]
    # The same noise strip, seen again a little different: silent, until the decision ends.
    again = START + timedelta(days=90)
    survey(connection, site, again, EAST + 0.00024, "satellite")
    assert [f.state for f in scan(connection, desk(on=again), site)] == ["waived"]
    assert [f.state for f in scan(connection, desk(on=date(2028, 3, 3)), site)] == ["open"]
    # Larger, or elsewhere: heard.
    larger = again + timedelta(days=1)
    survey(connection, site, larger, EAST + 0.0006, "satellite")
    assert [f.state for f in scan(connection, desk(on=larger), site)] == ["open"]
    west = larger + timedelta(days=1)
    extent = box(WEST - 0.00025, SOUTH, EAST, NORTH)
    survey(connection, site, west, 0.0, "satellite", extent=extent)
    assert [f.state for f in scan(connection, desk(on=west), site)] == ["open"]
    # Measured for sure on the very same land: heard.
    sure = west + timedelta(days=1)
    survey(connection, site, sure, EAST + 0.00022)
    (found,) = scan(connection, desk(on=sure), site)
    assert (found.state, found.outcome) == ("open", "confirmed")


def test_a_dismissal_that_is_taken_back_opens_the_finding_again(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    working.accept(connection, desk(), opened, Form("受理"))
    working.dismiss(connection, desk(), opened, Form("现场为树荫"))
    again = opening_cases.reopen(connection, desk(), opened, Form("有新的照片"))
    assert (again.row.episode, again.row.previous_id) == (2, opened)
    assert found_case(connection, opened).case.state is CaseState.REOPENED
    state = connection.scalar(text("SELECT state FROM registry.finding"))
    assert state == "open"


def test_a_finding_that_had_a_case_goes_on_there(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    working.accept(connection, desk(), opened, Form("受理"))
    working.dismiss(connection, desk(), opened, Form("误报"), suppress=False)
    (found,) = scan(connection, desk(), site)
    assert found.state == "open"
    with pytest.raises(Conflict, match="请重开该案件"):
        opening_cases.open_from_finding(connection, desk(), found.id, Form("再立案"))
    with pytest.raises(NotFound, match="没有编号为 5 的附件"):
        working.note(connection, desk(), opened, Form("见照片", attachments=(5,)))


def test_two_people_at_once_and_one_is_told(
    engine: Engine, reference: Reference, profile: Profile
) -> None:
    with transaction(engine, person=LOCAL_USER, reason="准备") as connection:
        lead = Lead("举报", "complaint", Matter.OTHER, cemetery_id=_site(connection))
        at = Desk(LOCAL_ACTOR, START, reference, profile)
        case = opening_cases.open_lead(connection, at, lead, Form("来电")).id

    def accept(_: int) -> str:
        try:
            with transaction(engine, person=LOCAL_USER, reason="受理") as own:
                working.accept(own, at, case, Form("受理", version=1))
        except Stale as error:
            return str(error.current["state"])
        return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(accept, range(4)))
    assert answers == ["done", "triaged", "triaged", "triaged"]
    with engine.connect() as connection:
        assert found_case(connection, case).case.version == 2


def test_leads_about_the_same_land_are_merged_by_overlap(
    connection: Connection, site: int, opened: int, desk: DeskOn
) -> None:
    land = box(EAST + 0.00005, SOUTH, EAST + 0.0003, NORTH)
    lead = Lead("村民举报东侧扩建", "complaint", cemetery_id=site, claim=land)
    second = opening_cases.open_lead(connection, desk(), lead, Form("来电举报")).id
    (near,) = opening_cases.duplicates(connection, desk(), second)
    assert near["id"] == opened
    assert near["share"] > 0.7
    into = opening_cases.merge(connection, desk(), second, Form("同一处"), into_id=opened)
    assert into.id == opened
    assert into.steps[-1].step.facts["lead"] == second
    assert found_case(connection, second).case.state is CaseState.MERGED
    far = Lead("西侧", "complaint", cemetery_id=site, claim=box(122.1, SOUTH, 122.101, NORTH))
    third = opening_cases.open_lead(connection, desk(), far, Form("来电举报")).id
    with pytest.raises(Refused, match="没有重叠"):
        opening_cases.merge(connection, desk(), third, Form("同一处"), into_id=opened)
    with pytest.raises(Refused, match="已并案"):
        opening_cases.merge(connection, desk(), third, Form("同一处"), into_id=second)


def test_the_database_keeps_steps_and_refuses_one_person_closures(
    connection: Connection, opened: int, people: dict[str, int]
) -> None:
    for statement in (
        "UPDATE registry.case_step SET reason = 'x'",
        "DELETE FROM registry.case_step",
    ):
        with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
            connection.execute(text(statement))
    with pytest.raises(IntegrityError, match="two_people"), connection.begin_nested():
        connection.execute(
            text("UPDATE registry.case_file SET proposed_by = :p, signed_by = :p"),
            {"p": people["王检查"]},
        )
    written = connection.scalar(
        text("SELECT count(*) FROM registry.history WHERE table_name = 'case_step'")
    )
    assert written == 1


def test_a_fee_case_is_closed_on_evidence_in_words(
    connection: Connection, site: int, desk: DeskOn
) -> None:
    lead = Lead("清单外收费", "fee", Matter.FEE, cemetery_id=site)
    case = opening_cases.open_lead(connection, desk(), lead, Form("核对收费清单")).id
    working.accept(connection, desk(), case, Form("受理"))
    working.assign(connection, desk(), case, Form("核查"), inspector=desk().person)
    working.visit(connection, desk(), case, Form("查看票据"))
    working.substantiate(connection, desk(), case, Form("属实"), statement="未提出")
    working.transfer(connection, desk(), case, Form("移送"), department="market")
    with pytest.raises(Refused, match="已经移送"):
        working.propose_closure(
            connection, desk(), case, Form("x"), closure="removed", evidence="y"
        )  # fmt: skip
    working.propose_closure(connection, desk(), case, Form("已立案"), closure="transferred")
    done = working.close(connection, desk("李科长"), case, Form("同意"))
    assert str(done.case.closed_as) == "transferred"


def _words(
    connection: Connection, desk: Desk, case: int, kind: str, number: str, home: Path
) -> str:
    """What an issued paper says, read back from its DOCX."""
    settings = replace(Settings.from_environment({}), home=home)
    made = case_notices.issue(connection, desk, case, kind, {"文号": number}, settings)
    paper = case_notices.paper(connection, made["id"], settings)
    assert papers.written(paper, "pdf").startswith(b"%PDF")
    return "\n".join(p.text for p in Document(BytesIO(papers.written(paper, "docx"))).paragraphs)


def test_the_opinion_after_reinspection_says_what_is_left_and_until_when(
    connection: Connection, site: int, opened: int, desk: DeskOn, tmp_path: Path
) -> None:
    _to_reinspection(connection, site, opened, desk)
    at = desk(on=START + timedelta(days=31))
    half = survey(connection, site, at.on, EAST + 0.0001)
    working.send_back(connection, at, opened, Form("北半段挡墙未拆"), survey_id=half)
    said = _words(connection, at, opened, "复查意见书", "威环民复〔2026〕1号", tmp_path)
    assert "案件编号 2026-0001，整改通知 1号）" in said
    assert "北半段挡墙未拆" in said
    assert re.search(r"原超出地块上仍有约 \d+ m² 超出批准范围", said)
    assert re.search(r"请于 2026年\d+月\d+日 前完成剩余部分的整改", said)


def test_the_letter_of_transfer_names_the_department_and_the_reason(
    connection: Connection, site: int, opened: int, desk: DeskOn, tmp_path: Path
) -> None:
    working.accept(connection, desk(), opened, Form("受理"))
    working.assign(connection, desk(), opened, Form("核查"), inspector=desk().person)
    survey(connection, site, START, EAST + 0.00022)
    working.visit(connection, desk(), opened, Form("东侧墓穴在林地内"))
    working.substantiate(connection, desk(), opened, Form("属实"), statement="未提出")
    working.transfer(connection, desk(), opened, Form("占用林地"), department="forestry")
    said = _words(connection, desk(), opened, "移送函", "威环民移〔2026〕1号", tmp_path)
    assert "林业：\n" in said
    assert "占用林地" in said
    assert "示例公墓" in said
