"""``geo-registry case`` and ``inspection``: a case worked at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geo_registry.cli import commands
from geo_registry.domain.errors import RegistryError
from geo_registry.services.cases.case_acts import DECIDE, WORK


@pytest.fixture
def run(sample_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(commands, list(words))

    return invoke


def _json(answer: Result) -> dict[str, Any]:
    assert answer.exit_code == 0, answer.output
    return dict(json.loads(answer.stdout))


def test_a_case_is_worked_from_the_lead_to_the_paper(run: Any, tmp_path: Path) -> None:
    opened = _json(
        run("case", "open", "--title", "举报北侧新墓", "--cemetery", "cemetery:6",
            "--matter", "other", "--reason", "来电", "--json")
    )  # fmt: skip
    case = f"case:{opened['id']}"
    assert opened["state"] == "flagged"
    for words in (
        ("accept", "--reason", "受理"),
        ("assign", "--inspector", "2", "--reason", "请核查"),
        ("visit", "--reason", "看到新墓 2 座", "--present", "村主任"),
    ):
        _json(run("case", words[0], case, *words[1:], "--json"))
    assert "不能办“送达”" in str(
        run("case", "serve", case, "--proof", "x", "--reason", "y").exception
    )
    paper = _json(run("case", "notice", case, "现场检查笔录", "--out", str(tmp_path), "--json"))
    assert [Path(p).stat().st_size > 1000 for p in paper["files"]] == [True, True]
    shown = run("case", "show", case)
    assert "现场检查（本机用户）：看到新墓 2 座" in shown.output
    assert "逾期" in run("case", "list").output
    assert "在办 4 件" in run("case", "board").output


def test_one_person_at_the_machine_cannot_close_alone(run: Any) -> None:
    for words in (
        ("dismiss", "case:5", "--reason", "先受理"),
        ("close", "case:1", "--reason", "同意"),
    ):
        answer = run("case", *words)
        assert isinstance(answer.exception, RegistryError), answer.output
    _json(run("case", "propose-closure", "case:1", "--closure", "unenforceable", "--basis",
              "第某条（虚构）", "--reason", "客观上不能", "--json"))  # fmt: skip
    assert "另一人签字" in str(run("case", "close", "case:1", "--reason", "同意").exception)


def test_every_step_of_the_services_is_a_command(run: Any) -> None:
    listed = run("case", "--help").output
    for act in (*WORK, *DECIDE):
        assert str(act).replace("_", "-") in listed


def test_rounds_are_shown_with_their_progress(run: Any) -> None:
    assert "已查 2/8" in run("inspection", "list").output
    stops = _json(run("inspection", "show", "1", "--json"))["items"]
    free = next(s for s in stops if s["outcome"] == "planned")
    done = run("inspection", "record", str(free["id"]), "--outcome", "lead", "--note", "新墓")
    assert "案件 " in done.output
