"""Naming as people do it, on real PostgreSQL: papers, guards, merging, two clerks at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from shapely import LineString, Point, box
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused, RegistryError
from geo_registry.domain.naming import called_on
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.desk import Desk
from geo_registry.services.naming import naming
from geo_registry.services.naming.naming import Decision
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.store import naming as store
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import DivisionRow, PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
TOWN, VILLAGE = "371002101", "371002101201"
BUREAU = "威海市环翠区民政局"


def _roads(connection: Connection, names: list[str], reference: Reference) -> list[int]:
    places = insert_places(connection, [PlaceRow("road", VILLAGE, TOWN, "371002") for _ in names])
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
            SegmentRow(p, LineString([(122.1, 37.40 + p / 5000), (122.11, 37.40 + p / 5000)]))
            for p in places
        ],
    )
    return places


@pytest.fixture
def village(engine: Engine) -> Engine:
    """One village of a town, and two clerks besides the local user."""
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        insert_divisions(
            connection,
            [
                DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002"),
                DivisionRow(VILLAGE, "nbs", "港头村委会", 5, TOWN, households=420,
                            extent=box(122, 37.3, 122.2, 37.6)),
            ],
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO registry.person (id, name) VALUES (11, '王芳'), (12, '李强')")
        )
    return engine


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, ON, reference, profile)


@pytest.fixture
def opened(village: Engine) -> Iterator[Connection]:
    with transaction(village, person=LOCAL_USER, reason="测试") as connection:
        yield connection


def _decision(on: date = ON, **more: Any) -> Decision:
    return Decision(BUREAU, on, "威环民〔2026〕12号", dated_on=date(2026, 11, 20), **more)


def _called(connection: Connection, place: int, on: date) -> list[str]:
    return [n.full for n in called_on(store.records(connection, [place])[place], on)]


def test_a_proposal_becomes_the_standard_name_with_its_paper(
    opened: Connection, desk: Desk
) -> None:
    (road,) = _roads(opened, [""], desk.reference)
    proposed = naming.propose(opened, road, "世昌大道", reason="纪念邓世昌", desk=desk)
    assert proposed.name_id is not None
    done = naming.approve(opened, proposed.name_id, _decision(), desk=desk)
    assert _called(opened, road, ON) == ["世昌大道"]
    kinds = [e["kind"] for e in store.events(opened, road)]
    assert kinds == ["proposed", "named"]
    event = store.events(opened, road)[-1]
    assert (event["authority"], event["document_number"]) == (BUREAU, "威环民〔2026〕12号")
    assert event["person"] == "本机用户"
    row = opened.execute(
        text("SELECT * FROM registry.place_name WHERE id = :i"), {"i": done.name_id}
    ).one()
    assert (row.kind, row.event, row.authority) == ("standard", "named", BUREAU)
    assert row.key_stem == "世昌大道"


def test_a_new_place_is_registered_with_its_proposal(opened: Connection, desk: Desk) -> None:
    new = NewPlace("road.lane", LineString([(122.1, 37.4), (122.101, 37.4)]))
    done = naming.propose(opened, new, "海燕巷", reason="新建巷道", desk=desk)
    row = opened.execute(
        text("SELECT * FROM registry.place WHERE id = :i"), {"i": done.place_id}
    ).one()
    assert (row.village_code, row.town_code, row.place_class) == (VILLAGE, TOWN, "road.lane")
    assert 85 < row.length_m < 92
    with pytest.raises(BadRequest):
        naming.propose(opened, NewPlace("road", Point(122, 37)), "甲路", reason="试", desk=desk)
    away = LineString([(37, 122), (37, 122.1)])
    with pytest.raises(BadRequest):
        naming.propose(opened, NewPlace("road", away), "甲路", reason="试", desk=desk)


def test_renaming_keeps_the_old_name_and_both_times(opened: Connection, desk: Desk) -> None:
    (road,) = _roads(opened, ["老石桥路"], desk.reference)
    naming.rename(opened, road, "海滨北路", _decision(date(2026, 6, 1)), desk=desk)
    assert _called(opened, road, date(2026, 5, 31)) == ["老石桥路"]
    assert _called(opened, road, date(2026, 6, 1)) == ["海滨北路"]
    rows = store.records(opened, [road])[road]
    assert [(n.full, n.superseded_at is None) for n in rows] == [
        ("老石桥路", False), ("老石桥路", True), ("海滨北路", True),
    ]  # fmt: skip
    with pytest.raises(Refused):
        naming.name_place(opened, road, "又一路", _decision(), desk=desk)


def test_merging_moves_the_pieces_and_keeps_every_name(opened: Connection, desk: Desk) -> None:
    heir, gone = _roads(opened, ["金海路", "银滩巷"], desk.reference)
    naming.merge(opened, [gone], heir, _decision(), desk=desk)
    pieces = opened.scalar(
        text("SELECT count(*) FROM registry.segment WHERE place_id = :p"), {"p": heir}
    )
    assert pieces == 2
    row = opened.execute(text("SELECT * FROM registry.place WHERE id = :p"), {"p": gone}).one()
    assert (row.status, row.successor_id) == ("retired", heir)
    assert store.heirs(opened, gone) == [heir]
    assert _called(opened, gone, date(2026, 1, 1)) == ["银滩巷"]
    assert _called(opened, heir, date(2026, 1, 1)) == ["金海路"]
    assert [n.full for n in store.records(opened, [heir])[heir]] == ["金海路", "银滩巷"]
    with pytest.raises(Refused):
        naming.propose(opened, gone, "新巷", reason="试", desk=desk)


def test_abolishing_ends_the_names_and_the_place(opened: Connection, desk: Desk) -> None:
    (road,) = _roads(opened, ["拆迁路"], desk.reference)
    with pytest.raises(Refused):
        naming.abolish(opened, road, _decision(date(2027, 1, 1)), desk=desk)
    naming.abolish(opened, road, _decision(reason="已拆除"), desk=desk)
    assert _called(opened, road, ON) == []
    assert _called(opened, road, date(2026, 1, 1)) == ["拆迁路"]


def test_a_correction_is_written_beside_what_it_corrects(opened: Connection, desk: Desk) -> None:
    (road,) = _roads(opened, ["文华路"], desk.reference)
    (wrong,) = store.records(opened, [road])[road]
    done = naming.correct(opened, wrong.id, full="文化路", reason="录入笔误", desk=desk)
    assert _called(opened, road, ON) == ["文化路"]
    key = opened.scalar(
        text("SELECT key_stem FROM registry.place_name WHERE id = :i"), {"i": done.name_id}
    )
    assert key == "文化路"
    assert store.events(opened, road)[-1]["kind"] == "corrected"
    with pytest.raises(Conflict):
        naming.correct(opened, wrong.id, full="文花路", reason="再改", desk=desk)


def test_a_name_that_a_rule_calls_wrong_needs_a_reason(opened: Connection, desk: Desk) -> None:
    taken, road = _roads(opened, ["和平路", ""], desk.reference)
    with pytest.raises(Refused) as refused:
        naming.name_place(opened, road, "和平路", _decision(), desk=desk)
    assert "重名" in str(refused.value) or "和平路" in refused.value.message
    done = naming.name_place(
        opened, road, "和平路", _decision(despite="两路原为一条，待合并"), desk=desk
    )
    assert done.name_id is not None
    assert "待合并" in store.events(opened, road)[-1]["reason"]
    assert taken != road


def test_what_nobody_knows_is_said(opened: Connection, desk: Desk) -> None:
    with pytest.raises(NotFound):
        naming.propose(opened, 999_999, "甲路", reason="试", desk=desk)
    with pytest.raises(NotFound):
        naming.approve(opened, 999_999, _decision(), desk=desk)


@pytest.mark.parametrize(
    "name",
    ["", "　", "文" * 10_000, "🙂路", "\x00路", "\ue000路", "瞿阝路", "氵丙洲路", "Wen化路",
     "'; DROP TABLE registry.place; --"],
)  # fmt: skip
def test_bad_names_end_in_words_not_in_crashes(opened: Connection, desk: Desk, name: str) -> None:
    (road,) = _roads(opened, [""], desk.reference)
    try:
        done = naming.propose(opened, road, name, reason="试", desk=desk)
    except RegistryError as error:
        assert error.message  # noqa: PT017
    else:
        assert done.check is not None


# ---- two clerks at once -------------------------------------------------------------------------


def _at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run acts in threads that start together; what each gave or raised."""
    ready = threading.Barrier(len(acts))
    outcome: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        ready.wait()
        try:
            outcome[number] = acts[number]()
        except RegistryError as error:
            outcome[number] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcome


def _clerk(engine: Engine, person: int, desk: Desk, proposal: int) -> Callable[[], Any]:
    own = Desk(replace(desk.actor, person=person), desk.on, desk.reference, desk.profile)

    def approve() -> Any:
        with transaction(engine, person=person, reason="批准") as connection:
            return naming.approve(connection, proposal, _decision(), desk=own)

    return approve


@pytest.mark.parametrize("same_place", [False, True])
def test_of_two_clerks_approving_one_name_at_once_exactly_one_succeeds(
    village: Engine, desk: Desk, same_place: bool
) -> None:
    numerals = "一二三四五六七八九十"
    for attempt in range(10):
        name = f"海燕{numerals[attempt]}路" if same_place else f"金沙{numerals[attempt]}路"
        with transaction(village, person=LOCAL_USER, reason="申报") as connection:
            roads = _roads(connection, [""] if same_place else ["", ""], desk.reference)
            proposals = [
                naming.propose(
                    connection, r, name, reason="申报", despite="两处同时申报", desk=desk
                ).name_id
                for r in roads
            ]
        first, second = proposals[0], proposals[-1]
        assert first is not None
        assert second is not None
        outcome = _at_once([_clerk(village, 11, desk, first), _clerk(village, 12, desk, second)])
        lost = [o for o in outcome if isinstance(o, RegistryError)]
        assert len(lost) == 1, outcome
        assert isinstance(lost[0], Conflict)
        winner = "李强" if outcome[0] is lost[0] else "王芳"
        assert f"“{name}”已由{winner}于" in lost[0].message
        assert "批准给" in lost[0].message
        with village.connect() as connection:
            count = connection.scalar(
                text(
                    "SELECT count(*) FROM registry.place_name WHERE full_name = :n "
                    "AND kind = 'standard' AND superseded_at IS NULL"
                ),
                {"n": name},
            )
        assert count == 1
