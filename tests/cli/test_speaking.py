"""What click says is said in Chinese; what a new version of it says is noticed here."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geo_registry.cli import commands, main
from geo_registry.cli.speaking import WORDS

_NEVER_SEEN = (
    "shell completion",  # not offered
    "editor",  # never opened
    "declarations",  # mistakes of programs, not of people
    "declaration",
    "did you mean to declare",
    "defined twice",
    "same flag",
    "start character",
    "must be an iterable",
    "standard stream",
    "unknown color",
    "choice({choices})",
)


def _messages() -> set[str]:
    """Every text that the installed click marks for translation and that a person can meet."""
    found: set[str] = set()
    for path in Path(click.__file__).parent.glob("[a-z]*.py"):
        if path.stem == "shell_completion":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id in {"_", "ngettext"}:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                found |= {str(t) for t in texts}
    return {m for m in found if not any(word in m.lower() for word in _NEVER_SEEN)}


def test_every_message_of_click_has_its_words() -> None:
    assert _messages() - WORDS.keys() == set()


def test_words_fill_in_only_what_the_message_has() -> None:
    for message, words in WORDS.items():
        named = [{f for _, f, _, _ in string.Formatter().parse(t) if f} for t in (message, words)]
        assert named[1] <= named[0], message


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scan", "--foo"], "没有“--foo”这个选项。"),
        (["nosuch"], "没有“nosuch”这个命令。"),
        (["history", "show"], "缺少参数"),
        (["serve", "--port", "abc"], "'--port' 的值不对：“abc”不是合格的数。"),
        (["export", "national", "--secrecy", "x"], "“x”不在"),
        (["export", "national", "--help"], "选项："),
    ],
)
def test_wrong_questions_are_answered_in_chinese(arguments: list[str], said: str) -> None:
    answer = CliRunner().invoke(commands, arguments)
    assert said in answer.output
    assert "用法：" in answer.output
    for english in ("Usage", "Error", "Options", "OPTIONS", "Try "):
        assert english not in answer.output


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("没有/汇总.json", "文件夹不存在"),
        (".", "那是一个文件夹"),
        ("村名.csv/汇总.json", "不是文件夹"),
    ],
)
def test_a_file_that_cannot_be_written_is_named(
    place: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    table = tmp_path / "村名.csv"
    table.write_text("名称,区县\n岭西村委会,甲\n", "utf-8")
    options = ["--name-column", "名称", "--scope-column", "区县", f"--summary={tmp_path / place}"]
    monkeypatch.setattr("sys.argv", ["geo-registry", "scan-names", str(table), *options])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert why in capsys.readouterr().err
