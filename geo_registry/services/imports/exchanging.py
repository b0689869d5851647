"""What can be brought into the register and taken out, where and with which command."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FILE = "exchange.toml"


def ways(data: Path) -> dict[str, Any]:
    """Imports and exports as ``data/exchange.toml`` lists them, each with all its keys."""
    table = tomllib.loads((data / FILE).read_text("utf-8"))
    return {"imports": _rows(table["import"]), "exports": _rows(table["export"])}


def _rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    keys = ("title", "formats", "command", "page", "note")
    return [{key: row.get(key, "") for key in keys} for row in rows]
