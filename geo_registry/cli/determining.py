"""``geo-registry cemetery determine``: what a person signs of a measured finding."""

from __future__ import annotations

from datetime import datetime

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry
from geo_registry.domain.errors import BadRequest
from geo_registry.services.cemeteries import determining
from geo_registry.services.cemeteries.cemeteries import Paper
from geo_registry.services.cemeteries.determining import OUTCOMES, Signed
from geo_registry.settings import Settings

_OUTCOME_HELP = "、".join(f"{k} {v}" for k, v in OUTCOMES.items())


@click.command("determine")
@click.argument("subject")
@click.option("--finding", default="", metavar="规则或指纹", help="哪个问题；只有一个时可省。")
@click.option("--outcome", type=click.Choice(list(OUTCOMES)), help=f"认定结果：{_OUTCOME_HELP}。")
@click.option("--reason", required=True, metavar="理由", help="认定或撤回的理由。")
@click.option("--basis", default="", metavar="依据", help="法律依据；认定违法时必填。")
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="认定日期（缺省：今天）。")
@click.option("--title", metavar="标题", help="认定文书的标题。")
@click.option("--number", default="", metavar="文号", help="认定文书的文号。")
@click.option("--authority", default="", metavar="机关", help="认定机关。")
@click.option("--withdraw", type=int, metavar="编号", help="撤回这个编号的认定。")
@json_option
def determine(
    subject: str,
    finding: str,
    outcome: str | None,
    reason: str,
    basis: str,
    decided_on: datetime | None,
    title: str | None,
    number: str,
    authority: str,
    withdraw: int | None,
    *,
    as_json: bool,
) -> None:
    """登记人对一个测量问题的认定（是否违法）；系统从不自动认定。"""
    site = cemetery_id(subject)
    if withdraw is not None:
        with registry(f"撤回认定 {withdraw}") as connection:
            determining.withdraw(connection, withdraw, reason)
        shown({"id": withdraw}, [f"已撤回认定 {withdraw}。"], as_json=as_json)
        return
    if outcome is None:
        raise BadRequest(f"请用 --outcome 写明认定结果：{_OUTCOME_HELP}。")
    if title is None and (number or authority):
        raise BadRequest("请用 --title 写明认定文书的标题。")
    settings = Settings.from_environment()
    day = day_of(decided_on) or today()
    paper = Paper(title, number, authority, day) if title else None
    signed = Signed(outcome, reason, day, basis, paper)
    with registry(f"认定 {subject[:40]}") as connection:
        made = determining.determine(
            connection, site, finding, signed, reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile), on=today(),
        )  # fmt: skip
    shown(
        made,
        [f"认定 {made['id']}：{made['outcome_title']}（{made['decided_on']}，{made['by']}）",
         f"测量结论：{made['verdict']}"],
        as_json=as_json,
    )  # fmt: skip
