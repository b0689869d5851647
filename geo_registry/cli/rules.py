"""``geo-registry rules``: what the rules say, how often they are wrong, and the bureau's lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.domain.errors import BadRequest
from geo_registry.settings import Settings


@click.command("rules")
@click.argument("rule_id", required=False)
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="把每条规则写成一个网页，存到这个文件夹。",
)
@click.option("--prepare-lists", is_flag=True, help="建好由本局填写的词表（空白，带说明）。")
@json_option
def rules(rule_id: str | None, *, folder: Path | None, prepare_lists: bool, as_json: bool) -> None:
    """列出全部规则和误报率，或显示一条规则的说明。"""
    from geo_registry import reference
    from geo_registry.rules import catalogue, rule
    from geo_registry.services.rulebook import own_lists, rule_html
    from geo_registry.services.rulebook.labels import load_labels
    from geo_registry.services.rulebook.rule_pages import Background, describe, rate_in_words

    settings = Settings.from_environment()
    background = Background(
        reference.load_for(settings),
        reference.load_profile(settings.data, settings.profile),
        load_labels(settings.data),
        today(),
    )
    if prepare_lists:
        for path, made in own_lists.prepare(settings.home / "lists", background.reference):
            click.echo(f"{'新建' if made else '已有'}  {path}")
        return
    if folder is not None:
        try:
            number = rule_html.export(folder, background)
        except OSError as error:
            raise BadRequest(f"写不进文件夹 {folder}：{error.strerror}。") from error
        say(f"已写入 {folder}：{number} 条规则，从 index.html 看起。")
        return
    chosen = [rule(rule_id)] if rule_id else list(catalogue().values())
    pages = [describe(r, background) for r in chosen]
    if as_json:
        click.echo(json.dumps(pages[0] if rule_id else pages, ensure_ascii=False, default=str))
    elif rule_id:
        _show(pages[0], rate_in_words(pages[0]))
    else:
        for page in pages:
            click.echo(f"{page['id']:<34}{page['title']}\t{rate_in_words(page)}")


def _show(page: dict[str, Any], rate: str) -> None:
    click.echo(f"{page['id']}  {page['title']}（第 {page['version']} 版）\n")
    for basis in page["basis"]:
        click.echo(f"依据：{basis['text']}（可信度 {basis['confidence']}）{basis['note']}")
    guidance = page["guidance"]
    click.echo(f"\n为什么：{guidance['why']}\n怎么办：{guidance['fix']}")
    click.echo(f"不算问题：{guidance['exempt']}\n{rate}")
    for words in page["word_lists"]:
        shipped = sum(len(entry["words"]) for entry in words["entries"])
        click.echo(f"词表：{words['title']}，软件自带 {shipped} 个，本局 {words['by_bureau']} 个")
