"""``geo-registry openapi``: the description of the HTTP interface, without a database."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from geo_registry.api.app import create_app
from geo_registry.settings import Settings
from geo_registry.store.database import create_engine

_NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写入的文件；不写时输出到屏幕。",
)
def openapi(out: Path | None) -> None:
    """写出接口说明（OpenAPI 3.1，不需要数据库），网页的接口类型由它生成。"""
    settings = Settings.from_environment()
    app = create_app(settings, create_engine(_NOWHERE))  # described, never connected
    text = orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    if out is None:
        click.echo(text.decode())
    else:
        out.write_bytes(text + b"\n")
