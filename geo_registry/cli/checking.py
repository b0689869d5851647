"""``geo-registry check-name``: the verdict on one proposed name, or several of them ranked."""

from __future__ import annotations

import click
import orjson

from geo_registry import reference
from geo_registry.cli.answering import fail_on_option, json_option, say, stop_if_reached
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry_to_read
from geo_registry.services.names import candidates
from geo_registry.services.names.candidates import Comparison, Ranked
from geo_registry.services.names.checking import NameCheck, answer
from geo_registry.services.names.rule_verdicts import NOT_COMPARED, PASSED
from geo_registry.settings import Settings


@click.command("check-name")
@click.argument("names", nargs=-1, metavar="名称...")
@click.option("--class", "place_class", default="road", show_default=True, help="类别，例如 road。")
@click.option("--at", help="所在的村或镇：名称或统计用区划代码。")
@click.option("--point", nargs=2, type=float, metavar="经度 纬度", help="所在位置（EPSG:4490）。")
@click.option("--rules", "all_rules", is_flag=True, help="逐条列出全部规则的结论，包括通过的。")
@json_option
@fail_on_option
def check_name(
    names: tuple[str, ...],
    place_class: str,
    at: str | None,
    point: tuple[float, float] | None,
    fail_on: str | None,
    *,
    all_rules: bool,
    as_json: bool,
) -> None:
    """核对拟用名称：结论、依据的条文、与哪些名称冲突。

    给出几个候选名称（最多 20 个），就从优到劣排列，并说明各排在何处的理由。
    """
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        compared = candidates.check_names(
            connection,
            names,
            place_class=place_class,
            at=at,
            point=point,
            reference=reference.load_for(settings),
            profile=reference.load_profile(settings.data, settings.profile),
            on=today(),
        )
    if as_json:
        one = len(names) == 1
        given = answer(compared.ranked[0].check) if one else candidates.answer(compared)
        click.echo(orjson.dumps(given).decode())
    else:
        _show(compared, all_rules=all_rules)
    stop_if_reached(fail_on, [f.severity for r in compared.ranked for f in r.check.findings])


def _show(compared: Comparison, *, all_rules: bool) -> None:
    several = len(compared.ranked) > 1
    for ranked in compared.ranked:
        if several:
            _show_rank(ranked)
        _show_check(ranked.check, all_rules=all_rules)
        if several:
            click.echo()
    for unusable in compared.unusable:
        say(f"第 {unusable.position} 个“{unusable.written}”没有核对：{unusable.message}")
    for note in compared.notes:
        say(note)
    first = compared.ranked[0].check
    click.echo(f"{first.compared_in_words}{first.advice}")


def _show_rank(ranked: Ranked) -> None:
    click.echo(f"第 {ranked.rank} 名  {ranked.why}")
    for rival in ranked.rivals:
        click.echo(f"  与候选名“{rival.name}”只能取其一：{rival.title}（{rival.verdict}）")


def _show_check(check: NameCheck, *, all_rules: bool) -> None:
    click.echo(f"{check.verdict}  {check.toponym.full}")
    if check.blocked:
        click.echo("  属于禁止情形，不能提交。")
    for finding, against in zip(check.findings, check.against, strict=True):
        basis = "、".join(str(b) for b in finding.basis)
        click.echo(f"  {finding.severity.word}  {finding.message}")
        click.echo(f"        规则 {finding.rule_id}；依据：{basis}")
        for other in against:
            where = f"{other.point[0]:.5f}, {other.point[1]:.5f}" if other.point else "位置未登记"
            click.echo(f"        “{other.name}”{other.located_in}（{other.subject}，{where}）")
    for verdict in check.rules:
        if verdict.verdict == NOT_COMPARED or (all_rules and verdict.verdict == PASSED):
            click.echo(f"  {verdict.verdict}  {verdict.title}（{verdict.rule_id}）{verdict.note}")
    passed = sum(v.verdict == PASSED for v in check.rules)
    if not all_rules:
        click.echo(f"  另有 {passed} 条规则通过（--rules 逐条列出）。")
