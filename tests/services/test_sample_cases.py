"""The cases of the sample: worked by the services, found by the rules, gone with the sample."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Engine, text

from geo_registry.domain.people import Actor
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.cases import case_clocks, showing_cases
from geo_registry.services.cases import working_cases as working
from geo_registry.services.cases.casework import Form, found_case
from geo_registry.services.desk import Desk
from geo_registry.services.samples import sample
from geo_registry.store.case_pages import Filter
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from tests.conftest import SAMPLE_DAY


def _states(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT title, state FROM registry.case_file ORDER BY id"))
    return {r.title.partition("：")[0]: r.state for r in rows}


def test_the_sample_has_cases_in_several_states(sample_engine: Engine) -> None:
    with sample_engine.connect() as connection:
        assert _states(connection) == {
            "示例公墓四": "rectifying",
            "示例公墓三": "verifying",
            "示例公墓一": "settled",
            "示例公墓二": "settled",
            "示例公墓六": "flagged",
        }
        rows = connection.execute(
            text(
                "SELECT rule_id, outcome, subjects FROM registry.finding "
                "WHERE rule_id LIKE 'cm.rect.%' AND state = 'open' ORDER BY rule_id"
            )
        ).all()
    assert [(r.rule_id, r.outcome, r.subjects) for r in rows] == [
        ("cm.rect.overdue", "overdue", ["case:1", "cemetery:4"]),
        ("cm.rect.unverified", "unseen", ["case:4", "cemetery:2"]),
    ]


def test_figures_of_the_page_and_the_board_agree(
    sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    desk = Desk(LOCAL_ACTOR, SAMPLE_DAY, reference, profile)
    with sample_engine.connect() as connection:
        board = showing_cases.board(connection, desk, Filter())
        late = showing_cases.listed(connection, desk, Filter(late=True))
        live = showing_cases.listed(connection, desk, Filter(live=True))
    assert board["late"] == late["total"] == sum(t["late"] for t in board["towns"]) == 2
    assert board["live"] == live["total"] == sum(t["live"] for t in board["towns"]) == 3


def test_it_goes_with_the_sample_and_stays_where_somebody_worked_on_it(
    sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="核实") as connection:
        desk = Desk(LOCAL_ACTOR, SAMPLE_DAY, reference, profile)
        working.note(connection, desk, 1, Form("本局核实过"))
    with transaction(sample_engine, person=LOCAL_USER, reason="移除示例") as connection:
        gone = sample.remove(connection)
        assert _states(connection) == {"示例公墓四": "rectifying"}
        assert "cemetery:4" in gone.kept
        assert connection.scalar(text("SELECT count(*) FROM registry.inspection_stop")) == 0
        assert len(found_case(connection, 1).steps) == 9


def test_the_night_marks_what_lapsed(
    sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    machine = Desk(replace(LOCAL_ACTOR, person=1, name="系统"), SAMPLE_DAY, reference, profile)
    with transaction(sample_engine, person=1, reason="每日任务") as connection:
        assert "1 件" in case_clocks.mark_overdue(connection, machine)
        assert "没有" in case_clocks.mark_overdue(connection, machine)
        assert _states(connection)["示例公墓四"] == "overdue"
        assert isinstance(machine.actor, Actor)
        assert "回头看" in case_clocks.remind(connection, machine)
