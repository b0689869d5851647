"""A volunteer's name is matched to a former name, merged, answered; another is rejected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from shapely import LineString, Point
from sqlalchemy import Engine, text

from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Stale
from geo_registry.domain.place import NameKind
from geo_registry.domain.toponym import parse
from geo_registry.services.names import stories
from geo_registry.services.naming import contributions, proposal_pages
from geo_registry.services.naming.contributions import Photo, Sent
from geo_registry.services.reports import deadlines
from geo_registry.store.database import read, transaction
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

DeskOf = Callable[..., Any]
VOLUNTEER, CLERK = 14, 11
SENT, ANSWERED = date(2026, 11, 2), date(2026, 11, 5)
VILLAGE, TOWN = "371002101200", "371002101"
AT = Point(122.0031, 37.4071)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100)
STORY = "老人们叫它南大井路，因为村南有口大井，民国年间全村吃这口井的水。"


@pytest.fixture
def road(district: Engine, desk_of: DeskOf) -> int:
    """光明路, which was called 南大井路 until 1982."""
    reference = desk_of(CLERK, SENT).reference
    with transaction(district, person=CLERK, reason="登记") as connection:
        (place,) = insert_places(connection, [PlaceRow("road", VILLAGE, TOWN, "371002")])
        line = LineString([(122.001, 37.407), (122.006, 37.407)])
        insert_segments(connection, [SegmentRow(place, line)])
        insert_names(
            connection,
            [
                PlaceNameRow(place, parse("光明路", "road", reference),
                             valid_from=date(1982, 5, 1)),
                PlaceNameRow(place, parse("南大井路", "road", reference), kind=NameKind.FORMER,
                             valid_to=date(1982, 5, 1)),
            ],
        )  # fmt: skip
    return place


def test_a_volunteers_name_is_matched_to_a_former_name_merged_and_answered(
    district: Engine, desk_of: DeskOf, road: int
) -> None:
    volunteer, clerk = desk_of(VOLUNTEER, SENT), desk_of(CLERK, ANSWERED)
    sent = Sent("南大井路", "road", AT, story=STORY, source="村民王大爷",
                photos=(Photo(JPEG, "大井.jpg"),))  # fmt: skip
    with transaction(district, person=VOLUNTEER, reason="采集") as connection:
        got = contributions.contribute(connection, sent, desk=volunteer)
    assert got["state"] == "received"
    best = got["matches"][0]
    assert (best["subject"], best["kind"], best["grade"]) == (f"place:{road}", "former", 0)
    assert best["near"]
    assert "与曾用名“南大井路”名称相同，现名“光明路”" in got["match_text"]
    assert [a["media_type"] for a in got["attachments"]] == ["image/jpeg"]

    with transaction(district, person=CLERK, reason="并入") as connection:
        with pytest.raises(BadRequest, match="答复"):
            contributions.merge(connection, got["id"], place=f"place:{road}", answer=" ",
                                desk=clerk)  # fmt: skip
        done = contributions.merge(
            connection, got["id"], version=1, place=f"place:{road}",
            answer="这是光明路 1982 年以前的名称，您讲的故事已记入，谢谢。", desk=clerk,
        )  # fmt: skip
    assert (done["state"], done["name_id"]) == ("merged", best["name_id"])
    with read(district) as connection:
        (mine,) = contributions.page(connection, desk=volunteer)["items"]
        assert mine["state_title"] == "已并入现有地名"
        assert "1982" in mine["answer"]
        assert mine["answered_by"] == "王芳"
        (told,) = stories.of_place(connection, road)
        assert told["text"] == STORY
        assert "孙小梅" in told["source"]
        assert "王大爷" in told["source"]


def test_another_is_rejected_with_a_reason(district: Engine, desk_of: DeskOf, road: int) -> None:
    volunteer, clerk = desk_of(VOLUNTEER, SENT), desk_of(CLERK, ANSWERED)
    with transaction(district, person=VOLUNTEER, reason="采集") as connection:
        got = contributions.contribute(
            connection, Sent("我家门口路", "road", at=VILLAGE), desk=volunteer
        )
    assert got["match_text"] == "没有相同或同音的地名"
    reason = "该处是院内通道，不是街路巷，不单独命名。"
    with transaction(district, person=CLERK, reason="不采纳") as connection:
        contributions.reject(connection, got["id"], version=1, reason=reason, desk=clerk)
    with transaction(district, person=12, reason="再办") as connection:
        with pytest.raises(Stale) as stale:
            contributions.reject(connection, got["id"], version=1, reason="重复", desk=clerk)
        assert stale.value.current["answer"] == reason
        with pytest.raises(Conflict, match="未采纳"):
            contributions.accept(connection, got["id"], answer="好", desk=clerk)
    with read(district) as connection:
        assert contributions.show(connection, got["id"], desk=volunteer)["answer"] == reason


def test_a_third_becomes_a_proposal_and_its_sender_can_follow_it(
    district: Engine, desk_of: DeskOf
) -> None:
    volunteer, clerk = desk_of(VOLUNTEER, SENT), desk_of(CLERK, ANSWERED)
    line = LineString([(122.002, 37.4085), (122.004, 37.4085)])
    with transaction(district, person=VOLUNTEER, reason="采集") as connection:
        got = contributions.contribute(
            connection, Sent("碾盘巷", "road.lane", line, story="巷口有老碾盘。"), desk=volunteer
        )
        with pytest.raises(BadRequest, match="在哪里"):
            contributions.contribute(connection, Sent("碾盘巷", "road.lane"), desk=volunteer)
    with transaction(district, person=CLERK, reason="采纳") as connection:
        with pytest.raises(Forbidden, match="负责的镇街"):
            contributions.accept(connection, got["id"], answer="好",
                                 desk=desk_of(12, ANSWERED, "371002104"))  # fmt: skip
        done = contributions.accept(connection, got["id"], answer="已申报，谢谢。", desk=clerk)
        number = int(done["proposal"].removeprefix("proposal:"))
        shown = proposal_pages.show(connection, number, desk=clerk)
    assert (shown["name"], shown["state"]) == ("碾盘巷", "proposed")
    assert shown["applicant"] == "采集员孙小梅"
    assert shown["village_name"] == "张村东村委会"


def test_who_waits_for_an_answer_is_on_the_list(district: Engine, desk_of: DeskOf) -> None:
    with transaction(district, person=VOLUNTEER, reason="采集") as connection:
        contributions.contribute(
            connection, Sent("碾盘巷", "road.lane", AT),
            desk=desk_of(VOLUNTEER, SENT),
        )  # fmt: skip
    with read(district) as connection:
        # Ten working days after Monday 2 November end with the 16th.
        assert deadlines.listed(connection, desk=desk_of(CLERK, date(2026, 11, 16))) == []
        (due,) = deadlines.listed(connection, desk=desk_of(CLERK, date(2026, 11, 17)))
    assert due["text"] == "答复采集已超期 1 天（应不晚于 2026-11-16）"
    assert not due["confirmed"]


def test_volunteers_see_their_own_only(district: Engine, desk_of: DeskOf) -> None:
    with transaction(district, person=CLERK, reason="采集") as connection:
        other = contributions.contribute(
            connection, Sent("碾盘巷", "road.lane", AT), desk=desk_of(CLERK, SENT)
        )
    volunteer = desk_of(VOLUNTEER, SENT)
    with read(district) as connection:
        assert contributions.page(connection, desk=volunteer)["items"] == []
        with pytest.raises(Forbidden, match="自己"):
            contributions.show(connection, other["id"], desk=volunteer)
        with pytest.raises(NotFound):
            contributions.show(connection, 2**70, desk=volunteer)
        kept = connection.scalar(text("SELECT count(*) FROM registry.contribution"))
    assert kept == 1
