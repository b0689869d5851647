"""Attachments: kept once, typed by content, limited, taken back without being lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import BadRequest, NotFound, Refused, TooLarge, Unavailable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.accountability.attachments import (
    attach,
    attachment,
    attachments_of,
    described,
    path_of,
    withdraw,
)
from geo_registry.services.desk import Desk, Shelf
from geo_registry.store.attachments import SUBJECT_TABLES
from geo_registry.store.database import LOCAL_ACTOR, read, transaction
from geo_registry.store.places import insert_places
from geo_registry.store.rows import PlaceRow

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100)


@pytest.fixture
def desk(reference: Reference, profile: Profile, tmp_path: Path) -> Desk:
    return Desk(LOCAL_ACTOR, date(2026, 11, 23), reference, profile, Shelf(tmp_path, 1 << 20))


@pytest.fixture
def place(connection: Connection) -> str:
    return f"place:{insert_places(connection, [PlaceRow('facility')])[0]}"


def test_a_photo_is_kept_listed_and_found_again(
    connection: Connection, place: str, desk: Desk
) -> None:
    made = attach(
        connection,
        place,
        JPEG,
        file_name="D:\\照片\\路口.JPG",
        kind="photo",
        title="路口",
        desk=desk,
    )
    assert (made.file_name, made.media_type, made.size) == ("路口.jpg", "image/jpeg", len(JPEG))
    assert made.by == LOCAL_ACTOR.name
    assert attachments_of(connection, place) == (made,)
    assert attachments_of(connection, place, {"reply"}) == ()
    assert attachment(connection, made.id) == made
    assert desk.shelf
    assert path_of(made, desk.shelf).read_bytes() == JPEG


def test_the_same_file_is_kept_once_and_a_double_click_gives_the_same(
    connection: Connection, place: str, desk: Desk, tmp_path: Path
) -> None:
    one = attach(connection, place, JPEG, file_name="一.jpg", kind="photo", desk=desk)
    again = attach(connection, place, JPEG, file_name="二.jpg", kind="photo", desk=desk)
    other = attach(connection, place, JPEG, file_name="二.jpg", kind="evidence", desk=desk)
    assert again == one
    assert (other.id, other.sha256) == (other.id, one.sha256)
    assert other.id != one.id
    assert len([p for p in (tmp_path / "files").rglob("*") if p.is_file()]) == 1


def test_a_false_suffix_is_stored_as_what_it_is_and_leaves_with_the_right_one(
    connection: Connection, place: str, desk: Desk
) -> None:
    made = attach(connection, place, JPEG, file_name="批复.pdf", kind="reply", desk=desk)
    assert made.media_type == "image/jpeg"
    assert described(made)["download_name"] == "批复.pdf.jpg"


def test_what_is_taken_back_is_gone_from_lists_but_not_from_history(
    engine: Engine, desk: Desk
) -> None:
    with transaction(engine, person=desk.person, reason="x") as connection:
        place = f"place:{insert_places(connection, [PlaceRow('facility')])[0]}"
        made = attach(connection, place, JPEG, file_name="一.jpg", kind="photo", desk=desk)
    with transaction(engine, person=desk.person, reason="传错了") as connection:
        withdraw(connection, made.id, desk=desk)
    with read(engine) as connection:
        assert attachments_of(connection, place) == ()
        with pytest.raises(NotFound, match="撤回"):
            attachment(connection, made.id)
        reasons = connection.scalars(
            text("SELECT reason FROM registry.history WHERE table_name = 'attachment' ORDER BY id")
        ).all()
    assert reasons == ["x", "传错了"]
    assert desk.shelf
    assert path_of(made, desk.shelf).is_file()
    with transaction(engine, person=desk.person, reason="再传") as connection:
        back = attach(connection, place, JPEG, file_name="一.jpg", kind="photo", desk=desk)
    assert back.id != made.id


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"content": b"MZ\x90\x00"}, Refused, "Windows 程序"),
        ({"content": JPEG + bytes(1 << 20)}, TooLarge, "超过 1 MB"),
        ({"subject": "place:999999"}, NotFound, "没有“place:999999”"),
        ({"subject": "place:1; DROP TABLE"}, NotFound, "没有"),
        ({"subject": "history:1"}, BadRequest, "不是可以添加附件的对象"),
        ({"subject": "division:nbs:1"}, NotFound, "没有"),
        ({"kind": "照片"}, BadRequest, "小写英文"),
        ({"file_name": "无扩展名"}, BadRequest, "文件名"),
        ({"secrecy": "绝密"}, BadRequest, "密级"),
    ],
)
def test_bad_input_leaves_nothing(
    connection: Connection,
    place: str,
    desk: Desk,
    tmp_path: Path,
    given: dict[str, object],
    error: type[Exception],
    words: str,
) -> None:
    asked = {"subject": place, "content": JPEG, "file_name": "一.pdf", "kind": "photo", **given}
    with pytest.raises(error, match=words):
        attach(connection, asked.pop("subject"), asked.pop("content"), **asked, desk=desk)
    assert not (tmp_path / "files").exists()
    assert connection.scalar(text("SELECT count(*) FROM registry.attachment")) == 0


def test_a_name_written_backwards_is_shown_as_it_is(
    connection: Connection, place: str, desk: Desk
) -> None:
    made = attach(connection, place, JPEG, file_name="a\u202egpj.pdf", kind="photo", desk=desk)
    assert made.file_name == "a_gpj.pdf"


def test_a_desk_without_a_shelf_says_so(connection: Connection, place: str, desk: Desk) -> None:
    with pytest.raises(Unavailable, match="存放在哪里"):
        attach(
            connection,
            place,
            JPEG,
            file_name="一.jpg",
            kind="photo",
            desk=replace(desk, shelf=None),
        )


def test_subjects_name_tables_that_exist(connection: Connection) -> None:
    known = set(
        connection.scalars(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'registry'")
        )
    )
    coming = {"proposal", "contribution", "case_file", "eco_burial"}
    assert set(SUBJECT_TABLES.values()) - known <= coming
