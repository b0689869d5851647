"""A name discriminates against or insults a minority (歧视、侮辱少数民族).

Why: the law of the province forbids such place names.
Fix: choose another name; an old name is changed by the procedure, after the minority was heard.
Not a finding: names in the language of a minority itself, words that only look alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, seat
from geo_registry.rules.law import place_names, shandong_ethnic_affairs
from geo_registry.rules.wording import ANY, kept_or_shipped, screen, with_words, wording_hits

LIST = "ethnic"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a word that insults a minority."""
    return wording_hits(gazetteer, LIST, ANY, kept_or_shipped)


RULE = Rule(
    id="pn.lex.ethnic",
    version=1,
    title="歧视、侮辱少数民族",
    check=check,
    guidance=Guidance(
        why="地方法规禁止使用带有歧视、侮辱少数民族性质的地名。",
        fix="换一个名称；已有的名称征求有关民族意见后按程序更名。",
        exempt="少数民族语言的地名、字面巧合不算问题。随软件的词只提请判断，本局确认的词才作禁用。",
    ),
    judgements={
        "kept": Judgement(
            SeverityPair(Severity.BLOCK, Severity.ERROR),
            "“{name}”含有本局名单中歧视、侮辱少数民族的词语{words}，不得用作地名。",
        ),
        "shipped": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”中的{words}历史上曾是对少数民族的歧视性称谓，请人工判断。",
        ),
    },
    basis=(
        shandong_ethnic_affairs("第二十一条", "不得使用带有歧视、侮辱少数民族性质的地名"),
        place_names("第九条第（一）项", "不违背公序良俗"),
    ),
    applies_to=ANY,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, ANY),
    fires_on=(
        Example(
            "本局确认的词语",
            with_words(LIST, "丁戊", on=[proposed("丁戊路")]),
            "kept",
        ),
        Example("拟用名“归绥路”", places(proposed("归绥路")), "shipped"),
        Example("老村名“鞑子营”只作参考", places(seat("鞑子营村委会")), "shipped"),
    ),
    silent_on=(
        Example("民族语地名", places(seat("巴彦淖尔村委会"), proposed("满族路"))),
        Example("归、绥分开出现", places(proposed("归德路"), proposed("绥德路"))),
    ),
    doc=__doc__,
)
