"""Ledgers: 41 activities and 2,400 people in 2024; teams; who answers for a village; reports."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from sqlalchemy import Engine

from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.formats.paper_reading import text_of_docx
from geo_registry.formats.tables import write_book, write_table
from geo_registry.services import papers
from geo_registry.services.desk import Desk
from geo_registry.services.imports.importing import Source
from geo_registry.services.imports.importing_ledgers import import_ledger
from geo_registry.services.reports import defect_ledger, figures, ledgers, period_report
from geo_registry.services.reports.figures import Wanted
from geo_registry.services.reports.ledgers import Activity, Responsible, Team
from geo_registry.settings import Settings
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction
from geo_registry.store.ledgers import Span

ON = date(2026, 11, 23)
TOWNS = ("羊亭镇", "张村镇", "温泉镇", "桥头镇")


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, ON, reference, profile)


def _activities(path: Path) -> Path:
    """41 activities with 2,400 people in 2024, as the bureau reported them."""
    people = [58] * 40 + [80]
    write_table(
        pl.DataFrame(
            {
                "活动名称": [f"地名故事进乡村（第{i + 1}场）" for i in range(41)],
                "日期": [str(date(2024, 1, 5) + timedelta(days=8 * i)) for i in range(41)],
                "参加人次": [str(n) for n in people],
                "镇街": [TOWNS[i % 4] for i in range(41)],
            }
        ),
        path,
    )
    return path


def _import(engine: Engine, path: Path, kind: str, profile: Profile, **given: Any) -> Any:
    with transaction(engine, person=LOCAL_USER, reason="导入台账") as connection:
        source = Source(path, kind, **given)
        return import_ledger(connection, source, profile=profile, today=ON)


def test_the_41_activities_and_2400_people_of_2024(
    sample_engine: Engine, profile: Profile, reference: Reference, tmp_path: Path
) -> None:
    path = _activities(tmp_path / "活动.xlsx")
    assert _import(sample_engine, path, "activities", profile).counts == {"activities": 41}
    with read(sample_engine) as connection:
        wanted = Wanted(date(2024, 12, 31))
        measured = figures.measure(connection, wanted, profile=profile, reference=reference)
        listed = ledgers.list_activities(
            connection, Span(since=date(2024, 1, 1), until=date(2024, 12, 31))
        )
        later = figures.measure(connection, Wanted(ON), profile=profile, reference=reference)
    found = {f["id"]: f for f in measured["figures"]}
    assert (found["activities"]["value"], found["participants"]["value"]) == (41, 2400)
    assert (listed["total"], listed["participants"]) == (41, 2400)
    assert {t["name"]: t["value"] for t in found["activities"]["towns"]} == {
        "羊亭镇": 11, "张村镇": 10, "温泉镇": 10, "桥头镇": 10,
    }  # fmt: skip
    assert {f["id"]: f["value"] for f in later["figures"]}["activities"] == 0
    with pytest.raises(Conflict, match="已于"):
        _import(sample_engine, path, "activities", profile)


def test_bad_rows_are_named_and_nothing_is_stored(
    sample_engine: Engine, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "活动.csv"
    write_table(
        pl.DataFrame(
            {
                "活动名称": ["讲座", "", "展览", "走访", "座谈"],
                "日期": ["2024-05-01", "2024-05-01", "2024-15-01", "2030-01-01", "2024-05-02"],
                "参加人次": ["60", "10", "10", "10", "很多"],
                "镇街": ["羊亭镇", "", "", "", "不存在镇"],
            }
        ),
        path,
    )
    summary = _import(sample_engine, path, "activities", profile)
    assert (summary.stored, summary.rejected) == (False, 4)
    assert [i.row for i in summary.issues] == [2, 3, 4, 5]
    admitted = _import(sample_engine, path, "activities", profile, admit_good=True)
    assert (admitted.stored, admitted.counts["activities"]) == (True, 1)


def test_an_activity_is_entered_once_and_cancelled_with_a_reason(
    sample_engine: Engine, desk: Desk
) -> None:
    held = Activity("重阳讲老村名", date(2026, 10, 18), 35, town_code="371002101", place="文化站")
    with transaction(sample_engine, person=LOCAL_USER, reason="登记") as connection:
        number = ledgers.record_activity(connection, held, desk=desk)
        later = replace(held, held_on=ON + timedelta(days=1))
        with pytest.raises(BadRequest, match="晚于今天"):
            ledgers.record_activity(connection, later, desk=desk)
        with pytest.raises(BadRequest, match="不合理"):
            ledgers.record_activity(connection, replace(held, participants=-1), desk=desk)
        with pytest.raises(BadRequest, match="没有代码"):
            ledgers.record_activity(connection, replace(held, town_code="37100"), desk=desk)
        elsewhere = replace(desk, actor=Actor(2, "张村", Role.CLERK, frozenset({"371002102"})))
        with pytest.raises(Forbidden):
            ledgers.record_activity(connection, held, desk=elsewhere)
        with pytest.raises(Conflict, match="已经登记"), connection.begin_nested():
            ledgers.record_activity(connection, held, desk=desk)
    with transaction(sample_engine, person=LOCAL_USER, reason="作废") as connection:
        ledgers.cancel_activity(connection, number, "登记到了别的镇")
        assert ledgers.list_activities(connection, Span())["total"] == 0
        with pytest.raises(NotFound, match="作废"):
            ledgers.cancel_activity(connection, number, "再来一次")


def test_a_team_counts_until_it_ends(sample_engine: Engine, desk: Desk) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="登记") as connection:
        number = ledgers.found_team(
            connection, Team("乡音采集队", 18, date(2024, 3, 1), "371002101"), desk=desk
        )
        with pytest.raises(NotFound, match="成立日期"):
            ledgers.end_team(connection, number, date(2024, 3, 1))
        ledgers.end_team(connection, number, date(2026, 1, 1))
        assert ledgers.list_teams(connection, Span(until=date(2025, 12, 31)))["members"] == 18
        assert ledgers.list_teams(connection, Span(until=date(2026, 1, 1)))["total"] == 0


def test_the_ledger_names_who_answers_for_the_village_or_its_town(
    sample_engine: Engine, reference: Reference, profile: Profile, desk: Desk
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="责任人") as connection:
        own = {"reference": reference, "profile": profile}
        rows = defect_ledger.ledger(connection, **own, on=ON)
        village = next(r for r in rows if r["village_code"])
        ledgers.set_responsible(
            connection, Responsible(village["town_code"], "镇地名办", ON), desk=desk
        )
        ledgers.set_responsible(
            connection, Responsible(village["village_code"], "王主任", ON), desk=desk
        )
        ledgers.set_responsible(
            connection, Responsible(village["village_code"], "李主任", ON), desk=desk
        )
        owned = defect_ledger.ledger(
            connection, **own, on=ON + timedelta(days=1), town=village["town_code"]
        )
        with pytest.raises(BadRequest, match="没有代码"):
            ledgers.set_responsible(connection, Responsible("999999", "某人", ON), desk=desk)
    assert {
        r["owner"] for r in owned if r["village_code"] == village["village_code"]
    } == {"李主任"}  # fmt: skip
    others = {r["owner"] for r in owned if r["village_code"] != village["village_code"]}
    assert others <= {"镇地名办"}


def test_the_report_of_a_year_has_the_numbers_of_the_register(
    sample_engine: Engine, profile: Profile, reference: Reference, tmp_path: Path, data: Path
) -> None:
    _import(sample_engine, _activities(tmp_path / "活动.xlsx"), "activities", profile)
    settings = replace(Settings.from_environment({}), home=tmp_path, data=data)
    with read(sample_engine) as connection:
        made = period_report.make(
            connection,
            period_report.period("2024"),
            profile=profile,
            reference=reference,
            settings=settings,
            today=ON,
        )
        again = period_report.make(
            connection,
            period_report.period("2024"),
            profile=profile,
            reference=reference,
            settings=settings,
            today=ON,
        )
    said = "\n".join(text_of_docx(papers.written(made.paper, "docx")))
    assert "2024年地名与公墓工作情况" in said
    assert "2400" in said.replace(",", "")
    assert made.paper.sha256 == again.paper.sha256
    assert papers.written(made.paper, "pdf").startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(write_book(made.sheets)))
    rows = {r[1]: r[2] for r in book["指标"].iter_rows(values_only=True)}
    assert (rows["地名文化活动"], rows["活动参加人次"]) == (41, 2400)


@pytest.mark.parametrize("words", ["", "24", "2024-13", "2024-00", "去年", "9999"])
def test_a_period_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(BadRequest):
        period_report.period(words)


def test_a_month_ends_on_its_last_day() -> None:
    assert period_report.period("2024-02").last == date(2024, 2, 29)
    assert period_report.period("2024").first == date(2024, 1, 1)
