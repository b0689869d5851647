"""The time line of a registered cemetery: growth and encroachment apart, strips followed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapely import box
from sqlalchemy import Connection

from geo_registry.cli.timeline import timeline_lines
from geo_registry.domain.errors import NotFound, Refused
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.cemeteries import cemeteries, growing, showing_cemetery
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow

ON = date(2026, 11, 23)


@pytest.fixture
def site(connection: Connection) -> int:
    """A cemetery that grew inside its approval, then beyond it: seen by image, then by RTK."""
    (made,) = insert_cemeteries(connection, [CemeteryRow("示例公墓", "rural_public")])
    insert_approvals(
        connection,
        [ApprovalRow(made, box(122.15, 37.43, 122.151, 37.431), 0.1, 0.07, "A",
                     valid_from=date(2010, 1, 1))],
    )  # fmt: skip
    rows = [
        (date(2008, 5, 1), 122.1505, "rtk", 0.05, "A"),
        (date(2018, 5, 1), 122.1508, "rtk", 0.05, "A"),
        (date(2022, 5, 1), 122.1514, "satellite", 2.0, "B"),
        (date(2024, 5, 1), 122.1515, "rtk", 0.05, "A"),
    ]
    insert_surveys(
        connection,
        [
            SurveyRow(made, day, box(122.15, 37.43, east, 37.431), method, sigma, sigma / 2, grade)
            for day, east, method, sigma, grade in rows
        ],
    )
    return made


@pytest.fixture
def judging(reference: Reference, profile: Profile) -> dict[str, Any]:
    return {"reference": reference, "profile": profile, "on": ON}


def test_the_time_line_tells_growth_and_encroachment_apart(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    line = growing.grow(connection, site, **judging)
    first, inside, image, measured = line["surveys"]
    assert first["encroachment"] is None
    assert "没有有效的批准" in first["encroachment_note"]
    assert inside["growth"]["gained"]["word"] == "实测增长"
    assert inside["encroachment"]["verdict"] == "none"
    assert image["growth"]["gained"]["word"] == "疑似增长"
    assert image["encroachment"]["verdict"] == "suspected"
    assert measured["encroachment"]["verdict"] == "confirmed"
    assert measured["growth_since_first"]["since"] == first["id"]
    assert measured["growth_since_first"]["net_certain"]


def test_the_strip_is_followed_and_confirmed_by_the_second_instrument(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    (strip,) = growing.grow(connection, site, **judging)["strips"]
    assert (strip["first_seen"], strip["unseen_on"]) == (date(2022, 5, 1), date(2018, 5, 1))
    assert strip["second_sensor"]["surveyed_on"] == date(2024, 5, 1)
    assert [s["word"] for s in strip["sightings"]] == ["疑似超出", "测量确认超出"]
    west, _, east, _ = _bounds(strip["geometry"])
    assert (west, east) == pytest.approx((122.151, 122.1515), abs=1e-6)


def test_a_person_reads_it_in_lines(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    said = "\n".join(timeline_lines(growing.grow(connection, site, **judging)))
    assert "第二种手段证实：2024-05-01 RTK" in said
    growth = [line for line in said.splitlines() if line.strip().startswith("增长")]
    assert len(growth) == 3
    assert not any("超" in line for line in growth)


def test_a_cemetery_is_shown_with_approvals_and_verdicts(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    shown = showing_cemetery.show(connection, site, **judging)
    assert [a["in_force"] for a in shown["approvals"]] == [True]
    assert [s["verdict"] and s["verdict"]["verdict"] for s in shown["surveys"]] == [
        None, "none", "suspected", "confirmed",
    ]  # fmt: skip
    assert shown["approved"]["type"] == "Polygon"


def test_unknown_and_retired_cemeteries_are_said_so(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    with pytest.raises(NotFound, match="没有编号为 999"):
        growing.grow(connection, 999, **judging)
    cemeteries.correct(connection, site, status="retired")
    with pytest.raises(Refused, match="停用"):
        growing.grow(connection, site, **judging)


def _bounds(geometry: dict[str, Any]) -> tuple[float, float, float, float]:
    ring = geometry["coordinates"][0]
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return min(xs), min(ys), max(xs), max(ys)
