"""``geo-registry name correct-split`` and ``confirm-reading``: what a person knows better."""

from __future__ import annotations

import json
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.opening import desk, registry
from geo_registry.services.names import correcting

_name = click.option("--name", "which", metavar="名称", help="有几个名称时，指明是哪一个。")
_reason = click.option("--reason", required=True, help="依据，如：地名办 2026-01-05 实地询问。")
_replace = click.option("--replace", is_flag=True, help="替换已经确认过的结果。")


@click.command("correct-split")
@click.argument("subject")
@click.option("--specific", required=True, metavar="专名", help="专名。")
@click.option("--modifier", default="", metavar="字", help="修饰成分，如 东、上；可以没有。")
@click.option("--generic", default="", metavar="通名", help="通名；可以没有。")
@_name
@_reason
@_replace
@json_option
def correct_split(
    *,
    subject: str,
    specific: str,
    modifier: str,
    generic: str,
    which: str | None,
    reason: str,
    replace: bool,
    as_json: bool,
) -> None:
    """更正一个名称（place:12）的专名、修饰成分、通名的拆分。"""
    with registry(reason) as connection:
        done = correcting.correct_split(
            connection,
            correcting.name_of(connection, subject, which),
            (specific, modifier, generic),
            reason=reason,
            desk=desk(connection),
            replace=replace,
        )
    parts = "｜".join(p for p in (done["specific"], done["modifier"], done["generic"]) if p)
    _answer(done, f"“{done['name']}”拆分为 {parts}，拼写 {done['romanized']}。", as_json=as_json)


@click.command("confirm-reading")
@click.argument("subject")
@click.argument("syllables", nargs=-1, required=True)
@_name
@_reason
@_replace
@json_option
def confirm_reading(
    *,
    subject: str,
    syllables: tuple[str, ...],
    which: str | None,
    reason: str,
    replace: bool,
    as_json: bool,
) -> None:
    """确认一个名称的读音，每个字一个音节，如 pō gāo 或 po1 gao1。

    对象写 place:12，村（居）委会写 division:nbs:371002101201。
    """
    with registry(reason) as connection:
        done = correcting.confirm_reading(
            connection,
            correcting.name_of(connection, subject, which),
            " ".join(syllables),
            reason=reason,
            desk=desk(connection),
            replace=replace,
        )
    _answer(done, f"“{done['name']}”的读音已确认，拼写 {done['romanized']}。", as_json=as_json)


def _answer(done: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    click.echo(json.dumps(done, ensure_ascii=False) if as_json else sentence)
