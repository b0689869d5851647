"""Figures: one definition each, the same on every page, and the same when asked for later."""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.case import CaseState
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.figure import figures as catalogue_of
from geo_registry.domain.naming import CHINA
from geo_registry.domain.proposal import CLOSED
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.cemeteries import listing_plots
from geo_registry.services.desk import Desk
from geo_registry.services.findings import listing
from geo_registry.services.naming import proposal_pages
from geo_registry.services.reports import defect_ledger, figures, overview
from geo_registry.services.reports.figures import Wanted
from geo_registry.store import case_pages
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction
from geo_registry.store.figures import TOPICS, Asked, Within, measure
from geo_registry.store.finding_pages import Filter
from geo_registry.store.queries import sql

ON = date(2026, 11, 23)


class _Bureau:
    def __init__(self, connection: Connection, profile: Profile, reference: Reference) -> None:
        self.connection = connection
        self.profile = profile
        self.reference = reference

    def asked(self, at: datetime | None = None) -> Asked:
        return Asked(ON, date(2026, 1, 1), date(2024, 1, 1), ("371002",), at)

    def figures(self, **given: Any) -> dict[str, dict[str, Any]]:
        found = figures.measure(
            self.connection, Wanted(ON, **given), profile=self.profile, reference=self.reference
        )
        return {f["id"]: f for f in found["figures"]}


@pytest.fixture
def sample(sample_to_read: Engine, profile: Profile, reference: Reference) -> Any:
    with read(sample_to_read) as connection:
        yield _Bureau(connection, profile, reference)


def test_every_counted_figure_is_defined_and_every_defined_one_is_counted(
    sample: _Bureau, reference: Reference
) -> None:
    counted = {m.figure for m in measure(sample.connection, sample.asked())}
    assert counted <= set(reference.figures)
    texts = " ".join(sql(f"figures/{topic}") for topic in TOPICS)
    composed = {"findings_open", "findings_waived"}  # 'findings_' || state
    assert [f for f in reference.figures if f not in composed and f"'{f}'" not in texts] == []


def test_figures_agree_with_the_lists_that_make_them_up(sample: _Bureau) -> None:
    found = sample.figures()
    pages = {"profile": sample.profile, "on": ON}
    for state in ("open", "waived"):
        listed = listing.list_findings(sample.connection, Filter(state=state), **pages)
        assert found[f"findings_{state}"]["value"] == listed["total"]
    for part in found["findings_by_rule"]["parts"]:
        listed = listing.list_findings(sample.connection, Filter(rule=part["part"]), **pages)
        assert part["value"] == listed["total"], part
    for part in found["findings_by_severity"]["parts"]:
        wanted = Filter(severities=[part["part"]])
        listed = listing.list_findings(sample.connection, wanted, **pages)
        assert part["value"] == listed["total"], part
    for town in found["findings_open"]["towns"]:
        if town["code"]:
            wanted = Filter(town=town["code"])
            listed = listing.list_findings(sample.connection, wanted, **pages)
            assert town["value"] == listed["total"], town
    assert found["findings_open"]["value"] > 0
    sites = listing_plots.list_cemeteries(sample.connection, ON)
    assert found["cemeteries"]["value"] == len(sites) > 0
    summary = listing.summary(sample.connection, **pages)
    assert sum(r["open"] for r in summary["by_rule"]) == found["findings_open"]["value"]


def test_the_first_page_shows_the_same_figures(sample: _Bureau) -> None:
    shown = overview.district(sample.connection, profile=sample.profile, on=ON)["counts"]
    found = sample.figures()
    assert shown["roads_named"] > 0
    assert shown == {name: found[name]["value"] for name in shown}


def test_unnamed_roads_are_those_of_the_rule(sample: _Bureau) -> None:
    """Roads without a name, counted past the figures."""
    direct = sample.connection.scalar(
        text(
            "SELECT count(*) FROM registry.place p WHERE p.place_class LIKE 'road%' "
            "AND p.status = 'in_use' AND p.needs_name AND NOT EXISTS (SELECT 1 FROM "
            "registry.place_name n WHERE n.place_id = p.id AND n.kind = 'standard' "
            "AND n.superseded_at IS NULL)"
        )
    )
    assert sample.figures()["roads_unnamed"]["value"] == direct


def test_what_was_known_then_is_told_later(
    sample_engine: Engine, profile: Profile, reference: Reference
) -> None:
    """A leader asks later what was known before: the same numbers come out."""

    def values(at: datetime | None = None) -> list[tuple[str, str, str | None, float]]:
        asked = Asked(ON, date(2026, 1, 1), date(2024, 1, 1), ("371002",), at)
        with read(sample_engine) as connection:
            rows = measure(connection, asked)
        return sorted(
            ((m.figure, m.part, m.town, m.value) for m in rows), key=lambda r: [str(c) for c in r]
        )

    before = values()
    with read(sample_engine) as connection:
        moment = connection.scalar(text("SELECT clock_timestamp()"))
    time.sleep(0.01)
    with transaction(sample_engine, person=LOCAL_USER, reason="后来的变化") as connection:
        connection.execute(text("UPDATE registry.finding SET state = 'gone' WHERE id % 2 = 0"))
        connection.execute(text("UPDATE registry.place SET status = 'retired' WHERE id % 3 = 0"))
        connection.execute(
            text(
                "INSERT INTO registry.culture_activity (title, held_on, participants) "
                "VALUES ('讲座', '2026-05-01', 60)"
            )
        )
    after = values()
    assert after != before
    assert values(moment) == before
    assert values(moment + timedelta(days=1)) == after


def test_the_moment_is_the_end_of_the_day_in_china(
    sample_engine: Engine, profile: Profile, reference: Reference
) -> None:
    today = datetime.now(CHINA).date()
    with read(sample_engine) as connection:
        bureau = _Bureau(connection, profile, reference)
        assert bureau.figures(known_on=today) == bureau.figures()
        nothing = bureau.figures(known_on=today - timedelta(days=1))
    assert {f["value"] for f in nothing.values()} == {0}


def test_a_period_that_ends_before_it_begins_is_refused(sample: _Bureau) -> None:
    with pytest.raises(BadRequest, match="晚于截止日期"):
        sample.figures(since=ON + timedelta(days=1))


def test_a_definition_that_is_not_whole_is_refused() -> None:
    with pytest.raises(BadRequest, match="不完整"):
        catalogue_of({"x": {"title": "x"}}, "figures.toml")


def test_the_ledger_holds_every_open_finding_on_names(
    sample: _Bureau, reference: Reference
) -> None:
    rows = defect_ledger.ledger(
        sample.connection, reference=reference, profile=sample.profile, on=ON
    )
    assert {"有地无名", "多地重名", "地名不规范"} == {r["defect"] for r in rows}
    counted = sample.figures()["findings_by_rule"]["parts"]
    prefixes = tuple(p for d in reference.defects for p in d.rules)
    expected = sum(p["value"] for p in counted if p["part"].startswith(prefixes))
    open_ones = {r["finding"] for r in rows if r["state"] in {"待处理", "已申报待批"}}
    assert len(open_ones) == expected
    assert {r["owner"] for r in rows} == {"未指定"}
    assert [(r["rule_id"], r["message"]) for r in rows if not r["town"]] == []


def test_figures_of_work_agree_with_the_lists(
    sample: _Bureau, reference: Reference, profile: Profile
) -> None:
    """Proposals and cases: the counts of their boards are the figures."""
    found = sample.figures()
    desk = Desk(LOCAL_ACTOR, ON, reference, profile)
    board = proposal_pages.counts(sample.connection, desk=desk)
    by_state = {s["state"]: s["count"] for s in board["states"] if s["count"]}
    assert {p["part"]: p["value"] for p in found["proposals_by_state"]["parts"]} == by_state
    cases = case_pages.counts(sample.connection, case_pages.Filter(), ON)
    assert found["cases_live"]["value"] == sum(r.number for r in cases if r.live)
    assert found["cases_overdue"]["value"] == sum(r.late for r in cases)
    states: dict[str, int] = {}
    for row in cases:
        states[row.state] = states.get(row.state, 0) + row.number
    assert {p["part"]: p["value"] for p in found["cases_by_state"]["parts"]} == states


def test_what_is_open_is_what_the_domain_calls_open() -> None:
    """The words in SQL are those of the state machines."""
    cases = sql("figures/cases")
    ended = {s.value for s in CaseState if not s.live}
    assert set(re.findall(r"'(\w+)'", cases.split("NOT IN (")[1].split(")")[0])) == ended
    proposals = sql("figures/proposals")
    closed = {s.value for s in CLOSED}
    assert set(re.findall(r"'(\w+)'", proposals.split("NOT IN (")[1].split(")")[0])) == closed


def test_a_figure_is_the_sum_of_what_it_lists(sample: _Bureau, reference: Reference) -> None:
    """District, part and town: the list that a figure leads to adds up to it."""
    own = {"profile": sample.profile, "reference": reference}

    def listed(figure: str, part: str | None = None, town: str | None = None) -> float:
        within = Within(figure, part, town)
        found = figures.members(sample.connection, Wanted(ON), within, **own)
        assert all(i["label"] or i["subject"] for i in found["items"])
        return float(found["value"])

    for name, figure in sample.figures().items():
        assert listed(name) == figure["value"], name
        for part in figure["parts"]:
            assert listed(name, part["part"]) == part["value"], (name, part)
        for town in figure["towns"][:4]:
            assert listed(name, town=town["code"]) == town["value"], (name, town)


def test_a_figure_that_nobody_defined_is_not_found(sample: _Bureau, reference: Reference) -> None:
    own = {"profile": sample.profile, "reference": reference}
    with pytest.raises(NotFound):
        figures.members(sample.connection, Wanted(ON), Within("roads_gold"), **own)
