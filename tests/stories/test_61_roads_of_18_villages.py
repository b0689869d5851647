"""The 61 roads of 18 villages in 4 towns, from a spreadsheet to published names."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import polars
import pytest
from docx import Document
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Refused,
    RegistryError,
    Stale,
)
from geo_registry.domain.naming import called_on
from geo_registry.domain.place import NameKind
from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.toponym import parse
from geo_registry.formats.tables import write_table
from geo_registry.services import papers
from geo_registry.services.names import signs
from geo_registry.services.naming import proposal_batches, proposal_pages, proposal_papers
from geo_registry.services.naming import proposal_steps as steps
from geo_registry.services.naming.proposal_steps import Form, Opinion, Reply
from geo_registry.services.naming.proposals import Asked, PaperFiled, propose
from geo_registry.services.reports import deadlines
from geo_registry.settings import Settings
from geo_registry.store import naming as store
from geo_registry.store.database import read, transaction
from geo_registry.store.places import insert_names, insert_places
from geo_registry.store.rows import PlaceNameRow, PlaceRow

ROADS = 61
DeskOf = Callable[..., Any]
Villages = list[tuple[str, str, str]]
GOVERNMENT = "威海市环翠区人民政府"
NUMBER = "威环政字〔2026〕12号"
DECIDED = date(2026, 10, 12)
WORDS = [
    "枣园",
    "梨园",
    "杏林",
    "桃源",
    "柿子",
    "石磨",
    "水井",
    "戏台",
    "学堂",
    "打谷",
    "油坊",
    "豆腐",
    "铁匠",
    "染坊",
    "磨坊",
    "渔具",
    "盐场",
    "码头",
    "桥北",
    "山前",
    "海韵",
    "晨曦",
    "丰收",
    "育才",
    "崇文",
    "尚德",
    "和睦",
    "仁爱",
    "勤俭",
    "同心",
    "长寿",
    "平安",
    "祥和",
    "富强",
    "振兴",
    "创业",
    "槐树",
    "银杏",
    "松涛",
    "竹海",
    "荷塘",
    "菊香",
    "梅岭",
    "兰草",
    "玉兰",
    "海棠",
    "石榴",
    "樱花",
    "紫藤",
    "百合",
    "木槿",
    "葵花",
    "芦苇",
    "菱角",
    "麦田",
    "稻香",
    "谷雨",
    "清泉",
    "明月",
    "朝霞",
    "青松",
]

BATCH_DAY, CHECK_DAY, HEARD_DAY = date(2026, 9, 1), date(2026, 9, 3), date(2026, 9, 8)
SHOWN_DAY, SHOWN_UNTIL, ENDED_DAY = date(2026, 9, 15), date(2026, 9, 24), date(2026, 9, 25)


def _places(connection: Connection) -> list[int]:
    rows = connection.execute(text("SELECT DISTINCT place_id FROM registry.segment ORDER BY 1"))
    return [i for (i,) in rows]


def _table(path: Path, places: list[int], villages: Villages, **changed: str) -> Path:
    names = [f"{word}路" for word in WORDS]
    for index, name in changed.items():
        names[int(index.removeprefix("row"))] = name
    rows = {
        "编号": [f"place:{p}" for p in places],
        "名称": names,
        "宽": ["5"] * ROADS,
        "命名理由": [f"因村中{n.removesuffix('路')}得名" for n in names],
        "申报单位": [villages[i % 18][1] for i in range(ROADS)],
    }
    write_table(polars.DataFrame(rows), path)
    return path


def _named_beside(engine: Engine, reference: Any, name: str, village: tuple[str, str, str]) -> None:
    """A road of a village that has a registered name already."""
    code, _, town = village
    with transaction(engine, person=11, reason="登记") as connection:
        (place,) = insert_places(connection, [PlaceRow("road", code, town, "371002")])
        insert_names(connection, [PlaceNameRow(place, parse(name, "road", reference))])


def _ids(engine: Engine, **wanted: Any) -> list[int]:
    with read(engine) as connection:
        rows = connection.execute(
            text("SELECT id FROM registry.proposal WHERE state = :state ORDER BY id"), wanted
        )
        return [i for (i,) in rows]


def test_61_roads_of_18_villages(
    district: Engine, desk_of: DeskOf, villages: Villages, tmp_path: Path, settings: Settings
) -> None:
    reference = desk_of(11, BATCH_DAY).reference
    _named_beside(district, reference, "柳沟路", villages[0])
    with read(district) as connection:
        roads = _places(connection)
    assert len(roads) == ROADS

    # A first table names two roads of a village alike, and one as its neighbour: nothing is stored.
    bad = _table(
        tmp_path / "第一稿.xlsx", roads, villages, row18="枣园路", row0="柳沟路", row36="枣园路"
    )
    clerk = desk_of(11, BATCH_DAY)
    batch = proposal_batches.Batch(bad, proposed_on=BATCH_DAY)
    with transaction(district, person=11, reason="申报") as connection:
        first = proposal_batches.propose_all(connection, batch, desk=clerk)
    assert first.refused
    assert {i.row: i.code for i in first.issues} == {1: "refused", 37: "twice"}
    assert "柳沟路" in first.issues[0].message
    assert _ids(district, state="proposed") == []

    # The second one comes in whole; one name sounds like its neighbour's, and says so.
    good = _table(tmp_path / "六十一条.xlsx", roads, villages, row0="刘沟路")
    batch = proposal_batches.Batch(good, proposed_on=BATCH_DAY)
    with transaction(district, person=11, reason="申报") as connection:
        second = proposal_batches.propose_all(connection, batch, desk=clerk)
    assert second.stored
    assert len(second.verdicts) == ROADS
    by_name = {v["name"]: v for v in second.verdicts}
    assert by_name["刘沟路"]["verdict"] in {"警示", "提示"}
    assert "柳沟路" in by_name["刘沟路"]["summary"]
    with transaction(district, person=11, reason="再来") as connection, pytest.raises(Conflict):
        proposal_batches.propose_all(connection, batch, desk=clerk)
    proposals = _ids(district, state="proposed")
    homophone = by_name["刘沟路"]["proposal"]
    by_number = {v["proposal"]: v["name"] for v in second.verdicts}

    # Pre-check with a report each; the homophone is returned, changed, and checked again.
    desk = desk_of(11, CHECK_DAY)
    with transaction(district, person=11, reason="预核") as connection:
        for number in proposals:
            steps.precheck(connection, Form(number), desk=desk)
        steps.give_back(connection, Form(homophone), reason="与柳沟路同音", desk=desk)
        done = steps.amend(
            connection, Form(homophone), name="古槐路", reason="同音，另拟", desk=desk
        )
        assert done.dossier.name == "古槐路"
        done = steps.precheck(connection, Form(homophone), desk=desk)
        assert done.row["check_sha256"]
        assert done.row["check_verdict"] == "通过"
    with read(district) as connection:
        shown = proposal_pages.show(connection, homophone, desk=desk)
    assert [s["act"] for s in shown["steps"]] == [
        "propose", "precheck", "return", "amend", "precheck",
    ]  # fmt: skip

    # Villagers, towns, the public; one is refused there and its name is free again.
    heard = desk_of(11, HEARD_DAY)
    refused, *others = [p for p in proposals if p != homophone]
    others = sorted([*others, homophone])
    opinion = Opinion("村民代表会议", "同意", asked=32, agreed=31)
    with transaction(district, person=11, reason="意见") as connection:
        for number in others:
            steps.hear(connection, Form(number), opinion, desk=heard,
                       papers=[PaperFiled("villagers_opinion", dated_on=HEARD_DAY)])  # fmt: skip
            steps.review(connection, Form(number), opinion="镇政府同意", desk=heard)
        steps.refuse(connection, Form(refused), reason="村民代表会议多数不同意", desk=heard)
    with transaction(district, person=11, reason="公示") as connection:
        for number in others:
            steps.consult(connection, Form(number), until=SHOWN_UNTIL, channel="村务公开栏",
                          desk=desk_of(11, SHOWN_DAY))  # fmt: skip
        with pytest.raises(Refused, match="才期满"):
            steps.conclude(connection, Form(others[0]), outcome="无异议",
                           desk=desk_of(11, SHOWN_UNTIL))  # fmt: skip
        for number in others:
            steps.conclude(connection, Form(number), outcome="无异议", desk=desk_of(11, ENDED_DAY))
    approver = desk_of(13, date(2026, 9, 28))
    with transaction(district, person=13, reason="审核") as connection:
        for number in others:
            steps.endorse(connection, Form(number), opinion="符合规定，报区政府", desk=approver)

    # No decision without number and paper; then one reply of the government names them all.
    desk = desk_of(11, DECIDED)
    with transaction(district, person=11, reason="批复") as connection:
        with pytest.raises(Refused, match="批准机关、文号"):
            steps.decide(connection, Form(others[0]), Reply("", "", DECIDED), desk=desk)
        with pytest.raises(Refused, match="批准文件"):
            steps.decide(connection, Form(others[0]), Reply(GOVERNMENT, NUMBER, DECIDED), desk=desk)
        early = Reply(GOVERNMENT, NUMBER, date(2026, 9, 1))
        with pytest.raises(BadRequest, match="早于上一步"):
            steps.decide(connection, Form(others[0]), early, desk=desk)
    reply, paper = Reply(GOVERNMENT, NUMBER, DECIDED), PaperFiled("decision", number=NUMBER)
    raced, *rest = others
    with transaction(district, person=11, reason="批复") as connection:
        for number in rest:
            steps.decide(connection, Form(number), reply, papers=[paper], desk=desk)
    assert _two_clerks(district, raced, reply, paper, desk_of) == ["Stale", "done"]
    assert len(_ids(district, state="decided")) == ROADS - 1

    # The clocks: 15 days for filing and announcement, from the day after the approval.
    late = desk_of(11, date(2026, 10, 28))
    with read(district) as connection:
        assert deadlines.listed(connection, desk=desk_of(11, date(2026, 10, 27))) == []
        over = deadlines.listed(connection, desk=late)
    assert Counter(d["what"] for d in over) == {"备案": ROADS - 1, "公告": ROADS - 1}
    assert {d["due"] for d in over} == {date(2026, 10, 27)}
    with read(district) as connection:
        mine = deadlines.listed(connection, desk=desk_of(11, late.on, "371002104"))
        assert 0 < len(mine) < len(over)
        assert proposal_pages.counts(connection, desk=late)["overdue"] == len(over)

    # Filed, announced, signed, published.
    with transaction(district, person=11, reason="备案公告") as connection:
        for number in others:
            steps.file(connection, Form(number), filed_with="威海市人民政府", desk=late)
            done = steps.announce(connection, Form(number), channel="区政府网站", desk=late)
            assert all(done.row["announcement"].values())
            steps.sign(connection, Form(number), signs=2, desk=late)
            steps.publish(connection, Form(number), desk=late)
        sign = signs.install(connection, roads[2], (122.02, 37.401), desk=late)
    assert sign["text"] == f"{WORDS[2]}路"
    assert sign["romanized"]
    with read(district) as connection:
        assert deadlines.listed(connection, desk=late) == []
        states = {s["state"]: s["count"] for s in
                  proposal_pages.counts(connection, desk=late)["states"]}  # fmt: skip
        assert (states["published"], states["refused"]) == (ROADS - 1, 1)
        names = store.records(connection, roads)
        called = {n.full for p in roads for n in called_on(names[p], DECIDED)}
        assert "古槐路" in called
        assert len(called) == ROADS - 1
        assert by_number[refused] not in called
        row = connection.execute(
            text("SELECT count(DISTINCT document_id), count(*) FROM registry.place_name "
                 "WHERE event = 'named' AND superseded_at IS NULL")
        ).one()  # fmt: skip
        assert tuple(row) == (1, ROADS - 1)
        _require_papers(connection, others, settings, late)


def _require_papers(
    connection: Connection, numbers: list[int], settings: Settings, desk: Any
) -> None:
    """The papers say what the register says."""
    made = proposal_papers.draw(connection, "list", numbers, settings, desk=desk)
    table = Document(BytesIO(papers.written(made, "docx"))).tables[0]
    assert len(table.rows) == len(numbers) + 1
    cells = [c.text for c in table.rows[1].cells]
    assert cells[3] == "东西走向"
    assert 300 < int(cells[4]) < 400
    assert cells[5] == "5"
    assert cells[6] == "起西端，至东端"
    announced = proposal_papers.draw(connection, "announcement", numbers, settings, desk=desk)
    assert GOVERNMENT in announced.content.decode()
    for paper in ("decision", "filing"):
        assert papers.written(
            proposal_papers.draw(connection, paper, numbers, settings, desk=desk), "docx"
        )
    for paper in ("application", "review"):
        one = proposal_papers.draw(connection, paper, numbers[:1], settings, desk=desk)
        assert papers.written(one, "pdf").startswith(b"%PDF")
    with pytest.raises(BadRequest, match="1 到 1 件"):
        proposal_papers.draw(connection, "review", numbers, settings, desk=desk)


def _two_clerks(
    engine: Engine, number: int, reply: Reply, paper: PaperFiled, desk_of: DeskOf
) -> list[str]:
    """Two clerks with the same form open record the decision in the same moment."""
    with read(engine) as connection:
        version = proposal_pages.show(connection, number, desk=desk_of(11, DECIDED))["version"]

    def decide(connection: Connection, person: int) -> None:
        desk = desk_of(person, DECIDED)
        steps.decide(connection, Form(number, version), reply, papers=[paper], desk=desk)

    return _at_once(engine, decide)


def _at_once(engine: Engine, act: Any) -> list[str]:
    start, outcomes = threading.Barrier(2), []

    def run(person: int) -> None:
        try:
            with transaction(engine, person=person, reason="批复") as connection:
                start.wait()
                act(connection, person)
            outcomes.append("done")
        except RegistryError as error:
            outcomes.append(type(error).__name__)

    clerks = [threading.Thread(target=run, args=(p,)) for p in (11, 12)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    return sorted(outcomes)


def test_two_clerks_approve_the_same_name_for_two_roads_at_once(
    district: Engine, desk_of: DeskOf
) -> None:
    """Two roads of one village, one name, two forms: exactly one gets it."""
    desk = desk_of(11, BATCH_DAY)
    with transaction(district, person=11, reason="登记") as connection:
        roads = _places(connection)
        numbers = {}
        for person, place in ((11, roads[0]), (12, roads[18])):
            done = propose(
                connection,
                Asked(ProposalKind.NAME, place, "村委会", "村中有古槐", "古槐路",
                      papers=(PaperFiled("application"),)),
                desk=desk,
            )  # fmt: skip
            numbers[person] = done.stored.id
            steps.precheck(connection, Form(done.stored.id), desk=desk)
            steps.endorse(connection, Form(done.stored.id), opinion="同意", despite="已征求意见",
                          desk=desk)  # fmt: skip

    def decide(connection: Connection, person: int) -> None:
        steps.decide(
            connection, Form(numbers[person], 3), Reply(GOVERNMENT, NUMBER, DECIDED),
            papers=[PaperFiled("decision")], desk=desk_of(person, DECIDED),
        )  # fmt: skip

    assert _at_once(district, decide) == ["Conflict", "done"]
    with read(district) as connection:
        given = [
            n
            for p in (roads[0], roads[18])
            for n in store.records(connection, [p])[p]
            if n.superseded_at is None and n.kind is NameKind.STANDARD
        ]
        assert [n.full for n in given] == ["古槐路"]
        papers_kept = connection.scalar(
            text("SELECT count(*) FROM registry.proposal_paper WHERE kind = 'decision'")
        )
        assert papers_kept == 1


def test_a_secret_place_is_not_announced(district: Engine, desk_of: DeskOf) -> None:
    desk = desk_of(13, DECIDED)
    with transaction(district, person=13, reason="申报") as connection:
        road = _places(connection)[0]
        connection.execute(
            text("UPDATE registry.place SET secrecy = 'secret' WHERE id = :id"), {"id": road}
        )
        papers_ = (PaperFiled("application"), PaperFiled("decision"))
        asked = Asked(ProposalKind.NAME, road, "村委会", "古槐", "古槐路", papers=papers_)
        with pytest.raises(NotFound):  # it is not there for somebody who is not cleared
            propose(connection, asked, desk=desk_of(11, DECIDED))
        form = Form(propose(connection, asked, desk=desk).stored.id)
        steps.precheck(connection, form, desk=desk)
        steps.endorse(connection, form, opinion="同意", despite="已征求", desk=desk)
        steps.decide(connection, form, Reply(GOVERNMENT, NUMBER, DECIDED), desk=desk)
        with pytest.raises(Refused, match="密级"):
            steps.announce(connection, form, channel="政府网站", desk=desk)


def test_bad_input_changes_nothing(district: Engine, desk_of: DeskOf) -> None:
    """A stale form, another town, a double click, a step out of order: refused, state unchanged."""
    desk = desk_of(11, BATCH_DAY)
    asked = Asked(ProposalKind.NAME, 0, "村委会", "村中有古槐", "古槐路")
    with transaction(district, person=11, reason="申报") as connection:
        roads = _places(connection)
        asked = replace(asked, place=roads[0])
        number = propose(connection, asked, desk=desk).stored.id
    with transaction(district, person=11, reason="再点一次") as connection:
        with pytest.raises(Conflict), connection.begin_nested():
            propose(connection, asked, desk=desk)
        with pytest.raises(Forbidden, match="负责的镇街"):
            steps.precheck(connection, Form(number), desk=desk_of(12, BATCH_DAY, "371002104"))
        with pytest.raises(Refused, match="还没有预核"):
            steps.endorse(connection, Form(number), opinion="同意", despite="急", desk=desk)
        with pytest.raises(Forbidden, match="负责的镇街"), connection.begin_nested():
            propose(connection, replace(asked, place=roads[1], name="杏林路"),
                    desk=desk_of(12, BATCH_DAY, "371002104"))  # fmt: skip
    with transaction(district, person=12, reason="预核") as connection:
        steps.precheck(connection, Form(number, 1), desk=desk)
    with (
        transaction(district, person=11, reason="旧表单") as connection,
        pytest.raises(Stale, match="李强") as error,
    ):
        steps.withdraw(connection, Form(number, 1), reason="不要了", desk=desk)
    assert error.value.current["state"] == "prechecked"
    assert error.value.current["version"] == 2
    with read(district) as connection:
        shown = proposal_pages.show(connection, number, desk=desk)
    assert (shown["state"], shown["version"]) == ("prechecked", 2)
    assert len(shown["steps"]) == 2
