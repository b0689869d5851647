"""Writes the description of the HTTP interface (OpenAPI 3.1); needs no database and no server."""

from __future__ import annotations

import sys

import orjson

from geo_registry.api.app import create_app
from geo_registry.settings import Settings
from geo_registry.store.database import create_engine

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def main() -> None:
    app = create_app(Settings.from_environment(), create_engine(NOWHERE))  # never connected
    described = orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    sys.stdout.buffer.write(described + b"\n")


if __name__ == "__main__":
    main()
