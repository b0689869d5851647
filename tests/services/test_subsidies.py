"""Eco-burials and subsidies in the registry: steps, two clerks at once, totals, ledgers, marks."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from geo_registry.domain.burial import check_digit
from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    Refused,
    RegistryError,
)
from geo_registry.domain.identity import Scope
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.subsidy import Act, State
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import eco_burying, listing_subsidies, subsidies
from geo_registry.services.cemeteries.burying import Burying, Dead, bury
from geo_registry.services.cemeteries.eco_burying import EcoBurying, MarkPaper
from geo_registry.services.cemeteries.listing_subsidies import WantedBurials, WantedSubsidies
from geo_registry.services.cemeteries.subsidies import Applying, StepGiven
from geo_registry.services.desk import Desk
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.importing_eco_burials import KIND, import_eco_burials
from geo_registry.settings import Settings
from geo_registry.store.cemeteries import insert_cemeteries
from geo_registry.store.changes import changes
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.findings import stored
from geo_registry.store.rows import CemeteryRow, DivisionRow

ON = date(2025, 3, 1)
TOWN, VILLAGE = "371002101", "371002101201"
BURIED, APPLIED, PAID = date(2024, 5, 1), date(2024, 5, 6), date(2024, 12, 20)


@pytest.fixture
def settings(tmp_path: Path, data: Path) -> Settings:
    return Settings(tmp_path / "home", None, 0, "127.0.0.1", data, tmp_path)


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, ON, reference, profile)


@pytest.fixture
def divisions(connection: Connection) -> None:
    _divisions(connection)


def _divisions(connection: Connection) -> None:
    insert_divisions(
        connection,
        [
            DivisionRow("371002", "nbs", "环翠区", 3, "3710"),
            DivisionRow(TOWN, "nbs", "羊亭镇", 4, "371002"),
            DivisionRow(VILLAGE, "nbs", "示例村委会", 5, TOWN),
        ],
    )


def _number(serial: int) -> str:
    first = f"37100218000101{serial:03d}"
    return first + check_digit(first)


def _dead(serial: int, **more: Any) -> Dead:
    given = {"id_number": _number(serial), "died_on": date(2024, 4, 20), "hukou_code": VILLAGE}
    return Dead(f"王示例{serial}", **{**given, **more})


def _sea(
    connection: Connection, settings: Settings, desk: Desk, serial: int = 1, **more: Any
) -> int:
    how = EcoBurying("海葬", BURIED, place="示例海域", confirmed_by="示例殡仪馆", **more)
    return eco_burying.register(connection, settings, _dead(serial), how, desk=desk).id


def _applied(
    connection: Connection, settings: Settings, desk: Desk, serial: int = 1, **more: Any
) -> int:
    burial = _sea(connection, settings, desk, serial)
    asked = Applying(burial, "李示例", _number(500 + serial), "子女", applied_on=APPLIED, **more)
    return subsidies.apply(connection, settings, asked, desk=desk).id


def _paid(connection: Connection, number: int, desk: Desk, **more: Any) -> None:
    for act, given in (
        (Act.CHECK, StepGiven(APPLIED, **more)),
        (Act.APPROVE, StepGiven(APPLIED)),
        (Act.PAY, StepGiven(PAID, voucher="V-1")),
    ):
        subsidies.step(connection, number, act, given, desk=desk)


def _one(connection: Connection, number: int, desk: Desk, *, may_see: bool = False) -> Any:
    return listing_subsidies.one_subsidy(
        connection, number, reference=desk.reference, may_see=may_see
    )


# ---- one application ----------------------------------------------------------------------------


@pytest.mark.usefixtures("divisions")
def test_an_application_goes_its_way_and_each_step_is_kept(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    assert _one(connection, number, desk)["standard_yuan"] == 800
    _paid(connection, number, desk)
    found = _one(connection, number, desk)
    assert (found["state"], found["amount_yuan"], found["scheme"]) == ("paid", 800, "weihai_2017")
    assert [e["act_title"] for e in found["events"]] == ["申请", "审核", "批准", "发放"]
    assert [a["act"] for a in found["next_acts"]] == ["recover"]
    assert (found["name"], found["applicant"], found["id_tail"]) == ("王***", "李*例", None)
    assert _one(connection, number, desk, may_see=True)["applicant"] == "李示例"
    with pytest.raises(Conflict, match="没有重复发放"):
        subsidies.step(connection, number, Act.PAY, StepGiven(voucher="V-2"), desk=desk)


@pytest.mark.usefixtures("divisions")
def test_no_deceased_has_two_applications_and_none_two_burials(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    burial = _one(connection, number, desk)["eco_burial_id"]
    again = Applying(burial, "赵示例")
    with pytest.raises(Conflict, match=f"已有补助申请 {number}"):
        subsidies.apply(connection, settings, again, desk=desk)
    subsidies.step(connection, number, Act.WITHDRAW, StepGiven(reason="填错"), desk=desk)
    second = subsidies.apply(connection, settings, again, desk=desk)
    assert second.state is State.APPLIED
    with (
        pytest.raises(Conflict, match="已经登记过生态安葬"),
        connection.begin_nested(),
    ):
        _sea(connection, settings, desk)


@pytest.mark.usefixtures("divisions")
def test_the_database_itself_refuses_a_second_payment(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    _paid(connection, number, desk)
    copy = (
        "INSERT INTO registry.subsidy_application (eco_burial_id, deceased_id, state, since, "
        " applicant_name, county_code, applied_on, paid_on, amount_yuan, voucher) "
        "SELECT eco_burial_id, deceased_id, 'paid', since, 'x', county_code, applied_on, paid_on, "
        " amount_yuan, 'V-9' FROM registry.subsidy_application"
    )
    for statement, error in (
        (copy, "subsidy_once"),
        ("UPDATE registry.subsidy_application SET voucher = ''", "paid_check"),
        ("UPDATE registry.subsidy_event SET amount_yuan = 1", "registry"),
        ("DELETE FROM registry.subsidy_event", "registry"),
        ("DELETE FROM registry.subsidy_application", "registry"),
        (
            "UPDATE registry.subsidy_application SET deceased_id = deceased_id + 1",
            "subsidy_application_of",
        ),
    ):
        with pytest.raises((IntegrityError, DBAPIError), match=error), connection.begin_nested():
            connection.execute(text(statement))


def _at_once(engine: Engine, act: Callable[[Connection], object]) -> list[RegistryError | None]:
    """Let two clerks act at once, each in a transaction; what each was told."""
    barrier = Barrier(2)
    told: list[RegistryError | None] = []

    def clerk() -> None:
        try:
            with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
                barrier.wait(timeout=30)
                act(connection)
        except RegistryError as error:
            told.append(error)
        else:
            told.append(None)

    clerks = [Thread(target=clerk) for _ in range(2)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join(timeout=60)
    return told


def test_two_clerks_at_once_pay_and_apply_once(
    engine: Engine, settings: Settings, desk: Desk
) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        _divisions(connection)
        number = _applied(connection, settings, desk)
        for act in (Act.CHECK, Act.APPROVE):
            subsidies.step(connection, number, act, StepGiven(APPLIED), desk=desk)
        other = _sea(connection, settings, desk, 2)
    told = _at_once(
        engine,
        lambda c: subsidies.step(c, number, Act.PAY, StepGiven(PAID, voucher="V-1"), desk=desk),
    )
    assert sorted(type(t).__name__ for t in told) == ["Conflict", "NoneType"]
    asked = Applying(other, "李示例", applied_on=APPLIED)
    told = _at_once(engine, lambda c: subsidies.apply(c, settings, asked, desk=desk))
    assert sorted(type(t).__name__ for t in told) == ["Conflict", "NoneType"]
    with engine.connect() as connection:
        count = connection.scalar(
            text("SELECT count(*) FROM registry.subsidy_event WHERE act = 'pay'")
        )
        live = connection.scalar(text("SELECT count(*) FROM registry.subsidy_application"))
    assert (count, live) == (1, 2)


@pytest.mark.usefixtures("divisions")
def test_what_speaks_against_it_needs_a_reason_and_blocks_nothing(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    how = EcoBurying("lawn", BURIED, place="示例草坪")
    dead = _dead(3, id_number="", hukou_code="371002")
    burial = eco_burying.register(connection, settings, dead, how, desk=desk)
    done = subsidies.apply(
        connection, settings, Applying(burial.id, "李示例", applied_on=APPLIED), desk=desk
    )
    assert len(done.doubts) == 2  # the kind, and no number
    with pytest.raises(BadRequest, match="指明金额"):
        subsidies.step(connection, done.id, Act.CHECK, StepGiven(APPLIED), desk=desk)
    amount = Decimal("800.00")
    with pytest.raises(Refused, match="没有规定草坪葬的补助"):
        subsidies.step(
            connection, done.id, Act.CHECK, StepGiven(APPLIED, amount_yuan=amount), desk=desk
        )
    given = StepGiven(APPLIED, "按局务会意见", amount)
    checked = subsidies.step(connection, done.id, Act.CHECK, given, desk=desk)
    assert (checked.state, checked.amount_yuan) == (State.CHECKED, amount)
    event = _one(connection, done.id, desk)["events"][-1]
    assert event["doubts"] == [
        "eligibility.kind", "eligibility.unconfirmed", "duplicate.unidentified",
    ]  # fmt: skip
    assert event["reason"] == "按局务会意见"


@pytest.mark.usefixtures("divisions")
def test_bad_input_gets_one_sentence(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    burial = _one(connection, number, desk)["eco_burial_id"]
    for error, act in (
        (NotFound, partial(subsidies.step, connection, 10**30, Act.PAY, StepGiven(), desk=desk)),
        (
            BadRequest,
            partial(
                subsidies.step, connection, number, Act.CHECK, StepGiven(date(2030, 1, 1)),
                desk=desk,
            ),
        ),
        (
            BadRequest,
            partial(
                subsidies.step, connection, number, Act.CHECK,
                StepGiven(APPLIED, amount_yuan=Decimal("0.001")), desk=desk,
            ),
        ),
        (
            BadRequest,
            partial(subsidies.step, connection, number, Act.REFUSE, StepGiven(), desk=desk),
        ),
        (
            NotFound,
            partial(subsidies.apply, connection, settings, Applying(999, "李示例"), desk=desk),
        ),
        (Refused, partial(eco_burying.void, connection, burial, why="重复", desk=desk)),
        (
            BadRequest,
            partial(
                eco_burying.register, connection, settings, _dead(9), EcoBurying("天葬"), desk=desk
            ),
        ),
        (
            BadRequest,
            partial(
                eco_burying.register, connection, settings, _dead(9),
                EcoBurying("海葬", date(2024, 4, 1)), desk=desk,
            ),
        ),
        (
            NotFound,
            partial(
                eco_burying.register, connection, settings, 999, EcoBurying("海葬"), desk=desk
            ),
        ),
    ):  # fmt: skip
        with pytest.raises(error, match=r"[\u4e00-\u9fff]") as told, connection.begin_nested():
            act()
        assert "示例" not in str(told.value)


@pytest.mark.usefixtures("divisions")
def test_a_person_of_one_town_acts_there_only(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    actor = Actor(LOCAL_USER, "某镇", Role.CLERK, frozenset({"371002102"}))
    elsewhere = Desk(actor, ON, desk.reference, desk.profile)
    with pytest.raises(Forbidden, match="负责的镇街不包括"):
        subsidies.step(connection, number, Act.CHECK, StepGiven(APPLIED), desk=elsewhere)


@pytest.mark.usefixtures("divisions")
def test_whoever_checked_does_not_approve(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk)
    first, second = (
        Desk(Actor(person, "审批人", Role.APPROVER), ON, desk.reference, desk.profile)
        for person in (LOCAL_USER, 1)
    )
    subsidies.step(connection, number, Act.CHECK, StepGiven(APPLIED), desk=first)
    with pytest.raises(Refused, match="两人办理"):
        subsidies.step(connection, number, Act.APPROVE, StepGiven(APPLIED), desk=first)
    done = subsidies.step(connection, number, Act.APPROVE, StepGiven(APPLIED), desk=second)
    assert done.state is State.APPROVED


@pytest.mark.usefixtures("divisions")
def test_a_burial_is_voided_and_registered_anew(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _sea(connection, settings, desk)
    eco_burying.void(connection, number, why="方式登记错误", desk=desk)
    with pytest.raises(Conflict, match="作废"):
        subsidies.apply(connection, settings, Applying(number, "李示例"), desk=desk)
    second = eco_burying.register(
        connection, settings, _dead(1), EcoBurying("不保留骨灰", BURIED), desk=desk
    )
    assert second.known
    wanted = partial(
        listing_subsidies.list_eco_burials, connection, reference=desk.reference, may_see=False
    )
    assert [i["kind"] for i in wanted(WantedBurials())["items"]] == ["no_ashes"]
    assert len(wanted(WantedBurials(voided=True))["items"]) == 2


# ---- totals and ledgers -------------------------------------------------------------------------


def _ledger_row(serial: int, kind: str, amount: int) -> dict[str, Any]:
    return {
        "逝者姓名": f"王示例{serial}", "身份证号": _number(serial), "死亡日期": "2024-01-20",
        "户籍代码": VILLAGE, "安葬方式": kind, "安葬日期": "2024-02-01", "安葬地点": "示例海域",
        "确认单位": "示例殡仪馆", "申请人": f"李示例{serial}",
        "申请人身份证号": _number(500 + serial), "与逝者关系": "子女", "审批表编号": f"S{serial}",
        "申请日期": "2024-02-05", "补助金额": str(amount), "发放日期": "2024-12-20",
        "凭证号": f"V-{serial}",
    }  # fmt: skip


def _year_2024() -> list[dict[str, Any]]:
    """The 85 families of 2024: 22 without ashes, 63 at sea, under trees, in beds or walls."""
    others = ("海葬", "树葬", "花坛葬", "壁葬")
    return [_ledger_row(n, "不保留骨灰", 1000) for n in range(22)] + [
        _ledger_row(n, others[n % 4], 800) for n in range(22, 85)
    ]


def _imported(
    connection: Connection, path: Path, rows: list[dict[str, Any]], settings: Settings, desk: Desk,
    *, admit_good: bool = False,
) -> Summary:  # fmt: skip
    write_table(pl.DataFrame(rows, infer_schema_length=None), path)
    source = Source(path, KIND, admit_good=admit_good)
    return import_eco_burials(connection, source, identify=partial(digest, settings), desk=desk)


@pytest.mark.usefixtures("divisions")
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_year_2024_of_the_bureau(
    connection: Connection, settings: Settings, desk: Desk, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"2024{suffix}"
    done = _imported(connection, path, _year_2024(), settings, desk)
    assert (done.stored, done.counts["eco_burials"], done.counts["paid"]) == (True, 85, 85)
    (year,) = listing_subsidies.totals(connection, reference=desk.reference)
    assert (year["year"], year["families"], year["yuan"]) == (2024, 85, Decimal("72400.00"))
    by_amount: dict[Decimal, int] = {}
    for part in year["kinds"]:
        by_amount[part["amount_yuan"]] = by_amount.get(part["amount_yuan"], 0) + part["cases"]
    assert by_amount == {Decimal("1000.00"): 22, Decimal("800.00"): 63}
    assert [(t["town"], t["cases"]) for t in year["towns"]] == [("羊亭镇", 85)]
    assert listing_subsidies.totals(connection, reference=desk.reference, year=2023) == []
    with pytest.raises(Conflict, match="已于"):
        import_eco_burials(
            connection, Source(path, KIND), identify=partial(digest, settings), desk=desk
        )
    (again,) = _imported(
        connection, tmp_path / "补.csv", [_ledger_row(3, "不保留骨灰", 1000)], settings, desk
    ).issues
    assert again.code == "subsidy_twice"
    scan(connection, reference=desk.reference, profile=desk.profile, on=ON, person=LOCAL_USER)
    assert [f for f in stored(connection) if f.rule_id.startswith("cm.eco.")] == []


@pytest.mark.usefixtures("divisions")
def test_money_that_came_back_counts_in_its_year(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    first, second = (_applied(connection, settings, desk, n) for n in (1, 2))
    for number in (first, second):
        _paid(connection, number, desk)
    back = StepGiven(date(2025, 2, 1), "重复享受")
    subsidies.step(connection, second, Act.RECOVER, back, desk=desk)
    years = listing_subsidies.totals(connection, reference=desk.reference)
    assert [(y["year"], y["yuan"], y["recovered_yuan"], y["net_yuan"]) for y in years] == [
        (2024, 1600, 0, 1600), (2025, 0, 800, -800),
    ]  # fmt: skip
    # The deceased may be subsidised again, rightly this time.
    burial = _one(connection, second, desk)["eco_burial_id"]
    asked = Applying(burial, "李示例", applied_on=ON)
    assert subsidies.apply(connection, settings, asked, desk=desk).state is State.APPLIED


@pytest.mark.usefixtures("divisions")
def test_bad_rows_of_a_ledger_are_named_one_by_one(
    connection: Connection, settings: Settings, desk: Desk, tmp_path: Path
) -> None:
    _sea(connection, settings, desk, 90)
    good = _ledger_row(1, "海葬", 800)
    bad = [
        {**good, "安葬方式": "天葬"},
        {**good, "身份证号": _number(1)[:-1] + "?"},
        {**good, "发放日期": None},
        {**good, "凭证号": None},
        {**good, "补助金额": "0"},
        {**good, "申请人": None},
        {**good, "申请日期": "2024-01-25"},
        {**good, "发放日期": "2031-01-01"},
        {**good, "公墓": "无名公墓"},
        {**good, "户籍代码": "999999"},
        {**good, "逝者姓名": "另一人", "身份证号": _number(90)},
        {**good, "逝者姓名": "王示例90", "身份证号": _number(90), "安葬方式": "树葬"},
        {**good, "逝者姓名": "王示例90", "身份证号": _number(90), "申请人": None, "补助金额": None,
         "发放日期": None, "凭证号": None},
        good,
        good,
    ]  # fmt: skip
    path = tmp_path / "坏.xlsx"
    done = _imported(connection, path, bad, settings, desk)
    assert not done.stored
    assert [(i.row, i.code) for i in done.issues] == [
        (1, "bad_kind"), (2, "bad_identity"), (3, "cell_missing"), (4, "cell_missing"),
        (5, "amount_zero"), (6, "cell_missing"), (7, "days_reversed"), (8, "in_future"),
        (9, "unknown_cemetery"), (10, "bad_hukou_code"), (11, "other_name"), (12, "other_kind"),
        (13, "eco_burial_twice"), (15, "person_twice"),
    ]  # fmt: skip
    for issue in done.issues:
        assert issue.suggestion
        assert "示例" not in issue.message
        assert _number(1)[:17] not in json.dumps(issue.message)
    assert _imported(
        connection, path, bad, settings, desk, admit_good=True
    ).counts["eco_burials"] == 1  # fmt: skip


@pytest.mark.usefixtures("divisions")
def test_a_ledger_adds_the_application_to_a_registered_burial(
    connection: Connection, settings: Settings, desk: Desk, tmp_path: Path
) -> None:
    number = _sea(connection, settings, desk, 1)
    row = {**_ledger_row(1, "海葬", 800), "申请日期": "2024-05-06"}
    done = _imported(connection, tmp_path / "补.csv", [row], settings, desk)
    assert (done.stored, done.counts["eco_burials"], done.counts["paid"]) == (True, 0, 1)
    page = listing_subsidies.list_subsidies(
        connection, WantedSubsidies(year=2024), reference=desk.reference, may_see=False
    )
    assert [i["eco_burial_id"] for i in page["items"]] == [number]


@pytest.mark.usefixtures("divisions")
def test_rules_find_what_a_person_decided_against_the_terms(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    wrong = _applied(connection, settings, desk, 1)
    _paid(connection, wrong, desk, reason="特批", amount_yuan=Decimal(1000))
    twin = Dead("王示例1", "", date(2024, 4, 20), VILLAGE)
    burial = eco_burying.register(
        connection, settings, twin, EcoBurying("海葬", BURIED, confirmed_by="馆"), desk=desk
    )
    other = subsidies.apply(
        connection, settings, Applying(burial.id, "李示例", applied_on=APPLIED), desk=desk
    )
    scan(connection, reference=desk.reference, profile=desk.profile, on=ON, person=LOCAL_USER)
    rows = connection.execute(
        text(
            "SELECT rule_id, outcome, subjects, town_codes FROM registry.finding "
            "WHERE rule_id LIKE 'cm.eco.%'"
        )
    ).all()
    found = {(rule, outcome, tuple(sorted(subjects))) for rule, outcome, subjects, _ in rows}
    assert {tuple(towns) for *_, towns in rows} == {(TOWN,)}
    pair = tuple(sorted((f"subsidy:{wrong}", f"subsidy:{other.id}")))
    assert found == {
        ("cm.eco.amount", "differs", (f"subsidy:{wrong}",)),
        ("cm.eco.duplicate", "alike", pair),
    }
    assert any("姓名、死亡日期相同" in said for said in other.doubts)


@pytest.mark.usefixtures("divisions")
def test_a_finding_lies_in_the_town_of_the_dead_where_no_town_is_said_to_pay(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    number = _applied(connection, settings, desk, 1)
    _paid(connection, number, desk, reason="特批", amount_yuan=Decimal(1000))
    for table in ("subsidy_application", "eco_burial"):
        connection.execute(text(f"UPDATE registry.{table} SET town_code = NULL"))
    judged = {"reference": desk.reference, "profile": desk.profile, "on": ON}
    for within in (None, [Scope("town", TOWN)]):  # the town alone finds it again
        scan(connection, **judged, person=LOCAL_USER, scopes=within)
        (towns, state) = connection.execute(
            text("SELECT town_codes, state FROM registry.finding WHERE rule_id = 'cm.eco.amount'")
        ).one()
        assert (towns, state) == ([TOWN], "open")


# ---- persons, marks -----------------------------------------------------------------------------


def test_no_name_or_number_leaves_by_the_change_feed(
    engine: Engine, settings: Settings, desk: Desk
) -> None:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        _divisions(connection)
        _applied(connection, settings, desk)
    with engine.connect() as connection:
        feed = json.dumps(changes(connection, since=0, limit=10_000), default=str,
                          ensure_ascii=False)  # fmt: skip
        kept = connection.execute(
            text("SELECT applicant_digest, applicant_tail FROM registry.subsidy_application")
        ).one()
    assert "subsidy_application" in feed
    for secret in ("李示例", "王示例", _number(1), _number(501), *kept):
        assert secret not in feed


@pytest.mark.usefixtures("divisions")
def test_a_deceased_in_a_plot_gets_an_eco_burial_by_id(
    connection: Connection, settings: Settings, desk: Desk
) -> None:
    (site,) = insert_cemeteries(
        connection, [CemeteryRow("示例公墓", "urban_public", None, TOWN, "371002")]
    )
    done = bury(connection, settings, _dead(1), Burying(cemetery_id=site, buried_on=BURIED), on=ON)
    how = EcoBurying("树葬", BURIED, cemetery_id=site)
    made = eco_burying.register(connection, settings, done.deceased_id, how, desk=desk)
    assert (made.known, made.deceased_id) == (True, done.deceased_id)


@pytest.mark.usefixtures("divisions")
def test_the_mark_of_a_pilot_begins_and_ends(connection: Connection, desk: Desk) -> None:
    (site,) = insert_cemeteries(
        connection, [CemeteryRow("示例公墓", "urban_public", None, TOWN, "371002")]
    )
    paper = MarkPaper("示例民发〔2024〕3号", "示例民政局", date(2024, 3, 1))
    eco_burying.mark(connection, site, since=date(2024, 4, 1), paper=paper, desk=desk)
    with pytest.raises(Conflict, match="同样的标注"), connection.begin_nested():
        eco_burying.mark(connection, site, since=ON, paper=paper, desk=desk)
    assert [m["number"] for m in listing_subsidies.marked(connection, ON)] == [paper.number]
    assert listing_subsidies.marked(connection, date(2024, 3, 31)) == []
    eco_burying.unmark(connection, site, until=ON, desk=desk)
    assert listing_subsidies.marked(connection, ON) == []
    (kept,) = listing_subsidies.marks_of(connection, site, ON)
    assert (kept["title"], kept["borne"]) == ("生态安葬试点", False)
    with pytest.raises(Conflict, match="没有变化"):
        eco_burying.unmark(connection, site, until=ON, desk=desk)
