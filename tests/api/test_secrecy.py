"""Nothing above a viewer's level appears anywhere: every route, tile, frame and export is tried.

A secret record of every kind carries a name that nothing else carries; each route is asked with
its numbers and its words, as every role and as nobody, and the answers are searched for the name.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from shapely import LineString, box
from sqlalchemy import Engine, text

from geo_registry import reference as reference_tables
from geo_registry.analysis.frames import frame
from geo_registry.api.permitting import declared_by, routes_of
from geo_registry.domain.errors import BadRequest, Conflict
from geo_registry.domain.people import Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.secrecy import LEVELS, clearances, up_to
from geo_registry.domain.toponym import parse
from geo_registry.services.accountability.attachments import attach
from geo_registry.services.accountability.classifying import classify
from geo_registry.services.desk import Desk, Shelf
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.national_export import export_national
from geo_registry.services.names import answering_unnamed
from geo_registry.store import frames, secrecy, tiles
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import (
    ApprovalRow,
    CemeteryRow,
    PlaceNameRow,
    PlaceRow,
    SegmentRow,
    SurveyRow,
)

MARK = "玄鹳"
ON = date(2026, 11, 23)
TOWN, VILLAGE = "371002101", "371002101201"
EVERY_ROLE = [None, *Role]
ROAD = LineString([(122.1, 37.404), (122.11, 37.404)])
AREA = box(122.16, 37.46, 122.161, 37.461)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


@pytest.fixture
def hidden(
    filled: Engine, client: TestClient, reference: Reference, profile: Profile, tmp_path: Path
) -> dict[str, int]:
    """Secret records of every kind; kind → number."""
    engine = filled
    with transaction(engine, person=LOCAL_USER, reason="登记") as c:
        roads = insert_places(c, [PlaceRow("road", VILLAGE, TOWN, "371002", length_m=900.0)] * 2)
        insert_names(c, [PlaceNameRow(r, parse(f"{MARK}路", "road", reference)) for r in roads])
        insert_segments(c, [SegmentRow(r, ROAD) for r in roads])
        (site,) = insert_cemeteries(
            c,
            [CemeteryRow(f"{MARK}公墓", "rural_public", VILLAGE, TOWN, "371002",
                         toponym=parse(f"{MARK}公墓", "cemetery", reference),
                         operator=f"{MARK}村")],
        )  # fmt: skip
        insert_approvals(
            c, [ApprovalRow(site, AREA, 0.05, 0.035, "A", valid_from=date(2010, 1, 1))]
        )
        bigger = box(122.16, 37.46, 122.162, 37.461)
        insert_surveys(
            c, [SurveyRow(site, date(2026, 5, 1), bigger, "rtk", 0.05, 0.035, "A",
                          surveyor=f"{MARK}队")],
        )  # fmt: skip
        made: dict[str, int] = {"place": roads[0], "cemetery": site}
        for kind, statement in STATEMENTS.items():
            made[kind] = c.execute(
                text(statement), {"place": roads[0], "cemetery": site, "mark": MARK}
            ).scalar_one()
        for number in roads:
            secrecy.classify(c, "place", number, "secret")
        for table in ("cemetery", "zone", "document", "case_file"):
            number = made["case" if table == "case_file" else table]
            secrecy.classify(c, table, number, "secret")
        desk = Desk(LOCAL_ACTOR, ON, reference, profile, Shelf(tmp_path))
        for subject, level in ((f"place:{roads[0]}", "public"), ("place:1", "secret")):
            made["attachment"] = attach(
                c, subject, JPEG, file_name=f"{MARK}.jpg", kind="photo", title=MARK,
                secrecy=level, desk=desk,
            ).id  # fmt: skip
        scan(c, reference=reference, profile=profile, on=ON, person=LOCAL_USER)
        made["finding"] = c.execute(
            text("SELECT max(id) FROM registry.finding WHERE :s = ANY (subjects)"),
            {"s": f"place:{roads[0]}"},
        ).scalar_one()
    return made


STATEMENTS = {
    "zone": "INSERT INTO registry.zone (kind, name, geom) VALUES ('heritage', :mark || '保护区', "
    "ST_Multi(ST_MakeEnvelope(122.1, 37.4, 122.12, 37.42, 4490))) RETURNING id",
    "document": "INSERT INTO registry.document (title, number) VALUES (:mark || '批复', :mark) "
    "RETURNING id",
    "story": "INSERT INTO registry.place_story (place_id, kind, text, source, person_id) "
    "VALUES (:place, 'origin', :mark || '的来历', '口述', 2) RETURNING id",
    "sign": "INSERT INTO registry.sign (place_id, text, geom) VALUES (:place, :mark || '路', "
    "ST_SetSRID(ST_MakePoint(122.1, 37.4), 4490)) RETURNING id",
    "waiver": "INSERT INTO registry.waiver (rule_id, pair, reason, person_id) "
    "VALUES ('pn.uniq.road_village', 'place:' || :place || '|place:1', :mark, 2) RETURNING id",
    "answer": "INSERT INTO registry.naming_answer (place_id, answer, said_name, reason, person_id) "
    "VALUES (:place, 'unsigned', :mark, :mark, 2) RETURNING id",
    "section": "INSERT INTO registry.section (cemetery_id, name) "
    "VALUES (:cemetery, :mark || '区') RETURNING id",
    "case": "INSERT INTO registry.case_file (number, title, matter, source, cemetery_id, state, "
    "version, opened_on, last_on) VALUES ('2026-9001', :mark || '公墓扩建', 'land', 'complaint', "
    ":cemetery, 'flagged', 1, '2026-11-01', '2026-11-01') RETURNING id",
    "report": "INSERT INTO registry.report (sha256, kind, title, content, person_id) VALUES "
    "(repeat('a', 64), 'name', '核名', jsonb_build_object('name', :mark || '路'), 2) RETURNING id",
}


def paths(app: Any, hidden: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every GET route with every number and word of the secret records in its place."""
    numbers = sorted({*hidden.values()})
    subjects = [f"{kind}:{number}" for kind, number in hidden.items()]
    words = {
        "subject": subjects,
        "place": [str(hidden["place"]), f"place:{hidden['place']}"],
        "rule_id": ["pn.uniq.road_village"],
        "layer_id": list(tiles.LAYERS),
        "sha256": ["a" * 64],
        "period": ["2026-11", "2026"],
        "kind": ["docx", "xlsx", "json"],
        "path": [""],
    }
    # A parameter named after a kind gets the number of that kind, any other one every number.
    for kind, number in hidden.items():
        words.setdefault(f"{kind}_id", [str(number)])
    for route in routes_of(app.routes):
        if not isinstance(route, APIRoute) or "GET" not in route.methods:
            continue
        names = list(route.param_convertors)
        values = [words.get(name, [str(n) for n in numbers]) for name in names]
        for chosen in itertools.product(*values):
            url = route.path
            for name, value in zip(names, chosen, strict=True):
                url = url.replace(f"{{{name}:path}}", value).replace(f"{{{name}}}", value)
            yield route.path, url


QUERIES: list[dict[str, str]] = [
    {},
    {"q": "玄", "limit": "50"},
    {"q": "xuan"},
    {"q": "xg"},
    {"on": "2026-11-23", "known_on": "2026-11-23"},
    {"limit": "500"},
]


def asked(client: TestClient, hidden: dict[str, int]) -> Iterator[tuple[str, bytes]]:
    subjects = [{"subject": f"{kind}:{number}"} for kind, number in hidden.items()]
    subjects.append({"subject": "place:1"})
    for path, url in paths(client.app, hidden):
        more = subjects if path in {"/api/v1/attachments", "/api/v1/history"} else QUERIES
        given = [{}] if "{" in path and "places/" not in path else more
        for query in given:
            yield path, _plain(client.get(url, params=query))
    for layer in tiles.LAYERS:
        for z, x, y in ((10, 859, 396), (12, 3437, 1586), (14, 13749, 6345), (9, 429, 198)):
            yield f"/tiles/{layer}", _plain(client.get(f"/tiles/{layer}/{z}/{x}/{y}"))
    checks = [("文鹳路", "road"), ("宣灌路", "road"), ("玄灌路", "road"), ("玄灌公墓", "cemetery")]
    for name, kind in checks:
        body = {"name": name, "place_class": kind, "class": kind, "at": VILLAGE}
        for path in ("/api/v1/names/check", "/api/v1/check-name", "/api/v1/names:check"):
            yield path, _plain(client.post(path, json=body))


def _plain(answer: Any) -> bytes:
    """What a person can read of an answer; documents of offices are unpacked."""
    content: bytes = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content + str(answer.headers).encode()


def seen_in(client: TestClient, hidden: dict[str, int]) -> set[str]:
    from urllib.parse import quote

    marks = (MARK.encode(), quote(MARK).encode(), MARK.encode("unicode_escape"))
    return {path for path, said in asked(client, hidden) if any(m in said for m in marks)}


def test_an_approver_sees_them_so_the_search_is_not_blind(
    client: TestClient, hidden: dict[str, int]
) -> None:
    seen = seen_in(client, hidden)
    assert len(seen) >= 12, seen
    for path in ("/api/v1/search", "/api/v1/changes", "/api/v1/history", "/api/v1/findings",
                 "/api/v1/cemeteries", "/api/v1/attachments", "/api/v1/name-reports/{sha256}",
                 "/tiles/zones", "/tiles/roads", "/tiles/cemeteries"):  # fmt: skip
        assert path in seen, path


@pytest.mark.parametrize("role", [None, Role.CLERK])
def test_nobody_below_sees_any_of_them_anywhere(
    role: Role | None,
    client: TestClient,
    guest: TestClient,
    acting_as: Callable[..., TestClient],
    hidden: dict[str, int],
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    opened = replace(service, settings=replace(service.settings, open_reading="always"))
    client.app.state.service = opened  # type: ignore[attr-defined]
    visitor = guest if role is None else acting_as(role)
    assert seen_in(visitor, hidden) == set()
    if role is not None:
        assert visitor.get("/api/v1/history/verification").json()["holds"]


def test_frames_and_exports_go_by_the_level_that_is_asked(
    filled: Engine, hidden: dict[str, int], data: Path, profile: Profile
) -> None:
    def held(level: str) -> set[str]:
        found = {
            table
            for table in frames.TABLES
            if MARK in str(frame(filled, table, secrecy=level).to_csv())
        }
        with read(filled) as c:
            classes = reference_tables.class_codes(data)
            export = export_national(
                c, at=None, secrecy=level, classes=classes, profile=profile, on=ON
            )
        return found | ({"national"} if MARK in str(export.rows) else set())

    assert held("secret") >= {"roads", "findings", "zones", "surveys", "national"}
    assert held("internal") == held("public") == set()


def test_names_of_internal_records_reach_staff_but_not_guests(
    filled: Engine, client: TestClient, acting_as: Callable[..., TestClient], guest: TestClient
) -> None:
    with transaction(filled, person=LOCAL_USER, reason="x") as c:
        secrecy.classify(c, "place", 3, "internal")
    for role, sees in ((Role.CLERK, True), (Role.VOLUNTEER, False)):
        answer = acting_as(role).get("/api/v1/subjects/place:3")
        assert (answer.status_code == 200) is sees, role


def test_a_level_is_given_with_a_reason_that_history_keeps(
    client: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    asked = {"subject": "place:1", "level": "secret", "reason": "保密办〔2026〕3号"}
    assert acting_as(Role.CLERK).put("/api/v1/secrecy", json=asked).status_code == 403
    assert client.put("/api/v1/secrecy", json=asked).json()["before"] == "public"
    assert client.put("/api/v1/secrecy", json=asked).status_code == 409
    newest = client.get("/api/v1/history", params={"subject": "place:1"}).json()["items"][0]
    assert newest["reason"] == "密级改为秘密：保密办〔2026〕3号"
    assert newest["changed"] == {"secrecy": ["public", "secret"]}
    assert acting_as(Role.CLERK).get("/api/v1/subjects/place:1").status_code == 404


def test_what_has_no_level_of_its_own_is_refused(filled: Engine) -> None:
    with transaction(filled, person=LOCAL_USER, reason="x") as c:
        for subject in ("plot:1", "history:1", "place:x", "person:1"):
            with pytest.raises(BadRequest):
                classify(c, subject, "secret", reason="试")
        with pytest.raises(BadRequest, match="理由"):
            classify(c, "place:1", "secret", reason="  ")
        with pytest.raises(Conflict):
            classify(c, "place:1", "public", reason="试")


def test_levels_and_clearances_are_data(reference: Reference) -> None:
    assert up_to("internal") == ("public", "internal")
    levels = {role: reference.clearances.of(role) for role in EVERY_ROLE}
    assert set(levels.values()) == set(LEVELS), "each level is tried by one of its roles above"
    assert [role for role, level in levels.items() if level == "secret"] == [Role.APPROVER]
    assert reference.clearances.of(None) == reference.clearances.of(Role.VOLUNTEER) == "public"
    with pytest.raises(BadRequest, match="不认识的角色"):
        clearances({"chief": "secret"}, "x.toml")
    with pytest.raises(BadRequest, match="密级"):
        clearances({"clerk": "绝密"}, "x.toml")


def test_every_table_that_refers_to_a_place_or_cemetery_is_filtered(filled: Engine) -> None:
    with read(filled) as c:
        shapes = secrecy._shapes(c)
        enabled = set(
            c.scalars(text("SELECT tablename FROM pg_policies WHERE schemaname = 'registry'"))
        )
    policies = secrecy.policies_for(shapes)
    assert enabled == policies.keys()
    for name, shape in shapes.items():
        parents = {parent for _, parent in shape.parents}
        if parents & {"place", "cemetery", "place_name", "plot", "finding", "case_file"}:
            assert name in policies, name


def test_no_table_tells_a_reader_what_is_hidden(filled: Engine, hidden: dict[str, int]) -> None:
    """Whatever a route of tomorrow asks: no row of any table holds the name."""
    with read(filled, "internal") as c:
        assert c.scalar(text("SELECT current_user")) == secrecy.VIEWER
        statement = 'SELECT EXISTS (SELECT FROM registry."{}" t WHERE strpos(t::text, :mark) > 0)'
        tables = sorted(secrecy._shapes(c))
        found = {t for t in tables if c.scalar(text(statement.format(t)), {"mark": MARK})}
    assert found == set()


def test_staff_pay_nothing_where_nothing_is_secret(filled: Engine) -> None:
    with read(filled, "internal") as c:
        assert c.scalar(text("SELECT current_user")) != secrecy.VIEWER
    with read(filled, "public") as c:
        assert c.scalar(text("SELECT current_user")) == secrecy.VIEWER
    with read(filled) as c:
        assert c.scalar(text("SELECT current_user")) != secrecy.VIEWER


# ---- what an act is answered with ----------------------------------------------------------------

CLOSED_ROLES = [Role.CLERK, Role.INSPECTOR, Role.VOLUNTEER, Role.ANALYST]
ASKED = {
    "applicant": "港头村委会", "reason": "路旁旧有树",
    "geometry": {"type": "LineString", "coordinates": [[122.101, 37.405], [122.106, 37.405]]},
    "papers": [{"kind": "application"}],
}  # fmt: skip


def _tells(text_: str, hidden: dict[str, int]) -> bool:
    """Whether an answer tells of the secret road: by its number, or where it is."""
    return f'"place:{hidden["place"]}"' in text_ or f"place:{hidden['place']}）" in text_


def test_a_name_that_collides_with_a_secret_one_is_refused_and_not_told_why(
    client: TestClient, acting_as: Callable[..., TestClient], hidden: dict[str, int]
) -> None:
    clerk = acting_as(Role.CLERK)
    same = ASKED | {"name": f"{MARK}路"}
    refused = clerk.post("/api/v1/proposals", json=same)
    assert refused.status_code == 422
    assert "内容不公开" in refused.json()["detail"]
    assert not _tells(refused.text, hidden)
    table = f"名称,编号,命名理由\n{MARK}路,place:4,旧有\n".encode()
    params = {"file_name": "申报.csv", "applicant": "羊亭镇人民政府"}
    batch = clerk.post("/api/v1/proposals/table", params=params, content=table)
    assert "内容不公开" in batch.text
    assert not _tells(batch.text, hidden)
    # Who is cleared reads which place it is.
    told = client.post("/api/v1/proposals", json=same)
    assert told.status_code == 422
    assert f"{MARK}路" in told.json()["detail"]
    assert "内容不公开" not in told.json()["detail"]


def test_a_name_like_a_secret_one_gets_its_verdict_without_the_name(
    client: TestClient, acting_as: Callable[..., TestClient], hidden: dict[str, int]
) -> None:
    clerk = acting_as(Role.CLERK)
    like = ASKED | {"name": "玄贯路"}  # the same sound, other characters
    made = clerk.post("/api/v1/proposals", json=like)
    assert made.status_code == 201, made.text
    shown = clerk.post(f"/api/v1/proposals/{made.json()['id']}/precheck", json={"version": 1})
    report = clerk.get(f"/api/v1/name-reports/{shown.json()['report']}")
    assert report.status_code == 200
    for answer in (made, shown, report, clerk.get(f"/api/v1/proposals/{made.json()['id']}")):
        assert MARK not in answer.text
        assert not _tells(answer.text, hidden)
    assert shown.json()["verdict"] in {"警示", "提示"}
    assert "内容不公开" in shown.text


def test_a_contribution_is_matched_with_what_its_reader_may_see(
    client: TestClient, acting_as: Callable[..., TestClient], hidden: dict[str, int]
) -> None:
    volunteer = acting_as(Role.VOLUNTEER)
    sent = {"name": "玄贯路", "geometry": {"type": "Point", "coordinates": [122.105, 37.404]}}
    made = volunteer.post("/api/v1/contributions", json=sent)
    assert made.status_code == 201, made.text
    assert made.json()["matches"] == []
    address = f"/api/v1/contributions/{made.json()['id']}"
    for reader in (volunteer, acting_as(Role.CLERK)):
        assert MARK not in reader.get(address).text
        assert MARK not in reader.get("/api/v1/contributions").text
    assert client.get(address).json()["match_text"].startswith(f"与标准名称“{MARK}路”")


@pytest.mark.parametrize("role", CLOSED_ROLES)
def test_nobody_below_can_act_on_a_secret_record(
    role: Role, client: TestClient, acting_as: Callable[..., TestClient], hidden: dict[str, int]
) -> None:
    """Every route that changes something of a kind that is hidden: not there, or not theirs."""
    actor, asked = acting_as(role), 0
    numbers = hidden | {"site": hidden["cemetery"]}
    for route in routes_of(client.app.routes):  # type: ignore[attr-defined]
        declared = declared_by(route) if isinstance(route, APIRoute) else None
        if declared is None or not declared.of or route.methods <= {"GET", "HEAD"}:
            continue
        kind, _, parameter = declared.of.partition(":{")
        number = numbers.get(kind)
        if number is None:
            continue
        path = route.path.replace("{" + parameter.removesuffix("}") + "}", str(number))
        for method in route.methods:
            answer = actor.request(method, path, json={})
            assert answer.status_code in {403, 404}, (method, path, answer.text)
            assert MARK not in answer.text, (method, path)
            asked += 1
    assert asked > 15


def test_what_is_named_in_a_body_is_not_there_either(
    acting_as: Callable[..., TestClient], hidden: dict[str, int], client: TestClient
) -> None:
    clerk = acting_as(Role.CLERK)
    place, site = f"place:{hidden['place']}", hidden["cemetery"]
    rename = {"kind": "更名", "place": place, "name": "枣园路", "applicant": "甲", "reason": "乙"}
    merge = rename | {"kind": "合并", "place": "place:1", "heir": place}
    photo = {"subject": place, "file_name": "一.jpg", "kind": "photo"}
    for answer in (
        clerk.post("/api/v1/proposals", json=rename),
        clerk.post("/api/v1/proposals", json=merge),
        clerk.post("/api/v1/attachments", params=photo, content=JPEG),
        clerk.post("/api/v1/cases", json={"title": "举报", "reason": "来电", "cemetery": site}),
    ):
        assert answer.status_code == 404, answer.text
        assert MARK not in answer.text


def test_a_reason_that_names_what_is_hidden_does_not_leave(
    client: TestClient,
    acting_as: Callable[..., TestClient],
    hidden: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever a service forgets to leave out."""

    def clash(*_: object, **__: object) -> None:
        raise Conflict(f"与{MARK}公墓的边界重叠。", advice="请核对。")

    monkeypatch.setattr(answering_unnamed, "answer", clash)
    path, body = "/api/v1/places/place:4/naming-answer", {"answer": "nameless", "reason": "走访"}
    told = acting_as(Role.CLERK).post(path, json=body)
    assert (told.status_code, told.json()["code"]) == (409, "conflict")
    assert told.json()["detail"].startswith("不能办理：")
    assert MARK not in told.text
    assert f"{MARK}公墓" in client.post(path, json=body).json()["detail"]
