"""Places without a name: five answers, each with its own next step; remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from shapely import LineString
from sqlalchemy import Connection, text

from geo_registry.domain.errors import BadRequest, NotFound, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings.scanning import scan
from geo_registry.services.names import answering_unnamed
from geo_registry.services.names.answering_unnamed import Answered, Given
from geo_registry.store.database import LOCAL_USER
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
UNNAMED, SIGNS = "pn.entity.unnamed", "pn.entity.sign_missing"
VILLAGE = "371002101201"


class _Registry:
    """Two nameless roads and 文化路, scanned; and what every act needs."""

    def __init__(self, connection: Connection, reference: Reference, profile: Profile) -> None:
        self.connection = connection
        self._by = {"reference": reference, "profile": profile, "on": ON, "person": LOCAL_USER}
        row = PlaceRow("road", VILLAGE, VILLAGE[:9], VILLAGE[:6], households=420)
        self.first, self.second, self.named = insert_places(connection, [row] * 3)
        insert_names(connection, [PlaceNameRow(self.named, parse("文化路", "road", reference))])
        insert_segments(
            connection,
            [
                SegmentRow(p, LineString([(122.1, 37.4 + i / 100), (122.102, 37.4 + i / 100)]))
                for i, p in enumerate((self.first, self.second, self.named))
            ],
        )
        self.scan()

    def scan(self) -> None:
        scan(self.connection, **self._by)

    def answer(self, place: int, answer: str, said: str = "", reason: str = "") -> dict:
        given = Given(f"place:{place}", answer, said, reason)
        return answering_unnamed.answer(self.connection, given, **self._by)

    def withdraw(self, place: int) -> dict:
        return answering_unnamed.withdraw(self.connection, f"place:{place}", **self._by)

    def table(self, path: Path, *, admit_good: bool = False) -> Answered:
        return answering_unnamed.answer_table(
            self.connection, path, admit_good=admit_good, **self._by
        )

    def open(self, place: int, rule: str = UNNAMED) -> list[str]:
        return list(
            self.connection.scalars(
                text(
                    "SELECT outcome FROM registry.finding WHERE rule_id = :rule "
                    "AND state = 'open' AND subjects = ARRAY['place:' || :place]"
                ),
                {"rule": rule, "place": str(place)},
            )
        )


@pytest.fixture
def registry(connection: Connection, reference: Reference, profile: Profile) -> _Registry:
    return _Registry(connection, reference, profile)


@pytest.mark.parametrize(
    ("answer", "said", "reason", "outcome"),
    [
        ("unregistered", "后街", "", "unregistered"),
        ("有名无牌", "后街", "", "unsigned"),
        ("nameless", "", "走访村委会", "nameless"),
        ("unclear", "", "", "unclear"),
    ],
)
def test_an_answer_changes_what_is_asked_at_once_and_for_good(
    registry: _Registry, answer: str, said: str, reason: str, outcome: str
) -> None:
    assert registry.open(registry.first) == ["duty"]
    registry.answer(registry.first, answer, said, reason)
    assert registry.open(registry.first) == [outcome]
    registry.scan()
    assert registry.open(registry.first) == [outcome]
    assert registry.open(registry.second) == ["duty"], "the neighbour is not concerned"


def test_what_needs_no_name_is_silent_until_somebody_takes_it_back(registry: _Registry) -> None:
    registry.answer(registry.first, "not_needed", reason="场院内部通道")
    assert registry.open(registry.first) == []
    registry.scan()
    assert registry.open(registry.first) == []
    registry.withdraw(registry.first)
    assert registry.open(registry.first) == ["duty"]
    with pytest.raises(NotFound):
        registry.withdraw(registry.first)


def test_a_name_without_a_sign_leads_to_the_missing_sign(registry: _Registry) -> None:
    assert registry.open(registry.named, SIGNS) == []
    registry.answer(registry.named, "unsigned")
    assert registry.open(registry.named, SIGNS) == ["answered"]
    registry.answer(registry.first, "unsigned", "后街")
    assert registry.open(registry.first, SIGNS) == ["answered"]
    registry.answer(registry.first, "unclear")
    assert registry.open(registry.first, SIGNS) == []


@pytest.mark.parametrize(
    ("answer", "said", "reason"),
    [
        ("unregistered", "", ""),
        ("unregistered", "😀" * 100, ""),
        ("unregistered", "长" * 10_000, ""),
        ("nameless", "", " "),
        ("not_needed", "", ""),
        ("nameless", "后街", "走访"),
        ("unclear", "", "长" * 501),
        ("'; DROP TABLE registry.place; --", "", ""),
        ("", "", ""),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(
    registry: _Registry, answer: str, said: str, reason: str
) -> None:
    with pytest.raises(BadRequest):
        registry.answer(registry.first, answer, said, reason)
    assert registry.open(registry.first) == ["duty"]


def test_a_named_road_is_not_nameless(registry: _Registry) -> None:
    with pytest.raises(BadRequest, match="已经有标准名称"):
        registry.answer(registry.named, "nameless", reason="走访")
    with pytest.raises(NotFound):
        registry.answer(10**9, "unclear")


def _csv(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    pl.DataFrame(rows, schema=["对象", "答复", "群众称呼", "理由"], orient="row").write_csv(path)
    return path


def test_a_table_of_answers_is_whole_or_nothing(registry: _Registry, tmp_path: Path) -> None:
    first, second = f"place:{registry.first}", str(registry.second)
    good = _csv(tmp_path / "good.csv", (first, "待核", "", ""), (second, "无需命名", "", "场院"))
    bad = _csv(
        tmp_path / "bad.csv",
        (first, "确无名", "", "走访"),
        ("place:0x", "待核", "", ""),
        (second, "随便", "", ""),
        (first, "待核", "", ""),
    )
    assert registry.table(bad).stored == ()
    assert registry.open(registry.first) == ["duty"]
    done = registry.table(bad, admit_good=True)
    assert done.stored == (registry.first,)
    assert [i.row for i in done.issues] == [2, 3, 4]
    assert registry.open(registry.first) == ["nameless"]
    assert registry.table(good).stored == (registry.first, registry.second)
    assert registry.open(registry.first) == ["unclear"]
    assert registry.open(registry.second) == []


def test_answers_come_from_a_spreadsheet_too(registry: _Registry, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "答复", "群众称呼"])
    book.active.append([registry.first, "有名未登记", "后街"])
    book.save(tmp_path / "answers.xlsx")
    assert registry.table(tmp_path / "answers.xlsx").stored == (registry.first,)
    assert registry.open(registry.first) == ["unregistered"]


def test_a_table_without_the_column_says_which_exist(registry: _Registry, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("名称,结论\n后街,待核\n", "utf-8")
    with pytest.raises(Unreadable, match="名称、结论"):
        registry.table(path)
