"""Two names of one scope sound alike but are written differently (同音).

Why: the regulation asks that homophones be avoided; on the telephone the two are one name.
Fix: choose another name, or give the reason why this one is kept.
Not a finding: names that are written alike (that is a duplicate), and names that only look
similar. A different tone is information, since people hear it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Cluster, Gazetteer
from geo_registry.domain.place import NameKind
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import differing_pairs, distinct, members_in_words
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names

COMPARED = (
    # class, scope, the written part that must differ
    ("committee_seat", "legal_county", "core"),
    ("road", "village", "stem"),
)
KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names that are read alike, tones aside, and written differently in one scope."""
    for place_class, scope, written in COMPARED:
        for cluster in gazetteer.clusters(place_class, scope=scope, key="toneless", kinds=KINDS):
            pairs = differing_pairs(cluster, written)
            if not pairs:
                continue
            yield Hit(
                scope=cluster.scope,
                key=f"{place_class} {cluster.key}",
                subjects=tuple(sorted({subject for pair in pairs for subject in pair})),
                pairs=pairs,
                outcome="same_tone" if _same_tone(cluster, written) else "other_tone",
                facts={
                    "members": members_in_words(cluster.members),
                    "sound": " ".join(s.marked for s in cluster.members[0].name.toponym.syllables),
                    "names": sorted(distinct(cluster, written)),
                    "uncertain": sorted(
                        {s.character for m in cluster.members for s in m.name.toponym.uncertain}
                    ),
                    "rank": len(cluster.subjects),
                },
            )


def _same_tone(cluster: Cluster, written: str) -> bool:
    """Whether some two different writings share their tones as well."""
    sounds = {
        (getattr(m.name.toponym.keys, written), m.name.toponym.keys.toned) for m in cluster.members
    }
    return max(Counter(toned for _, toned in sounds).values()) > 1


RULE = Rule(
    id="pn.uniq.homophone",
    version=1,
    title="同音",
    check=check,
    guidance=Guidance(
        why="条例要求避免同音：电话里听不出区别，等于重名。",
        fix="换一个名称，或写明保留的理由。",
        exempt="写法相同的归入重名；声调不同只作提示，因为人听得出来。",
    ),
    judgements={
        "same_tone": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "同音同调（{sound}）：{members}。条例要求“避免同音”，请说明理由或换名。",
        ),
        "other_tone": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "读音相近、声调不同：{members}。仅供参考。",
        ),
    },
    basis=(place_names("第九条第（八）项", "避免同音"),),
    applies_to=tuple(row[0] for row in COMPARED),
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
)
