"""The house itself: links hold, commands load, settings are documented, nothing leaks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo_registry.cli import COMMANDS, commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FOREIGN = re.compile(
    r"registry\.npm|npmjs\.org|npmmirror|pypi\.org|pythonhosted|deb\.debian|/root/|"
    r"localhost:\d{4,5}/(?:pypi|npm)",
    re.IGNORECASE,
)


def _tracked() -> list[Path]:
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if found.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in found.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_of_the_docs_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(commands, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert re.search(r"[一-鿿]{4}", answer.output), "the help is in Chinese"


def test_the_readme_names_only_commands_that_exist() -> None:
    for page in PAGES:
        for command in re.findall(r"^\s*geo-registry ([a-z-]+)", page.read_text("utf-8"), re.M):
            assert command in COMMANDS, f"{page.name}: geo-registry {command}"


def test_every_environment_variable_is_documented() -> None:
    named = set()
    for path in (ROOT / "geo_registry").rglob("*.py"):
        named |= set(re.findall(r'"(GEO_REGISTRY_[A-Z_]+)"', path.read_text("utf-8")))
    documented = (ROOT / "docs/running.md").read_text("utf-8")
    assert {name for name in named if name not in documented} == set()


def test_nothing_committed_names_a_registry_or_a_machine() -> None:
    for path in _tracked():
        if path == Path(__file__) or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        assert not FOREIGN.search(text), path


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "geo_registry").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert long == {}
