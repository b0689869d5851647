"""One definition of every count: pages, boards, lists, exports and figures say the same number.

Every figure is held against something else that shows it; a figure without a second place, or a
place that is forgotten here, fails the last test.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from geo_registry.cli import commands
from geo_registry.domain.naming import CHINA
from geo_registry.services.reports.period_report import PROGRESS

DAY = "2026-11-23"


class Shown:
    """What the service shows on the day, page by page."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.figures = {f["id"]: f for f in self.get("/api/v1/figures")["figures"]}

    def get(self, address: str, **params: Any) -> Any:
        answer = self.client.get(address, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all(self, address: str, page: str = "before", **params: Any) -> list[dict[str, Any]]:
        """Every item of a list, through all its pages."""
        found: list[dict[str, Any]] = []
        after: dict[str, Any] = {}
        while True:
            told = self.get(address, limit=50, **params, **after)
            found += told["items"]
            if not told.get("next"):
                return found
            after = {page: told["next"]}

    def value(self, figure: str, part: str | None = None) -> float:
        """A figure, or one of its parts (0 where it has none of that name)."""
        own = self.figures[figure]
        if part is None:
            return float(own["value"])
        return float(next((p["value"] for p in own["parts"] if p["part"] == part), 0))

    def parts(self, figure: str) -> dict[str, float]:
        return {p["part"]: p["value"] for p in self.figures[figure]["parts"]}


@pytest.fixture
def shown(on_sample: TestClient) -> Shown:
    """The sample, with an activity and a team."""
    for path, body in (
        ("activities", {"title": "讲座", "held_on": "2026-05-01", "participants": 60,
                        "town_code": "371002101"}),
        ("teams", {"name": "地名志愿队", "members": 12, "founded_on": "2026-01-01",
                   "town_code": "371002101"}),
    ):  # fmt: skip
        made = on_sample.post(f"/api/v1/{path}", json=body)
        assert made.status_code == 201, made.text
    return Shown(on_sample)


def day_in_china(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(CHINA).date().isoformat()


def findings(shown: Shown) -> dict[str, float]:
    summary = shown.get("/api/v1/findings/summary")
    everything = shown.all("/api/v1/findings", "after")
    assert len(everything) == shown.get("/api/v1/findings")["total"]
    assert shown.parts("findings_by_severity") == Counter(i["severity"] for i in everything)
    assert shown.parts("findings_by_rule") == Counter(i["rule_id"] for i in everything)
    assert shown.parts("findings_by_rule") == {
        r["rule_id"]: r["open"] for r in summary["by_rule"] if r["open"]
    }
    strips = shown.all("/api/v1/findings", "after", rule="cm.bound.exceeds_approved")
    sites = {s["subject"] for i in strips for s in i["subjects"] if "cemetery:" in s["subject"]}
    areas = [shown.get(f"/api/v1/findings/{i['id']}")["facts"]["area_m2"] for i in strips]
    assert shown.value("claimed_m2") == pytest.approx(sum(areas), abs=0.05)  # told to a decimal
    return {
        "findings_open": len(everything),
        "findings_by_severity": len(everything),
        "findings_by_rule": len(everything),
        "findings_waived": shown.get("/api/v1/findings", state="waived")["total"],
        "findings_new": sum(DAY[:4] <= day_in_china(i["first_seen"]) <= DAY for i in everything),
        "cemeteries_beyond": len(sites),
        "roads_unnamed": shown.get("/api/v1/findings", rule="pn.entity.unnamed")["total"],
        "claimed_m2": shown.value("claimed_m2"),
    }


def first_page(shown: Shown) -> dict[str, float]:
    counts: dict[str, float] = shown.get("/api/v1/district")["counts"]
    assert {"towns", "villages", "roads_named", "findings_open", "cemeteries"} <= counts.keys()
    return counts


def proposals(shown: Shown) -> dict[str, float]:
    everything = shown.all("/api/v1/proposals")
    states = Counter(p["state"] for p in everything)
    board = shown.get("/api/v1/proposals/counts")
    assert board["total"] == len(everything)
    assert {s["state"]: s["count"] for s in board["states"] if s["count"]} == states
    assert shown.parts("proposals_by_state") == states
    assert board["overdue"] == len(shown.get("/api/v1/proposals/overdue")["items"])
    full = [shown.get(f"/api/v1/proposals/{p['id']}") for p in everything]
    year = DAY[:4]
    return {
        "proposals_open": len(shown.all("/api/v1/proposals", state="open")),
        "proposals_by_state": len(everything),
        "proposals_decided": sum(
            (p["decided_on"] or "").startswith(year) and p["state"] in {"decided", "published"}
            for p in full
        ),
        "proposals_announced": sum(
            s["act"] == "announce" and s["happened_on"].startswith(year)
            for p in full
            for s in p["steps"]
        ),
    }


def contributions(shown: Shown) -> dict[str, float]:
    everything = shown.all("/api/v1/contributions")
    answered = Counter(c["state"] for c in everything if c["state"] != "received")
    assert shown.parts("contributions_answered") == answered
    return {
        "contributions_waiting": len(shown.all("/api/v1/contributions", state="received")),
        "contributions_answered": sum(answered.values()),
    }


def cases(shown: Shown) -> dict[str, float]:
    everything = shown.all("/api/v1/cases", "after")
    board = shown.get("/api/v1/cases/board")
    assert shown.get("/api/v1/cases")["total"] == len(everything)
    assert shown.parts("cases_by_state") == Counter(c["state"] for c in everything)
    late = shown.all("/api/v1/cases", "after", late=True)
    due = shown.get("/api/v1/deadlines", kind="case")["items"]
    assert {c["subject"] for c in due if c["key"] != "look_back"} == {
        f"case:{c['id']}" for c in late
    }
    live = shown.all("/api/v1/cases", "after", live=True)
    assert board["live"] == len(live)
    year = DAY[:4]
    return {
        "cases_live": len(live),
        "cases_by_age": len(live),
        "cases_by_state": len(everything),
        "cases_overdue": len(late),
        "cases_opened": sum(c["opened_on"].startswith(year) for c in everything),
        "cases_closed": sum((c["closed_on"] or "").startswith(year) for c in everything),
    }


def cemeteries(shown: Shown) -> dict[str, float]:
    found = shown.get("/api/v1/cemeteries")["items"]
    assert shown.parts("cemeteries_by_type") == Counter(c["type"] for c in found)
    return {"cemeteries": len(found), "cemeteries_by_type": len(found)}


def culture(shown: Shown) -> dict[str, float]:
    held, teams = shown.get("/api/v1/activities"), shown.get("/api/v1/teams")
    return {
        "activities": held["total"],
        "participants": held["participants"],
        "teams": len(teams["items"]),
        "volunteers": sum(t["members"] for t in teams["items"]),
    }


def roads(shown: Shown) -> dict[str, float]:
    """New names by the places they lie in, as the list of the figure tells them."""
    new = shown.get("/api/v1/figures/roads_new")["items"]
    places = [shown.get(f"/api/v1/subjects/{i['subject']}") for i in new]
    codes = [{a["key"]: a["value"] for a in p["attributes"]} for p in places]
    return {
        "roads_new": len(new),
        "villages_new": len({c["village_code"] for c in codes}),
        "towns_new": len({c["town_code"] for c in codes}),
    }


PLACES: tuple[Callable[[Shown], dict[str, float]], ...] = (
    findings, first_page, proposals, contributions, cases, cemeteries, culture, roads,
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.__name__)
def test_a_page_says_what_the_figure_says(
    place: Callable[[Shown], dict[str, float]], shown: Shown
) -> None:
    for figure, number in place(shown).items():
        assert number == shown.value(figure), figure


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_exports_and_the_command_line_say_the_same(
    shown: Shown, sample_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))
    asked = ["figures", "--on", DAY, "--json"]
    told = json.loads(CliRunner().invoke(commands, asked).stdout)
    assert {f["id"]: f["value"] for f in told["figures"]} == {
        f["id"]: f["value"] for f in shown.figures.values()
    }
    book = openpyxl.load_workbook(
        BytesIO(shown.client.get(f"/api/v1/period-reports/{DAY[:4]}.xlsx").content)
    )
    numbers = {r["指标"]: float(r["数值"]) for r in rows_of(book["指标"])}
    for figure in shown.figures.values():
        parts = [(f"{figure['title']}：{p['title']}", p["value"]) for p in figure["parts"]]
        for title, value in parts or [(figure["title"], figure["value"])]:
            assert numbers[title] == pytest.approx(value), title
    towns = rows_of(book["各镇街进度"])
    for figure, heading in PROGRESS.items():
        by_town = {t["name"]: t["value"] for t in shown.figures[figure]["towns"]}
        told_towns = {r["镇街"]: r[heading] for r in towns if r[heading]}
        assert told_towns == {k: v for k, v in by_town.items() if v}, heading


def test_the_map_and_the_ledger_show_as_many(shown: Shown) -> None:
    ledger = shown.get("/api/v1/ledger")
    assert ledger["total"] == len(ledger["items"])
    open_ones = {i["finding"] for i in ledger["items"]}
    assert len(open_ones) == sum(
        value
        for rule, value in shown.parts("findings_by_rule").items()
        if rule in {i["rule_id"] for i in ledger["items"]}
    )


def test_no_figure_is_without_a_second_place(shown: Shown) -> None:
    held = {figure for place in PLACES for figure in place(shown)}
    elsewhere = {
        "roads_proposed": "tests/services/test_figures.py, a list of the figure itself",
        "roads_signed": "the same",
        "answers": "tests/services/test_naming_answers.py",
        "names_given": "tests/stories/test_a_leader_asks_later.py",
        "eco_burials": "tests/services/test_subsidies.py: the sample counts nowhere",
        "subsidies_paid": "the same",
        "subsidies_yuan": "the same",
    }
    assert set(shown.figures) - held == set(elsewhere)
