"""Dossiers: the same hash again from what is stored, and whatever is altered is found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from shapely import box
from sqlalchemy import Connection, Engine, text

from geo_registry.cli import commands
from geo_registry.domain.errors import BadRequest, NotFound, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.cemeteries import determining
from geo_registry.services.cemeteries.determining import Signed
from geo_registry.services.dossiers import dossier_verifying, dossiers
from geo_registry.services.names import report_verifying, reporting
from geo_registry.services.names.reporting import Report
from geo_registry.store.cemeteries import (
    insert_approvals,
    insert_cemeteries,
    insert_surveys,
    insert_zones,
)
from geo_registry.store.database import LOCAL_USER, read, transaction
from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow, ZoneRow

ON = date(2026, 11, 23)
BASE = box(122.15, 37.43, 122.151, 37.431)
WIDE = box(122.15, 37.43, 122.1515, 37.431)


@dataclass(frozen=True)
class Registered:
    """A registered cemetery and how to ask about it."""

    engine: Engine
    site: int
    judging: Mapping[str, Any]

    def dossier(self) -> Report:
        with read(self.engine) as connection:
            return dossiers.dossier(connection, self.site, **self.judging)

    def again(self, content: Mapping[str, Any]) -> Report:
        tables = {k: self.judging[k] for k in ("reference", "profile")}
        return dossiers.worked_out_again(content, **tables)

    def check(self, path: Path) -> dossier_verifying.Checked:
        tables = {k: self.judging[k] for k in ("reference", "profile")}
        return dossier_verifying.check_file(path, **tables)


@pytest.fixture
def registered(engine: Engine, reference: Reference, profile: Profile) -> Registered:
    """A site that grew beyond its approval, into a forest, and was granted part of it later."""
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        site = _fill(connection)
    return Registered(engine, site, {"reference": reference, "profile": profile, "on": ON})


def _fill(connection: Connection) -> int:
    rows = [CemeteryRow("示例公墓", "rural_public"), CemeteryRow("相邻公墓", "rural_public")]
    site, other = insert_cemeteries(connection, rows)
    insert_approvals(
        connection,
        [
            ApprovalRow(site, BASE, 0.1, 0.07, "A", valid_from=date(2010, 1, 1)),
            ApprovalRow(
                site, box(122.151, 37.4308, 122.1515, 37.431), 0.1, 0.07, "A", effect="adds",
                valid_from=date(2026, 9, 1),
            ),
            ApprovalRow(other, box(122.1513, 37.43, 122.152, 37.4302), 0.1, 0.07, "A"),
        ],
    )  # fmt: skip
    insert_surveys(
        connection,
        [
            SurveyRow(site, date(2018, 5, 1), BASE, "rtk", 0.05, 0.0353553390593, "A"),
            SurveyRow(site, date(2026, 5, 1), WIDE, "rtk", 0.05, 0.03, "A", surveyor="测绘院",
                      file_name="复测.geojson", sha256="a" * 64),
        ],
    )  # fmt: skip
    # A neighbour is met where both were measured.
    insert_surveys(
        connection, [SurveyRow(other, date(2018, 5, 1), BASE, "satellite", 2.0, 1.7, "B")]
    )
    insert_zones(
        connection, [ZoneRow("forest", "示例林地", box(122.1512, 37.4305, 122.16, 37.44), 5.0)]
    )
    return site


# ---- what it says --------------------------------------------------------------------------------


def test_a_dossier_says_all_it_rests_on(registered: Registered) -> None:
    content = registered.dossier().content
    results = content["results"]
    assert results["verdict"]["verdict"] == "confirmed"
    assert results["approved"]["ids"] == [content["inputs"]["approvals"][0]["id"]]
    assert [n["name"] for n in results["land"]["neighbours"]] == ["相邻公墓"]
    assert [z["name"] for z in results["land"]["zones"]] == ["示例林地"]
    assert results["land"]["approved_later"][0]["valid_from"] == "2026-09-01"
    parts = [float(results["land"]["unapproved_m2"])]
    parts += [float(n["area_m2"]) for n in results["land"]["neighbours"]]
    assert sum(parts) == pytest.approx(float(results["verdict"]["area_m2"]), abs=0.1)
    assert results["timeline"]["surveys"][1]["growth"]["gained"]["word"] == "实测增长"
    assert content["inputs"]["surveys"][1]["sha256"] == "a" * 64
    assert content["inputs"]["parameters"]["version"] == "1"
    rules = {f["rule_id"] for f in results["findings"]}
    assert {
        "cm.bound.exceeds_approved",
        "cm.bound.built_before_approval",
        "cm.zone.forest",
    } <= rules


def test_only_law_in_force_between_the_acts_is_cited(registered: Registered) -> None:
    with transaction(registered.engine, person=LOCAL_USER, reason="测量") as connection:
        connection.execute(
            text("UPDATE registry.survey SET surveyed_on = '2026-04-10' WHERE cemetery_id = :id "
                 "AND surveyed_on = '2018-05-01'"),
            {"id": registered.site},
        )  # fmt: skip
    findings = registered.dossier().content["results"]["findings"]
    (found,) = [f for f in findings if f["rule_id"] == "cm.bound.exceeds_approved"]
    assert [b["law"] for b in found["basis"]] == ["殡葬管理条例（2026年修订）"]
    assert found["basis"][0]["article"] == "条款待核"
    assert found["severity_word"] == "警示"


def test_the_inputs_are_the_stored_extents_to_the_last_bit(registered: Registered) -> None:
    inputs = registered.dossier().content["inputs"]
    assert shapely.from_wkb(inputs["surveys"][1]["wkb"]).geoms[0].equals_exact(WIDE, 0.0)
    assert float(inputs["surveys"][0]["shift_m"]) == 0.0353553390593


def test_a_determination_stands_beside_the_verdict(registered: Registered) -> None:
    signed = Signed("unlawful", "现场核实", ON, "殡葬管理条例（2026年修订）条款待核")
    with transaction(registered.engine, person=LOCAL_USER, reason="认定") as connection:
        made = determining.determine(
            connection, registered.site, "cm.bound.exceeds_approved", signed, **registered.judging
        )
    before = registered.dossier()
    (found,) = [f for f in before.content["results"]["findings"] if f["determination"]]
    assert (found["determination"], found["measured_since"]) == (made["id"], False)
    wider = box(122.15, 37.43, 122.1518, 37.431)
    with transaction(registered.engine, person=LOCAL_USER, reason="复测") as connection:
        row = SurveyRow(registered.site, date(2026, 8, 1), wider, "rtk", 0.05, 0.03, "A")
        insert_surveys(connection, [row])
    after = registered.dossier().content["results"]["findings"]
    assert [f["measured_since"] for f in after if f["determination"]] == [True]


def test_without_a_survey_it_says_so_and_without_anything_there_is_none(
    registered: Registered,
) -> None:
    with transaction(registered.engine, person=LOCAL_USER, reason="登记") as connection:
        bare, empty = insert_cemeteries(
            connection, [CemeteryRow(n, "rural_public") for n in ("未测公墓", "空公墓")]
        )
        insert_approvals(connection, [ApprovalRow(bare, BASE, 0.1, 0.07, "A")])
    with read(registered.engine) as connection:
        made = dossiers.dossier(connection, bare, **registered.judging)
        assert made.content["results"]["verdict"] is None
        assert reporting.rendered(made, "docx")[:2] == b"PK"
        with pytest.raises(BadRequest, match="无可出具"):
            dossiers.dossier(connection, empty, **registered.judging)
        with pytest.raises(NotFound, match="999"):
            dossiers.dossier(connection, 999, **registered.judging)


def test_a_dossier_of_an_earlier_day_leaves_out_what_came_later(registered: Registered) -> None:
    earlier = {**registered.judging, "on": date(2020, 1, 1)}
    with read(registered.engine) as connection:
        content = dossiers.dossier(connection, registered.site, **earlier).content
    assert [s["surveyed_on"] for s in content["inputs"]["surveys"]] == ["2018-05-01"]
    assert content["results"]["verdict"]["verdict"] == "none"
    assert not [f for f in content["results"]["findings"] if "exceeds" in f["rule_id"]]


def test_what_was_entered_later_is_marked_and_can_be_left_out(registered: Registered) -> None:
    with transaction(registered.engine, person=LOCAL_USER, reason="登记") as connection:
        entered = connection.scalar(text("SELECT CAST(now() AT TIME ZONE 'Asia/Shanghai' AS date)"))
    with read(registered.engine) as connection:
        earlier = {**registered.judging, "on": date(2020, 1, 1)}
        marked = dossiers.dossier(connection, registered.site, **earlier)
        same = dossiers.dossier(connection, registered.site, **earlier, known_on=entered)
        with pytest.raises(BadRequest, match="没有批准范围"):
            dossiers.dossier(connection, registered.site, **earlier, known_on=date(2020, 1, 1))
    assert {s["recorded_on"] for s in marked.content["inputs"]["surveys"]} == {str(entered)}
    paper = dossiers.rendered(marked, "docx")
    with zipfile.ZipFile(io.BytesIO(paper)) as archive:
        assert f"{entered} 补录" in archive.read("word/document.xml").decode()
    assert same.content["inputs"]["known_on"] == str(entered)
    assert same.content["results"] == marked.content["results"]
    assert registered.again(same.content).sha256 == same.sha256


def test_a_walk_after_the_survey_does_not_weaken_the_dossier(registered: Registered) -> None:
    with transaction(registered.engine, person=LOCAL_USER, reason="步测") as connection:
        insert_surveys(
            connection,
            [SurveyRow(registered.site, date(2026, 6, 1), WIDE, "phone", 3.0, 2.5, "B")],
        )
    made = registered.dossier()
    results = made.content["results"]
    assert (results["verdict"]["verdict"], results["compared_on"]) == ("confirmed", "2026-05-01")
    assert "精度不足以改变这一结论" in results["note"]
    assert registered.again(made.content).sha256 == made.sha256


# ---- the same again ------------------------------------------------------------------------------


def test_the_same_registry_gives_the_same_hash_even_after_it_was_issued(
    registered: Registered,
) -> None:
    first = registered.dossier()
    with transaction(registered.engine, person=LOCAL_USER, reason="出具") as connection:
        reporting.issue(connection, first)
    assert registered.dossier().sha256 == first.sha256
    with read(registered.engine) as connection:
        entry = reporting.issued(connection, first.sha256)
        assert [d["sha256"] for d in dossiers.listed(connection, registered.site)] == [first.sha256]
    again = reporting.report_of(entry.content)
    assert again.sha256 == first.sha256
    for file_format in ("pdf", "docx", "json"):
        assert dossiers.rendered(again, file_format) == dossiers.rendered(first, file_format)


def test_it_is_worked_out_again_from_what_is_stored_when_the_registry_has_changed(
    registered: Registered,
) -> None:
    first = registered.dossier()
    with transaction(registered.engine, person=LOCAL_USER, reason="出具") as connection:
        reporting.issue(connection, first)
        connection.execute(text("UPDATE registry.survey SET sigma_m = 3, grade = 'B'"))
    with read(registered.engine) as connection:
        stored = reporting.issued(connection, first.sha256).content
    assert registered.again(stored).sha256 == first.sha256
    assert registered.dossier().content["results"]["verdict"]["verdict"] != "confirmed"
    tables = {k: registered.judging[k] for k in ("reference", "profile")}
    with read(registered.engine) as connection:
        told = dossier_verifying.rerun(connection, first, **tables)
    assert any(line.startswith("结论.verdict：confirmed →") for line in told)


def test_files_of_every_format_verify(registered: Registered, tmp_path: Path) -> None:
    made = registered.dossier()
    files = dossiers.write(made, tmp_path / "档案")
    assert [f.suffix for f in files] == [".pdf", ".docx", ".gpkg", ".json"]
    for path in files:
        found = registered.check(path)
        assert found.intact, (path, found)
        assert found.verification.report is not None
        assert found.verification.report.sha256 == made.sha256


# ---- what was altered ----------------------------------------------------------------------------


def test_a_forged_result_is_found_even_under_a_hash_of_its_own(
    registered: Registered, tmp_path: Path
) -> None:
    content = json.loads(json.dumps(registered.dossier().content))
    content["results"]["verdict"].update(verdict="none", word="未发现超出")
    forged = reporting.report_of(content)
    path = tmp_path / "档案.json"
    path.write_bytes(dossiers.rendered(forged, "json"))
    found = registered.check(path)
    assert found.verification.intact
    assert not found.intact
    assert any("未发现超出" in line for line in found.again or [])


def test_a_picture_that_was_exchanged_is_found(registered: Registered, tmp_path: Path) -> None:
    raw = dossiers.rendered(registered.dossier(), "docx")
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as given,
        zipfile.ZipFile(made, "w") as written,
    ):
        for name in given.namelist():
            body = given.read(name)
            written.writestr(name, body + b"x" if name.endswith(".png") else body)
    path = tmp_path / "档案.docx"
    path.write_bytes(made.getvalue())
    assert "图片被改动" in "".join(registered.check(path).verification.faults)


@pytest.mark.parametrize("layer", ["超出部分", "测量"])
def test_a_layer_that_was_edited_is_found(
    registered: Registered, tmp_path: Path, layer: str
) -> None:
    made = registered.dossier()
    path = next(f for f in dossiers.write(made, tmp_path) if f.suffix == ".gpkg")
    table = pyogrio.read_dataframe(path, layer=layer)
    if layer == "测量":
        table["等级"] = "B"
    else:
        table.geometry = table.geometry.translate(1e-5)
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")
    faults = registered.check(path).verification.faults
    assert [f for f in faults if f"“{layer}”" in f]


def test_broken_inputs_are_said_not_crashed_on(registered: Registered, tmp_path: Path) -> None:
    content = json.loads(json.dumps(registered.dossier().content))
    content["inputs"]["surveys"][0]["wkb"] = "00"
    path = tmp_path / "档案.json"
    path.write_bytes(dossiers.rendered(reporting.report_of(content), "json"))
    assert registered.check(path).again == ["档案中的原始数据残缺，不能重新计算。"]


def test_what_is_no_dossier_is_refused(registered: Registered, tmp_path: Path) -> None:
    made = registered.dossier()
    raw = dossiers.rendered(made, "json")
    with pytest.raises(Unreadable, match="dossier verify"):
        report_verifying.verify(raw)
    other = tmp_path / "别的.gpkg"
    table = pyogrio.read_dataframe(dossiers.write(made, tmp_path)[2], layer="测量")
    pyogrio.write_dataframe(table, other, layer="测量", driver="GPKG")
    with pytest.raises(Unreadable, match="不是公墓边界档案"):
        registered.check(other)
    other.write_bytes(b"SQLite format 3\x00 and nothing more")
    with pytest.raises(Unreadable):
        registered.check(other)
    with pytest.raises(Unreadable, match="找不到"):
        registered.check(tmp_path / "没有.pdf")


# ---- the command line ----------------------------------------------------------------------------


def test_one_command_makes_it_and_one_verifies_it(
    registered: Registered, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path / "home"))
    run = CliRunner().invoke
    out = tmp_path / "out"
    made = run(
        commands,
        ["cemetery", "dossier", f"cemetery:{registered.site}", "--out", str(out), "--json"],
    )
    assert made.exit_code == 0, made.output
    answer = json.loads(made.output)
    for named in (answer["files"][3], answer["sha256"]):
        good = run(commands, ["dossier", "verify", named, "--json"])
        assert good.exit_code == 0, good.output
        told = json.loads(good.stdout)
        assert (told["intact"], told["worked_out_again"]) == (True, True)
        assert told["issued"]["by"] == "本机用户"
    path = Path(answer["files"][3])
    path.write_bytes(path.read_bytes().replace("测量确认超出".encode(), "未发现超出".encode()))
    bad = run(commands, ["dossier", "verify", str(path)])
    assert bad.exit_code == 5
    assert "被改动" in bad.output
    late = run(commands, ["cemetery", "dossier", "1", "--out", str(out), "--on", "2999-01-01"])
    assert isinstance(late.exception, BadRequest)
