"""A small registry behind the API: one village, four roads, a committee, a cemetery, a scan."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shapely import LineString, Point, box
from sqlalchemy import Connection, Engine

from geo_registry.api.answering import checking
from geo_registry.api.app import create_app
from geo_registry.api.service import Service
from geo_registry.api.visitors import CSRF_HEADER, cookie_name
from geo_registry.domain.people import ROLE_TITLES, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings.scanning import scan
from geo_registry.services.people import logging_in
from geo_registry.services.people.logging_in import Client
from geo_registry.services.people.passwords import csrf_of
from geo_registry.settings import Settings
from geo_registry.store import accounts
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.cluster import Cluster
from geo_registry.store.database import LOCAL_USER, create_engine, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import (
    ApprovalRow,
    CemeteryRow,
    DivisionRow,
    PlaceNameRow,
    PlaceRow,
    SegmentRow,
    SurveyRow,
)

TEMPLATE, FILLED = "migrated_template", "filled_template"
ON = date(2026, 11, 23)
TOWN, VILLAGE = "371002101", "371002101201"


@pytest.fixture(scope="session")
def filled_template(
    cluster: Cluster,
    once: Callable[[str], AbstractContextManager[bool]],
    reference: Reference,
    profile: Profile,
) -> str:
    """The name of a database with the registry, scanned, to be cloned."""
    with once(FILLED) as first:
        if first:
            made = create_engine(cluster.create_database(FILLED, template=TEMPLATE))
            with transaction(made, person=LOCAL_USER, reason="登记") as connection:
                _fill(connection, reference)
                scan(connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER)
            made.dispose()
    return FILLED


@pytest.fixture
def filled(cluster: Cluster, filled_template: str) -> Iterator[Engine]:
    """The registry, of this test alone."""
    with _cloned(cluster, filled_template) as made:
        yield made


@pytest.fixture(scope="session")
def read_only(cluster: Cluster, filled_template: str) -> Iterator[Engine]:
    """The same registry, one for the tests that only ask."""
    with _cloned(cluster, filled_template) as made:
        yield made


@pytest.fixture(scope="session")
def reader(
    read_only: Engine, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of the service on that registry, for questions only; logged in as ``client``."""
    with _served(read_only, data, tmp_path_factory.mktemp("web")) as made:
        log_in_as(made, Role.APPROVER)
        yield made


@pytest.fixture
def client(filled: Engine, data: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of the service on a registry of this test alone, logged in as an approver.

    ``guest`` has not logged in, ``acting_as`` logs in anybody else.
    """
    with _served(filled, data, tmp_path) as made:
        log_in_as(made, Role.APPROVER)
        yield made


@pytest.fixture
def on_sample(sample_engine: Engine, data: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A client of the service on the sample district, logged in as an approver."""
    with _served(sample_engine, data, tmp_path) as made:
        log_in_as(made, Role.APPROVER)
        yield made


@pytest.fixture
def guest(client: TestClient) -> TestClient:
    """A client of the same service who has not logged in, from another machine."""
    return beside(client)


@pytest.fixture
def acting_as(client: TestClient) -> Callable[..., TestClient]:
    """``acting_as(Role.CLERK, towns=["371002101"])``: a client of the same service."""

    def made(role: Role, towns: Sequence[str] = ()) -> TestClient:
        return log_in_as(beside(client), role, towns)

    return made


def beside(client: TestClient, app: FastAPI | None = None) -> TestClient:
    """Another client, without cookies, in the event loop of the first (the pool of tiles is)."""
    made = TestClient(app or client.app, raise_server_exceptions=False)
    made.portal = client.portal
    return made


def log_in_as(client: TestClient, role: Role, towns: Sequence[str] = ()) -> TestClient:
    """Let a client be a new person in a role: their cookie and what their page sends along."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    with transaction(service.engine, person=LOCAL_USER, reason="账号") as connection:
        number = accounts.insert_account(
            connection,
            login=f"{role.value}-{uuid.uuid4().hex[:8]}",
            name=f"测试{ROLE_TITLES[role]}",
            role=role,
            towns=towns,
        )
        account = accounts.by_id(connection, number)
        assert account is not None
        knocking = Client("testclient", "", service.now())
        limits = service.reference.login_limits
        cookie = logging_in.begin(connection, account, knocking, limits)
    client.cookies.set(cookie_name(service), cookie)
    client.headers[CSRF_HEADER] = csrf_of(cookie)
    return client


@contextmanager
def _cloned(cluster: Cluster, template: str) -> Iterator[Engine]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    made = create_engine(cluster.create_database(name, template=template))
    yield made
    made.dispose()
    cluster.drop_database(name)


@contextmanager
def _served(engine: Engine, data: Path, folder: Path) -> Iterator[TestClient]:
    (folder / "index.html").write_text("<!doctype html><title>地名</title>", "utf-8")
    (folder / "main.mjs").write_text("export {}", "utf-8")
    settings = Settings(folder, None, 0, "127.0.0.1", data, folder, argon2=(1, 64, 1))
    checking.on = True  # an answer that departs from its model fails the test that asked for it
    app = create_app(settings, engine, today=lambda: ON)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def _fill(connection: Connection, reference: Reference) -> None:
    seat = parse("示例村委会", "committee_seat", reference)
    insert_divisions(
        connection,
        [
            DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002", extent=box(122.0, 37.3, 122.2, 37.5)),
            DivisionRow(
                VILLAGE, "nbs", "示例村委会", 5, TOWN, households=420, toponym=seat,
                seat=Point(122.1, 37.4), extent=box(122.09, 37.39, 122.12, 37.42),
            ),
        ],
    )  # fmt: skip
    names = ["文化路", "文化路", "和平巷", ""]
    places = insert_places(
        connection, [PlaceRow("road", VILLAGE, TOWN, "371002", length_m=900.0) for _ in names]
    )
    insert_names(
        connection,
        [
            PlaceNameRow(
                p, parse(n, "road", reference),
                event="named" if n == "和平巷" else "registered",
                valid_from=date(2024, 11, 1) if n == "和平巷" else None,
            )
            for p, n in zip(places, names, strict=True)
            if n
        ],
    )  # fmt: skip
    insert_segments(
        connection,
        [
            SegmentRow(p, LineString([(122.1, 37.4 + i / 500), (122.11, 37.4 + i / 500)]))
            for i, p in enumerate(places)
        ],
    )
    (site,) = insert_cemeteries(
        connection,
        [CemeteryRow("示例公墓一", "rural_public", None, TOWN, "371002",
                     toponym=parse("示例公墓一", "cemetery", reference))],
    )  # fmt: skip
    insert_approvals(connection, [
        ApprovalRow(site, box(122.15, 37.45, 122.151, 37.451), 0.05, 0.035, "A",
                    valid_from=date(2010, 1, 1))
    ])  # fmt: skip
    insert_surveys(connection, [
        SurveyRow(site, date(2026, 5, 1), box(122.15, 37.45, 122.1515, 37.451), "rtk", 0.05,
                  0.035, "A")
    ])  # fmt: skip
