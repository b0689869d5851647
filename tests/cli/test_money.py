"""``geo-registry eco``, ``subsidy``, ``fee`` and their imports: what a clerk types and sees."""

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

FIRST = "37100218000101777"
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
    return json.loads(result.stdout[result.stdout.index("{") :])


def test_a_clerk_registers_applies_and_pays(run: Any, tmp_path: Path) -> None:
    typed = f"孙大圣\n{NUMBER}\n"
    made = _json(
        run("eco", "add", "海葬", "--on", "2024-05-01", "--died", "2024-04-20", "--place",
            "示例海域", "--confirmed-by", "示例殡仪馆", "--hukou", "371002101", "--json",
            typed=typed)
    )  # fmt: skip
    applied = _json(
        run("subsidy", "apply", made["id"], "--on", "2024-05-06", "--json", typed="猪八戒\n\n")
    )
    number = applied["id"]
    assert applied["doubts"] == []
    for act, more in (("check", ()), ("approve", ()), ("pay", ("--voucher", "V-1"))):
        done = run("subsidy", act, number, "--on", "2024-12-20", *more)
        assert done.exit_code == 0, done.output
    assert f"已发放补助申请 {number}（已发放，800 元）。" in done.stdout
    again = run("subsidy", "pay", number, "--voucher", "V-2")
    assert "没有重复发放" in str(again.exception)
    shown = run("subsidy", "show", number).stdout
    assert "标准：800 元" in shown
    assert "孙大圣" not in shown
    assert "孙大圣" in run("subsidy", "show", number, "--unmask").stdout
    told = run("subsidy", "totals").stdout
    assert "2024 年：发放 1 户 1 笔，800 元。" in told
    assert "海葬 1 笔 × 800 元 = 800 元" in told
    out = tmp_path / "补助.xlsx"
    run("subsidy", "list", "--state", "paid", "--year", 2024, "--out", out)
    assert "孙*圣" in read_table(out)["逝者姓名"].to_list()


def test_ledgers_and_lists_are_imported(run: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.xlsx"
    row = {"逝者姓名": "孙大圣", "身份证号": NUMBER, "安葬方式": "树葬", "安葬日期": "2024-05-01",
           "申请人": "猪八戒", "补助金额": "800", "发放日期": "2024-12-20",
           "凭证号": "V-1"}  # fmt: skip
    write_table(pl.DataFrame([row]), ledger)
    done = run("import", "eco-burials", ledger)
    assert "1 条生态安葬记录，1 笔补助申请（其中已发放 1 笔）" in done.stdout
    assert "孙大圣" not in done.output
    fees = tmp_path / "清单.csv"
    item = {"清单名称": "试行清单", "公墓": "示例公墓二", "起始日期": "2025-01-01",
            "公示日期": "2025-01-01", "项目编码": "Z01", "项目名称": "刻字",
            "价格形式": "市场调节价", "价格": "10"}  # fmt: skip
    write_table(pl.DataFrame([item]), fees)
    assert "1 份清单，1 个项目" in run("import", "fee-lists", fees).stdout
    assert "试行清单（示例公墓二" in run("fee", "lists").stdout
    charges = tmp_path / "收费.csv"
    paid = {"收费日期": "2025-05-06", "项目编码": "Z01", "金额": "12", "票据号": "P-9"}
    write_table(pl.DataFrame([paid]), charges)
    told = run("import", "charges", charges, "--cemetery", "示例公墓二").stdout
    assert "1 笔收费" in told
    faulty = run("fee", "charges", "--faulty").stdout
    assert "超过公示价：可收 10 元，实收 12 元，多 2 元" in faulty
    bad = run("import", "charges", fees, "--cemetery", "示例公墓二")
    assert bad.exit_code != 0


def test_a_charge_and_a_mark_by_hand(run: Any) -> None:
    sites = _json(run("cemetery", "list", "--json"))["items"]
    site = next(c["id"] for c in sites if c["name"] == "示例公墓五")
    told = run("fee", "charge", site, "300", "--title", "择日服务费", "--on", "2025-05-06").stdout
    assert "已登记收费" in told
    assert "请核对：" in told
    assert "--years" in run("fee", "charge", "--help").stdout
    marked = run("eco", "mark", site, "--since", "2025-01-01", "--number", "示例〔2025〕1号")
    assert "自 2025-01-01 起标注为生态安葬试点" in marked.stdout
    assert "示例公墓五" in run("eco", "pilots").stdout
    assert run("eco", "unmark", site, "--until", "2025-06-01").exit_code == 0
    assert "示例公墓五" not in run("eco", "pilots").stdout
    for arguments in (("subsidy", "pay", 10**12, "--voucher", "x"), ("eco", "mark", "abc")):
        assert "编号" in str(run(*arguments).exception)
