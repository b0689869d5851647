"""``geo-registry sample``: load the sample district, take it out, ask whether it is there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import Any

import click
import orjson

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.samples import sample as samples
from geo_registry.settings import Settings


@click.group("sample")
def sample() -> None:
    """示例数据：载入、移除、查看是否已载入。除区划名称、代码外均为虚构。"""


@sample.command("load")
@json_option
def load(*, as_json: bool) -> None:
    """载入示例区；已载入时什么也不改。"""
    settings = Settings.from_environment()
    with registry("载入示例数据") as connection:
        before = samples.is_loaded(connection)
        done = samples.load(
            connection,
            data=settings.data,
            reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            progress=lambda text: say(f"▸ {text}"),
            identify=partial(digest, settings),
        )
    words = (
        "示例数据已经在登记册里，没有改动。"
        if before
        else f"已载入示例数据：道路 {done.roads} 条（2024 年新命名 {done.roads_new} 条），"
        f"公墓 {done.cemeteries} 处（墓位 {done.plots} 个），保护区 {done.zones} 片。"
        f"{samples.BANNER}"
    )
    _answer(
        {"loaded": True, "changed": not before, **dataclasses.asdict(done)}, words, as_json=as_json
    )


@sample.command("remove")
@json_option
def remove(*, as_json: bool) -> None:
    """移除示例区；真实区划和您自己录入的内容都保留。"""
    with registry("移除示例数据") as connection:
        before = samples.is_loaded(connection)
        gone = samples.remove(connection)
    words = "登记册里没有示例数据。"
    if before:
        words = f"已移除示例数据：道路 {gone.places} 条，公墓 {gone.cemeteries} 处。"
        words += "问题清单在下次扫描（geo-registry scan）后更新。"
    if gone.kept:
        words += f"有 {len(gone.kept)} 处您修改或补充过，予以保留：{'、'.join(gone.kept[:5])}。"
    _answer(
        {"loaded": False, "changed": before, **dataclasses.asdict(gone)}, words, as_json=as_json
    )


@sample.command("status")
@json_option
def status(*, as_json: bool) -> None:
    """查看示例区是否已载入。"""
    with registry_to_read() as connection:
        found = samples.is_loaded(connection)
    words = f"已载入示例数据。{samples.BANNER}" if found else "登记册里没有示例数据。"
    _answer({"loaded": found}, words, as_json=as_json)


def _answer(answer: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    """One JSON document on standard output, or the sentence."""
    click.echo(orjson.dumps(answer).decode() if as_json else words)
