"""Importing eco-burials with their subsidies: the bureau's yearly ledger, one row a deceased.

A row with an applicant brings an application: open, or paid where it says when and by which
voucher. Who is registered already is known by the number; a second application of one deceased is
an issue of its row. Names and numbers are in no message, and the file is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.eco_burial import kind_words
from geo_registry.domain.errors import Issue
from geo_registry.domain.subsidy import State, scheme_on
from geo_registry.formats.tables import read_table
from geo_registry.services.cemeteries.eco_burying import town_of
from geo_registry.services.desk import Desk
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    refuse_second_time,
    store,
)
from geo_registry.services.imports.importing_burials import Digest, identity
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    Read,
    day,
    money,
    one_of,
    read_lines,
    words,
)
from geo_registry.services.imports.importing_plots import CEMETERY, known_divisions, site_of
from geo_registry.store import deceased, eco_burials, plots, subsidies
from geo_registry.store.deceased import DeceasedRow
from geo_registry.store.eco_burials import EcoBurialRow, KnownEcoBurial
from geo_registry.store.plots import Site
from geo_registry.store.subsidies import ApplicationRow, EventRow

KIND = "eco_burials"


def eco_columns(known: Read, identify: Digest, kinds: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of the ledger; ``kinds`` maps each word for a kind to its key."""
    return (
        Column("name", ("逝者姓名", "姓名", "name"), words(60), required=True, secret=True),
        Column(
            "identity", ("身份证号", "逝者身份证号", "身份证号码", "id_number"),
            identity(identify), secret=True,
        ),
        Column("died_on", ("死亡日期", "去世日期", "died_on"), day),
        Column("hukou_code", ("户籍代码", "户籍地代码", "hukou_code"), known),
        Column("kind", ("安葬方式", "生态安葬方式", "葬式", "kind"), one_of(kinds), required=True),
        Column("buried_on", ("安葬日期", "buried_on"), day),
        CEMETERY,
        Column("place", ("安葬地点", "地点", "海域", "place"), words(100)),
        Column("confirmed_by", ("确认单位", "殡仪馆", "confirmed_by"), words(100)),
        Column("town_code", ("镇街代码", "发放镇街代码", "town_code"), known),
        Column("applicant", ("申请人", "申请人姓名", "applicant"), words(60), secret=True),
        Column(
            "applicant_identity", ("申请人身份证号", "申请人证件号", "applicant_id_number"),
            identity(identify), secret=True,
        ),
        Column("relation", ("与逝者关系", "关系", "relation"), words(20)),
        Column("form_number", ("审批表编号", "审批表号", "form_number"), words(60)),
        Column("applied_on", ("申请日期", "applied_on"), day),
        Column("amount_yuan", ("补助金额", "金额", "amount_yuan"), money),
        Column("paid_on", ("发放日期", "paid_on"), day),
        Column("voucher", ("凭证号", "付款凭证号", "voucher"), words(100)),
    )  # fmt: skip


def import_eco_burials(
    connection: Connection, source: Source, *, identify: Digest, desk: Desk
) -> Summary:
    """Import a ledger of eco-burials and subsidies, in one batch.

    Raises :class:`Conflict` for a file imported before and :class:`Unreadable` for a table that
    cannot be read.
    """
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取生态安葬记录", 0, None)
    frame = read_table(source.path)
    columns = eco_columns(
        known_divisions(connection), identify, kind_words(desk.reference.eco_kinds.values())
    )
    lines, issues = read_lines(frame, range(1, frame.height + 1), columns, source.path.name)
    rows, more = _Matching(connection, desk).rows(lines)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=frame.height,
        rejected=frame.height - len(rows),
        counts={
            "eco_burials": sum(r.known_burial is None for r in rows),
            "applications": sum(r.application is not None for r in rows),
            "paid": sum(_is_paid(r) for r in rows),
            "known_persons": sum(r.known is not None for r in rows),
        },
        issues=sorted((*issues, *more), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, rows, batch_id, desk),
    )


@dataclass(frozen=True, slots=True)
class _New:
    """What a row brings: a person, an eco-burial and an application, known or new each."""

    person: DeceasedRow
    known: int | None
    burial: EcoBurialRow
    known_burial: int | None
    application: ApplicationRow | None


def _is_paid(row: _New) -> bool:
    return row.application is not None and row.application.state == State.PAID


class _Matching:
    """Finds cemetery and person of each row, and what is registered of them."""

    def __init__(self, connection: Connection, desk: Desk) -> None:
        self._connection, self._desk = connection, desk
        self._sites: Mapping[str, Sequence[Site]] = {}
        self._people: Mapping[str, deceased.Known] = {}
        self._buried: Mapping[int, KnownEcoBurial] = {}
        self._seen: dict[str, int] = {}

    def rows(self, lines: Sequence[Line]) -> tuple[list[_New], list[Issue]]:
        """What can be written, and an issue for each row that cannot."""
        wanted = {line["cemetery"] for line in lines} - {None}
        self._sites = plots.sites_named(self._connection, wanted)
        digests = [line["identity"].digest for line in lines if line["identity"]]
        self._people = deceased.known(self._connection, digests)
        self._buried = eco_burials.of_deceased(
            self._connection, [p.id for p in self._people.values()]
        )
        good: list[_New] = []
        issues: list[Issue] = []
        for line in lines:
            site, issue = None, None
            if line["cemetery"] is not None:
                site, issue = site_of(line, line["cemetery"], self._sites)
            issue = issue or self._bad_days(line) or _bad_money(line) or self._bad_person(line)
            if issue is not None:
                issues.append(issue)
                continue
            if line["identity"]:
                self._seen[line["identity"].digest] = line.row
            good.append(self._row(line, site))
        return good, issues

    def _bad_days(self, line: Line) -> Issue | None:
        order = (
            ("死亡日期", line["died_on"]), ("安葬日期", line["buried_on"]),
            ("申请日期", line["applied_on"]), ("发放日期", line["paid_on"]),
        )  # fmt: skip
        before: tuple[str, date] | None = None
        for title, on in order:
            if on is None:
                continue
            if on > self._desk.on:
                return _issue(line, title, "in_future", f"{on} 还没有到。", "请核对日期。")
            if before is not None and on < before[1]:
                said = f"{on} 早于{before[0]} {before[1]}。"
                return _issue(line, title, "days_reversed", said, "请核对两个日期。")
            before = title, on
        return None

    def _bad_person(self, line: Line) -> Issue | None:
        number = line["identity"]
        if number is None:
            return None
        first = self._seen.get(number.digest)
        if first is not None:
            said = f"与第 {first} 行是同一个号码，一位逝者只能登记一次。"
            return _issue(line, "身份证号", "person_twice", said, "请删去重复的一行。")
        person = self._people.get(number.digest)
        if person is None:
            return None
        if person.name != line["name"]:
            said = "这个号码已登记在另一个姓名下。"
            return _issue(line, "身份证号", "other_name", said, "请对照证件核对姓名和号码。")
        return self._registered_already(line, self._buried.get(person.id))

    def _registered_already(self, line: Line, burial: KnownEcoBurial | None) -> Issue | None:
        if burial is None:
            return None
        if burial.application is not None:
            said = f"这位逝者已有补助申请 {burial.application} 在办理或已经发放。"
            return _issue(line, "身份证号", "subsidy_twice", said, "请删去这一行。")
        if line["applicant"] is None:
            said = f"这位逝者已登记生态安葬（记录 {burial.id}）。"
            return _issue(line, "身份证号", "eco_burial_twice", said, "请删去这一行。")
        if burial.kind != line["kind"]:
            said = f"与已登记的生态安葬（记录 {burial.id}）方式不同。"
            return _issue(line, "安葬方式", "other_kind", said, "请核对；登记有误的先作废原记录。")
        return None

    def _row(self, line: Line, site: Site | None) -> _New:
        number = line["identity"]
        known = self._people.get(number.digest) if number else None
        person = DeceasedRow(
            line["name"], number.digest if number else None, number.tail if number else None,
            line["died_on"], line["hukou_code"],
        )  # fmt: skip
        there = self._buried.get(known.id) if known else None
        burial = EcoBurialRow(
            known.id if known else 0, line["kind"], self._desk.profile.code, line["buried_on"],
            site.id if site else None, line["place"] or "", line["confirmed_by"] or "",
            line["town_code"] or town_of(line["hukou_code"]),
        )  # fmt: skip
        return _New(
            person, known.id if known else None, burial, there.id if there else None,
            self._application(line, burial),
        )  # fmt: skip

    def _application(self, line: Line, burial: EcoBurialRow) -> ApplicationRow | None:
        if line["applicant"] is None:
            return None
        number, paid_on = line["applicant_identity"], line["paid_on"]
        applied_on = line["applied_on"] or line["buried_on"] or paid_on or self._desk.on
        act_day = line["buried_on"] or applied_on
        terms = scheme_on(self._desk.reference.subsidy_schemes, act_day, line["hukou_code"])
        return ApplicationRow(
            0, 0, paid_on or applied_on, line["applicant"], self._desk.profile.code, applied_on,
            state=State.PAID if paid_on else State.APPLIED,
            scheme=terms.id if terms and paid_on else "",
            applicant_digest=number.digest if number else None,
            applicant_tail=number.tail if number else None,
            relation=line["relation"] or "",
            form_number=line["form_number"] or "",
            town_code=burial.town_code,
            paid_on=paid_on,
            amount_yuan=line["amount_yuan"],
            voucher=line["voucher"] or "",
        )  # fmt: skip


def _bad_money(line: Line) -> Issue | None:
    """A payment has an applicant, an amount and a voucher; an amount alone is no payment."""
    amount: Decimal | None = line["amount_yuan"]
    if line["paid_on"] is None:
        if amount is None and line["voucher"] is None:
            return None
        advice = "已经发放的请补填发放日期；尚未发放的请留空金额和凭证号，金额在审核时确定。"
        return _issue(line, "发放日期", "cell_missing", "有金额或凭证号，但没有发放日期。", advice)
    if amount is not None and amount <= 0:
        return _issue(line, "补助金额", "amount_zero", "应大于 0。", "请核对金额。")
    for title, value in (
        ("申请人", line["applicant"]), ("补助金额", amount), ("凭证号", line["voucher"]),
    ):  # fmt: skip
        if value is None:
            return _issue(line, title, "cell_missing", "有发放日期，但这一格是空的。", "请补填。")
    return None


def _issue(line: Line, title: str, code: str, said: str, advice: str) -> Issue:
    return Issue(line.row, title, code, "", f"第 {line.row} 行“{title}”：{said}", advice)


def _write(
    connection: Connection, rows: Sequence[_New], batch_id: int, desk: Desk
) -> Mapping[str, Any]:
    people = _people(connection, rows, batch_id)
    new = [
        replace(r.burial, deceased_id=person, batch_id=batch_id)
        for r, person in zip(rows, people, strict=True)
        if r.known_burial is None
    ]
    numbers = iter(eco_burials.insert_eco_burials(connection, new))
    burials = [next(numbers) if r.known_burial is None else r.known_burial for r in rows]
    applications = [
        replace(r.application, eco_burial_id=burial, deceased_id=person, batch_id=batch_id)
        for r, person, burial in zip(rows, people, burials, strict=True)
        if r.application is not None
    ]
    made = subsidies.insert_applications(connection, applications)
    subsidies.insert_events(
        connection,
        [
            EventRow(number, "import", a.state, a.since, desk.person, amount_yuan=a.amount_yuan)
            for number, a in zip(made, applications, strict=True)
        ],
    )
    return {}


def _people(connection: Connection, rows: Sequence[_New], batch_id: int) -> list[int]:
    new = [replace(r.person, batch_id=batch_id) for r in rows if r.known is None]
    numbers = iter(deceased.insert_many(connection, new))
    for row in rows:
        if row.known is not None:
            deceased.complete(
                connection, row.known, died_on=row.person.died_on, hukou_code=row.person.hukou_code
            )
    return [next(numbers) if r.known is None else r.known for r in rows]
