"""One list of clocks: what a person sees of it, and what the morning's reminder says."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine

from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk
from geo_registry.services.jobs import JOBS
from geo_registry.services.reports import deadlines, figures
from geo_registry.store.database import LOCAL_ACTOR, read

SAMPLE_DAY = date(2026, 11, 23)


def test_the_reminder_counts_what_the_list_shows(
    sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    desk = Desk(LOCAL_ACTOR, SAMPLE_DAY + timedelta(days=400), reference, profile)
    with read(sample_engine) as connection:
        listed = deadlines.listed(connection, desk=desk)
        said = deadlines.remind(connection, desk)
    assert listed
    assert all(c["overdue"] for c in listed)
    assert f"逾期 {len(listed):,} 项" in said
    assert listed[0]["title"] in said


def test_overdue_cases_are_those_of_the_figure(
    sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    """Whatever they wait for: a lead to be accepted, a visit, an order, 督办."""
    seen = set()
    for days in (0, 20, 90, 400):
        desk = Desk(LOCAL_ACTOR, SAMPLE_DAY + timedelta(days=days), reference, profile)
        wanted = figures.Wanted(desk.on)
        with read(sample_engine) as connection:
            listed = deadlines.listed(connection, kinds=("case",), desk=desk)
            measured = figures.measure(connection, wanted, profile=profile, reference=reference)
        late = {c["subject"] for c in listed if c["overdue"] and c["key"] != "look_back"}
        (figure,) = [f for f in measured["figures"] if f["id"] == "cases_overdue"]
        assert len(late) == figure["value"]
        seen |= {c["key"] for c in listed}
    assert len(late) > 1
    assert {"triage", "rectify"} <= seen


def test_nothing_to_remind_of_is_said(
    engine: Engine, reference: Reference, profile: Profile
) -> None:
    desk = Desk(LOCAL_ACTOR, date(2026, 11, 23), reference, profile)
    with read(engine) as connection:
        assert deadlines.remind(connection, desk) == "没有逾期的事项，3 日内也没有到期的。"


def test_the_reminder_is_a_job_of_every_morning() -> None:
    assert "deadlines" in {job.name for job in JOBS}
