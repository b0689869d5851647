"""``geo-registry secrecy``: the level of secrecy of a record."""

from __future__ import annotations

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.opening import registry
from geo_registry.domain.secrecy import LEVELS, TITLES
from geo_registry.services.accountability.classifying import classify

_LEVELS = "、".join(f"{key} {title}" for key, title in TITLES.items())


@click.command("secrecy")
@click.argument("subject", metavar="对象")
@click.argument("level", type=click.Choice(LEVELS), metavar="密级")
@click.option("--reason", required=True, metavar="理由", help="定密或解密的理由和依据。")
@json_option
def secrecy(subject: str, level: str, reason: str, *, as_json: bool) -> None:
    """设定一条记录的密级：public 公开、internal 内部、secret 秘密。

    高于查看人级别的记录，在列表、搜索、地图、导出、历史里都不出现。
    """
    with registry(f"密级：{subject}"[:100]) as connection:
        before = classify(connection, subject, level, reason=reason)
    words = f"{subject} 的密级由“{TITLES[before]}”改为“{TITLES[level]}”。"
    shown({"subject": subject, "before": before, "level": level}, [words], as_json=as_json)
