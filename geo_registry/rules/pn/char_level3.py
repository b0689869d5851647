"""A new name has a rare character of level 3 that the district does not use (三级字).

Why: rare characters are to be avoided; the 1,605 of level 3 serve surnames, places and technical
words, and few people can read or type one they have not grown up with.
Fix: choose a common character; where the character belongs to the place, put it on the local list.
Not a finding: characters in use in the district (data/names/local_characters.tsv: 廒, 岙, 桲 …),
and every name that is registered already.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit, quoted


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a level-3 character that is not on the local list."""
    rare = _rare(gazetteer.reference)
    for named in current(gazetteer):
        name = named.name.toponym.full
        if rare.isdisjoint(name):
            continue
        found = [c for c in dict.fromkeys(name) if c in rare]
        yield hit(named, characters=quoted(found))


@lru_cache(maxsize=4)
def _rare(reference: Reference) -> frozenset[str]:
    level3 = {c for c, level in reference.standard_characters.items() if level == 3}
    return frozenset(level3 - reference.forms.local_characters)


RULE = Rule(
    id="pn.char.level3",
    version=1,
    title="使用三级字",
    check=check,
    guidance=Guidance(
        why="地名应避免生僻字。《通用规范汉字表》的三级字多用于姓氏、地名和科技术语，多数人不认识、打不出。",
        fix="换用常用字；确属本地地名用字的，请补入本地用字表。",
        exempt="本地常用字（如“廒、岙、桲”）不提示；已登记的名称不查。",
    ),
    judgements={
        "default": Judgement(
            # A hint: on the labelled sample a little more than one in twenty is in common use.
            SeverityPair(Severity.INFO, None),
            "“{name}”中的{characters}是三级字，较生僻，也不在本地地名用字表内。建议换用常用字。",
        ),
    },
    basis=(
        place_names("第九条第（三）项", "避免使用生僻字"),
        Basis("通用规范汉字表", "三级字表", "A", number="国发〔2013〕23号"),
    ),
    applies_to=EVERY_CLASS,
    fires_on=(Example("拟用名用了“峱”字", places(proposed("峱山路"))),),
    silent_on=(
        Example("廒是本地用字", places(proposed("北廒路"))),
        Example("夼、疃、崮、耩是二级字", places(proposed("夼疃路"), proposed("崮耩路"))),
        Example("已登记的老村名", places(seat("袍峱村委会"))),
        Example("常用字", places(proposed("文化路"))),
    ),
    screen=lambda names: names.with_character(_rare(names.reference).__contains__),
    doc=__doc__,
)
