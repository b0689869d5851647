"""``geo-registry check-name``: the verdict on one proposed name."""

from __future__ import annotations

import click
import orjson

from geo_registry import reference
from geo_registry.cli.answering import fail_on_option, json_option, stop_if_reached
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry_to_read
from geo_registry.services.checking import answer
from geo_registry.services.checking import check_name as check
from geo_registry.settings import Settings


@click.command("check-name")
@click.argument("name")
@click.option("--class", "place_class", default="road", show_default=True, help="类别，例如 road。")
@click.option("--at", help="所在的村或镇：名称或统计用区划代码。")
@click.option("--point", nargs=2, type=float, metavar="经度 纬度", help="所在位置（EPSG:4490）。")
@json_option
@fail_on_option
def check_name(
    name: str,
    place_class: str,
    at: str | None,
    point: tuple[float, float] | None,
    fail_on: str | None,
    *,
    as_json: bool,
) -> None:
    """核对一个拟用名称：结论、依据的条文、与哪些名称冲突。"""
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        checked = check(
            connection,
            name=name,
            place_class=place_class,
            at=at,
            point=point,
            reference=reference.load(settings.data),
            profile=reference.load_profile(settings.data, settings.profile),
            on=today(),
        )
    if as_json:
        click.echo(orjson.dumps(answer(checked)).decode())
    else:
        click.echo(f"{checked.verdict}  {checked.toponym.full}")
        for finding in checked.findings:
            basis = "、".join(str(b) for b in finding.basis)
            click.echo(f"  {finding.severity.word}  {finding.message}")
            click.echo(f"        规则 {finding.rule_id}；依据：{basis}")
        click.echo(f"{checked.compared_in_words}{checked.advice}")
    stop_if_reached(fail_on, [f.severity for f in checked.findings])
