"""The types of the web are those of the service."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "web" / "src" / "api" / "schema.d.ts"

pytestmark = pytest.mark.browser


def test_the_types_of_the_web_are_generated_from_the_present_interface(tmp_path: Path) -> None:
    if not (ROOT / "web" / "node_modules").is_dir():
        pytest.skip("the tools of the web are not installed: run make web")
    made = tmp_path / "schema.d.ts"
    subprocess.run(
        [sys.executable, ROOT / "tools" / "setup.py", "npm", "run", "--silent", "api"],
        env=os.environ | {"OUT": str(made)},
        check=True,
        capture_output=True,
    )
    assert made.read_text("utf-8") == KEPT.read_text("utf-8"), (
        "the interface changed: run make api and commit web/src/api/schema.d.ts"
    )
