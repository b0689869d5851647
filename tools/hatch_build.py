"""Puts the shipped tables and the built web into the wheel (nothing into an editable install)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShippedFiles(BuildHookInterface):
    """A wheel carries ``data/`` and ``web/dist``; a checkout uses the folders where they stand."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders, and refuse to build a wheel without the web."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "web" / "dist" / "index.html").exists():
            raise FileNotFoundError("web/dist is missing: run `make web` before building a wheel")
        build_data["force_include"][str(root / "data")] = "geo_registry/_shipped/data"
        build_data["force_include"][str(root / "web" / "dist")] = "geo_registry/_shipped/web"
