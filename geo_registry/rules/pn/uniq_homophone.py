"""Two names of one scope sound alike but are written differently (同音).

Why: the regulation asks that homophones be avoided; on the telephone the two are one name.
Fix: choose another name, or give the reason why this one is kept.
Not a finding: names that are written alike (that is a duplicate), and names that only look
similar. A different tone is information, since people hear it. So is a reading that nobody has
decided, and what sounds alike in the dialect of the district alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import ordered_pair
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import Toponym, undecided_between
from geo_registry.rules.example_places import in_dialect, places, proposed, road, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.uniqueness import Alike, Standing, alike
from geo_registry.rules.uniqueness_columns import homophone_hits, sharing_rows

ID = "pn.uniq.homophone"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names that are read alike and written differently in one area of the table."""
    for found in alike(gazetteer, ID):
        toponyms = [m.name.toponym for m in found.members]
        family = found.row.place_classes[0].split(".")[0]
        heard = "dialect:" if found.row.sound == "dialect" else ""
        outcome, doubts = _graded(found, gazetteer.reference)
        yield Hit(
            scope=found.cluster.scope,
            key=f"{family} {heard}{found.cluster.key}",
            subjects=found.subjects,
            pairs=found.pairs,
            outcome=outcome,
            facts=found.facts(
                sound=" ".join(s.marked for s in toponyms[0].syllables),
                names=found.values(found.row.part),
                uncertain=sorted({s.character for t in toponyms for s in t.uncertain}),
                undecided=doubts,
                characters="、".join(doubts),
            ),
        )


def _graded(found: Alike, reference: Reference) -> tuple[str, list[str]]:
    """The strongest grade among the pairs, and the characters on whose reading it rests.

    Same tones, perhaps the same tones (somebody has to confirm a reading), other tones.
    """
    if found.standing is Standing.FORMER:
        return "former", []
    if found.row.sound == "dialect":
        return "dialect", []
    doubts: set[str] = set()
    certain = same = False
    for a, b in _pairs(found):
        if a.keys.toned == b.keys.toned:
            open_ = {s.character for s in undecided_between(a, b, reference)}
            same, certain = True, certain or not open_
            doubts |= open_
    if certain:
        return "same_tone", sorted(doubts)
    return "uncertain" if same else "other_tone", sorted(doubts)


def _pairs(found: Alike) -> Iterator[tuple[Toponym, Toponym]]:
    """The names of each pair of places, written differently in the compared part."""
    held = set(found.pairs)
    for a, b in combinations(found.members, 2):
        first, second = a.name.toponym, b.name.toponym
        differ = getattr(first.keys, found.row.part) != getattr(second.keys, found.row.part)
        if differ and ordered_pair(a.place.subject, b.place.subject) in held:
            yield first, second


RULE = Rule(
    id=ID,
    version=2,
    title="同音",
    check=check,
    guidance=Guidance(
        why="条例要求避免同音：电话里听不出区别，等于重名。",
        fix="换一个名称，或写明保留的理由。",
        exempt=(
            "写法相同的归入重名；声调不同只作提示，因为人听得出来；"
            "读音尚未确认的多音字和只在方言中相同的，也只作提示。"
        ),
    ),
    judgements={
        "same_tone": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "同音同调（{sound}）：{members}。条例要求“避免同音”，请说明理由或换名。{note}",
        ),
        "other_tone": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "读音相近、声调不同：{members}。仅供参考。{note}",
        ),
        "uncertain": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "可能同音（{sound}）：{members}。“{characters}”是多音字，读音尚未确认，仅供参考。{note}",
        ),
        "dialect": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "本地方音相同：{members}。普通话可以分清，仅供参考。{note}",
        ),
        "former": Judgement(
            SeverityPair(Severity.INFO, None),
            "与曾用名同音（{sound}）：{members}。仅供参考。{note}",
        ),
    },
    basis=(place_names("第九条第（七）、（八）项", "避免同音"),),
    applies_to=("division", "committee_seat", "road", "estate", "building"),
    fires_on=(
        Example(
            "嘉和、家和都读 jiā hé",
            places(seat("嘉和社区居委会", "凤林街道"), seat("家和社区居委会", "羊亭镇")),
            "same_tone",
        ),
        Example(
            "亿和读 yì hé，怡合读 yí hé",
            places(seat("亿和社区居委会", "温泉镇"), seat("怡合社区居民委员会", "汪疃镇")),
            "other_tone",
        ),
        Example(
            "拟用名与村内一条道路同音",
            places(proposed("锦秀路"), road("锦绣路")),
            "same_tone",
        ),
        Example(
            "重字有两读，尚未确认",
            places(seat("重山村委会", "初村镇"), seat("崇山村委会", "羊亭镇")),
            "uncertain",
        ),
        Example(
            "方言不分平舌、翘舌",
            in_dialect({"zh": "z", "ch": "c", "sh": "s"}, "山林路", "三林路"),
            "dialect",
        ),
        Example(
            "拟用名与村内一条道路的曾用名同音",
            places(proposed("锦秀路"), road("学府路", former=("锦绣路",))),
            "former",
        ),
    ),
    silent_on=(
        Example(
            "佛顶（fó）、福鼎（fú）：字典误读不算同音",
            places(seat("佛顶居委会"), seat("福鼎居委会")),
        ),
        Example("写法相同的是重名，不是同音", places(road("文化路"), road("文化路", number=2))),
        Example(
            "同音，但在另一个村",
            places(road("锦秀路", village="东村"), road("锦绣路", village="西村")),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
    columns=lambda names: homophone_hits(names, ID),
)
