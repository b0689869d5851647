"""Lists of fees and charges in the registry: registered, posted, ended, imported, checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Connection, text

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.reference import Profile, Reference
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import fees, listing_fees
from geo_registry.services.cemeteries.fees import NewCharge, NewItem, NewList
from geo_registry.services.cemeteries.listing_fees import WantedCharges
from geo_registry.services.desk import Desk
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.importing_fees import (
    CHARGES,
    LISTS,
    import_charges,
    import_fee_lists,
)
from geo_registry.store.cemeteries import insert_cemeteries
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.rows import CemeteryRow, DivisionRow

ON = date(2026, 2, 1)
TOWN = "371002101"
NICHE = NewItem("A01", "骨灰格位安葬", "gov_guided", "个", Decimal(2000))
CARE = NewItem("B01", "墓位维护费", "gov_guided", "个·年", Decimal(50), True, True)


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, ON, reference, profile)


@pytest.fixture
def sites(connection: Connection) -> list[int]:
    """Two cemeteries of one town."""
    insert_divisions(
        connection,
        [
            DivisionRow("371002", "nbs", "环翠区", 3, "3710"),
            DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002"),
        ],
    )
    rows = [
        CemeteryRow(f"示例公墓{n}", "commercial", None, TOWN, "371002", source_id=f"GM-{n}")
        for n in (1, 2)
    ]
    return insert_cemeteries(connection, rows)


def _district(connection: Connection, desk: Desk, **more: Any) -> int:
    given = {"posted_on": date(2024, 1, 1), "number": "示例发改〔2023〕9号", **more}
    new = NewList("全区清单", date(2024, 1, 1), (NICHE, CARE), division_code="371002", **given)
    return fees.register_list(connection, new, desk=desk)


def _charge(connection: Connection, desk: Desk, site: int, yuan: int, **more: Any) -> Any:
    given = {"item_code": "A01", "charged_on": date(2025, 5, 6), **more}
    return fees.charge(connection, NewCharge(site, Decimal(yuan), **given), desk=desk)


def test_a_charge_is_told_at_once_what_is_wrong_and_stored_all_the_same(
    connection: Connection, sites: list[int], desk: Desk
) -> None:
    _district(connection, desk)
    assert _charge(connection, desk, sites[0], 2000).faults == ()
    (over,) = _charge(connection, desk, sites[0], 2600).faults
    assert over == "超过清单价格：可收 2,000 元，实收 2,600 元，多 600 元"
    off = _charge(connection, desk, sites[1], 300, item_code="", item_title="择日服务费")
    assert off.faults == ("不在当日有效的清单（全区清单）中",)
    page = listing_fees.list_charges(
        connection, WantedCharges(faulty=True), terms=desk.reference.fee_terms
    )
    assert [(i["cemetery"], i["amount_yuan"]) for i in page["items"]] == [
        ("示例公墓1", 2600), ("示例公墓2", 300),
    ]  # fmt: skip


def test_lists_hold_from_day_to_day_and_for_their_own(
    connection: Connection, sites: list[int], desk: Desk
) -> None:
    number = _district(connection, desk, posted_on=None)
    (unposted,) = _charge(connection, desk, sites[0], 2000).faults
    assert "没有登记公示" in unposted
    fees.post(connection, number, posted_on=date(2025, 1, 1), desk=desk)
    assert _charge(connection, desk, sites[0], 2000, invoice="P-1").faults == ()
    own = NewList("本公墓清单", date(2025, 1, 1), (NewItem("A01", "格位", "market", "个",
                  Decimal(1800)),), cemetery_id=sites[0], posted_on=date(2025, 1, 1))  # fmt: skip
    fees.register_list(connection, own, desk=desk)
    assert "公示价" in _charge(connection, desk, sites[0], 2000, invoice="P-2").faults[0]
    assert _charge(connection, desk, sites[1], 2000).faults == ()
    fees.end(connection, number, valid_to=date(2025, 5, 1))
    (unlisted,) = _charge(connection, desk, sites[1], 2000, invoice="P-3").faults
    assert unlisted == "收费当日没有登记有效的收费清单"
    in_force = listing_fees.list_lists(
        connection, terms=desk.reference.fee_terms, on=date(2025, 5, 1)
    )
    assert [one["whose"] for one in in_force] == ["示例公墓1"]


def test_what_was_paid_back_is_silent(connection: Connection, sites: list[int], desk: Desk) -> None:
    _district(connection, desk)
    made = _charge(connection, desk, sites[0], 2600, invoice="P-1")
    with pytest.raises(Conflict, match="同一张票据"), connection.begin_nested():
        _charge(connection, desk, sites[0], 2600, invoice="P-1")
    fees.cancel(connection, made.id, why="已全额退还", desk=desk)
    with pytest.raises(Conflict, match="已于"):
        fees.cancel(connection, made.id, why="已全额退还", desk=desk)
    assert _charge(connection, desk, sites[0], 2000, invoice="P-1").faults == ()
    assert listing_fees.faults_of(connection, sites, desk.reference.fee_terms) == {}


def test_bad_input_gets_one_sentence(connection: Connection, sites: list[int], desk: Desk) -> None:
    number = _district(connection, desk)
    new = partial(NewList, "清单", date(2025, 1, 1))
    for error, act in (
        (BadRequest, partial(fees.register_list, connection, new((NICHE,)), desk=desk)),
        (BadRequest, partial(fees.register_list, connection, new((), sites[0]), desk=desk)),
        (
            BadRequest,
            partial(
                fees.register_list, connection,
                new((NewItem("X", "项目", "gov_set"),), sites[0]), desk=desk,
            ),
        ),
        (Conflict, partial(_district, connection, desk)),
        (NotFound, partial(_charge, connection, desk, 10**30, 1)),
        (BadRequest, partial(_charge, connection, desk, sites[0], 1, item_code=" ")),
        (BadRequest, partial(_charge, connection, desk, sites[0], -1)),
        (BadRequest, partial(_charge, connection, desk, sites[0], 1, years=0)),
        (BadRequest, partial(_charge, connection, desk, sites[0], 1, charged_on=date(2030, 1, 1))),
        (BadRequest, partial(fees.end, connection, number, valid_to=date(2024, 1, 1))),
        (BadRequest, partial(fees.post, connection, number, posted_on=date(2030, 1, 1), desk=desk)),
        (NotFound, partial(fees.cancel, connection, 999, why="x", desk=desk)),
    ):  # fmt: skip
        with pytest.raises(error, match=r"[\u4e00-\u9fff]"), connection.begin_nested():
            act()


# ---- files --------------------------------------------------------------------------------------

_ITEM = {
    "清单名称": "全区清单", "公墓": None, "起始日期": "2024-01-01", "失效日期": None,
    "公示日期": "2024.1.1", "文号": "示例发改〔2023〕9号", "项目编码": "A01",
    "项目名称": "骨灰格位安葬", "价格形式": "政府指导价", "计价单位": "个", "价格": "2,000元",
    "按年": None, "维护费": None,
}  # fmt: skip
_CARE = {**_ITEM, "项目编码": "B01", "项目名称": "墓位维护费", "价格": "50", "按年": "是",
         "维护费": "是"}  # fmt: skip
_PAID = {
    "公墓": "GM-1", "收费日期": "2025-05-06", "项目编码": "A01", "项目名称": "骨灰格位安葬",
    "数量": "1", "金额": "2000", "年数": None, "强制": None, "票据号": "P-1",
}  # fmt: skip


def _lists(
    connection: Connection, path: Path, rows: list[dict[str, Any]], desk: Desk,
    at: str | None = "371002",
) -> Summary:  # fmt: skip
    write_table(pl.DataFrame(rows, infer_schema_length=None), path)
    return import_fee_lists(connection, Source(path, LISTS, at=at), desk=desk)


def _charges(connection: Connection, path: Path, rows: list[dict[str, Any]], desk: Desk) -> Summary:
    write_table(pl.DataFrame(rows, infer_schema_length=None), path)
    return import_charges(connection, Source(path, CHARGES), desk=desk)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_lists_and_charges_come_from_tables(
    connection: Connection, sites: list[int], desk: Desk, tmp_path: Path, suffix: str
) -> None:
    own = {**_ITEM, "公墓": "示例公墓2", "清单名称": "本公墓清单"}
    done = _lists(connection, tmp_path / f"清单{suffix}", [_ITEM, _CARE, own], desk)
    assert (done.stored, done.counts["items"], done.counts["lists"]) == (True, 3, 2)
    rows = [
        _PAID,
        {**_PAID, "票据号": "P-2", "金额": "2600"},
        {**_PAID, "票据号": "P-3", "项目编码": None, "项目名称": "择日服务费", "金额": "300"},
        {**_PAID, "票据号": "P-4", "项目编码": "B01", "金额": "1500", "年数": "30年"},
        {**_PAID, "票据号": "P-5", "金额": "100", "强制": "是"},
    ]
    assert _charges(connection, tmp_path / f"收费{suffix}", rows, desk).counts["charges"] == 5
    scan(connection, reference=desk.reference, profile=desk.profile, on=ON, person=LOCAL_USER)
    found = connection.execute(
        text(
            "SELECT rule_id, severity, cardinality(subjects) - 1 FROM registry.finding "
            "WHERE rule_id LIKE 'cm.fee.%' ORDER BY 1"
        )
    ).all()
    assert [tuple(row) for row in found] == [
        ("cm.fee.above_ceiling", "error", 1), ("cm.fee.forced", "error", 1),
        ("cm.fee.off_list", "error", 1), ("cm.fee.term_over_20y", "warn", 1),
    ]  # fmt: skip


def test_charges_after_the_revision_are_never_more_than_a_warning(
    connection: Connection, sites: list[int], reference: Reference, profile: Profile
) -> None:
    desk = Desk(LOCAL_ACTOR, date(2026, 11, 23), reference, profile)
    _district(connection, desk)
    _charge(connection, desk, sites[0], 2600, charged_on=date(2026, 3, 30))
    scan(connection, reference=reference, profile=profile, on=desk.on, person=LOCAL_USER)
    row = connection.execute(
        text("SELECT severity, basis FROM registry.finding WHERE rule_id = 'cm.fee.above_ceiling'")
    ).one()
    assert row.severity == "warn"
    assert [(b["law"], b["article"]) for b in row.basis] == [
        ("殡葬管理条例（2026年修订）", "条款待核")
    ]


def test_bad_rows_of_tables_are_named_one_by_one(
    connection: Connection, sites: list[int], desk: Desk, tmp_path: Path
) -> None:
    bad = [
        {**_ITEM, "价格形式": "随便"},
        {**_ITEM, "价格": None},
        {**_ITEM, "起始日期": None},
        {**_ITEM, "失效日期": "2023-01-01"},
        {**_ITEM, "公示日期": "2031-01-01"},
        {**_ITEM, "公墓": "无名公墓"},
        _ITEM,
        _ITEM,
    ]
    done = _lists(connection, tmp_path / "坏.xlsx", bad, desk)
    assert not done.stored
    assert [(i.row, i.code) for i in done.issues] == [
        (1, "bad_price_type"), (2, "cell_missing"), (3, "cell_missing"), (4, "days_reversed"),
        (5, "in_future"), (6, "unknown_cemetery"), (8, "item_twice"),
    ]  # fmt: skip
    (nobody,) = _lists(connection, tmp_path / "无主.csv", [_ITEM], desk, at=None).issues
    assert nobody.code == "cell_missing"
    assert _lists(connection, tmp_path / "好.csv", [_ITEM], desk).stored
    (twice,) = _lists(connection, tmp_path / "再.csv", [_CARE], desk).issues
    assert twice.code == "list_twice"
    bad = [
        {**_PAID, "公墓": "无名公墓"},
        {**_PAID, "金额": "许多"},
        {**_PAID, "收费日期": "2031-01-01"},
        {**_PAID, "项目编码": None, "项目名称": None},
        {**_PAID, "数量": "0.0001"},
        _PAID,
        _PAID,
    ]
    done = _charges(connection, tmp_path / "坏收费.csv", bad, desk)
    assert [(i.row, i.code) for i in done.issues] == [
        (1, "unknown_cemetery"), (2, "bad_amount_yuan"), (3, "in_future"), (4, "cell_missing"),
        (5, "bad_quantity"), (7, "charge_twice"),
    ]  # fmt: skip
    assert all(i.message.startswith(f"第 {i.row} 行“") and i.suggestion for i in done.issues)
