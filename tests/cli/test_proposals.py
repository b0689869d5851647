"""``geo-registry proposal``, ``contribution``, ``sign``: what a clerk types and sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from geo_registry.cli import commands
from geo_registry.formats.tables import read_table, write_table


@pytest.fixture
def run(sample_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path / "home"))

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(commands, [str(a) for a in arguments])

    return called


@pytest.fixture
def unnamed(sample_engine: Engine) -> list[int]:
    """Roads of the sample without a name, of different villages, and no drives."""
    with sample_engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT min(p.id) FROM registry.place p WHERE p.place_class LIKE 'road%' "
                " AND p.village_code IS NOT NULL AND NOT EXISTS "
                " (SELECT FROM registry.place_name n WHERE n.place_id = p.id) "
                " AND NOT EXISTS (SELECT FROM registry.proposal r WHERE r.place_id = p.id) "
                "GROUP BY p.village_code ORDER BY 1 LIMIT 2"
            )
        )
        return [i for (i,) in rows]


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout[result.stdout.index("{") :])


def test_a_clerk_takes_a_name_from_proposal_to_publication(
    run: Any, unnamed: list[int], tmp_path: Path
) -> None:
    day = ("--on", "2026-10-12")
    made = _json(
        run("proposal", "new", f"place:{unnamed[0]}", "古碾路", "--applicant", "示例村委会",
            "--reason", "路口旧有石碾", "--paper", "application", "--on", "2026-10-09", "--json")
    )  # fmt: skip
    number = made["id"]
    assert run("proposal", "precheck", number, *day).exit_code == 0
    late = run("proposal", "endorse", number, "--opinion", "同意", *day)
    assert "还没有征求村民和专家意见" in str(late.exception)
    assert run("proposal", "hear", number, "--who", "村民代表会议", "--opinion", "同意", "--asked",
               20, "--agreed", 19, *day).exit_code == 0  # fmt: skip
    for step, options in (
        ("review", ("--opinion", "同意", *day)),
        ("consult", ("--until", "2026-10-20", "--channel", "公开栏", *day)),
        ("conclude", ("--outcome", "无异议", "--on", "2026-10-21")),
        ("endorse", ("--opinion", "同意", "--on", "2026-10-21")),
    ):
        done = run("proposal", step, number, *options)
        assert done.exit_code == 0, (step, done.output, done.exception)
    reply = tmp_path / "批复.pdf"
    reply.write_bytes(b"%PDF-1.7\n" + bytes(500))
    done = run("proposal", "decide", number, "--authority", "示例区人民政府",
               "--number", "示例〔2026〕1号",
               "--dated", "2026-10-26", "--paper", f"decision={reply}")  # fmt: skip
    assert done.exit_code == 0, done.exception
    over = _json(run("proposal", "overdue", "--json"))["items"]
    assert {"备案", "公告"} == {d["what"] for d in over if d["subject"] == made["subject"]}
    for step, options in (
        ("file", ("--with", "示例市人民政府")), ("announce", ("--channel", "政府网站")),
        ("signed", ("--signs", 2)), ("publish", ()),
    ):  # fmt: skip
        done = run("proposal", step, number, *options, "--on", "2026-11-02")
        assert done.exit_code == 0, (step, done.output, done.exception)
    shown = run("proposal", "show", number).output
    assert "已公布" in shown
    assert "材料：批准文件" in shown
    out = tmp_path / "公告.docx"
    assert run("proposal", "paper", "announcement", number, "--out", out).exit_code == 0
    assert out.read_bytes().startswith(b"PK")
    again = run("proposal", "paper", "announcement", number, "--out", out)
    assert "没有覆盖" in str(again.exception)
    listed = tmp_path / "一览表.xlsx"
    assert run("proposal", "list", "--state", "published", "--out", listed).exit_code == 0
    assert "古碾路" in read_table(listed)["名称"].to_list()
    sign = _json(run("sign", "plan", f"place:{unnamed[0]}", "--point", 122.1, 37.4, "--json"))
    assert sign["text"] == "古碾路"
    assert run("sign", "installed", sign["id"]).exit_code == 0
    done = run("sign", "check", sign["id"], "--state", "damaged", "--note", "撞歪")
    assert "破损" in done.output


def test_a_table_comes_in_whole_or_not_at_all(run: Any, unnamed: list[int], tmp_path: Path) -> None:
    path, out = tmp_path / "申报.xlsx", tmp_path / "结论.csv"
    rows = {"编号": [f"place:{unnamed[0]}", "place:999999"], "名称": ["古碾路", "枣园路"],
            "命名理由": ["石碾", "枣园"]}  # fmt: skip
    write_table(pl.DataFrame(rows), path)
    bad = run("proposal", "table", path, "--applicant", "示例镇人民政府", "--out", out)
    assert bad.exit_code == 3
    assert "第 2 行" in bad.output
    assert read_table(out)["结论"].to_list()[1] == "未接收"
    good = run("proposal", "table", path, "--applicant", "示例镇人民政府", "--admit-good")
    assert good.exit_code == 0, good.output
    assert "已申报" in good.output


def test_a_contribution_is_sent_matched_and_rejected(run: Any) -> None:
    got = _json(
        run("contribution", "send", "碾盘巷", "--class", "road.lane", "--point", 122.1, 37.42,
            "--story", "巷口有老碾盘", "--json")
    )  # fmt: skip
    assert run("contribution", "reject", got["id"], "--reason", "院内通道").exit_code == 0
    assert "院内通道" in run("contribution", "show", got["id"]).output
    assert "碾盘巷" in run("contribution", "list").output
