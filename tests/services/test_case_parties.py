"""Departments, notices, rounds, clocks and pages of cases, on a real registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from sqlalchemy import Connection, text

from geo_registry.domain.case import CaseState, Matter
from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services import papers
from geo_registry.services.accountability.attachments import attach
from geo_registry.services.cases import (
    case_clocks,
    case_notices,
    case_parties,
    inspection_rounds,
    opening_cases,
    showing_cases,
)
from geo_registry.services.cases import working_cases as working
from geo_registry.services.cases.casework import Form
from geo_registry.services.cases.inspection_rounds import Round
from geo_registry.services.cases.opening_cases import Lead
from geo_registry.services.desk import Desk, Shelf
from geo_registry.settings import Settings
from geo_registry.store.case_pages import Filter
from geo_registry.store.cemeteries import insert_cemeteries
from geo_registry.store.rows import CemeteryRow

TOWN, OTHER_TOWN = "371002101", "371002102"
START = date(2026, 3, 2)


@pytest.fixture
def desk(connection: Connection, reference: Reference, profile: Profile) -> Desk:
    person = connection.scalar(
        text("INSERT INTO registry.person (name) VALUES ('王检查') RETURNING id")
    )
    return Desk(Actor(int(person or 0), "王检查", Role.INSPECTOR), START, reference, profile)


@pytest.fixture
def other(connection: Connection, desk: Desk) -> Desk:
    person = connection.scalar(
        text("INSERT INTO registry.person (name) VALUES ('李科长') RETURNING id")
    )
    return replace(desk, actor=Actor(int(person or 0), "李科长", Role.APPROVER))


@pytest.fixture
def sites(connection: Connection) -> list[int]:
    return insert_cemeteries(
        connection,
        [
            CemeteryRow("河东公墓", "rural_public", town_code=TOWN, operator="河东村委会"),
            CemeteryRow("河西公墓", "rural_public", town_code=TOWN),
            CemeteryRow("南山公墓", "commercial", town_code=OTHER_TOWN),
        ],
    )


@pytest.fixture
def case(connection: Connection, desk: Desk, sites: list[int]) -> int:
    lead = Lead("收费超出公示清单", "fee", Matter.FEE, cemetery_id=sites[0])
    return opening_cases.open_lead(connection, desk, lead, Form("清单外收取管理费")).id


def _at(desk: Desk, days: int) -> Desk:
    return replace(desk, on=START + timedelta(days=days))


def _noticed(connection: Connection, desk: Desk, case: int) -> None:
    working.accept(connection, desk, case, Form("受理"))
    working.assign(connection, desk, case, Form("核查"), inspector=desk.person)
    working.visit(connection, desk, case, Form("查看票据 12 张"), present="会计")
    working.substantiate(connection, desk, case, Form("属实"), statement="愿意整改")
    working.notify(
        connection, desk, case, Form("责令整改"), number="威环民责改〔2026〕3号",
        measures="退还多收的费用", days=20,
    )  # fmt: skip


def test_departments_are_asked_and_answer_by_their_day(
    connection: Connection, desk: Desk, case: int
) -> None:
    task = case_parties.give_task(connection, desk, case, "market", asked="核定收费标准")
    assert (task["department_title"], task["due_on"]) == ("市场监管", date(2026, 3, 16))
    with pytest.raises(Conflict, match="已经参加"):
        case_parties.join(connection, desk, case, "market")
    case_parties.join(connection, desk, case, "civil_affairs", role="lead")
    with pytest.raises(Conflict, match="已由民政牵头"):
        case_parties.join(connection, desk, case, "town", role="lead")
    with pytest.raises(BadRequest, match="不认识“police”"):
        case_parties.join(connection, desk, case, "police")
    late = case_parties.late_tasks(connection, _at(desk, 20))
    assert [t["id"] for t in late] == [task["id"]]
    with pytest.raises(Refused, match="早于交办日期"):
        case_parties.reply(connection, desk, task["id"], words="已核", on=date(2026, 2, 1))
    done = case_parties.reply(
        connection, _at(desk, 3), task["id"], words="应为 80 元", number="威市监函〔2026〕9号"
    )
    assert done["state_title"] == "已答复"
    with pytest.raises(Conflict, match="已答复"):
        case_parties.withdraw_task(connection, desk, task["id"])
    assert case_parties.late_tasks(connection, _at(desk, 20)) == []


def test_papers_of_a_case_are_made_from_its_file(
    connection: Connection, desk: Desk, case: int, tmp_path: Path
) -> None:
    settings = replace(Settings.from_environment({}), home=tmp_path)
    number = {"文号": "威环民责改〔2026〕3号", "联系电话": "0631-0000000"}
    with pytest.raises(Refused, match="还没有办“责令整改”"):
        case_notices.issue(connection, desk, case, "责令整改通知书", number, settings)
    _noticed(connection, desk, case)
    with pytest.raises(BadRequest, match="请写明文号"):
        case_notices.issue(connection, desk, case, "责令整改通知书", {}, settings)
    with pytest.raises(BadRequest, match="没有“电话”"):
        case_notices.draft(connection, desk, case, "责令整改通知书", {"电话": "1"})
    made = case_notices.issue(connection, desk, case, "责令整改通知书", number, settings)
    with pytest.raises(Conflict, match="已经出具过"):
        case_notices.issue(connection, desk, case, "责令整改通知书", number, settings)
    paper = case_notices.paper(connection, made["id"], settings)
    raw = papers.written(paper, "docx")
    said = "\n".join(p.text for p in Document(BytesIO(raw)).paragraphs)
    assert "河东村委会：" in said
    assert "自收到本通知之日起 20 日内" in said
    assert "退还多收的费用" in said
    assert "违法" not in said
    assert papers.written(paper, "pdf").startswith(b"%PDF")
    assert raw == papers.written(case_notices.paper(connection, made["id"], settings), "docx")


@pytest.mark.parametrize("kind", case_notices.KINDS)
def test_every_paper_can_be_drafted_and_set(
    connection: Connection, desk: Desk, case: int, kind: str, tmp_path: Path
) -> None:
    settings = replace(Settings.from_environment({}), home=tmp_path)
    fields = case_notices.draft(connection, desk, case, kind, {})
    paper = papers.render(kind, fields, settings, on=START)
    assert fields["案号"] == "2026-0001"
    assert paper.blocks


def test_a_step_names_the_photos_of_its_case_and_no_others(
    connection: Connection, desk: Desk, case: int, sites: list[int], tmp_path: Path
) -> None:
    own = replace(desk, shelf=Shelf(tmp_path))
    photo = attach(connection, f"case:{case}", _png(), file_name="现场.png", kind="photo", desk=own)
    site = f"cemetery:{sites[0]}"
    other = attach(connection, site, _png(), file_name="远景.png", kind="photo", desk=own)
    working.accept(connection, desk, case, Form("受理", attachments=(photo.id,)))
    shown = showing_cases.show(connection, desk, case)
    assert shown["steps"][-1]["facts"]["attachments"] == [photo.id]
    assert [a["id"] for a in shown["attachments"]] == [photo.id]
    with pytest.raises(NotFound, match=f"没有编号为 {other.id} 的附件"):
        working.note(connection, desk, case, Form("见照片", attachments=(other.id,)))
    fields = case_notices.draft(connection, desk, case, "现场检查笔录", {})
    assert fields["附件"] == "现场.png"


def _png() -> bytes:
    made = BytesIO()
    Image.new("RGB", (8, 8), "green").save(made, "PNG")
    return made.getvalue()


def test_rounds_are_planned_by_town_and_a_lead_becomes_a_case(
    connection: Connection, desk: Desk, sites: list[int]
) -> None:
    wanted = Round("2026 年清明前排查", START, START + timedelta(days=30), towns=[TOWN])
    planned = inspection_rounds.plan(connection, desk, wanted)
    assert (planned["stops"], planned["done"]) == (2, 0)
    first, second = (s["id"] for s in planned["items"])
    inspection_rounds.send(connection, desk, first, desk.person)
    with pytest.raises(Refused, match="早于本次排查开始日期"):
        inspection_rounds.record(connection, desk, first, outcome="clear", on=date(2026, 1, 1))
    inspection_rounds.record(connection, desk, first, outcome="clear")
    with pytest.raises(Conflict, match="登记为未发现问题"):
        inspection_rounds.record(connection, desk, first, outcome="lead", note="x")
    found = inspection_rounds.record(
        connection, _at(desk, 1), second, outcome="lead", note="北侧新建墓穴"
    )
    assert found["case_number"] == "2026-0001"
    shown = inspection_rounds.show(connection, desk, planned["id"])
    assert (shown["done"], shown["leads"], shown["share"]) == (2, 1, 1.0)
    inspection_rounds.end(connection, desk, planned["id"])
    with pytest.raises(Refused, match="已经结束"):
        inspection_rounds.send(connection, desk, second, desk.person)
    bound = replace(desk, actor=replace(desk.actor, towns=frozenset({OTHER_TOWN})))
    with pytest.raises(Forbidden, match="不负责"):
        inspection_rounds.plan(connection, bound, wanted)
    with pytest.raises(Refused, match="只负责部分镇街"):
        inspection_rounds.plan(connection, bound, replace(wanted, towns=None))
    with pytest.raises(BadRequest, match="没有使用中的公墓"):
        inspection_rounds.plan(connection, desk, replace(wanted, towns=["371002103"]))


def test_an_order_that_lapsed_is_marked_once_and_shown_late_everywhere(
    connection: Connection, desk: Desk, case: int
) -> None:
    _noticed(connection, desk, case)
    served = working.serve(connection, desk, case, Form("送达"), proof="签收")
    assert served.case.due_on == date(2026, 3, 22)
    assert case_clocks.lapse_overdue(connection, _at(desk, 20)) == []
    machine = replace(_at(desk, 21), actor=Actor(1, "系统", Role.ADMINISTRATOR))
    assert case_clocks.lapse_overdue(connection, machine) == [case]
    assert case_clocks.lapse_overdue(connection, machine) == []
    late = _at(desk, 25)
    (row,) = showing_cases.listed(connection, late, Filter(late=True))["items"]
    one = showing_cases.show(connection, late, case)
    board = showing_cases.board(connection, late, Filter())
    assert (row["state_title"], row["days_late"]) == ("逾期", 5)
    assert (one["days_late"], board["late"]) == (5, 1)
    assert one["steps"][-1]["by"] == "系统"
    assert case_clocks.to_escalate(connection, late) == []
    (up,) = case_clocks.to_escalate(connection, _at(desk, 30))
    assert up["days_late"] == 10
    working.escalate(connection, late, case, Form("转督办"))
    working.pause(connection, late, case, Form("法院裁定停止执行"), ground="court")
    assert showing_cases.board(connection, _at(desk, 60), Filter())["late"] == 0
    with pytest.raises(BadRequest, match="不认识“holiday”"):
        working.pause(connection, late, case, Form("放假"), ground="holiday")


def test_pages_hold_every_case_once(connection: Connection, desk: Desk, sites: list[int]) -> None:
    for number in range(5):
        lead = Lead(f"线索{number}", "complaint", Matter.OTHER, cemetery_id=sites[number % 3])
        opening_cases.open_lead(connection, desk, lead, Form("来信"))
    seen: list[int] = []
    after = None
    while True:
        wanted = Filter(limit=2, after=showing_cases.page_start(after))
        page = showing_cases.listed(connection, desk, wanted)
        seen += [r["id"] for r in page["items"]]
        after = page["next"]
        assert page["total"] == 5
        if after is None:
            break
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 5
    assert showing_cases.listed(connection, desk, Filter(towns=[OTHER_TOWN]))["total"] == 1
    assert showing_cases.listed(connection, desk, Filter(q="线索3"))["total"] == 1
    with pytest.raises(BadRequest, match="不认识案件状态"):
        showing_cases.listed(connection, desk, Filter(states=["lost"]))
    with pytest.raises(BadRequest, match="分页"):
        showing_cases.page_start("yesterday")
    with pytest.raises(NotFound):
        showing_cases.show(connection, desk, 999)


def test_a_case_of_an_older_ledger_is_shown_as_closed(
    connection: Connection, desk: Desk, sites: list[int]
) -> None:
    lead = Lead("2024 年非法扩建整治：西侧", "ledger", cemetery_id=sites[0])
    made = opening_cases.adopt(
        connection, desk, lead, Form("据 2024 年台账"), closed_on=date(2024, 11, 1),
        closure="removed",
    )  # fmt: skip
    shown = showing_cases.show(connection, desk, made.id)
    assert (shown["state"], shown["closed_as_title"]) == (str(CaseState.CLOSED), "整改到位")
    assert [d["months"] for d in case_clocks.due_look_backs(connection, desk)] == [3, 6, 12]
