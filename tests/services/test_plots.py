"""Plots and burials: ledgers, acts, what is kept of a person, and who sees it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import polars as pl
import pytest
from shapely import box
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.burial import check_digit
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused, Unavailable
from geo_registry.domain.finding import FindingState
from geo_registry.domain.reference import Profile, Reference
from geo_registry.formats.tables import write_table
from geo_registry.services import subjects
from geo_registry.services.cemeteries import burying, cemeteries, listing_plots, plots
from geo_registry.services.cemeteries.burying import Burying, Dead
from geo_registry.services.cemeteries.forecasting_capacity import forecast
from geo_registry.services.cemeteries.listing_plots import Wanted
from geo_registry.services.cemeteries.plots import Grant
from geo_registry.services.findings import waiving
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.importing_burials import BurialTerms, import_burials
from geo_registry.services.imports.importing_plots import PlotTerms, import_plots
from geo_registry.services.imports.importing_sections import import_sections
from geo_registry.settings import Settings
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries
from geo_registry.store.changes import changes
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.findings import stored
from geo_registry.store.rows import ApprovalRow, CemeteryRow, DivisionRow

ON = date(2026, 11, 23)
TOWN, VILLAGE, OTHER = "371002101", "371002101201", "371002101202"
Call = Callable[..., Summary]


@pytest.fixture
def settings(tmp_path: Path, data: Path) -> Settings:
    return Settings(tmp_path / "home", None, 0, "127.0.0.1", data, tmp_path)


@pytest.fixture
def site(connection: Connection) -> int:
    """A village cemetery of a hectare with an approval."""
    return _site(connection)


def _site(connection: Connection) -> int:
    square = box(122.10, 37.40, 122.16, 37.44)
    insert_divisions(
        connection,
        [
            DivisionRow("371002", "nbs", "环翠区", 3, "3710"),
            DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002"),
            DivisionRow(VILLAGE, "nbs", "示例村委会", 5, TOWN, extent=square),
            DivisionRow(OTHER, "nbs", "另一村委会", 5, TOWN),
        ],
    )
    row = CemeteryRow("示例公墓", "rural_public", VILLAGE, TOWN, "371002", source_id="GM-01")
    (made,) = insert_cemeteries(connection, [row])
    insert_approvals(
        connection,
        [ApprovalRow(made, box(122.15, 37.43, 122.1511, 37.4309), 0.1, 0.07, "A")],
    )
    return made


def _number(serial: int) -> str:
    first = f"37100218000101{serial:03d}"
    return first + check_digit(first)


def _imported(
    connection: Connection, path: Path, rows: list[dict[str, Any]], **more: Any
) -> Summary:
    write_table(pl.DataFrame(rows, infer_schema_length=None), path)
    source = Source(path, "plots", admit_good=more.pop("admit_good", False))
    return import_plots(connection, source, PlotTerms(**more))


LEDGER = [
    {"公墓": "示例公墓", "墓区": "东区", "墓位号": "1排1号", "类型": "单人墓", "面积": "0.9㎡",
     "碑高": "0.7米", "状态": "已葬", "使用人": "张小三", "起始日期": "2015.6.1",
     "使用年限": "20年"},
    {"公墓": "GM-01", "墓区": "东区", "墓位号": "1排2号", "类型": "双穴", "面积": "1.0",
     "碑高": None, "状态": "未售", "使用人": None, "起始日期": None, "使用年限": None},
    {"公墓": "示例公墓", "墓区": None, "墓位号": "格1", "类型": "niche", "面积": None,
     "碑高": None, "状态": None, "使用人": None, "起始日期": None, "使用年限": None},
]  # fmt: skip


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv"])
def test_a_ledger_becomes_sections_and_plots(
    connection: Connection, site: int, tmp_path: Path, suffix: str
) -> None:
    done = _imported(connection, tmp_path / f"台账{suffix}", LEDGER)
    assert (done.stored, done.counts["plots"], done.counts["sections"]) == (True, 3, 1)
    items = listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"]
    assert [(p["called"], p["kind"], p["status"]) for p in items] == [
        ("东区1排1号", "ash_single", "occupied"),
        ("东区1排2号", "ash_double", "free"),
        ("格1", "niche", "free"),
    ]
    assert items[0]["term_end"] == date(2035, 5, 31)
    assert items[0]["holder"] == "张*三"
    with pytest.raises(Conflict, match="已于"):
        import_plots(connection, Source(tmp_path / f"台账{suffix}", "plots"), PlotTerms())


def test_bad_rows_are_named_one_by_one_and_nothing_is_stored(
    connection: Connection, site: int, tmp_path: Path
) -> None:
    bad = [
        {**LEDGER[0], "公墓": "无名公墓"},
        {**LEDGER[0], "公墓": None},
        {**LEDGER[0], "面积": "很大"},
        {**LEDGER[0], "类型": "金字塔"},
        {**LEDGER[0], "起始日期": "2015-13-41"},
        {**LEDGER[0], "墓位号": None},
        {**LEDGER[0], "到期日期": "2001-01-01"},
        LEDGER[1],
        LEDGER[1],
    ]
    done = _imported(connection, tmp_path / "坏.xlsx", bad)
    assert not done.stored
    assert done.rejected == 8
    assert [(i.row, i.code) for i in done.issues] == [
        (1, "unknown_cemetery"), (2, "cell_missing"), (3, "bad_area_m2"), (4, "bad_kind"),
        (5, "bad_term_from"), (6, "cell_missing"), (7, "term_reversed"), (9, "plot_twice"),
    ]  # fmt: skip
    assert all(i.message.startswith(f"第 {i.row} 行“") and i.suggestion for i in done.issues)
    assert listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"] == []
    assert _imported(connection, tmp_path / "坏.xlsx", bad, admit_good=True).counts["plots"] == 1


def test_a_map_of_scattered_graves(connection: Connection, site: int, tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"编号": str(n)},
         "geometry": {"type": "Point", "coordinates": [122.12 + n / 1e4, 37.41]}}
        for n in range(3)
    ]  # fmt: skip
    features[2]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[122.13, 37.42], [122.1301, 37.42], [122.1301, 37.4201], [122.13, 37.42]]],
    }
    path = tmp_path / "散坟.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    done = import_plots(connection, Source(path, "plots"), PlotTerms(kind="other", scattered=True))
    assert (done.counts["plots"], done.counts["scattered"]) == (3, 3)
    items = listing_plots.list_plots(connection, Wanted(None), may_see=False)["items"]
    assert {p["located_in"] for p in items} == {"羊亭镇示例村委会"}
    assert items[0]["lon"] == pytest.approx(122.12)


def test_outlines_of_sections(connection: Connection, site: int, tmp_path: Path) -> None:
    _imported(connection, tmp_path / "台账.csv", LEDGER)
    ring = [[122.15, 37.43], [122.1505, 37.43], [122.1505, 37.4304], [122.15, 37.43]]
    features = [
        {"type": "Feature", "properties": {"公墓": "示例公墓", "墓区": name, "类型": kind},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name, kind in (("东区", None), ("林区", "生态葬区"), ("林区", "生态葬区"))
    ]  # fmt: skip
    path = tmp_path / "墓区.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    done = import_sections(connection, Source(path, "sections", admit_good=True))
    assert (done.counts["sections"], done.counts["new"]) == (2, 1)
    assert [(i.row, i.code) for i in done.issues] == [(3, "section_twice")]
    rows = connection.execute(
        text('SELECT name, kind, ST_NPoints(geom) FROM registry.section ORDER BY name COLLATE "C"')
    )
    assert [tuple(r) for r in rows] == [("东区", "plots", 4), ("林区", "ecological", 4)]


def test_a_table_may_hold_rows_without_a_position(
    connection: Connection, site: int, tmp_path: Path
) -> None:
    rows = [
        {**LEDGER[0], "经度": "122.1505", "纬度": "37.4305"},
        {**LEDGER[1], "经度": None, "纬度": None},
        {"公墓": None, "墓位号": None, "类型": "其他", "经度": None, "纬度": None},
    ]
    done = _imported(connection, tmp_path / "混.csv", rows, scattered=True, admit_good=True)
    assert (done.counts["plots"], done.counts["placed"]) == (2, 1)
    assert [i.code for i in done.issues] == ["geometry_missing"]


# ---- acts ---------------------------------------------------------------------------------------


@pytest.fixture
def numbers(connection: Connection, site: int, tmp_path: Path) -> list[int]:
    """A full single plot, a free double one, a free niche."""
    _imported(connection, tmp_path / "台账.xlsx", LEDGER)
    found = listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"]
    return [p["id"] for p in found]


def test_a_plot_is_assigned_extended_released_and_closed(
    connection: Connection, numbers: list[int]
) -> None:
    plot = numbers[1]
    given = Grant("李四", "assigned", VILLAGE, Decimal("0"), date(2024, 2, 29), 20, 10)
    done = plots.assign(connection, plot, given, on=ON)
    assert (done.status, done.term_end) == ("sold", date(2044, 2, 28))
    with pytest.raises(Refused, match="不能分配"):
        plots.assign(connection, plot, given, on=ON)
    assert plots.extend(connection, plot, 10).term_end == date(2054, 2, 28)
    moved = plots.transfer(connection, plot, Grant("王五", "transferred"), on=ON)
    assert moved.term_end == date(2054, 2, 28)
    assert plots.release(connection, plot).status == "free"
    assert plots.close(connection, plot).status == "closed"
    with pytest.raises(Refused, match="停用"):
        plots.reserve(connection, plot)
    assert plots.reopen(connection, plot).status == "free"
    held = connection.execute(
        text("SELECT holder_name, term_end, granted FROM registry.plot WHERE id = :i"), {"i": plot}
    ).one()
    assert tuple(held) == (None, None, "")
    with pytest.raises(NotFound):
        plots.close(connection, 10**9)


def test_a_correction_is_checked_and_kept_in_the_history(
    connection: Connection, numbers: list[int]
) -> None:
    done = plots.correct(connection, numbers[0], area_m2=0.8, term_years=30)
    assert done.term_end == date(2045, 5, 31)
    with pytest.raises(BadRequest, match="面积"):
        plots.correct(connection, numbers[0], area_m2=-1)
    with pytest.raises(BadRequest, match="可以更正的有"):
        plots.correct(connection, numbers[0], holder_name="王五")
    before = connection.execute(
        text(
            "SELECT before->>'area_m2', after->>'area_m2' FROM registry.history "
            "WHERE table_name = 'plot' AND op = 'update'"
        )
    ).all()
    assert [tuple(row) for row in before] == [("0.9", "0.8")]


def test_a_number_that_another_plot_has_is_a_conflict(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        site = _site(connection)
        _imported(connection, tmp_path / "台账.xlsx", LEDGER)
        found = listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"]
    with (
        pytest.raises(Conflict, match="相同编号"),
        transaction(engine, person=LOCAL_USER, reason="更正") as connection,
    ):
        plots.correct(connection, found[1]["id"], number="1排1号")


# ---- burials ------------------------------------------------------------------------------------


def test_a_burial_fills_its_plot_and_moving_away_empties_it(
    connection: Connection, settings: Settings, numbers: list[int]
) -> None:
    double = numbers[1]
    bury = partial(burying.bury, connection, settings, on=ON)
    first = bury(Dead("张甲", _number(1), date(2020, 1, 1), VILLAGE), Burying(double))
    bury(Dead("李乙", _number(2)), Burying(double))
    with pytest.raises(Refused, match="最多安葬 2 位"):
        bury(Dead("王丙", _number(3)), Burying(double))
    with pytest.raises(Refused, match="先登记迁出"):
        plots.close(connection, double)
    assert (
        burying.move_away(connection, first.burial_id, why="迁往外地", moved_on=None, on=ON)
        == double
    )
    with pytest.raises(Conflict, match="已于"):
        burying.move_away(connection, first.burial_id, why="再次", moved_on=None, on=ON)
    again = bury(Dead("张甲", _number(1)), Burying(double))
    assert (again.known, again.deceased_id) == (True, first.deceased_id)


def test_nobody_lies_in_two_graves(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        site = _site(connection)
        _imported(connection, tmp_path / "台账.xlsx", LEDGER)
        found = listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"]
        burying.bury(connection, settings, Dead("张甲", _number(1)), Burying(found[1]["id"]), on=ON)
    with (
        pytest.raises(Conflict, match="另一处") as caught,
        transaction(engine, person=LOCAL_USER, reason="登记") as connection,
    ):
        burying.bury(connection, settings, Dead("张甲", _number(1)), Burying(found[2]["id"]), on=ON)
    assert "张甲" not in str(caught.value)


def test_of_two_clerks_one_gets_the_last_place(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        site = _site(connection)
        _imported(connection, tmp_path / "台账.xlsx", LEDGER)
        found = listing_plots.list_plots(connection, Wanted(site), may_see=False)["items"]
        double = found[1]["id"]
        burying.bury(connection, settings, Dead("张甲", _number(1)), Burying(double), on=ON)
    gate, answers = Barrier(2), []

    def act(serial: int) -> None:
        gate.wait()
        try:
            with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
                burying.bury(
                    connection, settings, Dead("李乙", _number(serial)), Burying(double), on=ON
                )
            answers.append("done")
        except Refused as refused:
            answers.append(str(refused))

    clerks = [Thread(target=act, args=(n,)) for n in (2, 3)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sorted(a[:4] for a in answers) == ["done", "双人骨灰"]


@pytest.mark.parametrize(
    ("dead", "where", "said"),
    [
        (Dead(" "), Burying(cemetery_id=1), "逝者姓名"),
        (Dead("张甲", "371002180001010011"), Burying(cemetery_id=1), "校验码"),
        (Dead("张甲", "12345"), Burying(cemetery_id=1), "18 位"),
        (
            Dead("张甲", died_on=date(2026, 1, 2)),
            Burying(None, 1, buried_on=date(2026, 1, 1)),
            "早于",
        ),
        (Dead("张甲"), Burying(None, 1, buried_on=date(2027, 1, 1)), "还没有到"),
        (Dead("张甲"), Burying(None, 1, kind="ship"), "葬式"),
        (Dead("张甲", hukou_code="999"), Burying(None, 1), "区划代码"),
        (Dead("张甲"), Burying(), "请指明墓位或公墓"),
        (Dead("张甲"), Burying(None, 10**6), "没有编号"),
        (Dead("张甲"), Burying(10**6), "没有编号"),
    ],
)
def test_what_cannot_be_is_said_without_naming_anybody(
    connection: Connection, settings: Settings, site: int, dead: Dead, where: Burying, said: str
) -> None:
    assert site == 1
    with pytest.raises((BadRequest, NotFound), match=said) as caught:
        burying.bury(connection, settings, dead, where, on=ON)
    assert "张甲" not in str(caught.value)
    if dead.id_number:
        assert dead.id_number not in str(caught.value)
    assert "张甲" not in repr(dead)


def _ledger_of_burials(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "安葬.xlsx"
    write_table(pl.DataFrame(rows, infer_schema_length=None), path)
    return path


def test_a_ledger_of_burials(
    connection: Connection, settings: Settings, numbers: list[int], tmp_path: Path, site: int
) -> None:
    def row(name: str | None, number: str | None, day: str | None, **more: Any) -> dict[str, Any]:
        plot = {"公墓": "示例公墓", "墓区": "东区", "墓位号": "1排2号"}
        return {**plot, "逝者姓名": name, "身份证号": number, "安葬日期": day,
                "户籍代码": None, **more}  # fmt: skip

    rows = [
        row("张甲", _number(1), "2020-01-05", 户籍代码=OTHER),
        row("李乙", _number(2), "2021-01-05"),
        row("赵丙", _number(3), "2022-01-05"),
        row("钱丁", _number(1), "2022-01-05"),
        row("孙戊", None, None, 墓位号="9排9号"),
        row(None, None, None),
        row("周己", "371002180001010011", "2099-01-01", 墓位号=None),
    ]
    path = _ledger_of_burials(tmp_path, rows)
    source = Source(path, "burials", admit_good=True)
    done = import_burials(
        connection, source, BurialTerms(), identify=partial(digest, settings), on=ON
    )
    assert (done.counts["burials"], done.counts["in_plots"], done.rejected) == (2, 2, 5)
    assert [(i.row, i.code) for i in done.issues] == [
        (3, "plot_full"), (4, "person_twice"), (5, "unknown_plot"), (6, "cell_missing"),
        (7, "bad_identity"),
    ]  # fmt: skip
    told = json.dumps([[i.message, i.raw, i.suggestion] for i in done.issues], ensure_ascii=False)
    for one in rows:
        assert not one["逝者姓名"] or one["逝者姓名"] not in told
        assert not one["身份证号"] or one["身份证号"] not in told
    shown = listing_plots.list_burials(connection, site, may_see=False)
    assert [(b["name"], b["plot"], b["id_tail"]) for b in shown["items"]] == [
        ("张*", "东区1排2号", None),
        ("李*", "东区1排2号", None),
    ]
    whole = listing_plots.list_burials(connection, site, may_see=True)["items"][0]
    assert (whole["name"], whole["id_tail"], whole["hukou"]) == (
        "张甲",
        _number(1)[-4:],
        "另一村委会",
    )


def test_only_a_digest_of_a_number_is_kept_and_no_name_leaves_with_the_changes(
    connection: Connection, settings: Settings, numbers: list[int], site: int, profile: Profile
) -> None:
    burying.bury(connection, settings, Dead("张甲", _number(1)), Burying(numbers[1]), on=ON)
    plots.assign(connection, numbers[2], Grant("李乙"), on=ON)
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    feed = json.dumps([dict(c) for c in changes(connection, 0, 10_000)], default=str)
    everything = json.dumps(
        [
            [str(row) for row in connection.execute(text(f"SELECT * FROM registry.{t}"))]
            for t in ("deceased", "burial", "plot", "history")
        ]
    )
    details = json.dumps(
        subjects.details(connection, f"plot:{numbers[2]}", profile=profile, on=ON), default=str
    )
    for name in ("张甲", "李乙", "张小三"):
        assert json.dumps(name)[1:-1] not in feed
        assert json.dumps(name)[1:-1] not in details
    assert _number(1) not in everything
    assert digest(settings, _number(1)) in everything
    assert digest(settings, _number(1)) not in feed


def test_the_key_of_digests_is_private_made_once_and_needed(settings: Settings) -> None:
    one = digest(settings, _number(1))
    assert digest(settings, _number(1).lower()) == one
    assert digest(settings, _number(2)) != one
    key = settings.home / "identity.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32
    key.write_bytes(b"short")
    with pytest.raises(Unavailable, match="不完整"):
        digest(settings, _number(1))
    key.unlink()
    assert digest(settings, _number(1)) != one


# ---- rules, cemeteries, capacity ----------------------------------------------------------------


def test_a_new_grave_opens_a_finding_that_was_waived(
    connection: Connection, reference: Reference, profile: Profile, site: int, tmp_path: Path
) -> None:
    large = [{**LEDGER[0], "墓位号": f"{n}号", "面积": "2", "使用人": None} for n in (1, 2)]
    _imported(connection, tmp_path / "一.csv", large[:1])
    run = partial(scan, connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER)

    def found() -> Any:
        run(rules=["cm.plot.oversize"])
        (one,) = stored(connection, rules=["cm.plot.oversize"])
        return one

    first = found()
    assert first.state is FindingState.OPEN
    waiving.waive(connection, first.id, reason="历史墓", expires_on=None, on=ON, person=LOCAL_USER)
    assert found().state is FindingState.WAIVED
    _imported(connection, tmp_path / "二.csv", large[1:])
    again = found()
    assert (again.id, again.state, len(again.pairs)) == (first.id, FindingState.OPEN, 2)
    (item,) = connection.execute(
        text("SELECT basis, severity FROM registry.finding WHERE id = :i"), {"i": again.id}
    )
    # The plots were made in 2015: the law of then, read in excerpts in part, so a warning.
    assert item.severity == "warn"
    assert {b["law"] for b in item.basis} >= {"殡葬管理条例", "山东省殡葬管理规定"}
    assert not any("2026" in b["law"] for b in item.basis)


def test_acts_after_the_revision_rest_on_it_alone(
    connection: Connection, settings: Settings, reference: Reference, profile: Profile,
    numbers: list[int], site: int,
) -> None:  # fmt: skip
    where = Burying(numbers[1], buried_on=date(2026, 4, 1))
    burying.bury(connection, settings, Dead("张甲", hukou_code=OTHER), where, on=ON)
    scan(
        connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER,
        rules=["cm.bound.use_scope"],
    )  # fmt: skip
    row = connection.execute(text("SELECT basis, severity, message FROM registry.finding")).one()
    assert [(b["law"], b["article"]) for b in row.basis] == [
        ("殡葬管理条例（2026年修订）", "条款待核")
    ]
    assert row.severity == "warn"
    assert "张" not in row.message
    cemeteries.correct(connection, site, serves=[VILLAGE, OTHER])
    scan(
        connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER,
        rules=["cm.bound.use_scope"],
    )  # fmt: skip
    state = connection.scalar(text("SELECT state FROM registry.finding"))
    assert state == "gone"


def test_cemeteries_are_registered_and_corrected(
    connection: Connection, reference: Reference, site: int
) -> None:
    store = cemeteries.register(
        connection, "示例骨灰堂", "columbarium", at=TOWN, operator="示例单位",
        point=(122.1, 37.4), reference=reference,
    )  # fmt: skip
    with pytest.raises(Conflict, match="已经登记"):
        cemeteries.register(connection, "示例骨灰堂", "columbarium", at=TOWN, reference=reference)
    listed = listing_plots.list_cemeteries(connection, ON, type_="columbarium")
    assert [(c["id"], c["type_title"], c["operator"]) for c in listed] == [
        (store, "骨灰堂", "示例单位")
    ]
    found = cemeteries.correct(connection, site, operator="新单位", type_="urban_public")
    assert (found["operator"], found["type_title"]) == ("新单位", "城市公益性公墓")
    assert found["approved_m2"] == pytest.approx(9725, rel=0.01)
    with pytest.raises(BadRequest, match="没有要更正"):
        cemeteries.correct(connection, site)
    with pytest.raises(BadRequest, match="公墓类型"):
        cemeteries.correct(connection, site, type_="pyramid")
    approval = connection.scalar(text("SELECT id FROM registry.approval"))
    paper = cemeteries.Paper("关于示例公墓的批复", "示例〔2015〕1号", "示例局", date(2015, 1, 1))
    cemeteries.correct_approval(connection, approval, stated_area_m2=9000.0, paper=paper)
    assert listing_plots.one_cemetery(connection, site, ON)["stated_m2"] == 9000.0
    with pytest.raises(NotFound):
        cemeteries.correct_approval(connection, 10**6, stated_area_m2=1.0)


def test_a_forecast_says_what_it_rests_on(
    connection: Connection, reference: Reference, profile: Profile, site: int, tmp_path: Path
) -> None:
    used = [
        {
            **LEDGER[0],
            "墓位号": f"{n}号",
            "面积": "1",
            "起始日期": f"{2021 + n % 5}-12-0{1 + n % 9}",
        }
        for n in range(20)
    ]
    free = [{**LEDGER[1], "墓位号": f"空{n}"} for n in range(8)]
    _imported(connection, tmp_path / "台账.csv", [*used, *free])
    found = forecast(connection, site, reference=reference, profile=profile, on=ON)
    assert found["free"] == 8
    assert found["demand"]["taken_per_year"] == [4, 4, 4, 4]
    assert found["free_lasts"]["least"] < 2 < found["free_lasts"]["most"]
    land = found["land"]
    assert land["used_m2"] == 28
    assert land["new_plots"] == int(land["approved_m2"] * 0.4 - 28)
    assert any("待本局确认" in text_ for text_ in found["assumptions"])
    nothing = forecast(
        connection,
        cemeteries.register(connection, "空公墓", "commercial", at=TOWN, reference=reference),
        reference=reference, profile=profile, on=ON,
    )  # fmt: skip
    assert (nothing["free_lasts"], nothing["land"]) == (None, None)
    assert any("无法推算" in note for note in nothing["notes"])


def test_a_point_is_enough_for_a_grave_to_be_a_task(
    connection: Connection, reference: Reference, profile: Profile, site: int, tmp_path: Path
) -> None:
    rows = [
        {"墓位号": "a", "类型": "其他", "经度": "122.12", "纬度": "37.41", "依法保留": "否"},
        {"墓位号": "b", "类型": "其他", "经度": "122.1505", "纬度": "37.4305", "依法保留": "否"},
        {"墓位号": "c", "类型": "其他", "经度": "122.13", "纬度": "37.41", "依法保留": "是"},
    ]
    _imported(connection, tmp_path / "散坟.csv", rows, scattered=True)
    scan(
        connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER,
        rules=["cm.scatter.outside_cemetery"],
    )  # fmt: skip
    row = connection.execute(text("SELECT * FROM registry.finding")).one()
    assert (row.severity, row.scope_kind, row.scope_code) == ("task", "village", VILLAGE)
    assert row.facts["plots"] == ["a"]
    assert row.town_codes == [TOWN]
