"""``geo-registry subsidy``: apply, check, approve, pay; refuse, withdraw, recover; list, totals.

The applicant's name and number are asked for on standard input.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.eco import OUT, UNDER, answer_list, identity_number
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.cli.plots import unmask_option
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.money import fen, in_words
from geo_registry.domain.subsidy import ACT_TITLES, STATE_TITLES, Act, State
from geo_registry.services.cemeteries import listing_subsidies, subsidies
from geo_registry.services.cemeteries.listing_subsidies import WantedSubsidies
from geo_registry.services.cemeteries.subsidies import Applying, StepGiven, SubsidyDone
from geo_registry.settings import Settings

_STATES = "、".join(f"{s} {t}" for s, t in STATE_TITLES.items())


@click.group("subsidy")
def subsidy() -> None:
    """生态安葬补助：申请、审核、批准、发放、追回、列出、年度合计。"""


@subsidy.command("apply")
@click.argument("eco_burial", type=int, metavar="生态安葬记录")
@click.option("--relation", default="", metavar="关系", help="与逝者的关系，例如 子女。")
@click.option("--form", "form_number", default="", metavar="编号", help="审批表编号。")
@click.option("--town", "town_code", metavar="CODE", help="发放镇街代码（缺省：安葬记录的镇街）。")
@click.option("--on", "applied_on", type=DAY, metavar="DATE", help="申请日期（缺省：今天）。")
@json_option
def apply(eco_burial: int, *, applied_on: datetime | None, as_json: bool, **given: Any) -> None:
    """登记补助申请；申请人姓名、身份证号从键盘（标准输入）读取，各一行，号码可留空。"""
    name = click.prompt("申请人姓名", err=True)
    number = identity_number("申请人身份证号（可留空）")
    asked = Applying(eco_burial, name, number, applied_on=day_of(applied_on), **given)
    with registry(f"补助申请：生态安葬记录 {eco_burial}") as connection:
        done = subsidies.apply(
            connection, Settings.from_environment(), asked, desk=desk(connection)
        )
    _told([done], "已登记补助申请", as_json=as_json)


def _told(done: list[SubsidyDone], words: str, *, as_json: bool) -> None:
    document = [
        {
            "id": d.id, "subject": f"subsidy:{d.id}", "state": str(d.state),
            "amount_yuan": d.amount_yuan, "doubts": list(d.doubts),
            "next_acts": [str(a) for a in d.next_acts],
        }
        for d in done
    ]  # fmt: skip
    lines = []
    for each in done:
        amount = "" if each.amount_yuan is None else f"，{in_words(fen(each.amount_yuan))}"
        lines.append(f"{words} {each.id}（{each.state_title}{amount}）。")
        lines += [f"· 请核对：{doubt}。" for doubt in each.doubts]
    shown(document[0] if len(document) == 1 else {"items": document}, lines, as_json=as_json)


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise BadRequest(f"金额“{text[:20]}”不是数，请写以元为单位的数，例如 800。") from None


_OPTIONS: dict[str, Any] = {
    "reason": click.option("--reason", default="", metavar="理由", help="理由（不写姓名）。"),
    "amount": click.option("--amount", metavar="元", help="金额（缺省：安葬当日的标准）。"),
    "voucher": click.option("--voucher", default="", metavar="凭证号", help="付款凭证号。"),
}


def _step(act: Act, options: tuple[str, ...], help_: str) -> None:
    """A command that takes applications one step further, all of them or none."""

    def command(
        numbers: tuple[int, ...], *, day: datetime | None, as_json: bool,
        reason: str = "", amount: str | None = None, voucher: str = "",
    ) -> None:  # fmt: skip
        given = StepGiven(day_of(day), reason, _amount(amount), voucher)
        title = ACT_TITLES[act]
        with registry(f"补助{title}：{len(numbers)} 笔") as connection:
            who = desk(connection)
            done = [subsidies.step(connection, n, act, given, desk=who) for n in sorted(numbers)]
        _told(done, f"已{title}补助申请", as_json=as_json)

    made: Any = json_option(command)
    for name in reversed(options):
        made = _OPTIONS[name](made)
    made = click.option("--on", "day", type=DAY, metavar="DATE", help="日期（缺省：今天）。")(made)
    made = click.argument("numbers", type=int, nargs=-1, required=True, metavar="编号…")(made)
    subsidy.command(str(act), help=help_)(made)


_step(Act.CHECK, ("amount", "reason"), "审核申请，确定金额；有疑问的写明理由。")
_step(Act.APPROVE, ("reason",), "批准已审核的申请。")
_step(Act.PAY, ("voucher",), "登记发放，写明付款凭证号；几笔一并发放时，一笔不成都不登记。")
_step(Act.REFUSE, ("reason",), "不予补助，写明原因。")
_step(Act.WITHDRAW, ("reason",), "撤回申请，写明原因。")
_step(Act.RECOVER, ("reason",), "登记追回已发放的补助，写明原因。")

COLUMNS = {
    "id": "编号", "state_title": "状态", "name": "逝者姓名", "id_tail": "身份证后四位",
    "kind_title": "安葬方式", "buried_on": "安葬日期", "where": "安葬地点", "hukou": "户籍",
    "applicant": "申请人", "relation": "与逝者关系", "form_number": "审批表编号",
    "town": "发放镇街", "applied_on": "申请日期", "amount_yuan": "金额", "paid_on": "发放日期",
    "voucher": "凭证号",
}  # fmt: skip


@subsidy.command("list")
@click.option("--state", type=click.Choice([str(s) for s in State]), help=f"只列一种：{_STATES}。")
@click.option("--kind", metavar="KEY", help="只列一种安葬方式（代码，例如 sea）。")
@click.option("--year", type=int, metavar="年", help="只列这一年发放的。")
@UNDER
@OUT
@unmask_option
@json_option
def list_(*, out: Path | None, unmask: bool, as_json: bool, **given: Any) -> None:
    """列出补助申请。"""
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with registry_to_read() as connection:
        reference = desk(connection).reference
        while after is not None:
            page = listing_subsidies.list_subsidies(
                connection, WantedSubsidies(after=after, limit=1000, **given),
                reference=reference, may_see=unmask,
            )  # fmt: skip
            items += page["items"]
            after = page["next"]
    answer_list(items, COLUMNS, out, "笔补助申请", as_json=as_json, masked=not unmask)


@subsidy.command("show")
@click.argument("number", type=int)
@unmask_option
@json_option
def show(number: int, *, unmask: bool, as_json: bool) -> None:
    """一笔申请：现状、标准、疑问、经过。"""
    with registry_to_read() as connection:
        found = listing_subsidies.one_subsidy(
            connection, number, reference=desk(connection).reference, may_see=unmask
        )
    standard = found["standard_yuan"]
    lines = [
        f"补助申请 {number}：{found['state_title']}，{found['kind_title']}，逝者 {found['name']}，"
        f"申请人 {found['applicant']}。",
        f"标准：{'没有查到' if standard is None else in_words(fen(standard))}。",
        *(f"· 请核对：{doubt}。" for doubt in found["doubts"]),
        *(
            f"{e['on_day']}  {e['act_title']}（{e['person']}）{e['reason']}"
            for e in found["events"]
        ),
    ]
    shown(found, lines, as_json=as_json)


@subsidy.command("totals")
@click.option("--year", type=int, metavar="年", help="只看这一年。")
@UNDER
@click.option("--with-sample", "sample", is_flag=True, help="包括示例数据（缺省不计）。")
@json_option
def totals(*, as_json: bool, **given: Any) -> None:
    """按年合计：户数、笔数、金额，分安葬方式和镇街；追回的计入追回当年。"""
    with registry_to_read() as connection:
        years = listing_subsidies.totals(connection, reference=desk(connection).reference, **given)
    lines = [line for year in years for line in _year(year)] or ["没有已发放的补助。"]
    shown({"items": years}, lines, as_json=as_json)


def _year(year: dict[str, Any]) -> list[str]:
    head = f"{year['year']} 年：发放 {year['families']} 户 {year['cases']} 笔，"
    head += in_words(fen(year["yuan"]))
    if year["recovered_cases"]:
        back = in_words(fen(year["recovered_yuan"]))
        head += f"；追回 {year['recovered_cases']} 笔，{back}"
    lines = [f"{head}。"]
    for part in year["kinds"]:
        if part["cases"]:
            each, sum_ = in_words(fen(part["amount_yuan"])), in_words(fen(part["yuan"]))
            lines.append(f"  {part['kind_title']} {part['cases']} 笔 × {each} = {sum_}")
    lines += [
        f"  {t['town']} {t['cases']} 笔，{in_words(fen(t['yuan']))}"
        for t in year["towns"]
        if t["cases"]
    ]
    return lines
