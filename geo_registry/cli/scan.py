"""``geo-registry scan`` and ``findings``: run the rules, list what they say."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import fail_on_option, json_option, say, stop_if_reached
from geo_registry.cli.importing import ProgressBar
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.finding import FindingState, Severity
from geo_registry.domain.identity import Scope
from geo_registry.services.findings import listing, scanning
from geo_registry.settings import Settings
from geo_registry.store.database import current_person
from geo_registry.store.finding_pages import Filter


@click.command("scan")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="KIND:CODE",
    help="检查范围，如 legal_county:371002、town:371002101、batch:3；可重复。缺省：全部。",
)
@click.option("--rule", "rules", multiple=True, metavar="ID", help="只运行这条规则；可重复。")
@fail_on_option
@json_option
def scan(
    *, scopes: tuple[str, ...], rules: tuple[str, ...], fail_on: str | None, as_json: bool
) -> None:
    """按规则检查登记的全部内容，更新问题清单。"""
    settings = Settings.from_environment()
    wanted = [_scope(text) for text in scopes]
    progress = ProgressBar()
    done = 0

    def advance(parts: int) -> None:
        nonlocal done
        done += parts
        progress("检查范围", done, len(wanted) or None)

    with registry("扫描") as connection:
        summary = scanning.scan(
            connection,
            scopes=wanted or None,
            rules=list(rules) or None,
            reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
            person=current_person(connection),
            advance=advance,
        )
    progress.close()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(summary), ensure_ascii=False, default=str))
    else:
        _show(summary)
    stop_if_reached(fail_on, [Severity(s) for s in summary.severities])


@click.command("findings")
@click.option("--rule", metavar="ID", help="只列这条规则的问题。")
@click.option("--severity", type=click.Choice([str(s) for s in Severity]), multiple=True)
@click.option(
    "--state",
    type=click.Choice([*(str(s) for s in FindingState), "all"]),
    default="open",
    show_default=True,
)
@click.option("--town", metavar="CODE", help="只列这个镇街的问题（统计代码）。")
@click.option("--query", "q", help="说明中含有这些字。")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@json_option
def findings(
    *,
    rule: str | None,
    severity: tuple[str, ...],
    state: str,
    town: str | None,
    q: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """列出问题，重的在前。"""
    settings = Settings.from_environment()
    wanted = Filter(
        rule=rule,
        severities=list(severity) or None,
        state=None if state == "all" else state,
        town=town,
        q=q,
        limit=limit,
    )
    with registry_to_read() as connection:
        page = listing.list_findings(
            connection,
            wanted,
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
        )
    if as_json:
        click.echo(json.dumps(page, ensure_ascii=False, default=str))
        return
    for found in page["items"]:
        click.echo(_line(found))
    left = page["total"] - len(page["items"])
    say(
        f"共 {page['total']:,} 个问题"
        + (f"，还有 {left:,} 个未列出（--limit）。" if left else "。")
    )


def _scope(text: str) -> Scope:
    kind, _, code = text.partition(":")
    if not kind or not code:
        raise BadRequest(f"--scope 要写成 种类:代码，例如 town:371002101，而不是“{text}”。")
    return Scope(kind, code)


def _line(found: dict[str, Any]) -> str:
    mark = {"waived": "（已豁免）", "gone": "（已消失）"}.get(found["state"], "")
    return f"{found['id']:>6}  {found['severity_word']}  {found['message']}{mark}"


def _show(summary: scanning.ScanSummary) -> None:
    click.echo(f"{'规则':<30}发现  新增  豁免  消失")
    for rule_id, counts in summary.by_rule.items():
        click.echo(
            f"{rule_id:<32}{counts['found']:>4}{counts['new']:>6}{counts['waived']:>6}"
            f"{counts['gone']:>6}  {counts['title']}"
        )
    for note in summary.notes:
        say(f"注意：{note}")
    pending = [p for p in summary.parameters if not p["confirmed"]]
    if pending:
        say("以下设置尚未经本局确认：")
    for setting in pending:
        value = setting["value"]
        shown = "、".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        say(f"  {setting['title']}：{shown or '（空）'}")
