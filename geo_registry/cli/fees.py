"""``geo-registry fee``: lists of fees, charges, and charges checked against the lists."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.eco import OUT, answer_list
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.domain.errors import BadRequest
from geo_registry.services.cemeteries import fees, listing_fees
from geo_registry.services.cemeteries.fees import NewCharge
from geo_registry.services.cemeteries.listing_fees import WantedCharges


@click.group("fee")
def fee() -> None:
    """公墓收费：收费清单、收费登记、对照清单核对。清单用 import fee-lists 导入。"""


@fee.command("lists")
@click.option("--on", "day", type=DAY, metavar="DATE", help="只列这天有效的（缺省：今天）。")
@click.option("--all", "every", is_flag=True, help="包括已失效和尚未起效的。")
@json_option
def lists(*, day: datetime | None, every: bool, as_json: bool) -> None:
    """列出收费清单和项目。"""
    with registry_to_read() as connection:
        found = listing_fees.list_lists(
            connection, terms=desk(connection).reference.fee_terms,
            on=None if every else day_of(day) or today(),
        )  # fmt: skip
    lines = [line for one in found for line in _list(one)] or ["没有收费清单。"]
    shown({"items": found}, lines, as_json=as_json)


def _list(one: dict[str, Any]) -> list[str]:
    until = f"至 {one['valid_to']} 前" if one["valid_to"] else "起"
    posted = f"{one['posted_on']} 公示" if one["posted_on"] else "没有登记公示"
    head = f"{one['id']}  {one['title']}（{one['whose']}，{one['valid_from']} {until}，{posted}"
    lines = [f"{head}{'，' + one['number'] if one['number'] else ''}）"]
    for item in one["items"]:
        price = "不限" if item["ceiling_yuan"] is None else f"{item['ceiling_yuan']} 元"
        unit = f"／{item['unit']}" if item["unit"] else ""
        lines.append(
            f"    {item['code']}  {item['title']}  {price}{unit}（{item['price_type_title']}）"
        )
    return lines


@fee.command("post")
@click.argument("number", type=int)
@click.option("--on", "day", type=DAY, metavar="DATE", help="公示日期（缺省：今天）。")
@json_option
def post(number: int, *, day: datetime | None, as_json: bool) -> None:
    """登记收费清单的公示日期。"""
    posted = day_of(day) or today()
    with registry(f"公示收费清单 {number}") as connection:
        fees.post(connection, number, posted_on=posted, desk=desk(connection))
    shown(
        {"id": number, "posted_on": posted}, [f"收费清单 {number} 已登记于 {posted} 公示。"],
        as_json=as_json,
    )  # fmt: skip


@fee.command("end")
@click.argument("number", type=int)
@click.option("--on", "day", type=DAY, required=True, metavar="DATE", help="自哪天起失效。")
@json_option
def end(number: int, *, day: datetime, as_json: bool) -> None:
    """登记收费清单自哪天起失效。"""
    with registry(f"收费清单 {number} 失效") as connection:
        fees.end(connection, number, valid_to=day.date())
    shown(
        {"id": number, "valid_to": day.date()}, [f"收费清单 {number} 自 {day.date()} 起失效。"],
        as_json=as_json,
    )  # fmt: skip


@fee.command("charge")
@click.argument("subject", metavar="cemetery:N")
@click.argument("amount", metavar="金额")
@click.option("--code", "item_code", default="", metavar="编码", help="项目编码。")
@click.option("--title", "item_title", default="", metavar="名称", help="项目名称。")
@click.option("--on", "day", type=DAY, metavar="DATE", help="收费日期（缺省：今天）。")
@click.option("--quantity", default="1", show_default=True, metavar="数", help="数量。")
@click.option("--years", type=int, metavar="N", help="维护费的年数。")
@click.option("--forced", is_flag=True, help="家属非自愿选择。")
@click.option("--invoice", default="", metavar="号", help="票据号。")
@click.option("--note", default="", metavar="备注", help="备注（不写姓名）。")
@json_option
def charge(
    subject: str, amount: str, *, day: datetime | None, quantity: str, as_json: bool, **given: Any
) -> None:
    """登记一笔收费（不登记付款人），当场对照清单核对。"""
    site = cemetery_id(subject)
    new = NewCharge(
        site, _number(amount, "金额"), charged_on=day_of(day),
        quantity=_number(quantity, "数量"), **given,
    )  # fmt: skip
    with registry(f"登记收费：公墓 {site}") as connection:
        done = fees.charge(connection, new, desk=desk(connection))
    told = [f"已登记收费 {done.id}。", *(f"· 请核对：{fault}。" for fault in done.faults)]
    shown({"id": done.id, "faults": list(done.faults)}, told, as_json=as_json)


def _number(text: str, title: str) -> Decimal:
    try:
        return Decimal(text.replace(",", "").removesuffix("元"))
    except InvalidOperation:
        raise BadRequest(f"{title}“{text[:20]}”不是数。") from None


COLUMNS = {
    "id": "编号", "cemetery": "公墓", "charged_on": "收费日期", "item_code": "项目编码",
    "item_title": "项目名称", "quantity": "数量", "amount_yuan": "金额", "years": "年数",
    "forced": "强制", "invoice": "票据号", "faults": "请核对", "note": "备注",
}  # fmt: skip


@fee.command("charges")
@click.option("--cemetery", "subject", metavar="cemetery:N", help="只列这处公墓的。")
@click.option("--since", type=DAY, metavar="DATE", help="只列这天起的。")
@click.option("--until", type=DAY, metavar="DATE", help="只列到这天为止的。")
@click.option("--faulty", is_flag=True, help="只列与清单不符、需要核对的。")
@click.option("--cancelled", is_flag=True, help="包括已撤销的。")
@OUT
@json_option
def charges(
    *, subject: str | None, since: datetime | None, until: datetime | None, out: Path | None,
    as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """列出收费，逐笔对照当日有效的清单核对。"""
    wanted = {
        **given, "cemetery": cemetery_id(subject) if subject else None,
        "since": day_of(since), "until": day_of(until),
    }  # fmt: skip
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with registry_to_read() as connection:
        terms = desk(connection).reference.fee_terms
        while after is not None:
            page = listing_fees.list_charges(
                connection, WantedCharges(after=after, limit=1000, **wanted), terms=terms
            )
            items += page["items"]
            after = page["next"]
    answer_list(items, COLUMNS, out, "笔收费", as_json=as_json)


@fee.command("cancel")
@click.argument("number", type=int)
@click.option("--reason", required=True, metavar="原因", help="例如 已全额退还（不写姓名）。")
@json_option
def cancel(number: int, *, reason: str, as_json: bool) -> None:
    """撤销一笔收费：已全额退还，或登记错误。"""
    with registry(f"撤销收费 {number}") as connection:
        fees.cancel(connection, number, why=reason, desk=desk(connection))
    shown({"id": number}, [f"收费 {number} 已撤销。"], as_json=as_json)
