"""Scans: what they find, what they remember, and what a waiver silences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from shapely import LineString
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.identity import Scope
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings.scanning import ScanSummary, scan
from geo_registry.services.findings.waiving import waive, withdraw
from geo_registry.store.database import LOCAL_USER, read, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import DivisionRow, PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
SEATS = "pn.uniq.village_seat_county"
ROADS = "pn.uniq.road_village"
VILLAGE = "371002101201"


def _scan(connection: Connection, reference: Reference, profile: Profile, **options) -> ScanSummary:
    return scan(
        connection, reference=reference, profile=profile, on=options.pop("on", ON),
        person=LOCAL_USER, **options,
    )  # fmt: skip


def _real_units(data: Path, reference: Reference) -> list[DivisionRow]:
    table = pl.read_csv(data / "divisions" / "huancui_villages.csv", infer_schema=False)
    return [
        DivisionRow(
            r["nbs_code"], "nbs", r["name"], 5, r["nbs_town_code"],
            toponym=parse(r["name"], "committee_seat", reference),
        )
        for r in table.iter_rows(named=True)
    ]  # fmt: skip


def _roads(connection: Connection, reference: Reference, *names: str) -> list[int]:
    places = insert_places(
        connection,
        [PlaceRow("road", VILLAGE, VILLAGE[:9], VILLAGE[:6], length_m=100.0) for _ in names],
    )
    insert_names(
        connection,
        [
            PlaceNameRow(p, parse(n, "road", reference))
            for p, n in zip(places, names, strict=True)
            if n
        ],
    )
    insert_segments(
        connection,
        [
            SegmentRow(p, LineString([(122.1, 37.4 + i / 500), (122.11, 37.4 + i / 500)]))
            for i, p in enumerate(places)
        ],
    )
    return places


def _finding(connection: Connection, rule: str):
    return connection.execute(
        text("SELECT * FROM registry.finding WHERE rule_id = :r AND state <> 'gone'"), {"r": rule}
    ).one()


def test_the_legal_district_has_12_double_cores_and_3_homophone_groups(
    connection: Connection, data: Path, reference: Reference, profile: Profile
) -> None:
    insert_divisions(connection, _real_units(data, reference))
    summary = _scan(connection, reference, profile)
    assert summary.by_rule[SEATS]["found"] == 12
    assert summary.by_rule["pn.uniq.homophone"]["found"] == 3
    assert not any(p["confirmed"] for p in summary.parameters)


def test_the_statistical_code_alone_shows_nothing_and_says_why(
    connection: Connection, data: Path, reference: Reference, profile: Profile
) -> None:
    insert_divisions(connection, _real_units(data, reference))
    _scan(connection, reference, profile)
    summary = _scan(connection, reference, profile, scopes=[Scope("stat_county", "371002")])
    assert summary.by_rule[SEATS]["found"] == 0
    assert summary.by_rule[SEATS]["gone"] == 0
    assert "只含 218 个" in summary.notes[0]
    assert "569" in summary.notes[0]


def test_a_finding_keeps_its_identity_from_run_to_run(
    engine: Engine, reference: Reference, profile: Profile
) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        _roads(connection, reference, "文化路", "文化路")
        _scan(connection, reference, profile)
        first = _finding(connection, ROADS)
    with transaction(engine, person=LOCAL_USER, reason="再查") as connection:
        summary = _scan(connection, reference, profile)
        again = _finding(connection, ROADS)
    assert (again.id, again.first_seen) == (first.id, first.first_seen)
    assert again.last_seen > first.last_seen
    assert summary.by_rule[ROADS] | {"severities": None} == {
        "title": summary.by_rule[ROADS]["title"], "found": 1, "new": 0, "waived": 0, "gone": 0,
        "severities": None,
    }  # fmt: skip
    with read(engine) as connection:
        changes = connection.scalar(
            text("SELECT count(*) FROM registry.history WHERE table_name = 'finding'")
        )
    assert changes == 1, "seeing a finding again is no change of it"


def test_what_is_mended_is_gone_and_what_was_not_scanned_stays(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    first, _ = _roads(connection, reference, "文化路", "文化路")
    _scan(connection, reference, profile)
    connection.execute(
        text("UPDATE registry.place_name SET kind = 'former' WHERE place_id = :p"), {"p": first}
    )
    other = _scan(connection, reference, profile, scopes=[Scope("town", "371002102")])
    assert other.by_rule[ROADS]["gone"] == 0
    other_rule = _scan(connection, reference, profile, rules=["pn.entity.unnamed"])
    assert ROADS not in other_rule.by_rule
    assert _finding(connection, ROADS).state == "open"
    mended = _scan(connection, reference, profile, scopes=[Scope("village", VILLAGE)])
    assert mended.by_rule[ROADS]["gone"] == 1


def test_a_waiver_silences_one_pair_not_the_cluster_nor_the_rule(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    _roads(connection, reference, "文化路", "文化路", "和平路", "和平路")
    _scan(connection, reference, profile)
    rows = connection.execute(
        text("SELECT * FROM registry.finding WHERE rule_id = :r ORDER BY id"), {"r": ROADS}
    ).all()
    peace = next(r for r in rows if "和平" in r.message)
    waive(connection, peace.id, reason="两条路已约定分别加注方位", expires_on=None, on=ON,
          person=LOCAL_USER)  # fmt: skip
    states = dict(
        connection.execute(
            text("SELECT key, state FROM registry.finding WHERE rule_id = :r"), {"r": ROADS}
        ).all()
    )  # fmt: skip
    assert states[peace.key] == "waived"
    assert sorted(states.values()) == ["open", "waived"], "the rule still speaks of the other pair"
    _roads(connection, reference, "和平路")
    _scan(connection, reference, profile)
    states = connection.execute(
        text("SELECT state FROM registry.finding WHERE id = :i"), {"i": peace.id}
    ).scalar_one()
    assert states == "open", "a newcomer to the cluster is not covered by the old decision"


def test_a_waiver_expires_and_can_be_withdrawn(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    _roads(connection, reference, "文化路", "文化路")
    _scan(connection, reference, profile)
    found = _finding(connection, ROADS).id
    (waiver,) = waive(
        connection, found, reason="年底前改名", expires_on=date(2026, 12, 31), on=ON,
        person=LOCAL_USER,
    )  # fmt: skip
    _scan(connection, reference, profile, on=date(2026, 12, 31))
    assert _finding(connection, ROADS).state == "waived"
    _scan(connection, reference, profile, on=date(2027, 1, 1))
    assert _finding(connection, ROADS).state == "open"
    _scan(connection, reference, profile)
    assert _finding(connection, ROADS).state == "waived"
    withdraw(connection, waiver, on=ON, person=LOCAL_USER)
    assert _finding(connection, ROADS).state == "open"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_waiver_needs_a_reason(
    connection: Connection, reference: Reference, profile: Profile, reason: str
) -> None:
    _roads(connection, reference, "文化路", "文化路")
    _scan(connection, reference, profile)
    found = _finding(connection, ROADS).id
    with pytest.raises(BadRequest, match="理由"):
        waive(connection, found, reason=reason, expires_on=None, on=ON, person=LOCAL_USER)


def test_an_unknown_scope_says_what_scopes_there_are(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    with pytest.raises(BadRequest, match="legal_county"):
        _scan(connection, reference, profile, scopes=[Scope("planet", "earth")])
