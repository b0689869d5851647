"""An expansion, from the satellite to the closure, and back again after six months.

Every survey is a file that somebody uploads, every verdict and every depth is what the product
works out of it; two people, each in transactions of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.case import CaseState
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import Refused
from geo_registry.domain.identity import Scope
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.boundaries import uploading
from geo_registry.services.boundaries.uploading import Asked, Room
from geo_registry.services.cases import case_clocks, opening_cases
from geo_registry.services.cases import working_cases as working
from geo_registry.services.cases.casework import Form, found_case
from geo_registry.services.cemeteries.growing import grow
from geo_registry.services.desk import Desk
from geo_registry.services.findings import scanning
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.rows import DivisionRow

PLANE = WorkPlane(123)
# An irregular site of 1.4 ha; the operator pushed its eastern edge out by 24 m, in the south-east.
APPROVED = shapely.Polygon(
    [(0, 0), (64, -6), (118, 3), (124, 48), (120, 96), (70, 104), (11, 99), (-4, 52)]
)
PUSHED = shapely.Polygon([(118, 3), (143, 5), (147, 60), (122.7, 64), (124, 48)])
HALF = shapely.Polygon([(121, 26), (133, 27), (135, 58), (122.9, 62), (124, 48)])
RULES = ("cm.bound.exceeds_approved", "cm.rect.overdue", "cm.rect.unverified")
DISTRICT = shapely.box(121.95, 37.30, 122.35, 37.58)


def _ground(extent: BaseGeometry, jitter: float = 0.0) -> BaseGeometry:
    """A drawing in metres as land of the district; ``jitter``: how unsteadily it was traced."""
    dense = shapely.segmentize(extent, 15.0)
    coordinates = shapely.get_coordinates(dense)
    wave = [((-1) ** i * jitter, (-1) ** (i // 2) * jitter) for i in range(len(coordinates))]
    wave[-1] = wave[0]
    moved = [(422_200 + x + dx, 4_152_400 + y + dy) for (x, y), (dx, dy) in
             zip(coordinates, wave, strict=True)]  # fmt: skip
    return PLANE.to_degrees(shapely.Polygon(moved))


GROWN = APPROVED.union(PUSHED)
HALF_LEFT = APPROVED.union(HALF)


@dataclass
class Bureau:
    """The registry, the people of the bureau, and the folder of files they bring."""

    engine: Engine
    folder: Path
    reference: Reference
    profile: Profile
    people: dict[str, int]

    @contextmanager
    def at(self, name: str, on: str) -> Iterator[tuple[Connection, Desk]]:
        """One act of a person on a day."""
        person = self.people[name]
        role = Role.APPROVER if name == "李科长" else Role.INSPECTOR
        with transaction(self.engine, person=person, reason="办理案件") as connection:
            actor = Actor(person, name, role, frozenset({"371002101"}))
            yield connection, Desk(
                actor, date.fromisoformat(on), self.reference, self.profile
            )  # fmt: skip

    def bring(self, on: str, kind: str, method: str, extent: BaseGeometry, jitter: float) -> None:
        """Upload a file with a boundary and confirm it."""
        path = self.folder / f"{kind}_{on}_{method}.geojson"
        feature = {
            "type": "Feature",
            "properties": {"名称": "河东公益性公墓"},
            "geometry": json.loads(shapely.to_geojson(_ground(extent, jitter))),
        }
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
        day = date.fromisoformat(on)
        room = Room(self.folder / "home", self.reference, day, DISTRICT)
        with self.at("王检查", on) as (connection, _):
            asked = Asked(kind, method=method, on=day)
            number = uploading.upload(connection, room, path, path.name, asked)
            uploading.confirm(connection, room, number)

    def scan(self, on: str) -> dict[str, Any]:
        """What the rules find on a day: rule → (finding, state, outcome)."""
        with self.at("王检查", on) as (connection, desk):
            scanning.scan(
                connection, scopes=[Scope("cemetery", "1")], rules=RULES,
                reference=desk.reference, profile=desk.profile, on=desk.on, person=desk.person,
            )  # fmt: skip
            rows = connection.execute(
                text("SELECT rule_id, id, fingerprint, outcome, severity FROM registry.finding "
                     "WHERE state = 'open' ORDER BY id")
            )  # fmt: skip
            return {r.rule_id: r for r in rows}

    def act(self, name: str, on: str, how: Any, case: int, reason: str, **facts: Any) -> Any:
        """One step of a case."""
        with self.at(name, on) as (connection, desk):
            version = found_case(connection, case).case.version
            return how(connection, desk, case, Form(reason, version=version), **facts)


@pytest.fixture
def bureau(engine: Engine, tmp_path: Path, reference: Reference, profile: Profile) -> Bureau:
    people = {}
    with transaction(engine, person=LOCAL_USER, reason="准备") as connection:
        for name in ("王检查", "李科长"):
            people[name] = int(
                connection.scalar(
                    text("INSERT INTO registry.person (name) VALUES (:n) RETURNING id"),
                    {"n": name},
                )
                or 0
            )
        insert_divisions(
            connection,
            [DivisionRow("371002101", "nbs", "羊亭镇", 4, "371002",
                         extent=shapely.box(122.0, 37.3, 122.3, 37.6))],
        )  # fmt: skip
    made = Bureau(engine, tmp_path, reference, profile, people)
    made.bring("2015-06-01", "approval", "cad", APPROVED, 0.0)
    return made


def test_the_whole_story(bureau: Bureau) -> None:
    # ---- found by satellite: a lead, no more
    bureau.bring("2026-03-02", "survey", "satellite", GROWN, 0.8)
    found = bureau.scan("2026-03-03")["cm.bound.exceeds_approved"]
    assert (found.outcome, found.severity) == ("suspected", "warn")
    with bureau.at("王检查", "2026-03-03") as (connection, desk):
        case = opening_cases.open_from_finding(
            connection, desk, found.id, Form("影像显示东侧扩出"), source="imagery"
        ).id
    seen = bureau.act("王检查", "2026-03-04", working.accept, case, "受理")
    assert seen.case.claim.grade == "B"
    bureau.act("李科长", "2026-03-04", working.assign, case, "请实地核查",
               inspector=bureau.people["王检查"])  # fmt: skip

    # ---- walked by phone: still not enough
    bureau.bring("2026-03-09", "survey", "phone", GROWN, 1.5)
    bureau.act(
        "王检查", "2026-03-09", working.visit, case, "东侧新铺石板，村会计在场", surveys=(3,)
    )
    with pytest.raises(Refused, match="没有实地测绘"):
        bureau.act("李科长", "2026-03-10", working.substantiate, case, "属实", statement="未提出")
    bureau.act("王检查", "2026-03-10", working.leave_open, case, "手机步测只能作线索")
    bureau.act("李科长", "2026-03-10", working.assign, case, "请用 RTK 复测",
               inspector=bureau.people["王检查"])  # fmt: skip

    # ---- measured by RTK: confirmed, substantiated, noticed, served
    bureau.bring("2026-03-16", "survey", "rtk", GROWN, 0.02)
    again = bureau.scan("2026-03-16")["cm.bound.exceeds_approved"]
    assert again.outcome == "confirmed"
    assert again.fingerprint == found.fingerprint, "the same strip under the same name"
    bureau.act("王检查", "2026-03-16", working.visit, case, "RTK 测量完成", surveys=(3,))
    firm = bureau.act("李科长", "2026-03-18", working.substantiate, case, "测量确认，属实",
                      statement="称村民代表会议同意")  # fmt: skip
    depth = firm.case.claim.depth_m
    assert firm.case.claim.grade == "A"
    assert 22.0 < depth < 27.0
    assert firm.case.claim.area_m2 == pytest.approx(PUSHED.difference(APPROVED).area, rel=0.06)
    bureau.act("李科长", "2026-03-20", working.notify, case, "责令限期整改",
               number="威环民责改〔2026〕1号", measures="拆除石板，恢复原状", days=60)  # fmt: skip
    served = bureau.act(
        "王检查", "2026-03-23", working.serve, case, "送达经营单位", proof="当面签收"
    )
    assert served.case.due_on == date(2026, 5, 22)

    # ---- rectified in part: the re-inspection says so, and nobody can close it
    bureau.act("王检查", "2026-05-11", working.report, case, "南半段已拆")
    bureau.bring("2026-05-15", "survey", "rtk", HALF_LEFT, 0.02)
    bureau.act("王检查", "2026-05-15", working.reinspect, case, "单位申请复查")
    with pytest.raises(Refused, match="没有整改到位"):
        bureau.act("王检查", "2026-05-15", working.propose_closure, case, "已整改",
                   closure="removed")  # fmt: skip
    half = bureau.act("王检查", "2026-05-15", working.send_back, case, "北半段未拆",
                      due_on=date(2026, 6, 15))  # fmt: skip
    left = half.case.remeasured.depth_m
    assert 9.0 < left < 14.0

    # ---- the deadline passes, once, and the rule says so
    for _ in range(2):
        with bureau.at("王检查", "2026-06-18") as (connection, desk):
            case_clocks.lapse_overdue(connection, desk)
    with bureau.at("王检查", "2026-06-18") as (connection, desk):
        late = found_case(connection, case)
        assert late.case.state is CaseState.OVERDUE
        assert [s.step.act.value for s in late.steps].count("lapse") == 1
    assert "cm.rect.overdue" in bureau.scan("2026-06-18")

    # ---- rectified: a satellite cannot tell, RTK can; two people close it
    bureau.act("王检查", "2026-06-22", working.reinspect, case, "再次复查")
    bureau.bring("2026-06-22", "survey", "satellite", APPROVED, 0.5)
    with pytest.raises(Refused, match="等级"):
        bureau.act("王检查", "2026-06-22", working.propose_closure, case, "影像上已恢复",
                   closure="removed")  # fmt: skip
    bureau.bring("2026-06-23", "survey", "rtk", APPROVED, 0.02)
    bureau.act("王检查", "2026-06-23", working.propose_closure, case, "RTK 复测，已恢复",
               closure="removed")  # fmt: skip
    with pytest.raises(Refused, match="另一人"):
        bureau.act("王检查", "2026-06-23", working.close, case, "同意")
    closed = bureau.act("李科长", "2026-06-24", working.close, case, "同意销号")
    assert closed.case.state is CaseState.CLOSED
    assert closed.case.seen.detection_limit_m < left < depth
    assert bureau.scan("2026-06-24") == {}

    # ---- looked back on after three months; found again after six, and reopened
    with bureau.at("王检查", "2026-09-25") as (connection, desk):
        (due,) = case_clocks.due_look_backs(connection, desk)
        assert (due["months"], due["due_on"]) == (3, date(2026, 9, 24))
    bureau.act("王检查", "2026-09-25", working.look_back, case, "现场未见占用", months=3)
    bureau.bring("2026-12-21", "survey", "rtk", HALF_LEFT, 0.025)
    rebound = bureau.scan("2026-12-21")
    assert rebound["cm.bound.exceeds_approved"].fingerprint == found.fingerprint
    with bureau.at("王检查", "2026-12-21") as (connection, desk):
        newest = connection.scalar(text("SELECT max(id) FROM registry.survey"))
    with pytest.raises(Refused, match="又有超出"):
        bureau.act("王检查", "2026-12-21", working.look_back, case, "回头看", months=6,
                   survey_id=newest)  # fmt: skip
    second = bureau.act("王检查", "2026-12-21", opening_cases.reopen, case, "原地块再次扩出")
    assert (second.row.episode, second.row.previous_id) == (2, case)
    assert second.case.state is CaseState.FLAGGED
    assert second.case.claim.grade == "A"
    assert second.case.claim.depth_m == pytest.approx(left, abs=0.3)

    # ---- the file tells it all, step by step, and the strip has one name throughout
    with bureau.at("李科长", "2026-12-21") as (connection, desk):
        first = found_case(connection, case)
        assert first.case.state is CaseState.REOPENED
        assert [s.step.act.value for s in first.steps] == [
            "open", "accept", "assign", "visit", "inconclusive", "assign", "visit",
            "substantiate", "notify", "serve", "report", "reinspect", "send_back", "lapse",
            "reinspect", "propose_closure", "close", "look_back", "reopen",
        ]  # fmt: skip
        assert {s.name for s in first.steps} == {"王检查", "李科长"}
        line = grow(connection, 1, reference=desk.reference, profile=desk.profile, on=desk.on)
        assert len(line["strips"]) == 1
        history = connection.scalar(
            text("SELECT count(*) FROM registry.history WHERE table_name = 'case_step'")
        )
        assert history == len(first.steps) + 1
