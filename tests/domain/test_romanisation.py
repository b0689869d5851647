"""The standard's own examples, and readings measured on names they were not learned from."""

from __future__ import annotations

import csv
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo_registry import reference as tables
from geo_registry.cli import commands
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reading import read
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import parse, parse_confirmed
from geo_registry.services.names.romanizing import spell
from geo_registry.settings import shipped

NAMES = shipped("data") / "names"
REFERENCE = tables.load(shipped("data"))
TOOL = Path(__file__).resolve().parents[2] / "tools/build_reading_priors.py"
CLASSES = {
    "nature": "natural",
    "admin": "division",
    "road": "road",
    "village": "settlement.natural_village",
}


def _examples() -> list[dict[str, str]]:
    with (NAMES / "romanisation_1984_examples.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_example_of_the_standard_is_spelled_as_printed() -> None:
    wrong = {}
    for row in _examples():
        found = romanise(parse(row["name"], CLASSES[row["class"]], REFERENCE), marks=False)
        if found != row["romanized_plain"]:
            wrong[row["name"]] = found
    assert wrong == {}
    assert len(_examples()) == 83


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("1号路", "1 Hao Lu"),
        ("201路", "201 Lu"),
        ("统一路", "Tongyi Lu"),
        ("兴中路", "Xingzhong Lu"),
        ("东西路", "Dongxi Lu"),
        ("女儿河路", "Nü'erhe Lu"),
        ("海滨北路", "Haibin Beilu"),
    ],
)
def test_other_streets_are_spelled_by_the_same_rules(name: str, spelled: str) -> None:
    assert romanise(parse(name, "road", REFERENCE), marks=False) == spelled


@pytest.mark.slow
def test_readings_of_names_that_taught_nothing_are_right_in_99_of_100() -> None:
    spec = importlib.util.spec_from_file_location("build_reading_priors", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool  # dataclasses look their module up
    spec.loader.exec_module(tool)
    judged = tool.cross_validated(tool.rows(REFERENCE), REFERENCE)
    assert len(judged) == 6132
    assert tool.accuracy(judged) >= 0.99
    assert tool.accuracy([(row, said) for row, said in judged if row.ambiguous]) >= 0.98
    assert tool.learn(tool.rows(REFERENCE), REFERENCE) == REFERENCE.priors


def test_the_stronger_source_decides_a_syllable() -> None:
    local = replace(REFERENCE, local_readings={"堡": ("bu3",)})
    assert [s.provenance for s in read("长堡和", local)] == ["override", "local", "prior"]
    assert [s.provenance for s in read("长堡和", REFERENCE)] == ["override", "prior", "prior"]
    assert read("吴堡", local)[1].toned == "bu3"
    confirmed = parse_confirmed("长和路", "road", REFERENCE, ["zhang3", "he4", "lu4"])
    assert confirmed.keys.toned == "zhang3 he4 lu4"
    assert not confirmed.uncertain
    with pytest.raises(BadRequest, match="音节"):
        parse_confirmed("长和路", "road", REFERENCE, ["zhang3"])


def test_a_column_is_spelled_and_what_is_no_name_is_said(tmp_path: Path) -> None:
    source, out = tmp_path / "路名.tsv", tmp_path / "拼写.tsv"
    source.write_text("名称\t编号\n嘉和路\t1\n\t2\n文化西路\t3\n", "utf-8")
    options = ["--file", str(source), "--column", "名称", "--class", "road", "--out", str(out)]
    answer = CliRunner().invoke(commands, ["romanize", *options])
    assert answer.exit_code == 0, answer.output
    assert "第 2 行" in answer.stderr
    lines = out.read_text("utf-8").splitlines()
    assert lines[0].split("\t")[2:] == ["romanized", "romanized_plain", "reading", "unconfirmed"]
    assert lines[1].split("\t")[3:5] == ["Jiahe Lu", "jia he lu"]
    assert lines[1].split("\t")[5].startswith("和=hé/")
    assert lines[3].split("\t")[2:5] == ["Wénhuà Xīlù", "Wenhua Xilu", "wen hua xi lu"]


def test_a_character_that_no_table_vouches_for_is_shown() -> None:
    said = {
        n: spell(n, "road", REFERENCE).unconfirmed
        for n in ("瞿阝路", "氵丙洲路", "\ue000路", "😀路")
    }
    assert said == {
        "瞿阝路": "阝=fù/?", "氵丙洲路": "氵=shui/?", "\ue000路": "\ue000=?", "😀路": "😀=?",
    }  # fmt: skip
    for plain in ("文化（东）路", "1号·A路", "夼前路", "〇一路"):
        assert "?" not in spell(plain, "road", REFERENCE).unconfirmed


def test_the_standards_own_table_is_spelled_by_its_own_classes(tmp_path: Path) -> None:
    for own in sorted({row["class"] for row in _examples()}):
        rows = [row for row in _examples() if row["class"] == own]
        source, out = tmp_path / f"{own}.tsv", tmp_path / f"{own}-拼写.tsv"
        source.write_text("名称\n" + "".join(f"{row['name']}\n" for row in rows), "utf-8")
        options = ["--file", str(source), "--column", "名称", "--class", own, "--out", str(out)]
        answer = CliRunner().invoke(commands, ["romanize", *options])
        assert answer.exit_code == 0, answer.output
        with out.open(encoding="utf-8") as file:
            spelled = [row["romanized_plain"] for row in csv.DictReader(file, delimiter="\t")]
        assert spelled == [row["romanized_plain"] for row in rows]
