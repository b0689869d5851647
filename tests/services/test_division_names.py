"""Names of divisions against the national list: proposed ones, and those of the district."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, text

from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings import scanning
from geo_registry.services.names import checking
from geo_registry.store.database import LOCAL_USER
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.rows import DivisionRow

ON = date(2026, 11, 23)
RULES = ["pn.uniq.division_national", "pn.uniq.town_province", "pn.uniq.homophone"]
_LIST = (
    # code, name, level, parent
    ("32", "江苏省", 1, None),
    ("3201", "南京市", 2, "32"),
    ("320106", "鼓楼区", 3, "3201"),
    ("370305", "临淄区", 3, None),
    ("371002", "环翠区", 3, None),
    ("371002100", "张村镇", 4, "371002"),
    ("370811101", "张村镇", 4, None),
    ("370811102", "章村镇", 4, None),
    ("410526101", "张村镇", 4, None),
)


@pytest.fixture
def listed(connection: Connection, reference: Reference) -> Connection:
    classes = {1: "province", 2: "city", 3: "county", 4: "town"}
    insert_divisions(
        connection,
        [
            DivisionRow(
                code, "mca", name, level, parent,
                toponym=parse(name, f"division.{classes[level]}", reference),
            )
            for code, name, level, parent in _LIST
        ],
    )  # fmt: skip
    return connection


def _verdict(
    connection: Connection, name: str, place_class: str, reference: Reference, profile: Profile
) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    check = checking.check_name(
        connection,
        name=name,
        place_class=place_class,
        reference=reference,
        profile=profile,
        on=ON,
    )
    return {
        f.rule_id: (f.outcome, str(f.severity), f.subjects)
        for f in check.findings
        if f.rule_id in RULES
    }


def test_a_county_that_exists_elsewhere_in_the_country_is_refused(
    listed: Connection, reference: Reference, profile: Profile
) -> None:
    assert _verdict(listed, "鼓楼区", "division.county", reference, profile) == {
        "pn.uniq.division_national": ("duplicate", "block", ("candidate", "division:mca:320106"))
    }
    assert _verdict(listed, "古楼区", "division.county", reference, profile) == {
        "pn.uniq.homophone": ("same_tone", "warn", ("candidate", "division:mca:320106"))
    }
    assert _verdict(listed, "威海区", "division.county", reference, profile) == {}


def test_a_town_is_compared_with_its_province_alone(
    listed: Connection, reference: Reference, profile: Profile
) -> None:
    found = _verdict(listed, "张村镇", "division.town", reference, profile)
    own, other = "division:mca:371002100", "division:mca:370811101"
    assert found["pn.uniq.town_province"] == ("duplicate", "error", ("candidate", other, own))
    assert found["pn.uniq.homophone"][0] == "same_tone"
    assert "410526101" not in str(found)


def test_a_scan_tells_of_the_district_s_own_towns_and_no_others(
    listed: Connection, reference: Reference, profile: Profile
) -> None:
    for _ in range(2):
        scanning.scan(
            listed, rules=RULES, reference=reference, profile=profile, on=ON, person=LOCAL_USER
        )
    rows = listed.execute(
        text(
            "SELECT rule_id, outcome, severity, scope_kind, state, cardinality(subjects) "
            "FROM registry.finding ORDER BY rule_id"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("pn.uniq.homophone", "same_tone", "warn", "province", "open", 3),
        ("pn.uniq.town_province", "duplicate", "info", "province", "open", 2),
    ]
