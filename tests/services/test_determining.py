"""Determinations: signed by a person, beside the verdict, never derived, all kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from shapely import box
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.cemeteries import determining
from geo_registry.services.cemeteries.cemeteries import Paper
from geo_registry.services.cemeteries.determining import Signed, boundary_findings, verdict_digest
from geo_registry.services.cemeteries.growing import locate
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow

ON = date(2026, 11, 23)
UNLAWFUL = Signed(
    "unlawful",
    "未经批准向东扩建，现场核实无误",
    date(2026, 11, 20),
    "殡葬管理条例（2026年修订）条款待核",
    Paper("行政处罚决定书", "威环民罚〔2026〕1号", "环翠区民政局", date(2026, 11, 20)),
)


@pytest.fixture
def judging(reference: Reference, profile: Profile) -> dict[str, Any]:
    return {"reference": reference, "profile": profile, "on": ON}


@pytest.fixture
def site(connection: Connection) -> int:
    return _site(connection, 122.1515)


def _site(connection: Connection, east: float) -> int:
    (made,) = insert_cemeteries(connection, [CemeteryRow("示例公墓", "rural_public")])
    insert_approvals(
        connection, [ApprovalRow(made, box(122.15, 37.43, 122.151, 37.431), 0.1, 0.07, "A")]
    )
    insert_surveys(connection, [_survey(made, date(2024, 5, 1), east)])
    return made


def _survey(site: int, day: date, east: float) -> SurveyRow:
    return SurveyRow(site, day, box(122.15, 37.43, east, 37.431), "rtk", 0.05, 0.03, "A")


def test_a_determination_stands_beside_the_verdict_and_keeps_its_hash(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    made = determining.determine(connection, site, "", UNLAWFUL, **judging)
    (finding,) = boundary_findings(locate(connection, site, **judging))
    assert made["finding_key"] == finding.fingerprint
    assert made["verdict_sha256"] == verdict_digest(finding)
    assert made["verdict"] == finding.message
    assert (made["outcome_title"], made["by"], made["number"]) == (
        "认定违法", "本机用户", "威环民罚〔2026〕1号",
    )  # fmt: skip


def test_measuring_again_keeps_the_determination_and_changes_the_hash(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    made = determining.determine(connection, site, "cm.bound.exceeds_approved", UNLAWFUL, **judging)
    insert_surveys(connection, [_survey(site, date(2025, 5, 1), 122.1518)])
    (finding,) = boundary_findings(locate(connection, site, **judging))
    assert finding.fingerprint == made["finding_key"]
    assert verdict_digest(finding) != made["verdict_sha256"]


def test_a_later_determination_replaces_the_earlier_and_both_stay(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    determining.determine(connection, site, "", UNLAWFUL, **judging)
    later = Signed("lawful", "补充材料表明原已批准", ON)
    second = determining.determine(connection, site, "", later, **judging)
    assert [d["in_force"] for d in determining.listed(connection, site)] == [False, True]
    determining.withdraw(connection, second["id"], "材料系伪造")
    assert [d["in_force"] for d in determining.listed(connection, site)] == [False, False]
    with pytest.raises(NotFound, match="有效认定"):
        determining.withdraw(connection, second["id"], "再撤一次")


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        (Signed("guilty", "理由", ON), "不认识认定结果"),
        (Signed("unlawful", "理由", ON), "法律依据"),
        (Signed("lawful", "  ", ON), "理由"),
        (Signed("lawful", "理由", date(2027, 1, 1)), "还没有到"),
        (Signed("lawful", "长" * 3000, ON), "字以内"),
    ],
)
def test_what_cannot_be_signed_is_said(
    connection: Connection, site: int, judging: dict[str, Any], signed: Signed, said: str
) -> None:
    with pytest.raises(BadRequest, match=said):
        determining.determine(connection, site, "", signed, **judging)
    assert determining.listed(connection, site) == []


def test_nothing_found_is_nothing_to_determine(
    connection: Connection, judging: dict[str, Any]
) -> None:
    clean = _site(connection, 122.151)
    with pytest.raises(BadRequest, match="无可认定"):
        determining.determine(connection, clean, "", UNLAWFUL, **judging)
    with pytest.raises(NotFound, match="没有编号为 999"):
        determining.determine(connection, 999, "", UNLAWFUL, **judging)


def test_a_finding_that_is_not_there_is_not_found(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    for named in ("cm.bound.no_approval", "ffffffff", "a"):
        with pytest.raises(NotFound, match="没有“"):
            determining.determine(connection, site, named, UNLAWFUL, **judging)


def test_the_machine_has_no_way_to_leave_the_law_out(connection: Connection, site: int) -> None:
    with (
        pytest.raises(IntegrityError, match="determination_basis_check"),
        connection.begin_nested(),
    ):
        connection.execute(
            text(
                "INSERT INTO registry.determination (cemetery_id, finding_key, rule_id, "
                "verdict_sha256, verdict, outcome, person_id, decided_on, reason) "
                "VALUES (:site, 'k', 'r', :sha, 'v', 'unlawful', 2, '2026-11-01', 'w')"
            ),
            {"site": site, "sha": "0" * 64},
        )


def test_determinations_are_in_the_history(
    connection: Connection, site: int, judging: dict[str, Any]
) -> None:
    determining.determine(connection, site, "", UNLAWFUL, **judging)
    written = connection.scalar(
        text("SELECT count(*) FROM registry.history WHERE table_name = 'determination'")
    )
    assert written == 1
