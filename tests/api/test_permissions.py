"""Every route, every role and nobody at all: allowed or refused exactly as the table says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_registry.api.app import create_app
from geo_registry.api.permitting import (
    Declared,
    allow,
    declared_by,
    require_declared,
    routes_of,
)
from geo_registry.api.tile_gate import TILES
from geo_registry.domain.people import Guest, Permissions, Reach, Role

REFUSED = {401, 403}


def _nothing() -> dict[str, str]:
    return {}


OTHER_TOWN = "371002105"
_LOG_OUT = ("DELETE", "/api/v1/session")


@pytest.fixture
def table(client: TestClient) -> Permissions:
    found: Permissions = client.app.state.service.reference.permissions  # type: ignore[attr-defined]
    return found


def _asked(app: Any) -> Iterator[tuple[str, str, Declared]]:
    """Method, address and declared act of every route; the one that logs out comes last."""
    yield ("GET", "/tiles/roads/10/1/1", TILES)
    found = []
    for route in routes_of(app.routes):
        declared = declared_by(route)
        assert declared is not None, route.path
        path = re.sub(r"{(\w+)(?::path)?}", "1", route.path)
        found += [(method, path, declared) for method in sorted(route.methods)]
    yield from sorted(found, key=lambda asked: asked[:2] == _LOG_OUT)


def _answers(client: TestClient) -> dict[tuple[str, str], tuple[Declared, int, str]]:
    found = {}
    for method, path, declared in _asked(client.app):
        answer = client.request(method, path)
        found[method, path] = (declared, answer.status_code, answer.text[:200])
    return found


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_the_table_says_and_nothing_else(
    role: Role, acting_as: Callable[..., TestClient], table: Permissions
) -> None:
    answers = _answers(acting_as(role))
    assert len(answers) > 60
    for asked, (declared, status, said) in answers.items():
        allowed = table.act(declared.act).of(role) is not Reach.NONE
        assert status != 401, (asked, said)
        assert (status != 403) is allowed, (asked, declared, status, said)


@pytest.mark.parametrize("setting", ["auto", "never", "always"])
def test_a_guest_may_read_only_where_a_setting_says_so(
    setting: str, client: TestClient, table: Permissions, tmp_path: Path
) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    settings = replace(service.settings, open_reading=setting)
    app = create_app(settings, service.engine, today=service.today)
    # Not as a context of its own: closing would dispose of the engine of the first service.
    app.tiles.pool = client.app.tiles.pool  # type: ignore[attr-defined]
    open_to_all = {Guest.ALWAYS, *({Guest.OPEN} if setting == "always" else ())}
    visitor = TestClient(app, raise_server_exceptions=False)
    visitor.portal = client.portal
    for asked, (declared, status, said) in _answers(visitor).items():
        allowed = table.act(declared.act).guest in open_to_all
        if asked[1] == "/api/v1/session/try-out" or asked == ("PUT", "/api/v1/session/password"):
            continue  # refuse by themselves: only on this machine, only who has logged in
        assert (status not in REFUSED) is allowed, (asked, declared, status, said)
        assert allowed or status == 401, (asked, status)


def test_a_tile_is_refused_to_a_guest_in_words(guest: TestClient, client: TestClient) -> None:
    assert client.get("/tiles/roads/10/1/1").status_code == 204
    refused = client.get("/tiles/roads/10/1/1", headers={"cookie": "geo_registry=forged"})
    assert refused.status_code == 401
    assert refused.json()["detail"] == "登录凭据无效。"


def test_a_route_without_an_act_is_not_served(table: Permissions) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    router = APIRouter()
    router.add_api_route("/forgotten", _nothing)
    app.include_router(router)
    with pytest.raises(LookupError, match="/forgotten declares no act"):
        require_declared(app.routes, table)


def test_an_act_that_the_table_does_not_know_is_not_served(table: Permissions) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/new", _nothing, dependencies=[allow("nobody.knows")])
    with pytest.raises(LookupError, match=r"nobody\.knows"):
        require_declared(app.routes, table)


def test_a_subject_of_a_kind_without_a_town_is_a_slip() -> None:
    with pytest.raises(LookupError, match="spaceship"):
        allow("registry.read", of="spaceship:{number}")


def _written(client: TestClient) -> dict[str, Any]:
    service = client.app.state.service  # type: ignore[attr-defined]
    with service.engine.connect() as connection:
        return {
            "rows": connection.scalar(text("SELECT count(*) FROM registry.history")),
            "noted": [
                tuple(row)
                for row in connection.execute(
                    text("SELECT kind, detail FROM registry.login_event WHERE kind = 'forbidden'")
                )
            ],
        }


_DECISION = {"name": "迎宾路", "authority": "测试政府", "effective_on": "2026-11-20"}
OUTSIDE = [
    ("POST", "/api/v1/places/1/proposals", {"name": "迎宾路", "reason": "新建"}),
    ("POST", "/api/v1/places/1/naming-answer", {"answer": "nameless"}),
    ("POST", "/api/v1/places/place:1/stories", {"kind": "origin", "text": "来历", "source": "志"}),
    ("POST", "/api/v1/names/1/corrections", {"full": "文化西路", "reason": "抄错"}),
    ("POST", "/api/v1/findings/1/waivers", {"reason": "两条路早已如此"}),
    ("POST", "/api/v1/cemeteries/1/burials", {"name": "张三"}),
    (
        "POST",
        "/api/v1/road-decisions",
        {"pair": ["place:1", "place:2"], "answer": "two", "reason": "两条"},
    ),
    ("GET", "/api/v1/cemeteries/1/burials?unmask=true", None),
]


def test_a_clerk_of_another_town_is_refused_and_nothing_changes(
    acting_as: Callable[..., TestClient],
) -> None:
    clerk = acting_as(Role.CLERK, towns=[OTHER_TOWN])
    before = _written(clerk)["rows"]
    for method, path, body in OUTSIDE:
        refused = clerk.request(method, path, json=body)
        assert refused.status_code == 403, (path, refused.text)
        assert "负责的镇街不包括羊亭镇" in refused.json()["detail"], path
    assert _written(clerk)["rows"] == before


def test_a_refusal_is_written_down(acting_as: Callable[..., TestClient]) -> None:
    volunteer = acting_as(Role.VOLUNTEER)
    refused = volunteer.post("/api/v1/places/1/names", json=_DECISION)
    assert refused.json()["detail"].startswith("志愿者不能做这件事：登记对地名的决定")
    assert refused.json()["advice"] == "可以由审批人员办理。"
    noted = _written(volunteer)["noted"]
    assert noted
    assert noted[-1][1].startswith("POST /api/v1/places/1/names：志愿者不能做这件事")


def test_a_new_place_outside_ones_towns_does_not_stay(
    acting_as: Callable[..., TestClient],
) -> None:
    clerk = acting_as(Role.CLERK, towns=[OTHER_TOWN])
    line = {"type": "LineString", "coordinates": [[122.1, 37.405], [122.11, 37.405]]}
    asked = {"name": "迎宾路", "reason": "新建", "place_class": "road", "geometry": line}
    before = _written(clerk)["rows"]
    refused = clerk.post("/api/v1/places", json=asked)
    assert refused.status_code == 403, refused.text
    assert _written(clerk)["rows"] == before


def test_history_names_the_person_who_acted(acting_as: Callable[..., TestClient]) -> None:
    clerk = acting_as(Role.CLERK, towns=["371002101"])
    done = clerk.post(
        "/api/v1/places/4/naming-answer", json={"answer": "nameless", "reason": "走访"}
    )
    assert done.status_code == 201, done.text
    service = clerk.app.state.service  # type: ignore[attr-defined]
    with service.engine.connect() as connection:
        who = connection.scalar(
            text(
                "SELECT p.name FROM registry.history h "
                "JOIN registry.person p ON p.id = h.person_id "
                "WHERE h.table_name = 'naming_answer' ORDER BY h.id DESC LIMIT 1"
            )
        )
    assert who == "测试登记员"
