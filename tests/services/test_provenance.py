from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/update_provenance.py"


@pytest.fixture(scope="module")
def provenance() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_provenance", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_of_data_is_in_the_table_with_its_checksum(provenance: ModuleType) -> None:
    table = provenance.rows(provenance.TABLE.read_text("utf-8"))
    assert table == provenance.files(), "run: python tools/update_provenance.py"
