"""The stated spelling uses English words: Road, Street, Village (英文通名).

Why: Chinese place names are spelled in Hanyu Pinyin, the generic part too; Wenhua Road is a
translation, and a second name for one road.
Fix: write Wenhua Lu on the sign, in the register and on maps.
Not a finding: a syllable of Pinyin that looks like an English word, and names of foreign data.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, road, spelled
from geo_registry.rules.law import place_names, written_language
from geo_registry.rules.stated_spelling import english_words
from geo_registry.rules.written import current, has_han, hit, quoted


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names whose stated spelling holds an English generic."""
    english = gazetteer.reference.forms.english
    for named in current(gazetteer):
        if named.name.stated_romanized is None or not has_han(named.name.toponym.full):
            continue
        found = english_words(named, english)
        if found:
            yield hit(
                named,
                stated=named.name.stated_romanized,
                words=quoted(found),
                expected=romanise(named.name.toponym, marks=False),
            )


RULE = Rule(
    id="pn.roman.english_generic",
    version=1,
    title="罗马字母拼写使用英文通名",
    check=check,
    guidance=Guidance(
        why="我国地名的罗马字母拼写以汉语拼音为统一规范，通名也用拼音；"
        "写成 Road、Street 等于另起了一个名。",
        fix="标志、登记和地图一律改用汉语拼音，例如 Wenhua Lu。",
        exempt="与英文单词同形的拼音不算；境外地名不查。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "“{name}”的拼写“{stated}”用了英文{words}，按汉语拼音应为“{expected}”。",
        ),
    },
    basis=(
        place_names("第十五条", "地名的罗马字母拼写以《汉语拼音方案》为统一规范"),
        written_language("第十八条"),
    ),
    applies_to=EVERY_CLASS,
    fires_on=(
        Example("Road", places(spelled(road("文化路"), "Wenhua Road"))),
        Example("Rd.", places(spelled(road("文化路"), "WENHUA RD."))),
        Example("West", places(spelled(road("文化西路"), "West Wenhua Lu"))),
    ),
    silent_on=(
        Example("汉语拼音", places(spelled(road("文化路"), "Wenhua Lu"))),
        Example(
            "Lake 是“拉克”的拼音",
            places(spelled(road("拉克乡", place_class="division.town"), "Lake Xiang")),
        ),
        Example("外文路名", places(spelled(road("Triq il-Kbira"), "Main Street"))),
        Example("没有登记拼写", places(road("文化路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
