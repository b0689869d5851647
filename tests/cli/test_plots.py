"""``geo-registry plot``, ``burial``, ``cemetery``: what a clerk types and sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from geo_registry.cli import commands
from geo_registry.domain.burial import check_digit
from geo_registry.formats.tables import read_table, write_table

FIRST = "37100218000101007"
NUMBER = FIRST + check_digit(FIRST)


@pytest.fixture
def run(sample_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path / "home"))

    def called(*arguments: object, typed: str = "") -> Result:
        return CliRunner().invoke(commands, [str(a) for a in arguments], input=typed)

    return called


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def _site(run: Any, name: str) -> int:
    found = _json(run("cemetery", "list", "--json"))["items"]
    return next(c["id"] for c in found if c["name"] == name)


def test_the_sample_says_how_long_its_cemeteries_last(run: Any) -> None:
    site = _site(run, "示例公墓二")
    found = _json(run("cemetery", "capacity", f"cemetery:{site}", "--json"))
    assert found["free"] == 6
    assert found["free_lasts"]["least"] < found["free_lasts"]["years"] < found["all_lasts"]["least"]
    words = run("cemetery", "capacity", site).stdout
    assert "年（90% 区间" in words
    assert "前提：" in words
    assert "服务范围：本村（缺省）" in run("cemetery", "show", site).stdout


def test_a_clerk_assigns_buries_and_exports(run: Any, tmp_path: Path) -> None:
    site = _site(run, "示例公墓一")
    free = _json(run("plot", "list", site, "--status", "free", "--json"))["items"][0]["id"]
    done = run("plot", "assign", free, "--how", "sold", "--years", 20, typed="孙小美\n")
    assert done.exit_code == 0, done.output
    assert "已出售（状态：已分配，到期" in done.stdout
    assert "孙小美" not in done.stdout
    buried = run("burial", "add", "--plot", free, typed=f"孙大圣\n{NUMBER}\n")
    answer = buried.stdout.splitlines()[-1]  # before it the runner echoes what was typed
    assert answer.startswith("已登记安葬（安葬记录")
    assert "孙" not in answer
    out = tmp_path / "墓位.xlsx"
    run("plot", "list", site, "--out", out)
    holders = read_table(out)["使用人"].to_list()
    assert "孙*美" in holders
    assert "孙小美" not in holders
    run("plot", "list", site, "--out", out, "--unmask")
    assert "孙小美" in read_table(out)["使用人"].to_list()
    run("burial", "list", site, "--out", out)
    assert "孙*圣" in read_table(out)["逝者姓名"].to_list()
    listed = _json(run("burial", "list", site, "--unmask", "--json"))["items"]
    assert [b["id_tail"] for b in listed if b["name"] == "孙大圣"] == [NUMBER[-4:]]


def test_ledgers_are_imported_and_bad_input_gets_one_sentence(run: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.xlsx"
    rows = [{"墓区": "三区", "墓位号": "1号", "类型": "单人墓", "面积": "0.6"}]
    write_table(pl.DataFrame(rows), ledger)
    done = run("import", "plots", ledger, "--cemetery", "示例公墓二")
    assert "已导入" in done.stdout
    assert "1 个墓位" in done.stdout
    burials = tmp_path / "安葬.csv"
    row = {"墓区": "三区", "墓位号": "1号", "逝者姓名": "孙大圣", "身份证号": NUMBER[:-1] + "?"}
    write_table(pl.DataFrame([row]), burials)
    bad = run("import", "burials", burials, "--cemetery", "示例公墓二")
    assert bad.exit_code == 3
    assert "第 1 行“身份证号”：" in bad.stderr
    assert "孙大圣" not in bad.output
    assert NUMBER[:-1] not in bad.output
    for arguments in (("plot", "close", 10**12, "--reason", "x"), ("cemetery", "show", "abc")):
        assert "编号" in str(run(*arguments).exception)


def test_scattered_graves_are_listed(run: Any) -> None:
    found = _json(run("plot", "list", "scattered", "--json"))["items"]
    assert len(found) == 8
    assert [p["marks"] for p in found if p["marks"]] == [["依法保留"]]
