"""Nobody has confirmed how a character of the name is read (读音待确认).

Why: the spelling follows from the reading, and so does the comparison by sound; a character that is
read in two ways in place names, or stands in no dictionary of standard characters, is a guess.
Fix: ask those who live there and confirm the reading; it then holds for spelling and comparison.
Not a finding: a character that place names of the country read in one way nearly always (和 is hé),
a choice between tones alone, and a reading from a table (佛 is fó).
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.reading import Syllable, doubtful, is_han
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import undecided, unlisted
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.written import current, hit


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a character whose reading is open, and the readings to choose from."""
    for named in current(gazetteer):
        if named.name.reading_confirmed:
            continue
        toponym = named.name.toponym
        several = undecided(toponym, gazetteer.reference)
        unknown = unlisted(toponym, gazetteer.reference)
        if several or unknown:
            yield hit(
                named,
                "several" if several else "unknown",
                syllables="；".join(_in_words(s) for s in (*several, *unknown)),
                characters=[s.character for s in (*several, *unknown)],
            )


def _in_words(syllable: Syllable) -> str:
    """The reading that is used now, and the others: “泊”暂读 pō，也可读 bó."""
    if syllable.provenance == "none":
        return f"“{syllable.character}”查不到读音"
    others = [choice for choice in syllable.choices if choice != syllable.marked]
    also = f"，也可读 {'、'.join(others)}" if others else "，字典未收"
    return f"“{syllable.character}”暂读 {syllable.marked}{also}"


def screen(names: NameColumns) -> Rows:
    """Rows with a syllable that is undecided somewhere in a name, or whose character is unknown."""
    reference = names.reference
    standard = reference.standard_characters
    return names.with_syllable(
        lambda s: bool(
            doubtful((s,), reference)
            or doubtful((s, s, s), reference)
            or (s.character not in standard and is_han(s.character))
        )
    )


RULE = Rule(
    id="pn.roman.reading_unconfirmed",
    version=1,
    title="读音待确认",
    check=check,
    guidance=Guidance(
        why="拼写和同音比对都以读音为准；多音字、表外字在当地怎么读，字典说了不算。",
        fix="问过当地人后，在问题或地名的详情里确认读音，拼写和同音比对随之改正。",
        exempt="全国地名几乎都读一个音的字、只差声调的字，以及地名读音表已有的字，不算。",
    ),
    judgements={
        "several": Judgement(
            # A hint: on the labelled sample more than one in five is no real question.
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”的读音待确认：{syllables}。",
        ),
        "unknown": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”有表外字，读音待确认：{syllables}。",
        ),
    },
    basis=(place_names("第十五条", "地名的罗马字母拼写以汉语拼音方案为统一规范"),),
    applies_to=EVERY_CLASS,
    fires_on=(
        Example("泊在山东地名中读 pō，别处读 bó", places(seat("泊高村委会")), "several"),
        Example("拟用名中的行字", places(proposed("行营路")), "several"),
        Example("塂是表外字", places(seat("徐家塂村委会")), "unknown"),
    ),
    silent_on=(
        Example("和在地名中几乎都读 hé", places(seat("嘉和社区居委会"))),
        Example("佛在地名读音表中读 fó", places(seat("佛顶居委会"))),
        Example("夼、疃只有一个读音", places(seat("布谷夼居委会"), seat("孙家疃居委会"))),
        Example("数字和字母不问读音", places(road("1号路"), road("A路"))),
    ),
    screen=screen,
    doc=__doc__,
)
